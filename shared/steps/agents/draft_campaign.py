"""`draft_campaign`: a campaign over email and SMS for a person to approve."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.agents.announcement import announcement
from shared.agents.sms_draft import sms_body
from shared.steps.agents._compliance import Issue, draft_issues
from shared.steps.agents._draft import (
    DraftParams,
    computed_email,
    computed_sms,
    drafted,
    email_text,
    subject_of,
)
from shared.steps.agents._model import ModelAction, ModelOutput
from shared.steps.base import StepContext

MAX_NAME = 80
INSTRUCTIONS = """\
Write a campaign: its name in at most six words, an email (a subject of at most 60 characters, a text of at most \
150 words) and one text message of at most 125 plain characters that begins with the shop's name. The offer, where \
one is given, is said as it is given."""

CampaignChannel = Literal["email", "sms"]


class DraftCampaignParams(DraftParams):
    """`segment`: who it goes to; `offer`: what is offered. Both come from the author: no model chooses them."""

    channels: list[CampaignChannel] = Field(default=["email", "sms"], min_length=1, max_length=2)
    segment: str = Field(default="all_customers", min_length=1, max_length=100)
    offer: str | None = Field(default=None, max_length=300)


class DraftCampaignOutput(ModelOutput):
    """The draft; texts for channels it doesn't use are null. `issues`: the channel's rules it breaks."""

    name: str
    channels: list[CampaignChannel]
    segment: str
    offer: str | None
    subject: str | None
    email_text: str | None
    sms_text: str | None
    issues: list[Issue]


class _Campaign(BaseModel):
    model_config = ConfigDict(extra="ignore")

    name: str
    subject: str
    email_text: str
    sms_text: str


class DraftCampaign(ModelAction[DraftCampaignParams, DraftCampaignOutput]):
    """Drafts a campaign for email and SMS and checks it against the advertising rules; it sends nothing.

    The draft is the point of this action: transient model failures are retried. Without a model it's assembled from
    the purpose, the offer and the facts.
    """

    example: ClassVar[Mapping[str, Any]] = {
        "purpose": "Respond to a competitor's price cut on flower",
        "segment": "price_sensitive",
        "offer": "10 % off all flower until Sunday",
        "facts": [{"product": "Blue Dream 3.5g", "ourPrice": 40, "theirPrice": 34}],
        "state": "NY",
    }

    def run(self, params: DraftCampaignParams, context: StepContext) -> DraftCampaignOutput:
        """Draft it.

        Raises:
            TransientError: the model cannot answer now.
        """
        computed = _computed(params, context)
        draft = drafted(context, params, _Campaign, INSTRUCTIONS, computed, given={"offer": params.offer})
        uses_email, uses_sms = "email" in params.channels, "sms" in params.channels
        subject = subject_of(draft.texts["subject"]) if uses_email else None
        mail = email_text(draft.texts["email_text"]) if uses_email else None
        text = sms_body(draft.texts["sms_text"]) if uses_sms else None
        issues = draft_issues(f"{subject}\n{mail}", "email", params.state) if uses_email else []
        issues += draft_issues(text, "sms", params.state) if text is not None else []
        return DraftCampaignOutput(
            name=subject_of(draft.texts["name"])[:MAX_NAME],
            channels=params.channels,
            segment=params.segment,
            offer=params.offer,
            subject=subject,
            email_text=mail,
            sms_text=text,
            issues=list({(one.rule, one.excerpt): one for one in issues}.values()),
            **draft.common(),
        )


def _computed(params: DraftCampaignParams, context: StepContext) -> dict[str, str]:
    with_offer = params.model_copy(update={"purpose": params.offer}) if params.offer else params
    return {
        "name": params.purpose,
        "subject": announcement(params.offer or params.purpose, context.org.name),
        "email_text": computed_email(context, with_offer),
        "sms_text": computed_sms(context, with_offer),
    }
