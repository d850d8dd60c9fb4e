"""`create_inbox_notification`: one notification in the dashboard's inbox."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from shared.messages.alert_types import MAX_BODY_CHARS, MAX_TITLE_CHARS, MAX_TYPE_CHARS, Severity
from shared.messages.template.models import Message
from shared.notices.preferences import Channel
from shared.steps.base import Action, Effect, Output, Params, StepContext
from shared.steps.delivery._channels import put_into_inbox
from shared.steps.delivery._decisions import decision_page
from shared.steps.delivery._new_facts import settle_report


class CreateInboxNotificationParams(Params):
    """`type`: any name; the dashboard groups by it."""

    title: str = Field(min_length=1, max_length=MAX_TITLE_CHARS)
    body: str = Field(max_length=MAX_BODY_CHARS)
    type: str = Field(default="playbook", min_length=1, max_length=MAX_TYPE_CHARS)
    severity: Severity = "info"


class CreateInboxNotificationOutput(Output):
    """The id of the document in `inbox_notifications`."""

    notification_id: str


class CreateInboxNotification(Action[CreateInboxNotificationParams, CreateInboxNotificationOutput]):
    """Adds a notification to the org's dashboard inbox."""

    effect: ClassVar[Effect] = Effect.IDEMPOTENT
    example: ClassVar[Mapping[str, Any]] = {
        "title": "Stock count tonight",
        "body": "Please count the flower shelf.",
    }

    def run(self, params: CreateInboxNotificationParams, context: StepContext) -> CreateInboxNotificationOutput:
        """Create it, once per step of a run."""
        message = Message(title=params.title)
        link = decision_page(context)
        alert_id = put_into_inbox(context, params.type, message, params.severity, link, params.body)
        settle_report(context, params.body, {Channel.DASHBOARD})
        return CreateInboxNotificationOutput(notification_id=alert_id)
