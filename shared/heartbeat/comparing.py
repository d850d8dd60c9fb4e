"""When our offers are held against competitors' menus: when a menu was found, and once a day for what we changed.

Between these there is nothing to see, and two menus of each competitor with all of our items are much to read.
"""

from __future__ import annotations

from collections.abc import Sequence

from google.api_core.exceptions import GoogleAPICallError

from shared.competitors.snapshots import last_scan
from shared.gcp import logging
from shared.heartbeat.load import LoadedInputs, Section
from shared.heartbeat.registry import Check
from shared.values.digests import hex_digest

log = logging.get_logger(__name__)


def is_comparing(check: Check) -> bool:
    """Whether the check needs menus."""
    return Section.MENUS in check.needs


def mark_of(org_id: str, loaded: LoadedInputs) -> str | None:
    """Identifies this state of menus and pending actions on this day; None if unknown."""
    if Section.ACTIONS in loaded.failures:
        return None
    try:
        newest = last_scan.newest_menu(org_id) or ""
    except GoogleAPICallError as error:
        log.warning("unknown whether there is a new menu", extra={"reason": type(error).__name__})
        return None
    actions = sorted(f"{one.id} {one.type} {one.priority}" for one in loaded.facts.actions)
    parts = (loaded.facts.today.isoformat(), newest, *actions)
    return hex_digest(*parts)


def without_comparing(due: Sequence[Check]) -> list[Check]:
    return [check for check in due if not is_comparing(check)]
