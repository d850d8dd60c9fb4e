"""What is asked before a playbook is changed, since what was said may mean two things."""

from __future__ import annotations

import re
from collections.abc import Sequence

from shared.chat.language.names import plain
from shared.chat.language.reading import language
from shared.chat.language.when import EVERY_DAY, When
from shared.chat.talk import commands, creating, document_edits, merging
from shared.chat.talk.questions import change_question, question
from shared.chat.talk.state import Playbook
from shared.chat.talk.turn import Turn
from shared.chat.understood import Intent, Question, Reply, Request, Threshold

_PEOPLE_ALONE = {"unsupported": (), "unread": (), "must_ask": (), "limits": (), "competitors": (), "whens": ()}
_LEFT_OUT = frozenset({"but_weekdays", "but_months", "but_monthdays"})
_DIAL = 12
_WEEKEND = (0, 6)
_BARE = re.compile(
    r"(?:make|set|bump|raise|lower|change|move) (?:it|that|this) (?:up |down )?(?:to )?(\d{1,2})\W*", re.IGNORECASE
)


def asked_first(
    turn: Turn, request: Request, stored: Playbook, requests: Sequence[Request], known: Sequence[When]
) -> Reply | None:
    """What has to be asked or refused before anything is changed; `known`: the times that it has."""
    fields = {name for one in request.whens for name in one.set_fields}
    if fields and fields <= _LEFT_OUT and not known and stored.runs_on_events:
        return turn.say_of(stored, turn.words("days_of_event", name=stored.name, words=request.time_words))
    if fields == {"ends"} and stored.status != "active":
        # "Only until Monday", of what was paused.
        return commands.command(turn, request.changed(intent=Intent.PAUSE))
    asked = _asked(turn, request, stored, requests, known)
    asked = asked or creating.new_of_another_topic(turn, request, stored, requests)
    return turn.ask(request, asked) if asked else None


def _asked(
    turn: Turn, request: Request, stored: Playbook, requests: Sequence[Request], known: Sequence[When]
) -> Question | None:
    """The first question; `requests`: what the playbook was made from, `known`: the times that it has."""
    return (
        _to_whom(turn, request, stored)
        or _limit_or_time(turn, request, requests)
        or _days_apart(turn, request, known)
    )


def _limit_or_time(turn: Turn, request: Request, requests: Sequence[Request]) -> Question | None:
    """ "Make it 15", where it tells from 10% on, at 9; an hour of the dial is a time."""
    limits = requests[0].thresholds if requests else ()
    number = _BARE.fullmatch(turn.message.strip())
    is_open = turn.answered is None and len(limits) == 1 and bool(request.whens) and not request.thresholds
    if number is None or int(number[1]) <= _DIAL or not is_open:
        return None
    limit = {"thresholds": (Threshold(value=float(number[1])),), "whens": ()}
    return question("limit_or_time", limit, {"whens": request.whens}, number=number[1])


def _to_whom(turn: Turn, request: Request, stored: Playbook) -> Question | None:
    """Asks for a phone number ("text Dana too"), or to pause what would notify nobody ("stop emailing me")."""
    mine = turn.author.principal.email
    told = {*document_edits.people_of(stored.steps, mine)}
    if told and not (request.people or request.unread) and told <= document_edits.left_out(request, mine):
        return question("only_one", name=stored.name)
    if request.people and request.channels:
        asked = change_question(request.changed(**_PEOPLE_ALONE), turn.org)
        return asked if asked and asked.about == "people" else None
    ways = document_edits.all_channels(stored.steps)
    is_told = request.channels or not ways or merging.channels_after(ways, request)
    return None if is_told else question("only_way", name=stored.name)


def _days_apart(turn: Turn, request: Request, known: Sequence[When]) -> Question | None:
    """ "Morning Numbers on weekends at 10", where it runs every day at 8: only then, or the others as before."""
    if len(known) != 1 or len(request.whens) != 1 or request.adds:
        return None
    old, new = known[0], request.whens[0]
    table = language().lexicon.data["words"]
    replaces = {*plain(turn.message)} & {*table["replacing"].split()}
    if turn.message.strip().casefold().startswith(new.words.casefold().split(" ")[0]):
        # "On Fridays make it noon".
        replaces &= {*table["replacing_all"].split()}
    if new.weekdays == _WEEKEND and any(map(str.isdecimal, "".join(new.words.split()[:2]))):
        # "Make it 10 on weekends": the hour comes first, so the other days were not meant.
        replaces &= {*table["replacing_all"].split()}
    days = old.weekdays or (EVERY_DAY if old.unit == "day" else ())
    if replaces or new.only or not (new.times or new.shift) or not {*new.weekdays} < {*days} or not new.weekdays:
        return None
    [moved] = merging.whens_after([old], [new.changed(weekdays=(), unit=None, every=0)], adds=False)
    rest = old.changed(weekdays=tuple(day for day in days if day not in new.weekdays), unit=None, every=0)
    moved = moved.changed(weekdays=new.weekdays, unit=None, every=0)
    apart, only = {"whens": (rest, moved)}, {"whens": (moved.changed(only=True),)}
    return question("days_apart", apart, only, words=new.words)
