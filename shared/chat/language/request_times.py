"""The times of a request, of which some say something else. Pure."""

from __future__ import annotations

from dataclasses import replace

from shared.chat.language.leftovers import UNTIMED, is_timed
from shared.chat.language.phrases import key_of
from shared.chat.language.reading import Claim, Reading
from shared.chat.language.when import Day, When, grouped

_ENDING, _BEGINNING = ("end", "finish", "stop", "quit"), ("start", "begin")
_DATES = ("date", "holiday", "next_weekday")


def whens_of(reading: Reading) -> tuple[When, ...]:
    said = [claim for claim in reading.claims if claim.category == "when" and not _is_of_figures(claim, reading)]
    if reading.of("topic") or reading.of("event"):
        said = [claim for claim in said if not is_delay(claim)]
    if not is_timed(reading) and not any(key_of(value) in UNTIMED for value in reading.of("verb")):
        said += [claim for claim in reading.claims if claim.category == "bare_clock"]
    pieces = [claim.value.model_copy(update={"words": claim.words}) for claim in said]
    groups = tuple(one for one in grouped(pieces) if not one.is_now)
    if not any(claim.category == "verb" and claim.read.split()[0] == "start" for claim in reading.claims):
        return groups
    # "Start sales on March 1, daily at 8": from then on; "start the birthday texts on March 1" has no days yet.
    is_plain = len(groups) == 1 and groups[0].once is not None and groups[0].once.kind in _DATES
    return tuple(
        one.changed(once=None, starts=one.once) if one.once and (one.every or one.weekdays or is_plain) else one
        for one in groups
    )


def _is_of_figures(claim: Claim, reading: Reading) -> bool:
    """ "A report of daily sales every month" comes every month."""
    of_it = any(one.category == "topic" and one.start == claim.end + 1 for one in reading.claims)
    others = [one.value for one in reading.claims if one.category == "when" and one is not claim]
    rarer = any(one.unit in ("week", "month", "quarter") or one.monthdays for one in others)
    return claim.read == "daily" and of_it and rarer


def is_delay(claim: Claim) -> bool:
    """ "An hour later": in a new playbook, a delay after something else."""
    return claim.category == "when" and bool(claim.value.shift)


def with_new_edge(reading: Reading) -> Reading | None:
    """ "End it on March 31", "start it on March 1": with the day as its end or start; None for anything else."""
    verbs = {word for one in reading.claims if one.category == "verb" for word in one.read.split()}
    days = [one for one in reading.claims if one.category == "when"]
    edge = _edge_of(days[0].value) if verbs & {*_ENDING, *_BEGINNING} and len(days) == 1 else None
    if edge is None:
        return None
    last = replace(days[0], value=When(starts=edge) if verbs & {*_BEGINNING} else When(ends=edge))
    return replace(reading, claims=tuple(last if one is days[0] else one for one in reading.claims))


def _edge_of(when: When) -> Day | None:
    """The day that is named alone; "after April 15" ends with that day."""
    if {*when.set_fields} == {"once"} and when.once and when.once.kind in _DATES:
        return when.once
    after = when.starts if {*when.set_fields} == {"starts"} else None
    return after.model_copy(update={"amount": 0}) if after and after.kind == "date" and after.amount else None
