"""What is asked of a change of a playbook that is there, before anything of it is written."""

from __future__ import annotations

from collections.abc import Sequence

from shared.chat.language.names import plain
from shared.chat.language.reading import language
from shared.chat.language.when import EVERY_DAY, When
from shared.chat.talk import changes, revising
from shared.chat.talk.facts import Playbook
from shared.chat.talk.questions import change_question
from shared.chat.talk.turn import Turn
from shared.chat.topics.book import TOPICS
from shared.chat.understood import Event, Intent, Option, Question, Request


def to_whom(turn: Turn, request: Request, stored: Playbook) -> Question | None:
    """ "Text Dana too", of whom only an address is known; "stop emailing me", where nothing else tells of it."""
    if request.people and request.channels:
        asked = change_question(request.model_copy(update=_PEOPLE_ALONE), turn.org)
        return asked if asked and asked.about == "people" else None
    ways = changes.all_channels(stored.steps)
    if request.channels or not ways or revising.channels_after(ways, request):
        return None
    pause = Option(value="pause", label="Pause it", sets={"intent": Intent.PAUSE, "dropped_channels": ()})
    text = turn.words("only_way").format(name=stored.name)
    return Question(id="only_way", text=text, options=(pause,), about="channels")


def channel_days(turn: Turn, request: Request, days: Sequence[int]) -> Question:
    """ "Stop texting me on sundays"."""
    words = " ".join(one.words for one in request.whens)
    options = (
        Option(
            value="leave out",
            label="Don't run on those days",
            sets={"dropped_channels": (), "whens": ({"but_weekdays": days},)},
        ),
        Option(value="altogether", label="Stop that channel", sets={"whens": ()}),
    )
    text = turn.words("channel_days").format(words=words)
    return Question(id="channel_days", text=text, options=options, about="whens")


def days_apart(turn: Turn, request: Request, known: Sequence[When]) -> Question | None:
    """ "Morning Numbers on weekends at 10", where it runs every day at 8: only then, or the others as before."""
    if len(known) != 1 or len(request.whens) != 1 or request.adds:
        return None
    old, new = known[0], request.whens[0]
    replaces = {*plain(turn.message)} & {*language().lexicon.data["words"]["replacing"].split()}
    days = old.weekdays or (EVERY_DAY if old.unit == "day" else ())
    if replaces or new.only or not (new.times or new.shift) or not {*new.weekdays} < {*days} or not new.weekdays:
        return None
    [moved] = revising.whens_after([old], [new.changed(weekdays=(), unit=None, every=0)], adds=False)
    rest = tuple(day for day in days if day not in new.weekdays)
    apart = (
        old.changed(weekdays=rest, unit=None, every=0),
        moved.changed(weekdays=new.weekdays, unit=None, every=0),
    )
    options = (
        Option(value="keep the rest", label="Keep the other days as they are", sets={"whens": apart}),
        Option(value="only then", label="Run only then", sets={"whens": (apart[1].changed(only=True),)}),
    )
    text = turn.words("days_apart").format(words=new.words)
    return Question(id="days_apart", text=text, options=options, about="whens")


def new_one(turn: Turn, request: Request, stored: Playbook) -> Question | None:
    """What cannot be changed in a playbook that was edited by hand may be set up anew; None where nothing is known
    of what it is about.
    """
    topic, limits = stored.text("topic"), [one for one in request.limits if not revising.is_person(one)]
    if topic not in TOPICS or not (
        request.thresholds or limits or any(getattr(request, one) for one in revising.CONTENT)
    ):
        return None
    happens = tuple(
        Event(name=str(one["eventName"]))
        for one in stored.data.get("triggers") or ()
        if one.get("type") == "event" and one.get("eventName") in TOPICS[topic].own_events
    )
    known = Request(
        intent=Intent.CREATE,
        topic=topic,
        whens=changes.whens_of(stored),
        events=happens,
        channels=tuple(changes.all_channels(stored.steps)),
    )
    new = revising.revised(known, request).model_copy(update={"playbook": None})
    sets = new.model_dump(exclude_defaults=True) | {"playbook": None, "adds": False, "adds_delivery": False}
    text = turn.words("new_one").format(name=stored.name, words=turn.message[:_MAX_QUOTED])
    return Question(
        id="new_one", text=text, options=(Option(value="new", label="Set up a new one", sets=sets),), about="limits"
    )


_MAX_QUOTED = 100
_PEOPLE_ALONE = {"unsupported": (), "unread": (), "must_ask": (), "limits": (), "competitors": (), "whens": ()}
