"""Slack through an org's incoming webhook, whose address is a secret: who has it may post.

It lies in Secret Manager as `slack-webhook-{orgId}` (one secret for each org that uses Slack, read at run time), so
that no document of the org shows it, and it is in no log line and no error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from shared.error_codes import ErrorCode
from shared.errors import PermanentError
from shared.gcp.secret_manager import MissingSecretError, SecretCache
from shared.gcp.settings import settings
from shared.messages.template.as_slack import MENTION_CHANNEL, escaped
from shared.web.provider import ProviderApi, RefusedError

SLACK_URL = "https://hooks.slack.com"
MAX_TEXT_CHARS = 40_000
"""Slack cuts what is longer; counted after escaping."""

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
        raise PermanentError(
            f"text has {len(whole):,} signs; expected at most {MAX_TEXT_CHARS:,}", code=ErrorCode.TOO_LARGE
        )
    return whole


class Webhooks:
    """The orgs' webhooks, each kept for a minute; safe to share between threads."""

    def __init__(self, cache: SecretCache | None = None) -> None:
        self._cache = cache or SecretCache()

    def of(self, org_id: str) -> Webhook:
        """The org's webhook.

        Raises:
            PermanentError: the org has none, or its secret holds something else.
            TransientError: Secret Manager cannot be asked just now.
        """
        try:
            return parse_webhook(org_id, self._cache.of(secret_id(org_id)))
        except MissingSecretError:
            raise PermanentError(
                f"Slack is not connected: expected the webhook of {org_id} in the secret {secret_id(org_id)}"
            ) from None

    def forget(self, org_id: str) -> None:
        """Read it anew the next time: Slack knows it no more."""
        self._cache.forget(secret_id(org_id))


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
