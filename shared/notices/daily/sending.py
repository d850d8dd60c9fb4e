"""Closes a digest when it is due: its reports become one message, emailed once.

The message goes to the outbox in the commit that closes the digest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from google.cloud.firestore_v1.base_query import FieldFilter

from shared.documents.stored import parsed
from shared.errors import TransientError
from shared.gcp.clients import firestore
from shared.gcp.transactions import in_transaction
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
from shared.notices import delivery as deliveries
from shared.notices import outbox
from shared.notices.alert import DASHBOARD, EMAIL, Alert, worded
from shared.notices.daily.record import ENTRIES, Entry
from shared.notices.delivery import AlertDelivery
from shared.tenants.tenant import find_reachable
from shared.values.text import clean_text
from shared.values.words import counted

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

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


def send(of_digest: str, now: datetime) -> bool:
    """Sends the digest; False if the outbox already has it or none of its entries is readable.

    The outbox retries failed emails and reports refused ones in the inbox.

    Raises:
        TransientError: it isn't due yet, or could not be stored.
    """

    def close(transaction: Transaction) -> AlertDelivery | None:
        digest = deliveries.read(of_digest, transaction)
        if digest is None or digest.decision != "gathering":
            return None
        if digest.send_at > now:
            raise TransientError(f"the digest waits until {digest.send_at.isoformat()}")
        entries = _entries(of_digest, transaction)
        alert_of = _alert if _has_reader(digest.org_id) else _unmailed
        none = digest.model_copy(update={"decision": "send", "due_at": None, "done_at": now})
        put = AlertDelivery.of(digest.org_id, alert_of(digest, entries), now) if entries else none
        transaction.set(deliveries.reference(of_digest), put.document())
        return put if entries else None

    put = in_transaction(close, f"{deliveries.COLLECTION}/{of_digest}")
    if put is None:
        return False
    outbox.deliver(put, now)
    return True


def _has_reader(org_id: str) -> bool:
    """Whether the owner has an email address; deleted orgs count as yes, since nobody needs to know."""
    org = find_reachable(org_id)
    return org is None or bool(org.owner_email)


def _unmailed(digest: AlertDelivery, entries: list[Entry]) -> Alert:
    """The inbox notice for an org whose email address was removed."""
    return Alert(
        id=digest.alert.id,
        type=AlertType.PLAYBOOK_FAILURE,
        key=digest.alert.id,
        message=worded(
            "Your daily digest wasn't emailed",
            "There's no email address for reports and alerts. Add one in your organization settings.\n\n"
            f"{_titles(entries)}",
        ),
        severity="warning",
        link=links.ORGANIZATION,
        also=DASHBOARD,
        at_most=DASHBOARD,
    )


def _titles(entries: list[Entry]) -> str:
    """Titles for the inbox, which all members can read."""
    titles = "\n".join(f"• {entry.message.title}" for entry in ordered(entries))
    return f"It had these reports and alerts, which are also in your dashboard:\n{titles}"


def _alert(digest: AlertDelivery, entries: list[Entry]) -> Alert:
    types = {entry.type for entry in entries}
    return Alert(
        id=digest.alert.id,
        # What unsubscribing turns off.
        type=types.pop() if len(types) == 1 else AlertType.WEEKLY_REPORT,
        key=digest.alert.id,
        message=gathered(entries),
        # Shown in the inbox only if it can't be emailed.
        members_body=_titles(entries),
        also=EMAIL,
        at_most=EMAIL,
    )


def _entries(of_digest: str, transaction: Transaction) -> list[Entry]:
    """The readable entries; others are logged."""
    query = firestore().collection(ENTRIES).where(filter=FieldFilter("digestId", "==", of_digest))
    found = (parsed(Entry, one) for one in query.stream(transaction=transaction))
    return [one for one in found if one is not None]
