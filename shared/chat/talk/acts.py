"""What is made, run once and changed, when it is clear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from shared.api.masking import masked
from shared.chat.language.names import plain
from shared.chat.language.reading import language
from shared.chat.language.schedules import resolve
from shared.chat.language.when import When
from shared.chat.talk import authoring, change_questions, changes, commands, replies, revising
from shared.chat.talk.authoring import Plan
from shared.chat.talk.facts import Before, Playbook
from shared.chat.talk.questions import change_question, next_question
from shared.chat.talk.turn import Turn, estimate_answer
from shared.chat.topics.audience import Audience, audience_of
from shared.chat.topics.base import stem_of
from shared.chat.topics.book import TOPICS
from shared.chat.understood import Intent, Person, Question, Reply, Request
from shared.messages import links

_ANY_TIME = (When(every=1, unit="day"),)


def make(turn: Turn, request: Request) -> Reply:
    """A new playbook, a run of a topic's work, or what must be asked first."""
    once = request.intent is Intent.RUN
    if once and (request.playbook is not None or request.topic is None):
        return commands.command(turn, request)
    named = turn.named(request.playbook) if request.extends and request.playbook not in (None, "it") else []
    last = named[0] if len(named) == 1 else turn.facts.playbook(turn.session.last_playbook_id)
    narrows = turn.message.casefold().split()[:1] in (["only"], ["just"], ["unless"])
    same = request.topic is None or (narrows and last is not None and request.topic == last.data.get("topic"))
    if last is not None and same and not (request.topics or request.events or request.whens or request.message):
        # "Only if there are more than 5", "as a PDF": of the playbook that was talked about.
        turn.request = request.model_copy(update={"intent": Intent.CHANGE})
        return change(turn, turn.request)
    if not once and last is not None and _is_of(turn, request, last):
        known = tuple(
            one for one in request.people if one.kind != "unknown" or not {*plain(one.value)} <= {*plain(last.name)}
        )
        turn.request = request.model_copy(update={"intent": Intent.CHANGE, "playbook": last.id, "people": known})
        return change(turn, turn.request)
    if not once and request.extends and last is not None and not (request.whens or request.events):
        return _add(turn, last, request)
    question = next_question(
        request.model_copy(update={"whens": _ANY_TIME, "events": ()}) if once else request, turn.org
    )
    if once and request.topic and not TOPICS[request.topic].scheduled:
        return turn.say(turn.words("nothing_to_run"))
    if question is not None:
        return turn.ask(request, question)
    plan = Plan.of([request], turn.org, once=once)
    assert plan is not None
    return _run_once(turn, request, plan) if once else _create(turn, request, plan)


def _is_of(turn: Turn, request: Request, last: Playbook) -> bool:
    """Whether a request that could be new speaks of the last playbook: "the sales summary at 7 instead"."""
    goes = turn.session.confirming is not None and last.id in turn.session.confirming.playbook_ids
    if goes or request.events or request.message or request.topics or turn.asked is not None or turn.apart:
        return False
    if (
        request.extends
        and request.playbook == "it"
        and (request.competitors or request.products)
        and not request.whens
    ):
        return True
    if request.topic is None or request.topic != last.data.get("topic"):
        return False
    table, said = language().lexicon.data["words"], {*plain(turn.message)}
    if said & {*table["of_a_new_one"].split()}:
        return False
    if said & {*table["of_the_last"].split()}:
        return True
    if request.whens and (request.channels or request.people):
        return False
    alone = said & {*table["of_the_last_alone"].split()} or last.name in turn.message
    question = next_question(request, turn.org)
    return bool(alone or (request.whens and question is not None and question.about == "whens"))


def _create(turn: Turn, request: Request, plan: Plan) -> Reply:
    made, is_new = authoring.create(turn.author, plan, turn.message, turn.facts)
    opening = f"I've set up “{made.name}”." if is_new else f"You already have this: “{made.name}”."
    ending = f"See it here: {links.url(links.playbook(made.id))}"
    if turn.author.is_preview and is_new:
        turn.proposing.append(request)
        opening, ending = f"I'll create “{made.name}”.", f"{replies.SAY_YES} Or tell me what to change."
    elif is_new:
        turn.facts = replace(turn.facts, playbooks=(*turn.facts.playbooks, made))
        turn.session.undo = (Before.of(made, None, 1),)
    happens, warning = replies.what_happens(plan.drafts, turn.now, turn.zone), _warning(turn, plan)
    notes = [one for one in (turn.unused(), warning) if one]
    summary = replies.summary(made.name, plan.drafts, turn.now, turn.zone, notes)
    return _shown(turn, made, (opening, happens), (warning, ending), summary=summary)


