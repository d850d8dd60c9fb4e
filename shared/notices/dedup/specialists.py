"""Who reports a fact: catalog playbooks that specialize in its kind, and sentences on who did or will."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from shared.catalog.files.load import CatalogPlaybook, Tells, catalog, content_hash, content_of
from shared.documents.org import PLAYBOOKS, org_path
from shared.gcp.clients import firestore
from shared.messages.alert_types import AlertType
from shared.notices import preferences
from shared.notices.dedup.fact import Audience, Fact, Notification
from shared.playbooks.models import PlaybookStatus
from shared.values.text import clean_text
from shared.values.words import listed, moment_words, time_words

MAX_NAMED = 3


@dataclass(frozen=True, slots=True)
class Specialist:
    """An org's playbook that reports facts of a kind from a level up."""

    name: str
    kind: str
    from_level: Decimal

    def tells(self, fact: Fact) -> bool:
        """Whether it reports this fact; for a price, also its changes."""
        same = fact.kind == self.kind or (self.kind == "undercut" and fact.kind == "price_change")
        return same and fact.level is not None and fact.level >= self.from_level


def specialized_playbooks(org_id: str, kinds: Collection[str], audience: Audience | None) -> list[Specialist]:
    """The active, unedited ones that reach the audience (None: any).

    An edited playbook may report something else, so nothing is left to it.
    """
    meant = {one.id: (one, one.tells) for one in catalog().values() if one.tells and one.tells.kind in kinds}
    if not meant:
        return []
    folder = firestore().collection(org_path(org_id, PLAYBOOKS))
    found = {one.id: one.to_dict() or {} for one in firestore().get_all([folder.document(one) for one in meant])}
    chosen = preferences.load(org_id)
    return [
        Specialist(entry.name, tells.kind, tells.from_level)
        for entry, tells in meant.values()
        if found[entry.id].get("status") == PlaybookStatus.ACTIVE
        and content_hash(content_of(found[entry.id])) == entry.hash
        and _reaches(entry, tells, audience, chosen)
    ]


def _reaches(
    entry: CatalogPlaybook, tells: Tells, audience: Audience | None, chosen: preferences.Preferences
) -> bool:
    reached = {one for one in chosen.channels(AlertType(tells.type)) if one in entry.channels}
    return bool(reached) if audience is None else audience in reached


def already_reported(notifications: Iterable[Notification], now: datetime, timezone: str) -> str:
    """`Already reported by 'Daily Intel' at 9:02 AM.`; empty without any. Each playbook once, latest first."""
    latest: dict[str, Notification] = {}
    for one in sorted(notifications, key=lambda one: one.at):
        latest[one.by] = one
    named = sorted(latest.values(), key=lambda one: one.at, reverse=True)
    if not named:
        return ""
    return f"Already reported by {_shortened([_named(one, now, timezone) for one in named])}."


def _named(notification: Notification, now: datetime, timezone: str) -> str:
    zone = ZoneInfo(timezone)
    at, today = notification.at.astimezone(zone), now.astimezone(zone).date()
    return f"'{clean_text(notification.by, 50)}' at {time_words(at) if at.date() == today else moment_words(at)}"


def left_to(left: Iterable[tuple[str, str]]) -> str:
    """`'Competitive Price Alert' tells you about Blue Dream 3.5g.`, of `(playbook, thing)`; empty without any."""
    things: dict[str, list[str]] = {}
    for playbook, thing in left:
        things.setdefault(playbook, []).append(clean_text(thing, 80))
    return " ".join(
        f"'{clean_text(one, 50)}' tells you about {_shortened(topic)}." for one, topic in things.items()
    )


def _shortened(things: list[str]) -> str:
    more = [f"{len(things) - MAX_NAMED} more"] if len(things) > MAX_NAMED else []
    return listed([*things[:MAX_NAMED], *more])
