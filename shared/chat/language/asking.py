"""Reading questions: whether a message asks about what is there, and which question of the lexicon it is. Pure.

A question changes nothing, so it need not be read word by word: it is known by how it opens and what it speaks of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, pairwise

from shared.chat.language.asked_about import (
    IN_FRAGMENTS,
    asking_table,
    is_a_figure,
    is_a_fragment,
    is_of_a_day,
    keys_that_fit,
)
from shared.chat.language.phrases import key_of
from shared.chat.language.reading import Claim, Reading, language
from shared.chat.language.tokens import Token, tokens_of, word
from shared.chat.language.when import When

UNKNOWN = "unknown"
_MARKS = ("mark",)
_LEADS_ON = frozenset({"and", "also", "then", ",", "can", "could", "you", "please"})
_LONGEST_OPENING = 4
_BORDERS = frozenset(",;.?!")
_WHAT = frozenset({"what", "which", "who", "how"})
_INTERROGATIVE = frozenset({"what", "which", "who", "whose", "how much", "how many"})
_OF_REQUESTS = frozenset(
    {"when", "delivery", "event", "adds", "limit", "threshold", "cannot", "if", "help", "name_it", "question"}
    | {"bare_clock", "dropped", "switched", "again", "quote", "not_about", "negated"}
)
"""What may be asked for in a question's words: "what's low, by text every morning"."""
_OF_PLAYBOOKS = frozenset({"list", "next_run", "paused"})
_WHAT_THERE_IS = frozenset(
    {*_WHAT, "anything", "any", "list", "show", "show me", "is", "are", "do", "does", "whose"}
)
_ASKING_OF_A_DAY = frozenset(
    {*_WHAT, "did", "was", "were", "how much", "how many", "how did", "how was", "how were"}
    | {"show me", "read me", "tell me", "can you tell me", "do you know"}
)
_DATED = frozenset({"figures_sales", "show_draft"})
_NOUNS_ALONE = 5
"""Words before a comma: "our best item yesterday, what was it?"."""
_INTERROGATIVES = frozenset({*_WHAT, "whose", "when", "where", "why"})
_IS_HE_RIGHT = 3
_SO = frozenset({"right", "true", "correct", "so", "wrong"})
_UNSURE = frozenset({"idk", "dunno", "know", "sure", "remember", "matter", "idea", "of", "and", "or"})
_NEAR = 4
_ACTING = frozenset({"verb", "event", "adds", "threshold", "cannot", "limit", "dropped"})
_NAMING = frozenset({"of_thing", "competitors", "playbook"})
_SUBORDINATE = frozenset({"before", "since", "because", "while", "as"})
_WANTING = frozenset({"i want to know", "i would like", "let me know what", "let me know how", "i want to see"})
_AUXILIARIES = frozenset({"do", "does", "did", "when", "time"})


def question_of(reading: Reading) -> str | None:
    """The key of the reading question that the message is; `UNKNOWN` for one that is nothing we know of."""
    if any(value == "what_if" or "what_if" in value for value in reading.of("question")) or reading.of("help"):
        return None
    tokens = [one for one in _tokens(reading) if one.start >= reading.start]
    if _only_greets(reading, tokens):
        return None
    whole, every = reading, tokens
    reading, tokens = _without_what_is_told(reading, tokens)
    opening = _opening(tokens) or _opening_at_the_end(tokens) or _opening_later(tokens, reading)
    if _is_followed_by_times(reading):
        return None
    if _asks_to_be_told(reading, tokens, opening):
        return None
    rows = chain(keys_that_fit(reading, tokens), keys_that_fit(whole, every))
    found = next((key for key in rows if key not in _OF_PLAYBOOKS or not _asks_for_figures(reading)), None)
    table = language().lexicon.data
    is_figure = is_a_figure(reading, tokens) or is_a_fragment(reading, tokens, found)
    asks = opening is not None or is_figure
    if not asks and not reading.message.rstrip().endswith("?"):
        return None
    if found and (is_figure or (found in _DATED and opening in _ASKING_OF_A_DAY and is_of_a_day(reading, tokens))):
        return found
    imperative = (opening or "").partition(" ")[0] in table["asking"]["imperatives"].split()
    imperative |= (opening or "").endswith(" get") and bool(reading.of("verb"))
    imperative |= opening in _WHAT and not {one.read for one in tokens} & _AUXILIARIES and _is_whole(reading)
    if found in _OF_PLAYBOOKS and opening in _WHAT_THERE_IS and not (reading.of("topic") and reading.of("when")):
        # "What texts me", "list what runs every Monday": what they do is asked, nothing new.
        return found
    may_be_request = not asks or imperative or found is None or found in table["question_topics"]
    is_plain = (opening or "").partition(" ")[0] not in table["asking"]["auxiliaries"].split()
    may_be_request |= is_plain and bool(reading.of("event") and reading.of("delivery"))
    if may_be_request and _is_request(reading, tokens, opening, imperative=imperative):
        return None
    if imperative and reading.of("cannot"):
        return None
    return found or (_by_topic(reading, opening) if asks else None)


