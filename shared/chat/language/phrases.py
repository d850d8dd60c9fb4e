"""Works out amounts, people and lists from the values of a phrase's slots, and what a correction replaces.

A function gives None if the values don't go together; then the words are not that phrase.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal, NamedTuple, TypeVar

from shared.chat.language.clocks import in_the_same_half
from shared.chat.language.when import DAYS, When
from shared.chat.lexicon import load
from shared.chat.understood import Operator, Person, Threshold

_Value = TypeVar("_Value")
_MOST_IN_A_LIST = 12
_MOST_DAYS, _MINUTES = 31, 60
_DAYS_IN = {"day": 1, "week": 7, "month": 30, "year": 365}
_REVERSED = {">": "<", ">=": "<=", "<": ">", "<=": ">="}
_CONDITIONS = ("when", "if", "or")
_TIMES = ("times", "parts", "window", "past", "vague")


class Delivery(NamedTuple):
    """Channels and people that were named together."""

    channels: tuple[str, ...] = ()
    people: tuple[Person, ...] = ()
    adds: bool = False


def key_of(value: Any) -> str:
    """The key of a phrase, with or without slots."""
    return str(value[0] if isinstance(value, tuple) else value)


def strings(values: Iterable[Any]) -> list[str]:
    return [value for value in values if isinstance(value, str)]


def within(number: int, low: int, high: int) -> int | None:
    return number if low <= number <= high else None


def one_of(number: int, *allowed: int) -> int | None:
    return number if number in allowed else None


def joined(some: tuple[Any, ...], more: Any) -> tuple[Any, ...] | None:
    """A list with one or several more, in the order of the words."""
    every = (*some, *(more if type(more) is tuple else (more,)))
    return every if len({*every}) == len(every) <= _MOST_IN_A_LIST else None


# Amounts.
def thousands(number: float) -> float:
    return number * 1000


def hundreds(number: float) -> float | None:
    return number * 100 if number < 100 else None


def days(number: int, unit: str) -> int | None:
    return number * _DAYS_IN[unit] if unit in _DAYS_IN else None


def no_time(number: float) -> Threshold | None:
    """ "Bump it to 350": a number that is no hour, and most likely none of a clock ("make it 830")."""
    is_clock = 100 < number < 2400 and number % 50 and number % 100 < _MINUTES
    return None if number <= _MOST_DAYS or is_clock else Threshold(value=number)


def of_unit(bound: Threshold, *units: str) -> Threshold | None:
    return bound if bound.unit in units else None


def passed(bound: Threshold) -> Threshold | None:
    """ "When it tops $500"."""
    return bound.model_copy(update={"op": bound.op or ">"}) if bound.unit in ("usd", "percent") else None


def of_subject(bound: Threshold, subject: str) -> Threshold | None:
    return bound if bound.subject == subject else None


def price_gap(bound: Threshold) -> Threshold | None:
    changes = {"subject": "price_gap", "op": bound.op or ">"}
    return None if bound.unit == "days" else bound.model_copy(update=changes)


def sales(bound: Threshold) -> Threshold | None:
    changes = {"subject": "sales", "op": bound.op or ">=", "unit": "usd"}
    return bound.model_copy(update=changes) if bound.unit in ("usd", "units") else None


def large_order(bound: Threshold, op: Operator = ">") -> tuple[str, Threshold] | None:
    """The event of an order, with how much it comes to."""
    changes = {"subject": "order_total", "op": bound.op or op, "unit": "usd"}
    return ("order.completed", bound.model_copy(update=changes)) if bound.unit in ("usd", "units") else None


def sales_change(bound: Threshold, direction: int) -> Threshold | None:
    """How sales rise (1) or fall (-1); "sales drop below $500" is about the sales themselves."""
    match bound.unit:
        case "usd" if bound.op in (None, "<", "<=") or direction > 0:
            return bound.model_copy(update={"subject": "sales", "op": bound.op or "<"})
        case "percent":
            op = bound.op or ">="
            changes = {"subject": "sales_change", "op": _REVERSED[op] if direction < 0 else op}
            return bound.model_copy(update={**changes, "value": direction * bound.value})
    return None


# People.
def own_person(addresses: str) -> Person:
    """Several people with the same first name have to be asked about."""
    several = addresses.split("|")
    is_known = len(several) == 1 and "@" in addresses
    return Person(kind="email" if is_known else "unknown", value=" or ".join(several))


def at_address(told: Delivery, address: str) -> Delivery | None:
    """ "Post it in slack and text 315-555-0188"."""
    kind: Literal["email", "phone"] = "email" if "@" in address else "phone"
    fits = ("email" if kind == "email" else "sms") in told.channels and not told.people
    return told._replace(people=(Person(kind=kind, value=address),)) if fits else None


def with_stranger(people: tuple[Person, ...], name: str) -> tuple[Person, ...] | None:
    return (*people, Person(kind="unknown", value=name)) if " " not in name or name.istitle() else None


def except_people(people: tuple[Person, ...]) -> tuple[str, str, tuple[str, ...]]:
    return "except", "people", tuple(one.value or one.kind for one in people)


def except_each(people: tuple[Person, ...], others: tuple[Person, ...]) -> tuple[str, str, tuple[str, ...]]:
    return except_people((*people, *others))


def except_others(people: tuple[Person, ...]) -> tuple[str, str, tuple[str, ...]] | None:
    return except_people(people) if all(one.kind != "me" for one in people) else None


def negated_command(playbook: str, verb: Any) -> tuple[str, str]:
    return key_of(verb), playbook


# Corrections: "8, no, 9", "Green Leaf, I mean Bud Barn", "not 8 pm, 8 am".
def second(before: _Value, after: _Value) -> _Value | None:
    return None if before == after else after


def topic_instead(before: Any, after: Any) -> Any:
    """ "Not the sales, the low stock"; "not VIPs, draft a campaign" leaves customers out, "not Green Leaf, watch
    the others" a competitor.
    """
    return None if key_of(before) in load().data["topic_segments"] or isinstance(before, tuple) else after


def event_instead(before: Any, after: Any) -> Any:
    """ "When gummies are out, no, when they're low": of the same product."""
    product, own = (
        [part for part in value[1:] if isinstance(part, str) and part not in _CONDITIONS]
        if isinstance(value, tuple)
        else []
        for value in (before, after)
    )
    return after if own or not product else (*(after if isinstance(after, tuple) else (after,)), *product)


def corrected_amount(before: Threshold, after: Threshold) -> Threshold:
    return before.model_copy(update=after.model_dump(exclude_none=True))


def corrected_when(before: When, after: When) -> When | None:
    """Days replace days and times replace times; None if the two are about different things."""
    both = (before.set_fields, after.set_fields)
    same = any(all(some.keys() & {*fields} for some in both) for fields in (DAYS, _TIMES))
    return replaced(before, after) if same else None


def when_instead_of(before: When, after: When) -> When | None:
    """ "Every 2 hours, no, every 3 hours", "Monday, no, Tuesday"; "no Mondays" leaves them out."""
    intervals = before.unit not in (None, "day") and after.unit not in (None, "day")
    return replaced(before, after) if intervals or (before.single and after.single) else None


def interval_instead(before: When, after: When) -> When | None:
    """ "Not daily, weekly"."""
    return replaced(before, after) if before.unit and after.unit and before.unit != after.unit else None


def days_instead(before: When, after: When) -> When | None:
    """ "Not every day, just Tuesdays"."""
    return replaced(before, after) if before.has_days and after.has_days else None


def replaced(before: When, after: When) -> When:
    """The second one; what it doesn't mention stays as in the first one."""
    fields = after.set_fields
    gone = {name for names in (DAYS, _TIMES) if fields.keys() & {*names} for name in names}
    kept = {name: value for name, value in before.set_fields.items() if name not in gone}
    halves = {one.half for one in before.times} & {"am", "pm"}
    if after.times and len(halves) == 1:
        fields = {**fields, "times": tuple(in_the_same_half(before.times[0], one) for one in after.times)}
    if not before.single:
        fields.pop("single", None)
    return When(**{**kept, **fields}, words=after.words)


def like(old: When, new: When) -> When:
    """The new schedule with the old one's days, or times, where it says none."""
    fields = () if new.has_days else ("weekdays", "nth", "monthdays", "every", "unit")
    times = () if new.has_time_of_day else ("times", "parts", "window")
    return new.changed(**{name: getattr(old, name) for name in (*fields, *times) if getattr(old, name)})


def excluded_days(whens: Sequence[When]) -> tuple[When, ...]:
    """ "Don't bother sending it on sundays": the days become excluded days."""
    return tuple(
        one.changed(weekdays=(), unit=None, every=0, but_weekdays=one.weekdays)
        if one.weekdays and {*one.set_fields} <= {"weekdays", "unit", "every"}
        else one
        for one in whens
    )


def clause(message: str, start: int, end: int) -> str:
    """The message from `start`, over `end` and on to the end of the clause."""
    rest = message[end : end + _MAX_CLAUSE]
    borders = [rest.find(border) for border in _BORDERS]
    stop = min([found for found in borders if found >= 0], default=len(rest))
    return message[start : end + stop].strip(" ,.;:!?")


_BORDERS = (", ", "; ", ". ", "! ", "? ", "\n", " but ", " and then ", " and also ")
_MAX_CLAUSE = 120
