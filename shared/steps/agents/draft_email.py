"""`draft_email`: an email for a person to approve."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from shared.agents.announcement import announcement
from shared.steps.agents._compliance import Issue, draft_issues
from shared.steps.agents._draft import DraftParams, computed_email, drafted, email_text, subject_of
from shared.steps.agents._model import ModelAction, ModelOutput
from shared.steps.base import StepContext

INSTRUCTIONS = (
    "Write an email: a subject of at most 60 characters and a text of at most 150 words in short paragraphs."
)


class DraftEmailParams(DraftParams):
    """What the email is for and what it may say."""


class DraftEmailOutput(ModelOutput):
    """The draft, and the advertising rules it breaks. Nothing is sent."""

    subject: str
    text: str
    issues: list[Issue]


class _Email(BaseModel):
    model_config = ConfigDict(extra="ignore")

    subject: str
    text: str


class DraftEmail(ModelAction[DraftEmailParams, DraftEmailOutput]):
    """Drafts an email and checks it against the advertising rules; it sends nothing.

    The draft is the point of this action: transient model failures are retried. Without a model it's assembled from
    the purpose and the facts.
    """

    example: ClassVar[Mapping[str, Any]] = {
        "purpose": "Tell our regulars what is new on the shelf this week",
        "audience": "regular customers",
        "facts": ["Blue Dream 3.5g at $40", "Mango Gummies 100mg at $24"],
        "tone": "friendly",
        "state": "NY",
    }

    def run(self, params: DraftEmailParams, context: StepContext) -> DraftEmailOutput:
        """Draft it.

        Raises:
            TransientError: the model cannot answer now.
        """
        computed = {
            "subject": announcement(params.purpose, context.org.name),
            "text": computed_email(context, params),
        }
        draft = drafted(context, params, _Email, INSTRUCTIONS, computed)
        subject, text = subject_of(draft.texts["subject"]), email_text(draft.texts["text"])
        issues = draft_issues(f"{subject}\n{text}", "email", params.state)
        return DraftEmailOutput(subject=subject, text=text, issues=issues, **draft.common())
