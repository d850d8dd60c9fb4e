"""Which playbooks a question is about: those that fit all that it says of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from shared.chat.language.calendar import day_of
from shared.chat.language.clocks import plainer
from shared.chat.language.names import plain
from shared.chat.language.reading import language
from shared.chat.language.when import EVERY_DAY, Day, Unit, When
from shared.chat.talk.document_edits import CHANNEL_NAMES, channels_of, params_of, recipients_of
from shared.chat.talk.state import Playbook
from shared.chat.talk.targets import of_kind
from shared.chat.talk.turn import Turn
from shared.chat.topics.topic import ME, OWNER
from shared.chat.understood import Request
from shared.triggers.playbook_about import every_step
from shared.values.words import counted, listed

Fits = Callable[[Playbook], bool]


@dataclass(frozen=True, slots=True)
class Clause:
    """What is said of the playbooks, of one and of several ("runs on Mondays", "run on Mondays")."""

    of_one: str
    of_several: str
    fits: Fits
    needs_steps: bool = False
    """Whether the whole document has to be read for it."""


_WHOLE_DAY = 24 * 60
_NEAR = 30
"""Minutes: "around noon"."""
_WEEK = timedelta(days=7)
_OFTEN: dict[str, Unit] = {"hourly": "hour", "daily": "day", "weekly": "week", "monthly": "month"}
_GAPS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": _WEEK, "month": timedelta(days=31)}


OFF = (Clause("is off", "are off", lambda one: one.status != "active"),)


def narrowed(turn: Turn, request: Request, *, without_day: bool = False) -> tuple[list[Playbook], list[Clause]]:
    """The playbooks that fit all that is said, and what that was; all of them where nothing is."""
    clauses = [
        *_told(turn),
        *_owned(turn),
        *_in_state(turn),
        *_about(turn, request),
        *_started(turn, request, without_day=without_day),
    ]
    needs_steps = any(one.needs_steps for one in clauses)
    whole = turn.author.store.whole_playbooks() if needs_steps else {}
    every = (whole.get(one.id, one) for one in turn.facts.listed)
    return [one for one in every if all(clause.fits(one) for clause in clauses)], clauses


def heading(found: Sequence[Playbook], clauses: Sequence[Clause]) -> str:
    """`3 playbooks notify Dana and run on Mondays:`; `No playbook notifies Dana.`."""
    said = listed([one.of_several if len(found) > 1 else one.of_one for one in clauses])
    if not found:
        return f"No playbook {said}."
    return f"{counted(len(found), 'playbook')} {said}:"


def runs_on(turn: Turn, one: Playbook, day: date, at: Sequence[When] = ()) -> list[datetime]:
    """When it is due on that day of the shop's, and at such times of it."""
    midnight = datetime.combine(day, time(), ZoneInfo(turn.zone))
    due = turn.runs(one, _WHOLE_DAY, since=max(turn.now, midnight - timedelta(seconds=1)))
    here = [each for each in due if turn.local(each).date() == day]
    return [each for each in here if all(is_at(when, turn.local(each)) for when in at)]


def day_asked_about(turn: Turn, request: Request) -> date | None:
    """ "Tomorrow", "tonight", "friday", "on December 1"."""
    today = turn.local(turn.now)
    if request.period == "today":
        return today.date()
    named = next((one.once for one in request.whens if one.once), None)
    if named is not None:
        return day_of(named, today)
    weekday = next((one.weekdays[0] for one in request.whens if len(one.weekdays) == 1 and one.single), None)
    return day_of(Day(kind="weekday", weekday=weekday), today) if weekday is not None else None


def people_named(turn: Turn) -> dict[str, str]:
    """The addresses of the team's people that the message names, by name."""
    said = {*plain(turn.message)}
    return {name: email for name, email in turn.facts.people.items() if {*plain(name)[:1]} & said}


def is_said(turn: Turn, group: str) -> bool:
    """Whether the message has a word of that group of `[asking.groups]`."""
    words = plain(turn.message)
    pairs = {f"{one}_{other}" for one, other in pairwise(words)}
    return bool({*language().lexicon.data["asking"]["groups"][group].split()} & {*words, *pairs})


def _told(turn: Turn) -> Iterator[Clause]:
    """ "By text", "to Dana", "me"."""
    words = {*plain(turn.message)}
    ways = [way for way, said in language().lexicon.data["asking"]["channels"].items() if words & {*said.split()}]
    if ways and "whenever" in words:
        return
    people = people_named(turn)
    if not is_said(turn, "OWNED"):
        who = list(people)
        addresses = {*people.values()}
    else:
        who, addresses = [], set()
    mine = turn.author.principal.email
    if words & {"me", "us", "i"} and is_said(turn, "TOLD") and not people and not words & {"have", "got"}:
        who, addresses = ["you"], {str(mine)}
    customers = bool(words & {"customers", "customer"}) and is_said(turn, "TOLD")
    if customers:
        who, addresses = ["customers"], {"customers"}
    if not (ways or addresses):
        return
    by = listed([CHANNEL_NAMES[way] for way in ways], "or")
    owner = turn.facts.tenant.owner_email

    def fits(one: Playbook) -> bool:
        reached = _recipients_by_channel(one, owner)
        wanted = {*addresses, *({"staff"} if "you" in who else ())}
        return any(not addresses or people & wanted for way, people in reached.items() if not ways or way in ways)

    if not who:
        yield Clause(f"goes out by {by}", f"go out by {by}", fits, needs_steps=True)
    else:
        verb = ("writes to", "write to") if customers else ("notifies", "notify")
        told = f"{listed(who)}{f' by {by}' if by else ''}"
        yield Clause(f"{verb[0]} {told}", f"{verb[1]} {told}", fits, needs_steps=True)


