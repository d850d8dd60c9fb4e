"""When our offers are held against competitors' menus: when a menu was found, and once a day for what we changed.

Between these there is nothing to see, and two menus of each competitor with all of our items are much to read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from shared.competitors.snapshots import last_scan
from shared.heartbeat.catalog import Check
from shared.heartbeat.load import Loaded, Section


def is_comparing(check: Check) -> bool:
    """Whether the check needs menus."""
    return Section.MENUS in check.needs


def mark_of(org_id: str, loaded: Loaded) -> str | None:
    """What tells this state of menus and pending actions from others, on this day; None where nobody knows it."""
    newest = None if Section.ACTIONS in loaded.failures else last_scan.newest_menu(org_id)
    if newest is None:
        return None
    actions = sorted(f"{one.id} {one.type} {one.priority}" for one in loaded.facts.actions)
    parts = (loaded.facts.today.isoformat(), newest, *actions)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def without_comparing(due: Sequence[Check]) -> list[Check]:
    """The others."""
    return [check for check in due if not is_comparing(check)]
