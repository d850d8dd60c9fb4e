"""Slack through an org's incoming webhook, whose address is a secret: anyone who has it can post.

It is kept in Secret Manager as `slack-webhook-{orgId}` (one secret per org that uses Slack, read at run time), and
never appears in documents, logs or errors.
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
"""Slack's limit, counted after escaping."""

_PATH = re.compile(r"/services(?:/[A-Za-z0-9_-]+){3}")
_ORG_ID = re.compile(r"[A-Za-z0-9_-]{1,200}")


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where an org's posts go; hidden from `repr`."""

    org_id: str
    url: str = field(repr=False)


def parse_webhook(org_id: str, raw: str) -> Webhook:
    """Parses a webhook address.

    Raises:
        PermanentError: it isn't a Slack webhook; the message doesn't repeat the address.
    """
    for base in (SLACK_URL, settings().slack_webhook_base_url):
        if raw.startswith(f"{base}/") and _PATH.fullmatch(raw.removeprefix(base)):
            return Webhook(org_id, raw)
    raise PermanentError(
        f"the Slack webhook of {org_id} is invalid; expected {settings().slack_webhook_base_url}/services/T…/B…/…"
    )


def secret_id(org_id: str) -> str:
    """The name of the secret with the org's webhook.

    Raises:
        PermanentError: the org's id can't be part of a secret's name.
    """
    if not _ORG_ID.fullmatch(org_id):
        raise PermanentError(f"org {org_id!r}: expected letters, digits, _ and - for the name of its Slack secret")
    return f"slack-webhook-{org_id}"


def message_text(text: str, *, mention_channel: bool) -> str:
    """`text` escaped for Slack, so that it can't create links or mentions.

    Raises:
        PermanentError: it is too long for one post.
    """
    whole = (MENTION_CHANNEL if mention_channel else "") + escaped(text)
    if len(whole) > MAX_TEXT_CHARS:
        raise PermanentError(
            f"text has {len(whole):,} characters; expected at most {MAX_TEXT_CHARS:,}", code=ErrorCode.TOO_LARGE
        )
    return whole


class Webhooks:
    """The orgs' webhooks, cached for a minute; thread-safe."""

    def __init__(self, cache: SecretCache | None = None) -> None:
        self._cache = cache or SecretCache()

    def of(self, org_id: str) -> Webhook:
        """The org's webhook.

        Raises:
            PermanentError: the org has none, or its secret is invalid.
            TransientError: Secret Manager can't be reached right now.
        """
        try:
            return parse_webhook(org_id, self._cache.of(secret_id(org_id)))
        except MissingSecretError:
            raise PermanentError(
                f"Slack is not connected: expected the webhook of {org_id} in the secret {secret_id(org_id)}"
            ) from None

    def forget(self, org_id: str) -> None:
        """Drops the cached webhook, which Slack no longer accepts."""
        self._cache.forget(secret_id(org_id))


webhooks = Webhooks()


def post(webhook: Webhook, text: str, blocks: list[dict[str, Any]] | None = None) -> None:
    """Posts `text`, as made by `message_text`; with `blocks`, Slack shows those and uses the text in notifications.

    Raises:
        PermanentError: Slack refused it (its words are included).
        TransientError: Slack wasn't reached, or didn't accept the post right now.
        OutcomeUnknownError: the request was sent but no answer came back.
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
