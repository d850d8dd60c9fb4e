"""A catalog report that goes out with the org's daily digest, where the org chose one."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from shared.catalog.files import is_in_catalog
from shared.messages import links
from shared.messages.alert_types import AlertType
from shared.messages.template.addresses import plain
from shared.messages.template.from_text import sections_of_text
from shared.messages.template.models import Message
from shared.notices.daily import adding
from shared.notices.daily.record import ENTRIES, Entry
from shared.steps.base import StepContext
from shared.steps.delivery._channels import UNKNOWN_OUTCOME_NOTE, document_id
from shared.steps.delivery._decisions import decision_page
from shared.steps.delivery._recipients import SendOutcome
from shared.steps.fact_claims import is_asked_for
from shared.values.local_time import next_at
from shared.values.words import day_words, time_words


def put_into_digest(
    context: StepContext, subject: str, body: str, report: Message | None, alert_type: AlertType
) -> datetime | None:
    """When it goes out; None where it is to be mailed by itself.

    That is what people's own playbooks say, and what somebody has asked for just now.
    """
    if not is_in_catalog(context.playbook_id) or is_asked_for(context):
        return None
    org = context.org
    setting = context.effects.read(lambda: adding.load_setting(org.id))
    if setting is None:
        return None
    content = report or Message(title="", sections=tuple(sections_of_text(body, links.url(""))))
    message = content.model_copy(update={"title": plain(subject)})
    entry = Entry(
        id=document_id(context, "digest"),
        org_id=org.id,
        digest_id="",
        type=alert_type,
        message=message,
        link=decision_page(context) or links.run(context.execution_id),
        playbook_id=context.playbook_id,
        execution_id=context.execution_id,
        created_at=context.now,
    )
    return context.effects.write(
        "digest",
        {"channel": "email", "collection": ENTRIES, "subject": message.title},
        lambda: adding.add(entry, setting, org.timezone, context.now),
        sample=next_at(setting.at, org.timezone, context.now),
    )


def digest_note(at: datetime, context: StepContext) -> str:
    """`Goes out with today's digest at 8:00 AM.`"""
    day, time = _when(at, context)
    return f"Goes out with {day}'s digest at {time}."


def note_of(outcome: SendOutcome, context: StepContext) -> str | None:
    """`Goes out tomorrow at 8:00 AM, when quiet hours end.`, or that it isn't known whether it has arrived."""
    if outcome.until is not None:
        day, time = _when(outcome.until, context)
        return f"Goes out {day} at {time}, when quiet hours end."
    return UNKNOWN_OUTCOME_NOTE if outcome.outcome == "unknown" else None


def _when(at: datetime, context: StepContext) -> tuple[str, str]:
    zone = ZoneInfo(context.org.timezone)
    local, today = at.astimezone(zone), context.now.astimezone(zone).date()
    days = {today: "today", today + timedelta(days=1): "tomorrow"}
    return days.get(local.date(), day_words(local.date())), time_words(local)
