"""`slack_post`: a message in the org's Slack channel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from shared.errors import PermanentError
from shared.messages.channels import slack
from shared.messages.template.as_slack import slack_blocks
from shared.playbooks.secret_names import placeholder
from shared.redaction import shape_of
from shared.steps.base import Action, Effect, Output, Params, StepContext
from shared.steps.delivery._channels import UNKNOWN_OUTCOME_NOTE
from shared.steps.delivery._reports import report_of

_SHOWN_CHARS = 300


class SlackPostParams(Params):
    """`text` is shown as written; `*bold*` and the like work, mentions do not, and a link is its bare address.

    A report's text is posted as the report itself: a title, its figures, its lists. `mentionChannel` puts a mention
    of everybody in the channel before it. `webhook` is `{{secrets.NAME}}`, where the address of an incoming webhook
    of another channel is kept; without it the post goes to the channel that the org has connected.
    """

    takes_secrets: ClassVar[frozenset[str]] = frozenset({"webhook"})

    text: str = Field(min_length=1, max_length=slack.MAX_TEXT_CHARS, pattern=r"\S")
    mention_channel: bool = False
    webhook: str | None = None


class SlackPostOutput(Output):
    """`posted` is false, and `outcome` unknown, where Slack never answered."""

    posted: bool
    outcome: Literal["posted", "unknown"]
    note: str | None = None


class SlackPost(Action[SlackPostParams, SlackPostOutput]):
    """Posts one message to the Slack channel that the org has connected.

    The address of an incoming webhook lies in Secret Manager (`slack-webhook-{orgId}`, or the secret that `webhook`
    names), never in a playbook.
    """

    effect: ClassVar[Effect] = Effect.ONCE
    example: ClassVar[Mapping[str, Any]] = {"text": "*Low stock*: Blue Dream 3.5g (2 left)"}

    def run(self, params: SlackPostParams, context: StepContext) -> SlackPostOutput:
        """Post it.

        Raises:
            PermanentError: the org has no webhook, `webhook` is no secret, or Slack refused the post.
            TransientError: Slack or Secret Manager was not reached, or cannot take it just now.
        """
        text = slack.message_text(params.text, mention_channel=params.mention_channel)
        report = report_of(context, text=params.text, html=None)
        blocks = slack_blocks(report, mention_channel=params.mention_channel) if report else None
        webhook = _webhook_of(params, context)

        def call() -> dict[str, Any]:
            slack.post(webhook, text, blocks)
            return {"outcome": "posted"}

        receipt = context.effects.once(
            "slack",
            {"channel": "slack", "text": _shown(params.text), "mentionChannel": params.mention_channel},
            call,
            find=None,
            sample={"outcome": "posted"},
            message=lambda: {"channel": "slack", "to": [], "text": text},
        )
        if receipt["outcome"] == "posted":
            return SlackPostOutput(posted=True, outcome="posted")
        return SlackPostOutput(posted=False, outcome="unknown", note=UNKNOWN_OUTCOME_NOTE)


def _webhook_of(params: SlackPostParams, context: StepContext) -> slack.Webhook:
    if params.webhook is None:
        return context.effects.read(lambda: slack.webhooks.of(context.org.id))
    named = context.secrets.named_in(params.webhook)
    if not named:
        raise PermanentError(
            f"webhook: found {shape_of(params.webhook)}; expected {placeholder()}, where an owner keeps the address"
        )
    address = context.effects.read(lambda: str(context.secrets.fill(params.webhook)))
    return slack.parse_webhook(context.org.id, address)


def _shown(text: str) -> str:
    """The start of a long text, for a dry run."""
    return text if len(text) <= _SHOWN_CHARS else f"{text[:_SHOWN_CHARS]}… ({len(text):,} signs in all)"
