"""`draft_sms`: a text message for a person to approve."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from shared.agents.sms_draft import sms_body
from shared.steps.agents._compliance import Issue, draft_issues
from shared.steps.agents._draft import DraftParams, computed_sms, drafted
from shared.steps.agents._model import ModelAction, ModelOutput
from shared.steps.base import StepContext

INSTRUCTIONS = """\
Write one text message of at most 125 plain characters: the shop's name, the news, nothing else. The age line and \
the opt-out words are added to it."""


class DraftSmsParams(DraftParams):
    """What the text is for and what it may say."""


class DraftSmsOutput(ModelOutput):
    """The draft: one segment, at most 160 GSM characters, ending with the age notice and opt-out. Nothing is
    sent.
    """

    body: str
    issues: list[Issue]


class _Sms(BaseModel):
    model_config = ConfigDict(extra="ignore")

    body: str


class DraftSms(ModelAction[DraftSmsParams, DraftSmsOutput]):
    """Drafts a text message of one segment and checks it against the advertising rules; it sends nothing.

    The draft is the point of this action: transient model failures are retried. Without a model it's assembled from
    the purpose and the facts.
    """

    example: ClassVar[Mapping[str, Any]] = {
        "purpose": "Blue Dream is back in stock",
        "facts": {"price": 40},
        "state": "NY",
    }

    def run(self, params: DraftSmsParams, context: StepContext) -> DraftSmsOutput:
        """Draft it.

        Raises:
            TransientError: the model cannot answer now.
        """
        draft = drafted(context, params, _Sms, INSTRUCTIONS, {"body": computed_sms(context, params)})
        body = sms_body(draft.texts["body"])
        return DraftSmsOutput(body=body, issues=draft_issues(body, "sms", params.state), **draft.common())
