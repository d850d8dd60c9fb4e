"""New playbooks, also in the place of a change that cannot be made, and runs that are asked for once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from shared.api.masking import masked
from shared.chat.language.calendar import day_of
from shared.chat.language.when import When
from shared.chat.talk import authoring, document_edits, document_times, merging, replies
from shared.chat.talk.authoring import Plan
from shared.chat.talk.questions import next_question, question
from shared.chat.talk.state import Playbook
from shared.chat.talk.turn import Turn, estimate_answer
from shared.chat.topics.topic import TOPICS
from shared.chat.understood import Event, Intent, Question, Reply, Request
from shared.messages import links

ANY_TIME = (When(every=1, unit="day"),)
_MAX_QUOTED = 100
_RECENT = timedelta(days=60)
"""A date that is no longer ago is meant as past where no year is said."""


def create(turn: Turn, request: Request) -> Reply:
    """A new playbook, or what has to be asked first."""
    if asked := next_question(request, turn.org):
        return turn.ask(request, asked)
    plan = Plan.of([request], turn.org)
    assert plan is not None
    made, is_new = authoring.create(turn.author, plan, turn.message, turn.facts)
    opening = f"I've set up {made.quoted}." if is_new else f"You already have this: {made.quoted}."
    ending = f"See it here: {links.url(links.playbook(made.id))}"
    if turn.author.is_preview and is_new:
        turn.proposing.append(request)
        opening, ending = f"I'll create {made.quoted}.", f"{replies.SAY_YES} Or tell me what to change."
    elif is_new:
        turn.added(made)
    happens, warning = replies.what_happens(plan.drafts, turn.now, turn.zone), _warning(turn, plan)
    notes = [one for one in (turn.unused(), warning) if one]
    summary = replies.summary(made.name, plan.drafts, turn.now, turn.zone, notes)
    return shown(turn, made, (opening, happens), (warning, ending), summary=summary)


def as_question(turn: Turn, request: Request) -> Request:
    """ "Turnover on January 20", said on February 3: a question about that day, and nothing to do in a year."""
    days = [one.once for one in request.whens]
    says_more = request.channels or request.people or request.name or request.topics
    if request.intent is not Intent.CREATE or request.topic != "sales_summary" or says_more or len(days) != 1:
        return request
    day = days[0]
    only_a_day = {*request.whens[0].set_fields} == {"once"} and day is not None and day.kind == "date"
    if not (only_a_day and day and day.month and not day.year):
        return request
    today = turn.local(turn.now).date()
    ago = day_of(day.model_copy(update={"year": today.year}), turn.local(turn.now)) - today
    is_past = -_RECENT <= ago < timedelta(0)
    return request.changed(intent=Intent.ASK, question="figures_sales") if is_past else request


def run_once(turn: Turn, request: Request) -> Reply:
    """A topic's work, done now and once."""
    if not TOPICS[request.topic or ""].scheduled:
        return turn.say_words("nothing_to_run")
    if question := next_question(request.changed(whens=ANY_TIME, events=()), turn.org):
        return turn.ask(request, question)
    plan = Plan.of([request], turn.org, once=True)
    assert plan is not None
    made, started = authoring.run_once(turn.author, plan, turn.message)
    cost, [one] = turn.cost(made.data), plan.drafts
    price = f"It costs about {replies.usd(float(cost.per_run_usd))}."
    does = f"{one.content.does}, and {replies.delivery_words(one.spec.audience)}".strip(", ")
    estimate = estimate_answer(cost)
    if started is None:
        lines = (f"I'll do this once, now: {does}.", price, replies.SAY_YES)
        return turn.propose(request, *lines, intent=Intent.RUN, estimate=estimate)
    turn.session.last_run = request
    where = f"{price} Follow it here: {links.url(links.playbook(made.id))}"
    opening, more = f"On it: I {does}.", (turn.unused(), _warning(turn, plan))
    return turn.say_of(made, opening, where, *more, execution_id=started.execution_id, estimate=estimate)


def _warning(turn: Turn, plan: Plan) -> str:
    """What keeps the playbook from finding anything, or makes it tell the same thing again."""
    spec, content = plan.drafts[0].spec, plan.drafts[0].content
    known = " ".join(turn.facts.products).casefold()
    if missing := [one for one in spec.products if one.casefold().rstrip("s") not in known]:
        return f"One thing: I don't see “{missing[0]}” in your inventory."
    fields = str(plan.fields())
    if ("scan_competitors" in fields or "'competitor." in fields) and not turn.facts.competitors:
        return f"One thing: you have no competitors yet. Add them here: {links.url(links.COMPETITORS)}"
    tells_again = spec.often and content.condition and not content.only_news
    return turn.words("tells_again") if tells_again else ""


def shown(turn: Turn, made: Playbook, before: Sequence[str], after: Sequence[str], **fields: Any) -> Reply:
    """What was written, or would be: with the next runs, the cost, what was not used, and the document itself."""
    cost, runs = turn.cost(made.data), turn.runs(made)
    kept = {name: value for name, value in made.data.items() if name != "requests"}
    return turn.say_of(
        made if made.id else None,
        *before,
        replies.next_runs_line(runs, turn.zone),
        replies.cost_line(cost),
        turn.unused(),
        *after,
        proposes=turn.request.intent if turn.proposing else None,
        playbook=masked({**({"id": made.id} if made.id else {}), **kept}),
        next_runs=runs,
        estimate=estimate_answer(cost),
        **fields,
    )


def new_instead(turn: Turn, request: Request, stored: Playbook) -> Question | None:
    """Whether to set up a new playbook, for what cannot be changed in this one; None where its topic is unknown."""
    limits = [one for one in request.limits if not merging.is_person(one)]
    of_content = request.thresholds or limits or any(getattr(request, one) for one in merging.CONTENT)
    if stored.topic not in TOPICS or not of_content:
        return None
    return question(
        "new_one", _settled(_as_request(stored), request), name=stored.name, words=turn.message[:_MAX_QUOTED]
    )


def new_of_another_topic(
    turn: Turn, request: Request, stored: Playbook, requests: Sequence[Request]
) -> Question | None:
    """ "Make Morning Numbers the low stock instead": what a playbook reports stays, so a new one is offered."""
    if "replaces" not in (turn.reading.of("adds") if turn.reading else ()) or request.topic not in TOPICS:
        return None
    if request.topic in {stored.topic, *(one.topic for one in requests)}:
        return None
    known = _as_request(stored).changed(topic=request.topic, events=())
    return question("other_topic", _settled(known, request), name=stored.name, topic=TOPICS[request.topic].name)


def _as_request(stored: Playbook) -> Request:
    """A request for a new playbook with the times and channels of this one, and its topic if it has one."""
    triggers = [one for one in stored.data.get("triggers") or () if one.get("type") == "event"]
    names = [str(one.get("eventName")) for one in triggers]
    topic = TOPICS.get(stored.topic or "")
    return Request(
        intent=Intent.CREATE,
        topic=topic.key if topic else None,
        whens=document_times.whens_of(stored),
        events=tuple(Event(name=one) for one in names if topic and one in topic.own_events),
        channels=tuple(document_edits.all_channels(stored.steps)),
    )


def _settled(known: Request, change: Request) -> dict[str, Any]:
    """The fields of the new playbook's request, for a question that offers it."""
    new = merging.revised(known, change).model_dump(exclude_defaults=True)
    return {**new, "playbook": None, "adds": False, "adds_delivery": False}
