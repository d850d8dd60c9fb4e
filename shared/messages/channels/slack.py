"""Slack through an org's incoming webhook, whose address is a secret: who has it may post.

It lies in Secret Manager as `slack-webhook-{orgId}` (one secret for each org that uses Slack, read at run time), so
that no document of the org shows it, and it is in no log line and no error.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from shared.errors import PermanentError, TransientError, error_for_status
from shared.gcp import clients
from shared.gcp.settings import settings
from shared.messages.template.as_slack import MENTION_CHANNEL, escaped
from shared.web.provider import ProviderApi, RefusedError

SLACK_URL = "https://hooks.slack.com"
MAX_TEXT_CHARS = 40_000
"""Slack cuts what is longer; counted after escaping."""
MAX_AGE_SECONDS = 60.0
MAX_CACHED = 500
RPC_TIMEOUT_SECONDS = 5.0

_PATH = re.compile(r"/services(?:/[A-Za-z0-9_-]+){3}")
_ORG_ID = re.compile(r"[A-Za-z0-9_-]{1,200}")


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where an org's posts go; `repr` does not show it."""

    org_id: str
    url: str = field(repr=False)


def parse_webhook(org_id: str, raw: str) -> Webhook:
    """The webhook from its address.

    Raises:
        PermanentError: it is not one of Slack's; the address is not in the message.
    """
    for base in (SLACK_URL, settings().slack_webhook_base_url):
        if raw.startswith(f"{base}/") and _PATH.fullmatch(raw.removeprefix(base)):
            return Webhook(org_id, raw)
    raise PermanentError(
        f"the Slack webhook of {org_id} is not one; expected {settings().slack_webhook_base_url}/services/T…/B…/…"
    )


def secret_id(org_id: str) -> str:
    """The name of the secret with the org's webhook.

    Raises:
        PermanentError: no secret can have the org's id in its name.
    """
    if not _ORG_ID.fullmatch(org_id):
        raise PermanentError(f"org {org_id!r}: expected letters, digits, _ and - for the name of its Slack secret")
    return f"slack-webhook-{org_id}"


def message_text(text: str, *, mention_channel: bool) -> str:
    """`text` as Slack takes it: what would be a link or a mention is shown as it is written.

    Raises:
        PermanentError: it is too long for one post.
    """
    whole = (MENTION_CHANNEL if mention_channel else "") + escaped(text)
    if len(whole) > MAX_TEXT_CHARS:
        raise PermanentError(f"text has {len(whole):,} signs; expected at most {MAX_TEXT_CHARS:,}")
    return whole


class Webhooks:
    """The orgs' webhooks, each kept for a minute; safe to share between threads."""

    def __init__(
        self, read: Callable[[str], str] | None = None, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._read = read or read_secret
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._known: dict[str, tuple[Webhook, float]] = {}

    def of(self, org_id: str) -> Webhook:
        """The org's webhook.

        Raises:
            PermanentError: the org has none, or its secret holds something else.
            TransientError: Secret Manager cannot be asked just now.
        """
        with self._lock:
            known = self._known.get(org_id)
        if known is not None and self._monotonic() - known[1] <= MAX_AGE_SECONDS:
            return known[0]
        webhook = parse_webhook(org_id, self._read(org_id))
        with self._lock:
            self._known.pop(org_id, None)
            self._known[org_id] = (webhook, self._monotonic())
            if len(self._known) > MAX_CACHED:
                del self._known[next(iter(self._known))]
        return webhook

    def forget(self, org_id: str) -> None:
        """Read it anew the next time: Slack knows it no more."""
        with self._lock:
            self._known.pop(org_id, None)


def read_secret(org_id: str) -> str:
    """The newest version of the org's secret, read now.

    Raises:
        PermanentError: there is none, or it may not be read.
        TransientError: Secret Manager cannot be asked just now.
    """
    from google.api_core.exceptions import FailedPrecondition, GoogleAPICallError, GoogleAPIError, NotFound
    from google.auth.exceptions import GoogleAuthError

    name = f"projects/{settings().project}/secrets/{secret_id(org_id)}/versions/latest"
    try:
        answer = clients.secrets().access_secret_version(request={"name": name}, timeout=RPC_TIMEOUT_SECONDS)
    except (NotFound, FailedPrecondition):
        raise PermanentError(
            f"Slack is not connected: expected the webhook of {org_id} in the secret {secret_id(org_id)}"
        ) from None
    except GoogleAPICallError as error:
        raise error_for_status(
            int(error.code or 500), f"{secret_id(org_id)} cannot be read: {error.message}"
        ) from error
    except (GoogleAPIError, GoogleAuthError) as error:
        raise TransientError(f"{secret_id(org_id)} cannot be read from Secret Manager") from error
    return str(answer.payload.data.decode(errors="replace")).strip()


webhooks = Webhooks()


def post(webhook: Webhook, text: str, blocks: list[dict[str, Any]] | None = None) -> None:
    """Post `text`, as `message_text` made it; with `blocks` Slack shows those, and the text in notifications.

    Raises:
        PermanentError: Slack refused it, in its own words.
        TransientError: Slack was not reached, or answered that it did not take it just now.
        OutcomeUnknownError: the request went out and no answer came back.
    """
    api = ProviderApi(
        "Slack",
        secret_id(webhook.org_id),
        # One word, like `channel_is_archived`.
        lambda answer: answer.text(),
        secrets=(webhook.url, webhook.url.rpartition("/")[2]),
    )
    message = {"text": text, "unfurl_links": False, "unfurl_media": False, **({"blocks": blocks} if blocks else {})}
    try:
        api.call("POST", webhook.url, body=message, sending="the post")
    except RefusedError:
        webhooks.forget(webhook.org_id)
        raise