def _owned(turn: Turn) -> Iterator[Clause]:
    """ "Dana's", "that I made"."""
    people = people_named(turn)
    if not people or not is_said(turn, "OWNED"):
        return
    who, addresses = listed([*people]), {*people.values()}

    def fits(one: Playbook) -> bool:
        return one.text("ownerEmail") in addresses

    yield Clause(f"belongs to {who}", f"belong to {who}", fits, needs_steps=True)


def _in_state(turn: Turn) -> Iterator[Clause]:
    if is_said(turn, "OFF"):
        yield from OFF
    elif is_said(turn, "ON"):
        yield Clause("is on", "are on", lambda one: one.status == "active")


def _about(turn: Turn, request: Request) -> Iterator[Clause]:
    """ "About competitors", "my reminders", "watching Cloud Nine"."""
    words = {*plain(turn.message)}
    data = language().lexicon.data
    topic = request.topic or ("reminder" if words & {"reminder", "reminders"} else None)
    if request.competitors:
        named = {key for key, name in turn.facts.competitors.items() if name in request.competitors}
        who = listed(request.competitors)

        def watches(one: Playbook) -> bool:
            scans = [
                step
                for step in every_step(one.data.get("steps"))
                if step.get("action") in data["asking"]["watching"]
            ]
            return any(named & {*(params_of(step).get("competitorIds") or named)} for step in scans)

        yield Clause(f"watches {who}", f"watch {who}", watches, needs_steps=True)
    elif topic:
        category = data["topics"][topic]["category"]
        name = data["asking"]["categories"].get(category, category)
        exact = {one.id for one in turn.facts.listed if one.topic == topic}
        kin = exact if topic == "reminder" else exact | {one.id for one in of_kind(turn.facts.listed, topic)}
        is_kind = topic == "reminder"
        said = ("is a reminder", "are reminders") if is_kind else (f"is about {name}", f"are about {name}")
        yield Clause(*said, lambda one: one.id in kin)


def _started(turn: Turn, request: Request, *, without_day: bool) -> Iterator[Clause]:
    """ "On Mondays", "before noon", "daily", "when something happens"."""
    if is_said(turn, "EVENTS"):
        yield Clause("runs when something happens", "run when something happens", lambda one: one.runs_on_events)
        return
    whens = [one for one in request.whens if one.set_fields]
    for one in whens:
        yield Clause(f"runs {one.words}", f"run {one.words}", _due(turn, one, without_day=without_day))
    for often in [word for word in plain(turn.message) if word in _OFTEN and not whens]:
        repeated = When(unit=_OFTEN[often], every=1)
        yield Clause(f"runs {often}", f"run {often}", _due(turn, repeated, without_day=True))
    if not whens and request.period == "today" and not without_day:
        today = turn.local(turn.now).date()
        yield Clause("runs today", "run today", lambda one: bool(runs_on(turn, one, today)))


def _due(turn: Turn, when: When, *, without_day: bool) -> Fits:
    """Whether a playbook is due at such times."""
    today = turn.local(turn.now)
    days = [] if without_day else _days(when, today)
    unit = when.unit if not when.weekdays or when.weekdays == EVERY_DAY else None

    def fits(one: Playbook) -> bool:
        ahead = [each for day in days for each in runs_on(turn, one, day)] if days else turn.runs(one, _WHOLE_DAY)
        if unit in _GAPS and not days and len(ahead) > 1 and ahead[1] - ahead[0] > _GAPS[unit] * 1.01:
            return False
        if unit in ("week", "month") and len(ahead) > 1 and ahead[1] - ahead[0] < _GAPS["day"] * 6:
            return False
        return any(is_at(when, turn.local(each)) for each in ahead)

    return fits


def _days(when: When, today: datetime) -> list[date]:
    if when.once is not None:
        named = day_of(when.once, today)
        return [named] if named else []
    weekdays = when.weekdays if when.weekdays != EVERY_DAY else ()
    return [day for number in weekdays if (day := day_of(Day(kind="weekday", weekday=number), today)) is not None]


def is_at(when: When, due: datetime) -> bool:
    """Whether that is a time of day as `when` says."""
    minute = due.hour * 60 + due.minute
    if when.window:
        first, last = (one.minutes for one in plainer(when).window)
        return first <= minute <= last
    if when.parts:
        table = language().lexicon.data["parts"]
        return any(_is_within(minute, *table[part]["hours"][-1]) for part in when.parts)
    for clock in when.times:
        told = {clock.minutes} if clock.half else {clock.minutes, (clock.minutes + _WHOLE_DAY // 2) % _WHOLE_DAY}
        if clock.about == "by":
            return minute < min(told)
        near = _NEAR if clock.about else 0
        if any(abs(minute - one) <= near for one in told):
            return True
    return not when.times


def _is_within(minute: int, first: int, last: int) -> bool:
    return first <= minute < last if first < last else minute >= first or minute < last


def _recipients_by_channel(one: Playbook, org_owner: str | None) -> dict[str, set[str]]:
    """Who it reaches over each channel: addresses, `staff`, or `customers`."""
    known = {ME: one.text("ownerEmail") or org_owner, OWNER: org_owner}
    usual = {"email": org_owner or "", "sms": "staff"}
    found: dict[str, set[str]] = {}
    for step in every_step(one.data.get("steps")):
        for way in channels_of(step):
            to = [str(known.get(each, "customers" if "{{" in str(each) else each)) for each in recipients_of(step)]
            found.setdefault(way, set()).update(to or [usual.get(way, "staff")])
    return found
