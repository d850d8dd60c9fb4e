"""Putting together what was said before and what was said now, so that nothing that was known is lost."""

from __future__ import annotations

from typing import Any

from shared.chat.rhythm import adapted
from shared.chat.understanding import Intent, ScheduleWish, Understanding
from shared.errors import PermanentError

MAX_RECIPIENTS = 20

_DETAILS = (
    "topic",
    "events",
    "threshold",
    "competitors",
    "top",
    "message",
    "segment",
    "product",
    "period",
    "name",
    "playbook",
)
"""What is said now takes the place of what was said before."""
_GATHERED = ("channels", "dropped_channels", "recipients")
"""What is said now joins what was said before."""
_ANSWERED_BY: dict[str, tuple[str, ...]] = {
    "topic": ("topic",),
    "schedule": ("schedules", "events"),
    "event": ("events", "schedules"),
    "threshold": ("threshold",),
    "channel": ("channels",),
    "recipient": ("recipients",),
    "competitor": ("competitors", "top"),
    "playbook": ("playbook",),
    "message": ("message",),
}
_OPEN_INTENTS = frozenset({Intent.ANSWER, Intent.UNCLEAR, Intent.CONFIRM})


def merge(known: Understanding, said: Understanding) -> Understanding:
    """Both together: where they speak of the same thing the newer one counts, and open questions stay open.

    A question of `known` is dropped where `said` has what it asked about.

    Raises:
        PermanentError: more recipients than a playbook may have.
    """
    fields: dict[str, Any] = {"intent": _intent(known, said)}
    for name in _DETAILS:
        newer = getattr(said, name)
        fields[name] = newer if newer not in (None, ()) else getattr(known, name)
    fields["schedules"] = _schedules(known, said)
    for name in _GATHERED:
        newer, older = getattr(said, name), getattr(known, name)
        # A whole sentence says it all itself; an answer adds to what was said.
        whole = said.intent is Intent.CREATE and newer
        fields[name] = newer if whole else tuple(dict.fromkeys((*older, *newer)))
    if len(fields["recipients"]) > MAX_RECIPIENTS:
        raise PermanentError(
            f"{len(fields['recipients'])} recipients were named; expected at most {MAX_RECIPIENTS}"
        )
    fields["every_playbook"] = known.every_playbook or said.every_playbook
    asked_now = {gap.about for gap in said.unclear}
    still_open = tuple(
        gap for gap in known.unclear if not is_answered(gap.about, said) and gap.about not in asked_now
    )
    fields["unclear"] = (*still_open, *said.unclear)
    return Understanding(**fields)


def _schedules(known: Understanding, said: Understanding) -> tuple[ScheduleWish, ...]:
    """The newer ones; where they name only a time or only days, the earlier ones lend the rest."""
    if len(known.schedules) != len(said.schedules):
        return said.schedules or known.schedules
    pairs = zip(known.schedules, said.schedules, strict=True)
    return tuple(adapted(new, old.cron, old.occurrence) for old, new in pairs)


def is_answered(about: str, said: Understanding) -> bool:
    """Whether `said` has what a question about `about` wants to know."""
    if about == "intent":
        return said.intent not in _OPEN_INTENTS
    if any(gap.about == about for gap in said.unclear):
        return False
    return any(getattr(said, name) not in (None, ()) for name in _ANSWERED_BY[about])


def has_details(said: Understanding) -> bool:
    """Whether it says anything besides its intent."""
    return any(getattr(said, name) not in (None, ()) for name in ("schedules", *_DETAILS, *_GATHERED))


def _intent(known: Understanding, said: Understanding) -> Intent:
    newer = said.intent not in _OPEN_INTENTS or (known.intent, said.intent) == (Intent.UNCLEAR, Intent.CONFIRM)
    return said.intent if newer else known.intent