def _shown(turn: Turn, made: Playbook, before: Sequence[str], after: Sequence[str], **fields: Any) -> Reply:
    """What was written, or would be: with the next runs, the cost, what was not used, and the document itself."""
    runs, cost = turn.runs(made), turn.cost(made.data)
    lines = (replies.next_runs_line(runs, turn.zone), replies.cost_line(cost), turn.unused())
    kept = {name: value for name, value in made.data.items() if name != "requests"}
    return turn.of(
        made if made.id else None,
        *before,
        *lines,
        *after,
        proposes=turn.request.intent if turn.proposing else None,
        playbook=masked({**({"id": made.id} if made.id else {}), **kept}),
        next_runs=runs,
        estimate=estimate_answer(cost),
        **fields,
    )


def _warning(turn: Turn, plan: Plan) -> str:
    """What keeps the playbook from finding anything, or has it tell the same again."""
    order, work = plan.drafts[0].order, plan.drafts[0].work
    known = " ".join(turn.facts.products).casefold()
    if missing := [one for one in order.products if one.casefold().rstrip("s") not in known]:
        return f"One thing: I don't see “{missing[0]}” in your inventory."
    fields = str(plan.fields())
    if ("scan_competitors" in fields or "'competitor." in fields) and not turn.facts.competitors:
        return f"One thing: you have no competitors yet. Add them here: {links.url(links.COMPETITORS)}"
    tells_again = order.often and work.condition and not work.only_news
    return turn.words("tells_again") if tells_again else ""


def _run_once(turn: Turn, request: Request, plan: Plan) -> Reply:
    made, started = authoring.run_once(turn.author, plan, turn.message)
    cost = turn.cost(made.data)
    price = f"It costs about {replies.usd(float(cost.per_run_usd))}."
    does = f"{plan.drafts[0].work.does}, and {replies.delivery_words(plan.drafts[0].order.audience)}".strip(", ")
    estimate = estimate_answer(cost)
    if started is None:
        turn.proposing.append(request)
        return turn.say(
            f"I'll do this once, now: {does}.", price, replies.SAY_YES, proposes=Intent.RUN, estimate=estimate
        )
    turn.session.last_run = request
    where = f"{price} Follow it here: {links.url(links.playbook(made.id))}"
    lines = (f"On it: I {does}.", where, turn.unused(), _warning(turn, plan))
    return turn.of(made, *lines, execution_id=started.execution_id, estimate=estimate)


def _add(turn: Turn, last: Playbook, request: Request) -> Reply:
    """ "And add what's low": to the playbook that was talked about; one of its own where that can't hold both."""
    stored = turn.author.desk.read(last.id)
    requests = authoring.requests_of(stored)
    if not requests:
        own = request.model_copy(update={"adds": False, "adds_delivery": False})
        return _append(turn, stored, own) or make(turn, own)
    if request.topic in [one.topic for one in requests]:
        return rebuild(turn, last.id, (revising.revised(requests[0], request), *requests[1:]))
    taken = {name: getattr(requests[0], name) for name in ("whens", "people", "channels", "dropped_channels")}
    own = request.model_copy(update={**taken, "adds": False, "adds_delivery": False})
    if next_question(own, turn.org) is None and Plan.of((*requests, own), turn.org) is not None:
        return rebuild(turn, last.id, (*requests, own))
    return make(turn, own)


def _append(turn: Turn, stored: Playbook, request: Request) -> Reply | None:
    """The work behind that of a playbook that was edited by hand; None where they would get in each other's way."""
    ways = tuple(changes.all_channels(stored.steps))
    own = request.model_copy(update={"whens": _ANY_TIME, "channels": request.channels or ways})
    plan = Plan.of([own], turn.org) if next_question(own, turn.org) is None else None
    if plan is None or {one["action"] for one in plan.drafts[0].work.work} & {
        one["action"] for one in stored.steps
    }:
        return None
    to = next((params["to"] for params in map(changes.params_of, stored.steps) if params.get("to")), None)
    told = {"to": to} if to and not request.people else {}
    new = [
        {**one, "params": {**one["params"], **told}} if one["action"] == "notify" else one
        for one in plan.fields()["steps"]
    ]
    return _write(turn, stored, {"steps": [*stored.steps, *new]}, (), plan=plan)


