"""Reading questions: whether a message asks about what is there, and which question of the lexicon it is. Pure.

A question changes nothing, so it need not be read word by word: it is known by how it opens and what it speaks of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

from shared.chat.language.intents import competitors_of
from shared.chat.language.names import plain
from shared.chat.language.phrases import key_of
from shared.chat.language.reading import Claim, Reading, language, slots_of
from shared.chat.language.tokens import Token, tokens_of, word
from shared.chat.language.when import When

UNKNOWN = "unknown"
_MARKS = ("mark",)
_LEADS_ON = frozenset({"and", "also", "then", ",", "can", "could", "you", "please"})
_LONGEST_OPENING = 4
_BORDERS = frozenset(",;.?!")
_WHAT = frozenset({"what", "which", "who", "how"})
_WANTING = frozenset({"i want to know", "i would like", "let me know what", "let me know how", "i want to see"})
_AUXILIARIES = frozenset({"do", "does", "did", "when", "time"})
_NAMED = {
    "<playbook>": ("playbook",),
    "<product>": ("of_thing",),
    "<competitor>": ("competitors",),
    "<period>": ("period",),
    "<topic>": ("topic",),
}
"""What of a reading counts as spoken of, by its name in the lexicon's rows."""


def question_of(reading: Reading) -> str | None:
    """The key of the reading question that the message is; `UNKNOWN` for one that is nothing we know of."""
    if any(value == "what_if" or "what_if" in value for value in reading.of("question")) or reading.of("help"):
        return None
    tokens = [one for one in _tokens(reading) if one.start >= reading.start]
    first = reading.claims[0] if reading.claims else None
    if first is not None and first.category == "playbook" and reading.message[first.end :].startswith(","):
        # "Gummy Watch, is that on?"
        tokens = [one for one in tokens if one.start > first.end]
    opening = _opening(tokens)
    if _is_followed_by_times(reading):
        return None
    telling = language().lexicon.data["asking"]["telling"].get(opening or "")
    if telling and not {one.read for one in tokens} & {*telling.split()}:
        # It asks to be told once it happens.
        return None
    if opening in _WANTING and ({one.read for one in tokens} & {"soon", "whenever"} or reading.of("event")):
        # "I want to know as soon as somebody complains" asks for an alert.
        return None
    asks = opening is not None or _is_a_figure(reading)
    if not asks and not reading.message.rstrip().endswith("?"):
        return None
    spoken = _mentioned(_outside_names(tokens, reading), reading)
    found = next((key for key, groups in _rows() if _fits(groups, spoken)), None)
    table = language().lexicon.data
    imperative = (opening or "").partition(" ")[0] in table["asking"]["imperatives"].split()
    imperative |= (opening or "").endswith(" get") and bool(reading.of("verb"))
    imperative |= opening in _WHAT and not {one.read for one in tokens} & _AUXILIARIES and _is_whole(reading)
    may_be_request = not asks or imperative or found is None or found in table["question_topics"]
    if may_be_request and _is_request(reading, tokens, opening, imperative=imperative):
        return None
    if imperative and reading.of("cannot"):
        return None
    return found or (UNKNOWN if asks and not reading.claims else None)


def _is_a_figure(reading: Reading) -> bool:
    """ "Order count for yesterday pls", "Sour Diesel count": figures, and nothing of when or how to be told."""
    kinds = {one.category for one in reading.claims} - {"polite"}
    counts = {*plain(reading.message)} & {*language().lexicon.data["asking"]["counts"].split()}
    is_count = "of_thing" in kinds and kinds <= {"of_thing", "topic", "threshold"} and bool(counts)
    return (kinds == {"topic", "period"} and not reading.unread) or is_count


def with_questions_apart(message: str) -> list[str]:
    """The message, cut where a question begins behind a request, or a command behind a question."""
    table, lexicon = language().lexicon.data["asking"], language().lexicon
    tokens = tokens_of(message, lexicon)
    asks = _opening(tokens) is not None
    for place in range(1, len(tokens) - 1):
        if tokens[place - 1].read not in _BORDERS and not (asks and tokens[place].read == "and"):
            continue
        words = [one.read for one in tokens[place:] if one.read not in _LEADS_ON]
        is_question = " ".join(words[:2]) in table["behind"] or words[:1] == ["who"]
        orders = f"{table['commands']} {table['sending']}" if tokens[place - 1].read == "?" else table["commands"]
        is_command = bool(words) and (words[0] in orders.split() or " ".join(words[:3]) in table["that_again"])
        also_asks = is_question and tokens[place].read == "and"
        if (is_question and not asks) or (asks and (is_command or also_asks)):
            return [message[: tokens[place].start].rstrip(" ,;"), message[tokens[place].start :]]
    return [message]


