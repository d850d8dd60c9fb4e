"""Changes of playbooks that are there: what is asked first, what is written, and the difference in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shared.chat.language.names import plain
from shared.chat.language.reading import language
from shared.chat.language.schedules import resolve
from shared.chat.language.together import another, days_only
from shared.chat.language.when import with_days
from shared.chat.talk import authoring, commands, creating, document_edits, document_times, merging, replies
from shared.chat.talk.authoring import Plan
from shared.chat.talk.change_questions import asked_first
from shared.chat.talk.questions import change_question, next_question, question
from shared.chat.talk.state import Playbook
from shared.chat.talk.targets import named, target
from shared.chat.talk.turn import Turn
from shared.chat.topics.resolving import audience_of
from shared.chat.topics.topic import Audience, stem_of
from shared.chat.understood import Intent, Person, Question, Reply, Request, Threshold

_MAY_BE_NEW = (Intent.ANSWER, Intent.UNCLEAR)
_OF_ORDERS = frozenset({"order_alert", "thank_you"})
_ANOTHER = ("another", "one", "more")
_NARROWING = ("only", "just", "unless")


def create_or_change(turn: Turn, request: Request) -> Reply:
    """A new playbook or a run; or a change, where the request speaks of the last playbook."""
    once = request.intent is Intent.RUN
    if once and (request.playbook is not None or request.topic is None):
        return commands.command(turn, request)
    found = named(turn, request.named_playbook) if request.extends and request.named_playbook else []
    last = found[0] if len(found) == 1 else turn.facts.playbook(turn.session.last_playbook_id)
    if last is not None:
        narrows = turn.message.casefold().startswith(tuple(f"{word} " for word in _NARROWING))
        if narrows and last.topic in _OF_ORDERS and [one.subject for one in request.thresholds] == ["order_total"]:
            request = request.changed(topic=None, events=(), playbook=last.id)
        same = request.topic is None or (narrows and request.topic == last.topic)
        if same and not (request.topics or request.events or request.whens or request.message):
            # "Only if there are more than 5", "as a PDF": of the playbook that was talked about.
            turn.request = request.changed(intent=Intent.CHANGE)
            return change(turn, turn.request)
        if not once and request.message and (new := _new_from_the_last(turn, last, request)):
            return new
        if not once and _is_about(turn, request, last):
            in_name = {*plain(last.name)}
            known = [one for one in request.people if one.kind != "unknown" or not {*plain(one.value)} <= in_name]
            turn.request = request.changed(intent=Intent.CHANGE, playbook=last.id, people=tuple(known))
            return change(turn, turn.request)
        if not once and request.extends and not (request.whens or request.events):
            return _add(turn, last, request)
    return creating.run_once(turn, request) if once else creating.create(turn, request)


def _is_about(turn: Turn, request: Request, last: Playbook) -> bool:
    """Whether a request that could be new is about the last playbook: "the sales summary at 7 instead"."""
    goes = turn.session.confirming is not None and last.id in turn.session.confirming.playbook_ids
    is_new = request.events or request.message or request.topics or turn.answered is not None or turn.has_several
    if goes or is_new:
        return False
    more = request.competitors or request.products
    if request.extends and request.playbook == "it" and more and not request.whens:
        return True
    if request.topic is None or request.topic != last.topic:
        return False
    table, said = language().lexicon.data["words"], {*plain(turn.message)}
    if said & {*table["of_a_new_one"].split()}:
        return False
    if said & {*table["of_the_last"].split()}:
        return True
    if request.whens and (request.channels or request.people):
        return False
    alone = said & {*table["of_the_last_alone"].split()} or last.name in turn.message
    asked = next_question(request, turn.org)
    return bool(alone or (request.whens and asked is not None and asked.about == "whens"))


def _add(turn: Turn, last: Playbook, request: Request) -> Reply:
    """ "And add what's low": in the playbook that was talked about, or its own where that can't hold both."""
    stored = turn.author.store.read(last.id)
    requests = authoring.requests_of(stored)
    if not requests:
        own = request.changed(adds=False, adds_delivery=False)
        return _append(turn, stored, own) or creating.create(turn, own)
    if request.topic in [one.topic for one in requests]:
        return rebuild(turn, last.id, (merging.revised(requests[0], request), *requests[1:]))
    shared = {name: getattr(requests[0], name) for name in ("whens", "people", "channels", "dropped_channels")}
    own = request.changed(**shared, adds=False, adds_delivery=False)
    if next_question(own, turn.org) is None and Plan.of((*requests, own), turn.org) is not None:
        return rebuild(turn, last.id, (*requests, own))
    return creating.create(turn, own)


def _append(turn: Turn, stored: Playbook, request: Request) -> Reply | None:
    """The request's steps behind those of a playbook that was edited by hand; None if they would conflict."""
    ways = tuple(document_edits.all_channels(stored.steps))
    own = request.changed(whens=creating.ANY_TIME, channels=request.channels or ways)
    plan = Plan.of([own], turn.org) if next_question(own, turn.org) is None else None
    had = {one["action"] for one in stored.steps}
    if plan is None or any(one["action"] in had for one in plan.drafts[0].content.steps):
        return None
    to = next((params["to"] for params in map(document_edits.params_of, stored.steps) if params.get("to")), None)
    told = {"to": to} if to and not request.people else {}
    new = [
        {**one, "params": {**one["params"], **told}} if one["action"] == "notify" else one
        for one in plan.fields()["steps"]
    ]
    return _write(turn, stored, {"steps": [*stored.steps, *new]}, (), new_plan=plan)


