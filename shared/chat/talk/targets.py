"""Which playbook a message means."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import Any, TypeVar

from shared.chat.language.names import plain
from shared.chat.language.phrases import key_of
from shared.chat.language.reading import language
from shared.chat.language.when import Clock, When
from shared.chat.talk.document_times import whens_of
from shared.chat.talk.questions import question
from shared.chat.talk.state import Playbook
from shared.chat.talk.turn import Turn
from shared.chat.topics.topic import TOPICS
from shared.chat.understood import Intent, Option, Question, Request

NEEDS_ONE = frozenset({Intent.PAUSE, Intent.RESUME, Intent.DELETE, Intent.RUN, Intent.SKIP, Intent.COPY})
"""What is done to a playbook that is there."""
_NOT_IN_NAMES = frozenset({"when", "bare_clock", "delivery", "dropped", "quote", "threshold", "bare_amount"})
_POINTING = frozenset({"that", "the", "this", "my", "our", "your"})
_MAX_OFFERED = 6
_ALIKE, _LONG = 0.85, 5
_T = TypeVar("_T")


def target(turn: Turn, request: Request) -> Playbook | Question:
    """The one playbook that the request means, or the question which."""
    listed = turn.facts.listed
    found = _candidates(turn, request)
    names_another = (
        request.playbook is None and request.intent in NEEDS_ONE and any(map(str.istitle, request.unread))
    )
    if len(found) == 1 and not names_another:
        spoken = {*plain(found[0].name)}
        unread = tuple(one for one in turn.request.unread if not {*plain(one)} <= spoken)
        turn.request = turn.request.changed(unread=unread)
        return found[0]
    if not listed:
        return Question(id="playbook", text=turn.words("no_playbooks"))
    asked = question("playbook")
    is_missing = request.named_playbook and not found
    missing = turn.words("no_playbook", name=request.named_playbook) if is_missing else ""
    return asked.changed(text=f"{missing} {asked.text}".strip(), options=_options(found or listed))


def _candidates(turn: Turn, request: Request) -> Sequence[Playbook]:
    if request.named_playbook:
        return named(turn, request.named_playbook)
    if turn.reading and "one" in map(key_of, turn.reading.of("pronoun")):
        return []  # "One of my playbooks": which, only the person knows.
    listed = turn.facts.listed
    last = turn.facts.playbook(turn.session.last_playbook_id)
    last = None if last is not None and last.status == "archived" else last
    # "Do we have one for the safe, and is it on?"
    names_it = request.intent is Intent.ASK and last is None
    found = mentioned(turn, by_kind=request.playbook == "it" and not names_it)
    if last is not None and request.playbook == "it" and not found:
        return [last]
    if request.topic and request.intent is not Intent.ANSWER:
        of_topic = [one for one in listed if one.topic == request.topic]
        found = of_topic if not found or not all(one.is_catalog for one in of_topic) else found
    if found or (request.topic and request.intent is Intent.ASK):
        return [last] if last in found else found
    if last is not None:
        # "Don't email me about competitors anymore" isn't about a birthday playbook.
        is_other = request.topic and request.dropped_channels and request.topic != last.topic
        return [] if is_other else [last]
    return listed if len(listed) == 1 else []


def named(turn: Turn, words: str) -> list[Playbook]:
    """Those that the words can mean: by id or whole name, else by more than half of the words."""
    listed = turn.facts.listed
    exact = [one for one in turn.facts.playbooks if one.id == words]
    exact = exact or [one for one in listed if plain(one.name) == plain(words)]
    if exact:
        return exact
    wanted = {word for word in plain(words) if word not in language().lexicon.harmless}
    return most(listed, lambda one: _share(wanted, {*plain(one.name)}), more_than=0.5)


def mentioned(turn: Turn, *, by_kind: bool = False) -> list[Playbook]:
    """Those that the message names by a part of their name; `by_kind`: only as "the price one"."""
    table, said = language().lexicon.data["words"], plain(turn.message)
    others = (one for one in (turn.reading.claims if turn.reading else ()) if one.category in _NOT_IN_NAMES)
    kinds = {*table["kinds"].split()[: 3 if by_kind else None]}
    wanted = {word for place, word in enumerate(said) if kinds & {*said[place + 1 : place + 3]}}
    generic = {*table["generic"].split()}
    wanted |= set() if by_kind else {one for one in said if not {one, one.removesuffix("s")} & generic}
    wanted -= {word for one in others for word in plain(one.words)} | language().lexicon.harmless
    found = most(turn.facts.listed, lambda one: _share({*plain(one.name)}, wanted) * len(plain(one.name)))
    return [one for one in found if not one.is_catalog] or found


def named_by_time(turn: Turn, request: Request) -> Request | Question | None:
    """ "Delete the friday reminder", "stop that 8am thing": the time says which playbook, not when to do it.

    A question where several run then; None where nothing does.
    """
    if request.playbook not in (None, "it") or len(request.whens) != 1:
        return request
    [when], listed = request.whens, turn.facts.listed
    said = _said_at_once(turn.message.casefold(), when.words.casefold())
    before, _, behind = turn.message.casefold().partition(said)
    day, after = plain(when.words), plain(behind)
    # "Pause the 9am one until Friday".
    until = when.changed(times=(), weekdays=(), single=False, words=when.words[len(said) :].strip())
    left = (until,) if when.ends or when.lasts or when.once else ()
    found = [one for one in listed if {*day, *after[:1]} <= {*plain(one.name)}] if day and after else []
    points = before.split()[-1:] and before.split()[-1] in _POINTING
    if len(found) != 1 and points and (after or request.intent is Intent.DELETE):
        found = [one for one in of_kind(listed, request.topic) if _runs_at(one, when)]
        found = [one for one in found if not one.is_catalog] or found
        kinds = {*language().lexicon.data["words"]["kinds"].split()}
        is_one = bool(kinds & {*after[:3]}) or request.intent is Intent.DELETE
        if not found and when.times and is_one and request.intent is not Intent.SKIP:
            return None
        if len(found) > 1 and is_one:
            asked = question("playbook")
            return asked.changed(options=_options(found, whens=left))
    return request.changed(playbook=found[0].name, whens=left) if len(found) == 1 else request


def _said_at_once(message: str, words: str) -> str:
    """As many of the words as stand together in the message."""
    said = words.split()
    while said and " ".join(said) not in message:
        said.pop()
    return " ".join(said) or words


def _options(found: Sequence[Playbook], **settled: Any) -> tuple[Option, ...]:
    return tuple(
        Option(value=one.name, label=one.name, sets={"playbook": one.id, **settled}) for one in found[:_MAX_OFFERED]
    )


def _runs_at(playbook: Playbook, when: When) -> bool:
    """Whether it runs at that time of day, and on no other days than those."""
    days = {*when.weekdays}
    return bool(when.times or days) and any(
        (not when.times or _are_same(when.times, its.times)) and days in (set(), {*its.weekdays})
        for its in whens_of(playbook)
    )


def _are_same(said: Sequence[Clock], known: Sequence[Clock]) -> bool:
    """Whether they are the same times of day; one without "am" or "pm" is either."""
    either = ({one.minutes} if one.half else {one.on("am").minutes, one.on("pm").minutes} for one in said)
    its = {one.minutes for one in known}
    return len(said) == len(its) and all(minutes & its for minutes in either)


def not_at_that_time(request: Request) -> Question | None:
    """What to do about a time that the command can't wait for."""
    if not request.whens or request.intent is Intent.SKIP:
        return None
    words = request.time_words
    now: dict[str, Any] = {"whens": (), **({"unused": (*request.unused, words)} if words else {})}
    if request.intent is not Intent.PAUSE:
        return question("later", now, words=words)
    days = tuple(dict.fromkeys(day for one in request.whens for day in one.weekdays))
    if not days or any(one.ends or one.lasts or one.once for one in request.whens):
        return question("until", now, words=words)
    return question("days_off", {"whens": ({"but_weekdays": days},)}, now, words=words)


def of_kind(listed: Sequence[Playbook], topic: str | None) -> list[Playbook]:
    """ "Everything about competitors": those of the topic's kind; all of them for no topic."""
    if topic not in TOPICS:
        return list(listed)
    kin = [one for one in TOPICS.values() if one.category == TOPICS[topic].category]
    topics, agents = {one.key for one in kin}, {one.agent for one in kin}
    return [one for one in listed if (one.topic in topics if one.topic else one.text("agent") in agents)]


def most(found: Sequence[_T], share: Callable[[_T], float], more_than: float = 0) -> list[_T]:
    """Those with the greatest share, if it is more than that."""
    shares = [share(one) for one in found]
    best = max(shares, default=0)
    return [one for one, its in zip(found, shares, strict=True) if best > more_than and its == best]


def _share(wanted: set[str], named: set[str]) -> float:
    """How many of the words are in the name; a letter more or less in a long one is a slip."""
    # "More than" has no slip of "Thank You" in it.
    long = [one for one in named if len(one) >= _LONG]
    alike = (one in named or (len(one) >= _LONG and get_close_matches(one, long, 1, _ALIKE)) for one in wanted)
    return sum(map(bool, alike)) / max(len(wanted), 1)