def _tokens(reading: Reading) -> list[Token]:
    lexicon = language().lexicon
    read_as = {one.said: one.read for one in reading.corrections}
    found = tokens_of(reading.message, lexicon)
    return [
        word(one.text, one.start, one.end, read_as[one.text]) if one.text in read_as else one
        for one in found
        if one.read not in lexicon.fillers
    ]


def _opening(tokens: Sequence[Token]) -> str | None:
    """The word that makes a question of it: behind a greeting, and "can you tell me"."""
    table = language().lexicon.data["asking"]
    passed = {*table["before"].split()}
    words = [one.read for one in tokens]
    start = 0
    while start < len(words) and (words[start] in passed or tokens[start].kind in _MARKS):
        start += 1
    here = words[start : start + _LONGEST_OPENING]
    if any(" ".join(here).startswith(one) for one in table["requests"]):
        return None
    for size in range(len(here), 0, -1):
        opening = " ".join(here[:size])
        if opening in table["openings"]:
            return opening
        if size > 1 and here[0] in table["auxiliaries"].split() and here[1] in table["subjects"].split():
            return here[0]
    always = table["always"].split()
    return here[0] if here and here[0] in always else None


def _is_request(reading: Reading, tokens: Sequence[Token], opening: str | None, *, imperative: bool) -> bool:
    """ "What's low, by text every morning": what is asked for regularly, or to be sent, is a request."""
    table = language().lexicon.data["asking"]
    if opening in table["past"].split() or any(one.read in table["past"].split() for one in tokens):
        return False
    whens: list[When] = reading.of("when")
    regular = any(one.weekdays or one.unit or one.times or one.window or one.monthdays for one in whens)
    sends = any(one.channels for one in reading.of("delivery"))
    looks_ahead = any(one.read in table["ahead"].split() for one in tokens)
    if imperative and (reading.of("cannot") or (opening or "").endswith(" get")):
        return True
    return bool(sends or (regular and not looks_ahead) or reading.of("adds") or reading.of("event"))


def _is_followed_by_times(reading: Reading) -> bool:
    """ "Which products aren't moving? Weekly on mondays": a question, and when to answer it."""
    asked, mark, after = reading.message.partition("?")
    times = [one for one in reading.claims if one.category == "when" and one.start > len(asked)]
    return bool(mark and after.strip() and times and (reading.of("topic") or reading.of("threshold")))


def _is_whole(reading: Reading) -> bool:
    """ "Which campaigns worked best, every monday by email" says what, when and how."""
    return all(reading.of(one) for one in ("topic", "when", "delivery"))


def _outside_names(tokens: Sequence[Token], reading: Reading) -> list[Token]:
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
    if competitors_of(reading):
        words.add("<competitor>")
    if any(isinstance(one, str) for one in slots_of(reading, "topic")):
        words.add("<product>")
    return words


@cache
def _rows() -> tuple[tuple[str, tuple[tuple[bool, frozenset[str]], ...]], ...]:
    """Each row: its key, and groups of words of which one must be there (or, after `!`, none may)."""
    rows: list[dict[str, Any]] = language().lexicon.data["asking"]["rows"]
    return tuple((one["key"], tuple(_group(group) for group in one["of"].split())) for one in rows)


def _group(written: str) -> tuple[bool, frozenset[str]]:
    table = language().lexicon.data["asking"]["groups"]
    names = written.removeprefix("!").split("|")
    words = (word for name in names for word in (table[name].split() if name in table else [name]))
    return not written.startswith("!"), frozenset(words)


def _fits(groups: Sequence[tuple[bool, frozenset[str]]], spoken: set[str]) -> bool:
    return all(bool(words & spoken) is wanted for wanted, words in groups)


def questions_as_topics(reading: Reading) -> Reading:
    """ "Email me what's running low every morning" is a request, not a question."""
    if not (reading.of("when") or reading.of("adds") or any(one.channels for one in reading.of("delivery"))):
        return reading
    table = language().lexicon.data["question_topics"]

    def as_topic(claim: Claim) -> Claim:
        key = key_of(claim.value)
        if claim.category != "question" or key not in table:
            return claim
        named = key == "show_output" and isinstance(claim.value, tuple)
        return replace(claim, category="topic", value=claim.value[1] if named else table[key])

    return replace(reading, claims=tuple(as_topic(claim) for claim in reading.claims))