def leave_out(turn: Turn, request: Request) -> Reply | None:
    """ "Remove bob@shop.example", of the last playbook; None where it doesn't tell anybody of that name."""
    last = turn.facts.playbook(turn.session.last_playbook_id)
    if last is None or request.named_playbook:
        return None
    requests = authoring.requests_of(turn.author.store.read(last.id))
    left = tuple(one for one in requests[0].people if one.value not in request.must_ask) if requests else ()
    if not requests or len(left) == len(requests[0].people):
        return None
    first = requests[0].changed(people=left or (Person(kind="me"),))
    return rebuild(turn, last.id, (first, *requests[1:]))


def change(turn: Turn, request: Request) -> Reply:
    """Another time, channel, limit, content … of a playbook that is there."""
    last = turn.facts.playbook(turn.session.last_playbook_id)
    if last is not None and (new := _new_from_the_last(turn, last, request)):
        return new
    says = merging.says(request)
    if request.intent is Intent.UNCLEAR or (request.intent is Intent.ANSWER and not says and not request.alert):
        return turn.say(turn.words("unclear"), turn.unused())
    days = tuple(dict.fromkeys(day for one in request.whens for day in one.weekdays))
    if days and request.dropped_channels and not request.channels:
        # "Stop texting me on sundays".
        whens = {"dropped_channels": (), "whens": ({"but_weekdays": days},)}
        return turn.ask(request, question("channel_days", whens, {}, words=request.time_words))
    if _is_new(request, last, meant := target(turn, request)):
        return create_or_change(turn, request.changed(intent=Intent.CREATE))
    if isinstance(meant, Question):
        return turn.ask(request, meant)
    turn.session.last_playbook_id = meant.id
    if request.playbook is None:
        # "The gummy one": what only names the playbook is nothing that it watches.
        others = tuple(one for one in request.products if stem_of(one) not in meant.name.casefold())
        request = request.changed(products=others)
    request = request.changed(playbook=meant.id, intent=Intent.CHANGE)
    if not (says or request.must_ask or request.alert or request.events):
        return turn.ask(request, question("change", name=meant.name), turn.unused())
    stored = turn.author.store.read(meant.id)
    request = _as_owned(turn, request, stored)
    requests = authoring.requests_of(stored)
    known = with_days(requests[0].whens) if requests else document_times.whens_of(stored)
    if reply := asked_first(turn, request, stored, requests, known):
        return reply
    if requests and not request.events:
        known = document_times.with_time_of_day(known, stored) if request.whens else known
        first = requests[0].changed(whens=known)
        return rebuild(turn, meant.id, (merging.revised(first, request), *requests[1:]))
    return _edit_document(turn, stored, request)


def _new_from_the_last(turn: Turn, last: Playbook, request: Request) -> Reply | None:
    """What becomes a playbook of its own: "do that every morning", "another one for $1,000 by email"."""
    if last.is_one_time and turn.session.last_run and request.whens and not request.named_playbook:
        turn.request = turn.session.last_run.changed(intent=Intent.CREATE, whens=request.whens)
        return create_or_change(turn, turn.request)
    if (
        turn.answered
        or request.playbook
        or request.topic not in (None, last.topic)
        or not is_another(turn, request)
    ):
        return None
    made_from = authoring.requests_of(turn.author.store.read(last.id))
    if not made_from and last.is_win_back and (days := days_only(request)):
        # "Another one for 90 days", of what an event starts after 30.
        limit = Threshold(subject="days_inactive", op=">=", value=days, unit="days")
        turn.request = Request(intent=Intent.CREATE, topic="win_back", thresholds=(limit,))
        return creating.create(turn, turn.request)
    if not made_from:
        # What was edited by hand is copied as it is; the first one stays.
        return copy(turn, request.changed(intent=Intent.COPY, playbook=last.id, topic=None))
    turn.request = another(made_from[0].changed(intent=Intent.CREATE, name=None), request, turn.message)
    return creating.create(turn, turn.request)


def is_another(turn: Turn, request: Request) -> bool:
    """Whether it asks for one more of what there is: "another one for Green Leaf"."""
    if request.adds and "another" not in plain(turn.message):
        # "And one on Fridays too" is one more day of it.
        return False
    again = [one.read.split()[-1] for one in turn.reading.claims if one.category == "again"] if turn.reading else []
    return bool(again) and again[0] in _ANOTHER and (merging.says(request) or bool(request.message))