def leave_out(turn: Turn, request: Request) -> Reply | None:
    """ "Remove bob@shop.example", of the last playbook; None where it tells nobody of that name."""
    last = turn.facts.playbook(turn.session.last_playbook_id)
    requests = (
        authoring.requests_of(turn.author.desk.read(last.id)) if last and request.playbook in (None, "it") else ()
    )
    left = tuple(one for one in requests[0].people if one.value not in request.must_ask) if requests else ()
    if last is None or not requests or len(left) == len(requests[0].people):
        return None
    first = requests[0].model_copy(update={"people": left or (Person(kind="me"),)})
    return rebuild(turn, last.id, (first, *requests[1:]))


_MAY_BE_NEW = (Intent.ANSWER, Intent.UNCLEAR)


def change(turn: Turn, request: Request) -> Reply:
    """Another time, channel, limit, content … of a playbook that exists."""
    last, run = turn.facts.playbook(turn.session.last_playbook_id), turn.session.last_run
    if last is not None and last.data.get("adHoc") and run and request.whens and request.playbook in (None, "it"):
        # "Do that every morning": what was run once becomes a playbook.
        turn.request = run.model_copy(update={"intent": Intent.CREATE, "whens": request.whens})
        return make(turn, turn.request)
    said = revising.says(request)
    if request.intent is Intent.UNCLEAR or (request.intent is Intent.ANSWER and not said and not request.alert):
        return turn.say(turn.words("unclear"), turn.unused())
    days = tuple(dict.fromkeys(day for one in request.whens for day in one.weekdays))
    if days and request.dropped_channels and not request.channels:
        return turn.ask(request, change_questions.channel_days(turn, request, days))
    meant = turn.meant(request)
    if _is_something_new(request, last, meant):
        return make(turn, request.model_copy(update={"intent": Intent.CREATE}))
    if isinstance(meant, Question):
        return turn.ask_which(request, meant)
    turn.session.last_playbook_id = meant.id
    request = _without_name(request, meant)
    named = request.model_copy(update={"playbook": meant.id, "intent": Intent.CHANGE})
    if not (said or request.must_ask or request.alert or request.events):
        text = turn.words("what_change").format(name=meant.name)
        return turn.ask(named, Question(id="change", text=text, about="change"), turn.unused())
    stored = turn.author.desk.read(meant.id)
    named, request = _as_owned(turn, named, stored), _as_owned(turn, request, stored)
    if question := change_questions.to_whom(turn, request, stored):
        return turn.ask(named, question)
    requests = authoring.requests_of(stored)
    known = requests[0].whens if requests else changes.whens_of(stored)
    if question := change_questions.days_apart(turn, request, known):
        return turn.ask(named, question)
    if requests and not request.events:
        known = changes.with_time_of_day(known, stored) if request.whens else known
        first = requests[0].model_copy(update={"whens": known})
        return rebuild(turn, meant.id, (revising.revised(first, request), *requests[1:]))
    return _by_hand(turn, stored, named)


def _as_owned(turn: Turn, request: Request, stored: Playbook) -> Request:
    """ "Me", in somebody else's playbook, is not the owner that it tells."""
    mine = turn.author.principal.email
    if not mine or stored.text("ownerId") in (None, turn.author.id):
        return request
    me = Person(kind="email", value=mine)
    return request.model_copy(update={"people": tuple(me if one.kind == "me" else one for one in request.people)})


def _is_something_new(request: Request, last: Playbook | None, meant: Playbook | Question) -> bool:
    """Whether nothing was talked about that it could belong to: it is something new, in words that nobody knows."""
    is_open = isinstance(meant, Question)
    if request.playbook or request.all_playbooks or request.extends:
        return False
    if request.intent is Intent.CHANGE:
        # "Push me the figures every day at 8".
        return last is None and is_open and bool(request.whens and (request.channels or request.people))
    said = request.whens or request.channels or request.people or request.products or request.competitors
    alone = last is None and bool(request.unread or said)
    return request.intent in _MAY_BE_NEW and (alone or bool(is_open and request.unread and request.whens))


def _without_name(request: Request, meant: Playbook) -> Request:
    """ "The gummy one": what only names the playbook is nothing that it looks at."""
    if request.playbook is not None:
        return request
    others = tuple(one for one in request.products if stem_of(one) not in meant.name.casefold())
    return request.model_copy(update={"products": others})


