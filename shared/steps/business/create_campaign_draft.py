"""`create_campaign_draft`: a campaign for a person to approve."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar, Literal

from pydantic import AliasChoices, Field, field_validator, model_validator

from shared.billing.prices import cost
from shared.documents import suggestions
from shared.documents.org import CAMPAIGN_DRAFTS
from shared.documents.stored import create_unless_there
from shared.documents.suggestions import Suggestion
from shared.errors import PermanentError
from shared.playbooks.instants import Instant
from shared.steps.base import Action, Effect, Output, Params, StepContext
from shared.steps.documents import effect_id, origin
from shared.steps.within_tier import require_within_tier

CREATIVE_ASSET = "creative_asset"
CampaignChannel = Literal["email", "sms", "dashboard"]


class CreateCampaignDraftParams(Params):
    """`channels` (or `channel`): one or a list of them; an email needs a `subject`. `startsAt`: RFC 3339."""

    name: str = Field(min_length=1, max_length=200)
    channels: list[CampaignChannel] = Field(
        min_length=1, validation_alias=AliasChoices("channels", "channel"), serialization_alias="channels"
    )
    segment: str | None = Field(default=None, min_length=1, max_length=200)
    subject: str | None = Field(default=None, min_length=1, max_length=255)
    body: str = Field(min_length=1, max_length=20_000)
    discount_percent: Decimal | None = Field(default=None, gt=0, le=100)
    starts_at: Instant | None = None

    @field_validator("channels", mode="before")
    @classmethod
    def _one_or_more(cls, channels: Any) -> Any:
        return [channels] if isinstance(channels, str) else channels

    @field_validator("channels")
    @classmethod
    def _each_once(cls, channels: list[CampaignChannel]) -> list[CampaignChannel]:
        return list(dict.fromkeys(channels))

    @model_validator(mode="after")
    def _an_email_has_a_subject(self) -> CreateCampaignDraftParams:
        if "email" in self.channels and self.subject is None:
            raise ValueError("subject is missing; expected one, since the campaign goes out by email")
        return self


class CreateCampaignDraftOutput(Output):
    """The id of the document in `campaign_drafts`."""

    draft_id: str


class CreateCampaignDraft(Action[CreateCampaignDraftParams, CreateCampaignDraftOutput]):
    """Drafts a campaign; nothing is sent until a person approves it."""

    effect: ClassVar[Effect] = Effect.IDEMPOTENT
    example: ClassVar[Mapping[str, Any]] = {
        "name": "Weekend flower sale",
        "channels": ["email", "sms"],
        "segment": "price_sensitive",
        "subject": "This weekend: 10% off all flower",
        "body": "Come by on Saturday or Sunday.",
        "discountPercent": 10,
    }

    def run(self, params: CreateCampaignDraftParams, context: StepContext) -> CreateCampaignDraftOutput:
        """Create the draft. Raises: PermanentError: its start is in the past.
        TierLimitError: the tier includes no more creative assets this month.
        """
        if params.starts_at is not None and params.starts_at <= context.now:
            found, now = params.starts_at.isoformat(), context.now.isoformat()
            raise PermanentError(f"startsAt: found {found}; expected an instant after {now}")
        require_within_tier(context, CREATIVE_ASSET)
        draft_id = effect_id(context)
        discount = params.discount_percent
        draft = Suggestion(
            agent=context.agent,
            created_at=context.now,
            source=origin(context),
            name=params.name,
            channels=list(params.channels),
            segment=params.segment,
            subject=params.subject,
            body=params.body,
            discountPercent=None if discount is None else float(discount),
            startsAt=params.starts_at,
        )
        path = suggestions.path_of(context.org.id, CAMPAIGN_DRAFTS, draft_id)
        context.effects.write(
            "draft",
            {
                "channel": CAMPAIGN_DRAFTS,
                "name": params.name,
                "channels": list(params.channels),
                "body": params.body,
            },
            lambda: create_unless_there(path, draft.document()),
            sample=None,
        )
        context.costs.append(cost(CREATIVE_ASSET))
        return CreateCampaignDraftOutput(draft_id=draft_id)