def _is_new(request: Request, last: Playbook | None, meant: Playbook | Question) -> bool:
    """Whether nothing was talked about that it could belong to."""
    is_open = isinstance(meant, Question)
    if request.playbook or request.all_playbooks or request.extends:
        return False
    if request.intent is Intent.CHANGE:
        # "Push me the figures every day at 8".
        return last is None and is_open and bool(request.whens and (request.channels or request.people))
    says = request.whens or request.channels or request.people or request.products or request.competitors
    alone = last is None and bool(request.unread or says)
    return request.intent in _MAY_BE_NEW and (alone or bool(is_open and request.unread and request.whens))


def _as_owned(turn: Turn, request: Request, stored: Playbook) -> Request:
    """In somebody else's playbook "me" is not its owner."""
    mine = turn.author.principal.email
    if not mine or stored.text("ownerId") in (None, turn.author.id):
        return request
    me = Person(kind="email", value=mine)
    return request.changed(people=tuple(me if one.kind == "me" else one for one in request.people))


def _edit_document(turn: Turn, stored: Playbook, request: Request) -> Reply:
    """A change of a document that was not made from requests, or was edited by hand since."""
    if request.whens and (known := document_times.whens_of(stored)):
        # "Not on sundays": of the times that it has.
        request = request.changed(whens=merging.whens_after(known, request.whens, adds=request.adds))
    if asked := change_question(request.changed(limits=()), turn.org):
        return turn.ask(request, asked)
    audience = audience_of(request.people, request.channels, turn.org, may_be_customers=False)
    assert isinstance(audience, Audience)
    schedules = resolve(request.whens, turn.now, turn.zone).schedules
    fields, refusals = document_edits.edited(stored, request, schedules, audience, turn.org)
    if refusals and (asked := creating.new_instead(turn, request, stored)):
        return turn.ask(request, asked)
    return _write(turn, stored, fields, refusals)


def copy(turn: Turn, request: Request) -> Reply:
    """A copy, with whatever else is said of it: "copy it for Saturdays"."""
    turn.request = request
    reply = commands.command(turn, request)
    is_copied = request.intent is Intent.COPY and reply.playbook_id and not turn.author.is_preview
    is_other = is_copied and not turn.session.open and merging.says(request.changed(name=None))
    return _change_copy(turn, reply, request) if is_other else reply


def _change_copy(turn: Turn, copied: Reply, request: Request) -> Reply:
    """ "Copy it for Saturdays", "copy it, only for vapes": an undo removes the copy."""
    own: dict[str, Any] = {"intent": Intent.CHANGE, "playbook": copied.playbook_id, "name": None}
    whens = tuple(one.changed(only=True) for one in request.whens)
    changed = change(turn, request.changed(**own, whens=whens, unread=(), must_ask=()))
    return changed.changed(reply=f"{copied.reply}\n{changed.reply}")


def rebuild(turn: Turn, playbook_id: str, requests: Sequence[Request]) -> Reply:
    """The playbook made anew from its requests, or what has to be asked of the first of them."""
    first, others = requests[0].changed(intent=Intent.CREATE), tuple(requests[1:])
    turn.request = first.changed(intent=Intent.CHANGE)
    if asked := next_question(turn.request, turn.org):
        return turn.ask(first, asked, playbook_id=playbook_id, others=others)
    plan = Plan.of((first, *others), turn.org)
    if plan is None:
        return turn.say_words("not_together")
    stored = turn.author.store.read(playbook_id)
    fields = plan.fields() | ({"name": first.name} if first.name else {})
    fields["triggers"] = document_times.still_skipped(stored, fields["triggers"], turn.now)
    return _write(turn, stored, fields, (), Plan.of(authoring.requests_of(stored), turn.org), plan)


def _write(
    turn: Turn,
    stored: Playbook,
    fields: dict[str, Any],
    refusals: Sequence[str],
    old_plan: Plan | None = None,
    new_plan: Plan | None = None,
) -> Reply:
    new = Playbook(stored.id, {**stored.data, **fields})
    mine = stored.text("ownerEmail") or turn.author.principal.email
    before, after = (
        document_edits.facets(one, turn.when(one), plan.does if plan else "", mine, turn.facts.competitors)
        | ({"Condition": plan.condition, "Covers": plan.covers} if plan and old_plan and new_plan else {})
        for one, plan in ((stored, old_plan), (new, new_plan))
    )
    told = [f"• {line}" for line in replies.differences(before, after)]
    if not told and any(stored.data.get(one) != value for one, value in fields.items() if one != "requests"):
        told = ["• What it looks at"]
    refused = f"Not changed: {'; '.join(refusals)}." if refusals else ""
    if not told:
        same = "" if refused else f"{stored.quoted} is already like that: it runs {turn.when(stored)}."
        only_me = [one.kind for one in turn.request.people] == ["me"] and "sms" in turn.request.channels
        return turn.say_of(stored, same, refused, turn.words("one_number") if only_me else "", turn.unused())
    made = turn.save(stored, fields)
    opening, ending = f"I've changed {stored.quoted}:", "Say “undo” to change it back."
    if turn.author.is_preview:
        turn.proposing.append(turn.request)
        opening, ending = f"I'll change {stored.quoted}:", replies.SAY_YES
    paused = "" if stored.status == "active" else "It's paused. Say “resume it” to turn it on."
    return creating.shown(turn, made, (opening, *told, refused), (paused, ending))
