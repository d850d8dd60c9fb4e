"""What a question speaks of, and which row of the lexicon that is. Pure."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

from shared.chat.language.intents import competitors_of
from shared.chat.language.names import plain
from shared.chat.language.phrases import key_of
from shared.chat.language.reading import Reading, language, slots_of
from shared.chat.language.tokens import Token
from shared.chat.language.when import When

_NEAR = 4
_MONTHS = {name.casefold() for name in calendar.month_name if name not in ("", "March", "May")}
IN_FRAGMENTS = {
    *("topic", "of_thing", "competitors", "playbook", "period", "polite", "yes", "pronoun", "segment", "smalltalk"),
    *("question", "when", "bare_amount", "top"),
}
"""The claims of what only names something."""
_NAMED = {
    "<playbook>": ("playbook",),
    "<product>": ("of_thing",),
    "<competitor>": ("competitors",),
    "<period>": ("period",),
    "<topic>": ("topic",),
}
"""What of a reading counts as spoken of, by its name in the lexicon's rows."""


def keys_that_fit(reading: Reading, tokens: Sequence[Token]) -> Iterator[str]:
    """The keys of the rows that fit, the first of which is the best."""
    spoken = _mentioned(outside_names(tokens, reading), reading)
    return (key for key, groups in _rows() if _fits(groups, spoken))


def outside_names(tokens: Sequence[Token], reading: Reading) -> list[Token]:
    """Without the names of playbooks: "Gap Watch" asks nothing about watching."""
    low = reading.message.casefold()
    named = [(low.find(name.casefold()), len(name)) for name in reading.playbooks]
    return [one for one in tokens if not any(at >= 0 and at <= one.start < at + size for at, size in named)]


def _mentioned(tokens: Sequence[Token], reading: Reading) -> set[str]:
    words: set[str] = {form for one in tokens for form in one.forms}
    words |= {f"{one.read}_{other.read}" for one, other in pairwise(tokens)}
    words |= {name for name, categories in _NAMED.items() if any(reading.of(one) for one in categories)}
    slots = [(value[0], one) for value in reading.of("question") if isinstance(value, tuple) for one in value[1:]]
    if reading.playbooks or any(isinstance(one, str) and not key.startswith("figures") for key, one in slots):
        words.add("<playbook>")
    words |= {"<month>"} if _MONTHS & words else set()
    words |= {f"@{one}" for one in (_noun_asked_for(tokens),) if one}
    words |= {f"<{one}>" for one in _filters(reading)}
    if competitors_of(reading):
        words.add("<competitor>")
    if any(isinstance(one, str) for one in slots_of(reading, "topic")):
        words.add("<product>")
    return words


def _noun_asked_for(tokens: Sequence[Token]) -> str | None:
    """ "Which customers", "how many of our products", "list all reminders": the kind of noun that is asked for."""
    table = asking_table()
    kinds: dict[str, str] = {noun: kind for kind, nouns in table["nouns"].items() for noun in nouns.split()}
    words = [one.read for one in tokens]
    starts = [place for place, one in enumerate(words) if one in table["before_nouns"].split()]
    for one in words[starts[0] + 1 : starts[0] + 1 + _NEAR] if starts else ():
        if one in kinds:
            return kinds[one]
        if one not in table["between"].split():
            return None
    return None


def _filters(reading: Reading) -> Iterator[str]:
    """What narrows a question: `channel`, `person`, `time` (of each day or week), `day` (one day), `month` …"""
    told = reading.of("delivery")
    if any(one.channels for one in told):
        yield "channel"
    if reading.names_people or any(person.kind == "email" for one in told for person in one.people):
        yield "person"
    if any(one.subject == "days_inactive" for one in reading.of("threshold")):
        yield "inactive"
    for one in reading.of("when"):
        is_day = one.once or one.single or one.nth or one.monthdays
        if one.months:
            yield "month"
        if len(one.weekdays) > 1 and not one.unit:
            yield "days"
        yield "day" if is_day else "time"
        if one.times or one.parts or one.window:
            yield "time"


@cache
def _rows() -> tuple[tuple[str, tuple[tuple[bool, frozenset[str]], ...]], ...]:
    """Each row: its key, and groups of words of which one must be there (or, after `!`, none may)."""
    rows: list[dict[str, Any]] = asking_table()["rows"]
    return tuple((one["key"], tuple(_group(group) for group in one["of"].split())) for one in rows)


def _group(written: str) -> tuple[bool, frozenset[str]]:
    table = asking_table()["groups"]
    names = written.removeprefix("!").split("|")
    words = (word for name in names for word in (table[name].split() if name in table else [name]))
    return not written.startswith("!"), frozenset(words)


def _fits(groups: Sequence[tuple[bool, frozenset[str]]], spoken: set[str]) -> bool:
    return all(words.isdisjoint(spoken) is not wanted for wanted, words in groups)


def asking_table() -> Mapping[str, Any]:
    """All that the lexicon has of questions."""
    table: Mapping[str, Any] = language().lexicon.data["asking"]
    return table


def is_a_figure(reading: Reading, tokens: Sequence[Token]) -> bool:
    """ "Order count for yesterday pls", "Sour Diesel count": figures, and nothing of when or how to be told."""
    kinds = {one.category for one in reading.claims} - {"polite", "smalltalk", "yes"}
    if all({*one.set_fields} <= {"every", "unit", "weekdays"} and one.every == 1 for one in reading.of("when")):
        # "Sales per day last week".
        kinds -= {"when"}
    if kinds == {"topic", "when"} and [key_of(one) for one in reading.of("topic")] == ["sales_summary"]:
        # "Sales from January 5 to January 10", "turnover on January 20".
        [when, *others] = reading.of("when")
        dated = when.once is not None and when.once.kind == "date" and is_of_a_day(reading, tokens)
        if not others and (dated or {*when.set_fields} == {"starts", "ends"}):
            return True
    counts = {*plain(reading.message)} & {*asking_table()["counts"].split()}
    is_count = "of_thing" in kinds and kinds <= {"of_thing", "topic", "threshold"} and bool(counts)
    return (kinds == {"topic", "period"} and not reading.operators) or is_count


def is_a_fragment(reading: Reading, tokens: Sequence[Token], found: str | None) -> bool:
    """ "Harvest House prices", "customer count", "monday's revenue?": what is wanted, nothing to set up."""
    table = asking_table()
    kinds = {one.category for one in reading.claims}
    days = [one for one in reading.claims if one.category == "when"]
    is_asked = reading.message.rstrip().endswith("?") or all(
        reading.message[one.end : one.end + 2] in ("'s", "’s") for one in days
    )
    is_over = is_asked or all(one.months for one in reading.of("when"))
    known = language()
    is_known = all(
        word in known.asking or word in known.passed_over or word in _MONTHS
        for phrase in reading.unread
        for word in plain(phrase)
    )
    names = found in table["fragments"].split() and kinds <= IN_FRAGMENTS
    return names and is_known and is_over and is_of_a_day(reading, tokens)


def is_of_a_day(reading: Reading, tokens: Sequence[Token]) -> bool:
    """Whether the times that are named are a day or a month, and nothing that comes again is asked for."""
    if {one.read for one in outside_names(tokens, reading)} & {*asking_table()["requesting"].split()}:
        return False
    whens: list[When] = reading.of("when")
    again = any(one.times or one.parts or one.window or one.unit for one in whens)
    return not again and all(one.months or one.single or one.once or one.monthdays for one in whens)