def _by_topic(reading: Reading, opening: str | None) -> str | None:
    """ "What's the biggest price gap right now?" asks for nothing to be run, whichever question it is."""
    events = [key_of(one) for one in reading.of("event")]
    if not reading.claims or ({*events} == {"order.completed"} and not reading.of("delivery")):
        # "Was there an order over $500?"
        return UNKNOWN
    if opening not in _INTERROGATIVE or {one.category for one in reading.claims} & _OF_REQUESTS:
        return None
    keys = {topic: key for key, topic in language().lexicon.data["question_topics"].items()}
    return next((keys[key] for key in map(key_of, reading.of("topic")) if key in keys), UNKNOWN)


def _only_greets(reading: Reading, tokens: Sequence[Token]) -> bool:
    """ "How are you, pause Gap Watch", "let's see, email me …": what sounds like a question is none."""
    for before, after in pairwise(reading.claims):
        if before.category not in ("polite", "smalltalk"):
            break
        is_order = after.category == "verb" or (after.category == "delivery" and bool(after.value.channels))
        between = reading.message[before.end : after.start]
        asks = _opening([one for one in tokens if one.start >= after.start])
        if (
            is_order
            and not asks
            and "," in reading.message[before.end - 1 : after.start]
            and not between.strip(" ,.!")
        ):
            return True
    return False


def _asks_to_be_told(reading: Reading, tokens: Sequence[Token], opening: str | None) -> bool:
    """ "Tell me when it's low", "I want to know as soon as somebody complains": asks for an alert."""
    words = {one.read for one in tokens}
    telling = asking_table()["telling"].get(opening or "")
    later = opening in _WANTING and bool(words & {"soon", "whenever"} or reading.of("event"))
    return bool(telling and not words & {*telling.split()}) or later


def _asks_for_figures(reading: Reading) -> bool:
    """ "What's low, every morning by email", "anything over $250, by text"."""
    topics = language().lexicon.data["question_topics"]
    return any(key_of(one) in topics for one in reading.of("question")) or bool(reading.of("threshold"))


def with_questions_apart(message: str) -> list[str]:
    """The message, cut where a question begins behind a request, or a command behind a question."""
    table, lexicon = asking_table(), language().lexicon
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
        before = [one.read for one in tokens[:place]]
        orders_something = place > _NOUNS_ALONE or bool({*before} & {*orders.split()})
        asks_for_something = asks or (orders_something and not _only_tells(before))
        if (is_question and not asks and asks_for_something) or (asks and (is_command or also_asks)):
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
    table = asking_table()
    passed = {*table["before"].split()}
    words = [one.read for one in tokens if one.kind not in _MARKS]
    start = 0
    while start < len(words) and words[start] in passed:
        start += 1
    here = words[start : start + _LONGEST_OPENING]
    if " ".join(here).startswith(tuple(table["requests"])):
        return None
    for size in range(len(here), 0, -1):
        opening = " ".join(here[:size])
        if opening in table["openings"]:
            return opening
        if size > 1 and here[0] in table["auxiliaries"].split() and here[1] in table["subjects"].split():
            return here[0]
    always = table["always"].split()
    return here[0] if here and here[0] in always else None


def _only_tells(words: Sequence[str]) -> bool:
    """ "A vendor is here": whether a clause asks for nothing, and gives no command."""
    table = asking_table()
    acts = f"{table['wanting']} {table['commands']} {table['sending']}"
    tells = words[0] in table["telling_of"].split() or bool({*words[:_NEAR]} & {*table["reporting"].split()})
    return tells and not {*words} & {*acts.split()}


