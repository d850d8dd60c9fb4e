"""The command behind `make agent-key`: make an agent key and print it once, or revoke one."""

from __future__ import annotations

import argparse
import sys

from shared.api.agent_keys import DEFAULT_SCOPES, create_agent_key, revoke_agent_key
from shared.api.members import require_member
from shared.errors import PlaybookError
from shared.gcp.settings import SettingsError


def run(arguments: list[str] | None = None) -> int:
    """Parse `arguments` (default: the command line's), do it, and return the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if not options.revoke and not (options.org and options.agent):
        parser.error("ORG and AGENT are needed, or --revoke KEYID")
    try:
        sys.stdout.write(_done(options) + "\n")
    except (PlaybookError, SettingsError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _done(options: argparse.Namespace) -> str:
    if options.revoke:
        revoke_agent_key(options.revoke)
        return f"revoked {options.revoke}"
    acts_for = [uid for uid in options.acts_for.split(",") if uid]
    for uid in acts_for:
        require_member(options.org, uid)
    return create_agent_key(options.org, options.agent, options.scopes.split(","), acts_for=acts_for)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m shared.api.agent_keys",
        description="Make an agent key (printed once; only its hash is stored), or revoke one.",
        epilog="Reads GOOGLE_CLOUD_PROJECT, and FIRESTORE_EMULATOR_HOST where the stack is local.",
    )
    parser.add_argument("org", nargs="?", metavar="ORG", help="the org that the key acts for")
    parser.add_argument("agent", nargs="?", metavar="AGENT", help="the agent's name, like ezal")
    parser.add_argument(
        "--scopes", default=",".join(DEFAULT_SCOPES), help="separated by commas; default: %(default)s"
    )
    parser.add_argument(
        "--acts-for",
        default="",
        metavar="UID,…",
        help="members of the org in whose name the agent may ask for runs; default: none, it acts as itself",
    )
    parser.add_argument("--revoke", metavar="KEYID", help="the middle part of the key to refuse from now on")
    return parser
