"""What a reading asks for: something new, a change, an answer. Pure."""

from __future__ import annotations

from itertools import pairwise

from shared.chat.language.reading import Claim, Reading
from shared.chat.language.requests import keys
from shared.chat.language.when import When
from shared.chat.understood import Intent

_SETTING_UP = ("topic", "event", "threshold")
_INSTEAD = frozenset({",", ";", "but", "just", "only", "rather", "instead"})
_BEGINNING = frozenset({"start", "begin", "launch", "start up", "fire up", "spin up"})
_ARTICLES = frozenset({"a", "an", "another", "new"})
_PLAIN = {"yes": Intent.CONFIRM, "no": Intent.REFUSE, "help": Intent.HELP, "smalltalk": Intent.SMALLTALK}
_DETAILS = (
    *("when", "bare_clock", "delivery", "bare_amount", "limit", "competitors", "of_thing", "segment", "period"),
    *("top", "playbook", "quote", "name_it"),
)


def _only_begins(reading: Reading, verb: Claim) -> bool:
    """ "Start sending me what's low", "launch a low stock alert": it is for good, and not one run."""
    after = reading.message[verb.end :].casefold().split()[:1]
    return verb.read in _BEGINNING and bool(after) and (after[0] in _ARTICLES or after[0].endswith("ing"))


def _corrects(reading: Reading) -> bool:
    """ "Don't delete it, just pause it": what is to be done instead, and not one more thing that is not."""
    for before, claim in pairwise(reading.claims):
        if claim.category == "verb":
            between = {*reading.message[before.end : claim.start].casefold().replace(",", " , ").split()}
            return bool(between & _INSTEAD) and not between & {"or", "nor", "and"}
    return False


def _negated(reading: Reading) -> Intent:
    """ "Don't run it today" skips a run, "don't send it on mondays" leaves days out, "don't delete it" is a no."""
    if "run" in (keys(one) for one in reading.of("negated")) and _is_one_day(reading):
        return Intent.SKIP
    return Intent.CHANGE if reading.of("when") else Intent.REFUSE


def _is_one_day(reading: Reading) -> bool:
    whens: list[When] = reading.of("when")
    return all(one.once is not None for one in whens) and bool(whens or "today" in reading.of("period"))


def intent_of(reading: Reading) -> Intent:
    """The one intent of a request."""
    kinds = {claim.category for claim in reading.claims}
    before = [claim.category for claim in reading.claims]
    before = before[: before.index("verb")] if "verb" in before else []
    # "Sales daily at 9 and delete the old ones" is a request that ends in something else.
    leads = not ("topic" in before and {*before} & {"when", "event", "delivery"})
    verbs = (one for one in reading.claims if one.category == "verb" and not _only_begins(reading, one))
    verb = next((keys(one.value) for one in verbs if leads), None)
    works = bool(kinds & {*_SETTING_UP})
    if "negated" in kinds and not works and not _corrects(reading):
        return _negated(reading)
    if "question" in kinds:
        return Intent.ASK
    is_live = "live" in reading.of("polite")
    if verb and not (verb == "run" and (is_live or kinds & {"when", "event", "if"})):
        return Intent(verb)
    at_once = any(one.category == "verb" and "now" in one.read.split() for one in reading.claims)
    if at_once and "topic" in kinds and not kinds & {"when", "event", "if"}:
        return Intent.RUN
    if (
        "playbook" in kinds
        and not kinds & {"topic", "event", "if"}
        and kinds & {*_DETAILS, "threshold"} - {"playbook"}
    ):
        return Intent.CHANGE
    if not (works or reading.unread or kinds & {"when", "delivery", "bare_clock", "bare_amount"}):
        plain = next((intent for kind, intent in _PLAIN.items() if kind in kinds), None)
        if plain:
            return plain
    told_if = "if" in kinds and "polite" in kinds and bool(reading.unread)
    reminds = any("remind" in claim.read for claim in reading.claims if claim.category == "delivery")
    asks_to_be_told = "when" in kinds and any(one.channels and one.people for one in reading.of("delivery"))
    limits_times = {"when", "limit"} <= kinds
    if works or reminds or asks_to_be_told or limits_times or told_if or "cannot" in kinds:
        return Intent.CREATE
    if kinds & {"dropped", "switched", "adds"}:
        return Intent.CHANGE
    bare = Intent.REFUSE if "wait" in reading.of("polite") else Intent.UNCLEAR
    return Intent.ANSWER if kinds & {*_DETAILS} else bare