def _without_what_is_told(reading: Reading, tokens: list[Token]) -> tuple[Reading, list[Token]]:
    """ "I'm restocking, how many are left?": without the clause before the question, but for what it names."""
    words = [one.read for one in tokens]
    for place in range(1, len(words)):
        if words[place - 1] not in _BORDERS:
            continue
        before = {one.category for one in reading.claims if one.end <= tokens[place].start}
        if not _only_tells(words[:place]) or before & _ACTING:
            break
        opening = (_opening(tokens[place:]) or "").partition(" ")[0]
        asks = opening in _INTERROGATIVES or (opening and reading.message.rstrip().endswith("?"))
        if asks and not _asks_if_so(words[place:]):
            start = tokens[place].start
            kept = tuple(one for one in reading.claims if one.start >= start or one.category in _NAMING)
            return replace(reading, claims=kept), tokens[place:]
    return reading, tokens


def _asks_if_so(words: Sequence[str]) -> bool:
    """ "…, is he right?"."""
    said = [one for one in words if one not in _BORDERS]
    return len(said) == _IS_HE_RIGHT and said[0] in ("is", "are", "was") and said[-1] in _SO


def _opening_at_the_end(tokens: Sequence[Token]) -> str | None:
    """ "It runs next when?", "nothing goes out on Fridays, is that right?"."""
    words = [one.read for one in tokens if one.kind not in _MARKS]
    if len(words) > _IS_HE_RIGHT and _asks_if_so(words[-_IS_HE_RIGHT:]):
        return words[-_IS_HE_RIGHT]
    asks = len(words) > 2 and words[-1] in ("when", "why") and words[-2] not in _UNSURE
    return words[-1] if asks else None


def _opening_later(tokens: Sequence[Token], reading: Reading) -> str | None:
    """ "Before I call them, which items are low?", "our best item, what was it?": behind what asks for nothing."""
    words = [one.read for one in tokens]
    for place, token in enumerate(tokens[1:], start=1):
        begins = token.read in _WHAT and words[0] == "if" and words[place + 1 : place + 2] == ["do"]
        if not (begins or words[place - 1] in _BORDERS):
            continue
        before = {one.category for one in reading.claims if one.end <= token.start}
        names = before <= IN_FRAGMENTS and not any(one.times or one.unit for one in reading.of("when"))
        is_aside = begins or words[0] in _SUBORDINATE or names
        if is_aside and (opening := _opening(tokens[place:])):
            return opening
    return None


def _is_request(reading: Reading, tokens: Sequence[Token], opening: str | None, *, imperative: bool) -> bool:
    """ "What's low, by text every morning": what is asked for regularly, or to be sent, is a request."""
    table = asking_table()
    if opening in table["past"].split() or any(one.read in table["past"].split() for one in tokens):
        return False
    whens: list[When] = reading.of("when")
    regular = any(one.weekdays or one.unit or one.times or one.window or one.monthdays for one in whens)
    regular &= imperative or bool(reading.of("topic") or reading.of("threshold") or reading.of("question"))
    sends = any(one.channels for one in reading.of("delivery"))
    looks_ahead = any(one.read in table["ahead"].split() for one in tokens)
    if imperative and (reading.of("cannot") or (opening or "").endswith(" get")):
        return True
    # "Was there an order over $500?" asks for no alert.
    happens = any(key_of(one) != "order.completed" for one in reading.of("event"))
    return bool(sends or (regular and not looks_ahead) or reading.of("adds") or happens)


def _is_followed_by_times(reading: Reading) -> bool:
    """ "Which products aren't moving? Weekly on mondays": a question, and when to answer it."""
    asked, mark, after = reading.message.partition("?")
    times = [one for one in reading.claims if one.category == "when" and one.start > len(asked)]
    return bool(mark and after.strip() and times and (reading.of("topic") or reading.of("threshold")))


def _is_whole(reading: Reading) -> bool:
    """ "Which campaigns worked best, every monday by email" says what, when and how."""
    return all(reading.of(one) for one in ("topic", "when", "delivery"))


def questions_as_topics(reading: Reading) -> Reading:
    """ "Email me what's running low every morning" is a request, not a question."""
    if not (reading.of("when") or reading.of("adds") or any(one.channels for one in reading.of("delivery"))):
        return reading
    table = language().lexicon.data["question_topics"]

    def as_topic(claim: Claim) -> Claim:
        key = key_of(claim.value) if claim.category == "question" else ""
        if key not in table:
            return claim
        named = key == "show_output" and isinstance(claim.value, tuple)
        return replace(claim, category="topic", value=claim.value[1] if named else table[key])

    return replace(reading, claims=tuple(as_topic(claim) for claim in reading.claims))
