"""Combines a day's reports into one message. No I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from shared.messages import links
from shared.messages.alert_types import AlertType
from shared.messages.template import build
from shared.messages.template.models import (
    Actions,
    Button,
    Heading,
    Letterhead,
    Listing,
    Message,
    Paragraph,
    Section,
    Table,
    text_of,
)
from shared.messages.template.models import Run as Words
from shared.messages.template.render import MAX_BYTES, render
from shared.notices.daily.record import Entry
from shared.values.text import clean_text
from shared.values.words import counted

MAX_ROWS = 5
MAX_REPORTS = 40
"""The rest are only listed; their runs and inbox notifications have the full content."""
LETTERHEAD_BYTES = 6_000
MAX_SUBJECT = 180
RANKS: Mapping[AlertType, int] = MappingProxyType(
    {
        kind: rank
        for rank, kind in enumerate(
            (
                AlertType.COMPLIANCE_FLAG,
                AlertType.BILLING_ALERT,
                AlertType.PLAYBOOK_FAILURE,
                AlertType.COMPETITOR_ALERT,
                AlertType.USAGE_ALERT,
                AlertType.WEEKLY_REPORT,
            )
        )
    }
)
"""Most important first: licenses and money."""


def ordered(entries: Sequence[Entry]) -> list[Entry]:
    """Sorts by importance, then by time."""
    return sorted(entries, key=lambda one: (RANKS[one.type], one.created_at, one.id))


def gathered(entries: Sequence[Entry]) -> Message:
    """One message for one or more reports, each with a section and a button, within an email's size limit.

    If it gets too long, the least important reports lose their tables first.
    """
    all_of_them = ordered(entries)
    shown, rest = all_of_them[:MAX_REPORTS], all_of_them[MAX_REPORTS:]
    for whole in range(len(shown), -1, -1):
        message = _message(shown, rest, whole)
        if len(render(message, Letterhead(), "").encode()) <= MAX_BYTES - LETTERHEAD_BYTES:
            break
    return message


def _message(shown: Sequence[Entry], rest: Sequence[Entry], whole: int) -> Message:
    first, more = shown[0].message, len(shown) + len(rest) - 1
    what = "update" if any(one.kind == "alert" for one in (*shown, *rest)) else "report"
    title = clean_text(first.title, MAX_SUBJECT) or "Your daily digest"
    sections = [section for index, entry in enumerate(shown) for section in _report(entry, is_whole=index < whole)]
    others = build.titled(
        f"And {counted(len(rest), f'more {what}')}", build.listing(entry.message.title for entry in rest)
    )
    return build.message(
        f"{title}, and {counted(more, f'more {what}')}" if more else title,
        f"{counted(more + 1, what)} for you today.",
        [*sections, *others],
    )


def _report(entry: Entry, *, is_whole: bool) -> list[Section]:
    message = entry.message
    return [
        Heading(text=clean_text(message.title, build.MAX_CELL) or "Report"),
        *build.paragraphs(message.lead),
        *(_fitted(one) for one in message.sections if is_whole and not isinstance(one, Actions)),
        Actions(buttons=(_button(entry),)),
    ]


def _button(entry: Entry) -> Button:
    """The report's main button, otherwise a link to its page."""
    own = next((one for one in entry.message.sections if isinstance(one, Actions)), None)
    return own.buttons[0] if own is not None else links.button(entry.link)


def _fitted(section: Section) -> Section:
    """Adapts a report's section to the digest: smaller headings, fewer rows."""
    if isinstance(section, Heading):
        return Paragraph(text=(Words(text=text_of(section.text), bold=True),))
    if isinstance(section, Table) and len(section.rows) > MAX_ROWS:
        left_out = section.left_out + len(section.rows) - MAX_ROWS
        return section.model_copy(update={"rows": section.rows[:MAX_ROWS], "left_out": left_out})
    if isinstance(section, Listing) and len(section.items) > MAX_ROWS:
        left_out = section.left_out + len(section.items) - MAX_ROWS
        return section.model_copy(update={"items": section.items[:MAX_ROWS], "left_out": left_out})
    return section
