"""One message: who sent it, what it asks for, what is known, and the reply in the making."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from shared.agents.personas import PERSONAS
from shared.catalog.files.load import catalog
from shared.chat.language.asking import with_questions_apart
from shared.chat.language.names import product_like
from shared.chat.language.new_names import renames_apart
from shared.chat.language.reading import Reading, language, read
from shared.chat.language.schedules import resolve
from shared.chat.language.understanding import requests_of
from shared.chat.model import Asking, with_model
from shared.chat.talk import authoring, replies
from shared.chat.talk.authoring import Author
from shared.chat.talk.follow_ups import carried_on, followed_up
from shared.chat.talk.questions import next_question
from shared.chat.talk.state import Change, Facts, OpenQuestion, Playbook, Session
from shared.chat.topics.drafts import schedule_trigger
from shared.chat.topics.resolving import Org
from shared.chat.topics.topic import TOPICS, events_of, limited
from shared.chat.understood import Correction, EstimateAnswer, Intent, Question, Reply, Request, Understood
from shared.playbooks.schedule_words import SHOWN_RUNS
from shared.steps.estimate import Estimate, estimate
from shared.triggers.rhythm import RUNS_AHEAD, runs_ahead, when_it_runs

_POLITE_REQUEST = re.compile(
    r"(?:can|could|would|will) (?:you|u|we)(?: please| pls)? (?P<request>\S[^?]*)\?+", re.IGNORECASE
)
_TO_BE_DONE = frozenset({"verb", "when", "adds", "limit", "dropped", "switched", "name_it"})
"""The claims that make a request of "can you …?"."""
_ALSO = ("and ", "plus ", "also ")
_USUAL_AGENT = "leo"


@dataclass
class Turn:
    """A message and everything that it is answered from."""

    author: Author
    message: str
    facts: Facts
    session: Session
    now: datetime
    requested_agent: str | None = None
    request: Request = field(default_factory=Request)
    """What is being done: what the message says, with what was said before."""
    reading: Reading | None = None
    answered: OpenQuestion | None = None
    """The question that the message has answered."""
    has_several: bool = False
    """Whether the message holds several requests."""
    proposing: list[Request] = field(default_factory=list)
    """What a preview has shown."""
    _changed: list[Change] = field(default_factory=list)
    """What the message has changed so far, the last one first."""
    asks: bool = field(init=False)
    """Whether it ends in a question mark, and is no polite request."""
    typed: str = field(init=False)
    """The message as it came: `message` becomes the sentence that it answers a question about."""

    def __post_init__(self) -> None:
        self.typed = self.message
        self.asks = self.message.rstrip().endswith("?")

    @property
    def zone(self) -> str:
        """The org's time zone."""
        return self.facts.tenant.timezone

    def local(self, instant: datetime) -> datetime:
        """The instant in the org's zone."""
        return instant.astimezone(ZoneInfo(self.zone))

    @property
    def org(self) -> Org:
        """The org as reading and questions know it."""
        facts = self.facts
        return Org(facts.tenant, self.now, facts.names, facts.competitors, self.author.principal.email)

    def read(self) -> tuple[Request, ...]:
        """The requests of the message."""
        renames = renames_apart(self.message, self.org.names)
        parts = with_questions_apart(self.message) if len(renames) == 1 else renames
        found = [(part, request) for part in parts for request in self._read(part)]
        if len(renames) > 1 or (len(parts) > 1 and any(request.intent is Intent.ASK for _, request in found)):
            found = [(part, request.changed(text=part)) for part, request in found]
        elif len(parts) > 1:
            found = [(self.message, request) for request in self._read(self.message)]
        found = [(part, self._with_known_products(request)) for part, request in found]
        last, self.session.last_asked = self.session.last_asked, None
        return tuple(
            followed_up(self.message, self.asks, last, one)
            for one in self._with_model(carried_on([request for _, request in found]))
        )

    def _read(self, message: str) -> tuple[Request, ...]:
        names = self.org.names
        self.reading = read(message, names)
        if asked := _POLITE_REQUEST.fullmatch(message.strip()):
            # "Can you pause it?" asks for something to be done where its words say what.
            plainly = read(asked["request"], names)
            adds = any(one.adds for one in plainly.of("delivery"))
            if adds or {one.category for one in plainly.claims} & _TO_BE_DONE:
                self.reading, self.asks = plainly, False
        first, *others = requests_of(self.reading)
        adds = message == self.message and message.casefold().startswith(_ALSO)
        if adds and not any(one.only for one in first.whens):
            first = first.changed(adds=True)
        found = (first, *others)
        if found[0].intent is not Intent.RESTORE:
            return found
        gone = (*self.session.deleted.values(), *(one.name for one in catalog().values()))
        self.reading = read(message, replace(names, playbooks=tuple(dict.fromkeys((*names.playbooks, *gone)))))
        return requests_of(self.reading)

    def _with_known_products(self, request: Request) -> Request:
        """With slips in the names of products put right: "blu dream"."""
        said = [*request.products, *(one.product for one in request.events if one.product)]
        meant = {one: like for one in said if (like := product_like(one, self.facts.products))}
        if not meant or self.reading is None:
            return request
        told = tuple(Correction(said=one, read=like) for one, like in meant.items())
        self.reading = replace(self.reading, corrections=(*self.reading.corrections, *told))
        events = (one.changed(product=meant.get(one.product or "", one.product)) for one in request.events)
        return request.changed(
            products=tuple(meant.get(one, one) for one in request.products), events=tuple(events)
        )

    def _with_model(self, found: tuple[Request, ...]) -> tuple[Request, ...]:
        """With what a model finds in unread words and open gaps; answers and reading questions cost nothing."""
        if not self.author.may_change:
            return found
        before = self.session.open.request if self.session.open else None
        about = Asking(self.author.org_id, self.facts.tenant, self.now, self.org.names, before=before)

        def is_open(request: Request) -> bool:
            asks = request.intent is Intent.CREATE and next_question(request, self.org) is not None
            return before is None and (asks or request.intent is Intent.UNCLEAR)

        return tuple(with_model(one, self.message, replace(about, is_open=partial(is_open, one))) for one in found)

    def say(self, *parts: str, agent: str | None = None, **fields: Any) -> Reply:
        """The reply, in the name of the agent whose subject it is."""
        topic = TOPICS.get(self.request.topic or "")
        first = self.message.replace(",", " ").split()[:2]
        spoken_to = [one.id for one in PERSONAS.values() if one.display_name.split()[0] in first]
        candidates = (self.requested_agent, *spoken_to, topic.agent if topic else None, agent)
        return Reply(
            reply=replies.paragraphs(*parts),
            agent=next((one for one in candidates if one in PERSONAS), _USUAL_AGENT) or _USUAL_AGENT,
            conversation_id=self.author.conversation_id,
            understood=self._understood(),
            unread=self.request.not_used,
            corrections=self.reading.corrections if self.reading else (),
            **fields,
        )

    def say_of(self, one: Playbook | None, *parts: str, **fields: Any) -> Reply:
        """The reply about a playbook, which "it" means from now on."""
        if one is None:
            return self.say(*parts, **fields)
        self.session.last_playbook_id = one.id
        return self.say(*parts, agent=one.text("agent"), playbook_id=one.id, **fields)

    def say_words(self, key: str, **words: str) -> Reply:
        """A reply of the lexicon."""
        return self.say(self.words(key, **words))

    def propose(self, request: Request, *parts: str, intent: Intent | None = None, **fields: Any) -> Reply:
        """Of a preview: what the same message without it, or a yes, will do."""
        self.proposing.append(request)
        return self.say(*parts, proposes=intent or request.intent, **fields)

    def _understood(self) -> Understood:
        request, topic = self.request, TOPICS.get(self.request.topic or "")
        schedules = resolve(request.whens, self.now, self.zone).schedules
        triggers = [{"timezone": self.zone, **schedule_trigger(one, self.zone)} for one in schedules]
        products = (*request.products, *(one.product for one in request.events if one.product))
        return Understood(
            intent=request.intent,
            topic=request.topic,
            schedules=tuple({name: one[name] for name in one if name != "type"} for one in triggers),
            events=tuple(one.name for one in events_of(request) or request.events),
            conditions=tuple(one.words for one in request.limits if one.operator in ("if", "unless")),
            threshold=next((topic.compared(one) if topic else one for one in request.thresholds), None),
            channels=request.channels,
            recipients=tuple(one.value or one.kind for one in request.people),
            competitors=(*request.competitors, *limited(request, "only", "competitor")),
            products=tuple(dict.fromkeys(products)),
            segment=request.segment,
            exclusions=tuple(value for one in request.limits if one.operator == "except" for value in one.values),
            corrections=self.reading.corrections if self.reading else (),
            unread=request.not_used,
        )

    def unused(self) -> str:
        """The words that were not used, and those that were read as others."""
        return replies.unused_line(self.request.not_used, self.reading.corrections if self.reading else ())

    def ask(self, request: Request, question: Question, *before: str, **target: Any) -> Reply:
        """Ask, and remember what is known until the answer comes; asked again, with a way out."""
        self.request = request
        if not question.options and (question.id.startswith("cannot.") or not question.about):
            # No answer would change anything.
            return self.say(*before, question.text)
        asked = self.session.open or self.answered
        sentence = asked.sentence if asked else self.message
        way_out = "Or say “never mind” to drop it." if asked and asked.question == question else ""
        self.session.open = OpenQuestion(request=request, question=question, sentence=sentence, **target)
        return self.say(*before, question.text, way_out, questions=(question,))

    def words(self, key: str, **words: str) -> str:
        """A reply of the lexicon."""
        return str(language().lexicon.data["replies"][key]).format(**words)

    def save(self, stored: Playbook, fields: dict[str, Any]) -> Playbook:
        """Write the fields, and remember what was there before for an undo."""
        made = authoring.change(self.author, stored, fields)
        if not self.author.is_preview:
            before = {name: stored.data.get(name) for name in fields}
            self._remember(Change.of(stored, before, made.data["version"]))
        return made

    def _remember(self, change: Change) -> None:
        """For an undo, with what else the message has changed; of one playbook, what it was at first."""
        known = next((one for one in self._changed if one.playbook_id == change.playbook_id), None)
        if known is not None:
            fields = None if known.fields is None else {**(change.fields or {}), **known.fields}
            change = known.changed(fields=fields, version=change.version)
        self._changed = [change, *(one for one in self._changed if one.playbook_id != change.playbook_id)]
        self.session.undo = tuple(self._changed)

    def added(self, made: Playbook) -> None:
        """Remember a new playbook, for this message and for an undo."""
        self.facts = replace(self.facts, playbooks=(*self.facts.playbooks, made))
        self._remember(Change.of(made, None, 1))

    def runs(self, one: Playbook, count: int = SHOWN_RUNS, since: datetime | None = None) -> tuple[datetime, ...]:
        """The next times at which the playbook is due, from now on or `since` then; none while it is off."""
        known, most = self.author.store.known(one), min(count, RUNS_AHEAD)
        return tuple(runs_ahead(one.id, one.data, since or self.now, known, most).next_runs)

    def next_runs(self, one: Playbook, count: int = SHOWN_RUNS) -> str:
        """`Next runs: …`."""
        return replies.next_runs_line(self.runs(one, count), self.zone)

    def when(self, one: Playbook) -> str:
        """What starts it, in words."""
        return when_it_runs(one.id, one.data, self.now, self.author.store.known(one)).rstrip(",")

    def cost(self, data: Mapping[str, Any]) -> Estimate:
        """What the playbook will cost this org."""
        playbook = authoring.checked(self.author.org_id, data)
        return estimate(playbook, self.zone, self.now, competitors=max(len(self.facts.competitors), 1))


def estimate_answer(cost: Estimate) -> EstimateAnswer:
    """As the API answers it; a playbook without a schedule costs nothing a month by itself."""
    return EstimateAnswer(
        per_run_usd=float(cost.per_run_usd),
        monthly_usd=float(cost.monthly_usd or Decimal(0)),
        runs_per_month=cost.runs_per_month,
        on_events=cost.on_events,
    )
