"""The command behind `make slack-webhook`: stores an org's incoming webhook in Secret Manager."""

from __future__ import annotations

import argparse
import getpass
import sys
from typing import TYPE_CHECKING

from shared.errors import PlaybookError
from shared.gcp import clients
from shared.gcp.secret_manager import secret_name, write_secret
from shared.gcp.settings import SettingsError, settings
from shared.messages.channels.slack import parse_webhook, secret_id

if TYPE_CHECKING:
    from google.cloud.secretmanager_v1 import SecretManagerServiceClient

RPC_TIMEOUT_SECONDS = 20.0
_READER_ROLE = "roles/secretmanager.secretAccessor"


def connect(org_id: str, address: str) -> str:
    """Stores `address` as the org's webhook, destroys earlier ones, and returns the secret's name.

    Raises:
        PermanentError: the address isn't a Slack webhook, the org's id can't be part of a secret's name, or
            Secret Manager refused.
        TransientError: Secret Manager wasn't reached.
        GoogleAPICallError: read access couldn't be granted to the functions.
    """
    webhook = parse_webhook(org_id, address.strip())
    write_secret(secret_id(org_id), webhook.url)
    name = secret_name(secret_id(org_id))
    reader = settings().runtime_service_account
    if reader:
        _let_functions_read(clients.secrets(), name, reader)
    return name


def main(arguments: list[str] | None = None) -> int:
    """Prompts for the address or reads it from standard input, so that no process list shows it."""
    from google.api_core.exceptions import GoogleAPIError

    parser = argparse.ArgumentParser(
        prog="python -m shared.messages.channels.slack_command",
        description="Connect an org to Slack. Reads the incoming webhook's address from standard input.",
    )
    parser.add_argument("org", metavar="ORG", help="the org whose playbooks post there")
    org_id = parser.parse_args(arguments).org
    asked = getpass.getpass("Address of the incoming webhook: ") if sys.stdin.isatty() else sys.stdin.readline()
    try:
        name = connect(org_id, asked)
    except (PlaybookError, SettingsError, GoogleAPIError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{org_id} posts through the webhook in {name}\n")
    return 0


def _let_functions_read(client: SecretManagerServiceClient, name: str, account: str) -> None:
    """Grants access to this secret only."""
    policy = client.get_iam_policy(request={"resource": name}, timeout=RPC_TIMEOUT_SECONDS)
    member = f"serviceAccount:{account}"
    if not any(one.role == _READER_ROLE and member in one.members for one in policy.bindings):
        policy.bindings.add(role=_READER_ROLE, members=[member])
        client.set_iam_policy(request={"resource": name, "policy": policy}, timeout=RPC_TIMEOUT_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