def _by_hand(turn: Turn, stored: Playbook, request: Request) -> Reply:
    """A change of a document that nothing that was said can be read out of."""
    if request.whens and (known := changes.whens_of(stored)):
        # "Not on sundays": of the times that it has.
        request = request.model_copy(
            update={"whens": revising.whens_after(known, request.whens, adds=request.adds)}
        )
    if question := change_question(request.model_copy(update={"limits": ()}), turn.org):
        return turn.ask(request, question)
    tenant, mine = turn.facts.tenant, turn.author.principal.email
    audience = audience_of(request.people, request.channels, tenant, mine, may_be_customers=False)
    assert isinstance(audience, Audience)
    schedules = resolve(request.whens, turn.now, turn.zone).schedules
    fields, refusals = changes.edited(stored, request, schedules, audience, turn.org)
    if refusals and (question := change_questions.new_one(turn, request, stored)):
        return turn.ask(request, question)
    return _write(turn, stored, fields, refusals)


def retime_copy(turn: Turn, copied: Reply, request: Request) -> Reply:
    """ "Copy it for Saturdays": an undo removes the copy."""
    made = turn.session.undo[0]
    whens = tuple(one.changed(only=True) for one in request.whens)
    changed = change(turn, Request(intent=Intent.CHANGE, playbook=copied.playbook_id, whens=whens))
    turn.session.undo = (made.model_copy(update={"version": turn.session.undo[0].version}),)
    return changed.model_copy(update={"reply": f"{copied.reply}\n{changed.reply}"})


def rebuild(turn: Turn, playbook_id: str, requests: Sequence[Request]) -> Reply:
    """The playbook made anew from its requests, or what must be asked of the first of them."""
    first = requests[0].model_copy(update={"intent": Intent.CREATE})
    turn.request = requests[0].model_copy(update={"intent": Intent.CHANGE})
    if question := next_question(first, turn.org):
        return turn.ask(first, question, playbook_id=playbook_id, others=tuple(requests[1:]))
    plan = Plan.of((first, *requests[1:]), turn.org)
    if plan is None:
        return turn.say(turn.words("not_together"))
    stored = turn.author.desk.read(playbook_id)
    was = Plan.of(authoring.requests_of(stored), turn.org)
    named = {"name": first.name} if first.name else {}
    fields = plan.fields()
    fields["triggers"] = changes.still_skipped(stored, fields["triggers"], turn.now)
    return _write(turn, stored, {**fields, **named}, (), was, plan)


def _write(
    turn: Turn,
    stored: Playbook,
    fields: dict[str, Any],
    refusals: Sequence[str],
    was: Plan | None = None,
    plan: Plan | None = None,
) -> Reply:
    """The change, told as a difference."""
    new = Playbook(stored.id, {**stored.data, **fields})
    mine = stored.text("ownerEmail") or turn.author.principal.email
    before, after = (
        changes.facets(one, turn.when(one), _does(each), mine, turn.facts.competitors)
        | {"Covers": _covers(each) if each and was and plan else ""}
        for one, each in ((stored, was), (new, plan))
    )
    told = [f"• {line}" for line in changes.differences(before, after)]
    if not told and any(stored.data.get(one) != value for one, value in fields.items() if one != "requests"):
        told = ["• What it looks at"]
    refused = f"Not changed: {'; '.join(refusals)}." if refusals else ""
    if not told:
        same = "" if refused else f"“{stored.name}” is already like that: it runs {turn.when(stored)}."
        return turn.of(stored, same, refused, turn.unused())
    made = authoring.change(turn.author, stored, fields)
    opening, ending = f"I've changed “{stored.name}”:", "Say “undo” to change it back."
    if turn.author.is_preview:
        turn.proposing.append(turn.request)
        opening, ending = f"I'll change “{stored.name}”:", replies.SAY_YES
    else:
        earlier = {one: stored.data.get(one) for one in fields}
        turn.session.undo = (Before.of(stored, earlier, made.data["version"]),)
    asleep = "" if stored.status == "active" else "It's paused. Say “resume it” to turn it on."
    return _shown(turn, made, (opening, *told, refused), (asleep, ending))


def _covers(plan: Plan) -> str:
    """The products that it is about: `gummies, not vapes`."""
    orders = [one.order for one in plan.drafts]
    named = (one for order in orders for one in order.products)
    left_out = (f"not {one}" for order in orders for one in order.left_out)
    return ", ".join(dict.fromkeys((*named, *left_out))) or "everything"


def _does(plan: Plan | None) -> str:
    works = [one.work for one in plan.drafts] if plan else []
    return "; ".join(f"{one.does or one.delivery_words} {one.when}".strip() for one in works)
