"""One message: who said it, what is known, and the answer in the making."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from shared.agents.personas import PERSONAS
from shared.catalog.files.load import catalog
from shared.chat.language.asking import with_questions_apart
from shared.chat.language.names import Names, plain
from shared.chat.language.phrases import key_of
from shared.chat.language.reading import Reading, language, read
from shared.chat.language.schedules import resolve
from shared.chat.language.understanding import requests_of
from shared.chat.model import Asking, with_model
from shared.chat.talk import replies
from shared.chat.talk.authoring import Author, checked
from shared.chat.talk.facts import Facts, Open, Playbook, Session
from shared.chat.talk.orders import Org
from shared.chat.talk.questions import next_question
from shared.chat.topics.book import TOPICS, events_of, schedule_trigger
from shared.chat.understood import EstimateAnswer, Intent, Option, Question, Reply, Request, Understood
from shared.playbooks.schedule_words import SHOWN_RUNS
from shared.steps.estimate import Estimate, estimate
from shared.triggers.rhythm import runs_ahead, when_it_runs

_POLITE_REQUEST = re.compile(
    r"(?:can|could|would|will) (?:you|u|we)(?: please| pls)? (?P<request>\S[^?]*)\?+", re.IGNORECASE
)
_DONE = frozenset({"verb", "when", "adds", "limit", "dropped", "switched", "name_it"})
"""What makes a request of "can you …?"."""
_NO_NAMES = frozenset({"when", "bare_clock", "delivery", "dropped", "quote"})
"""What is never a part of a playbook's name."""
DONE_TO = frozenset({Intent.PAUSE, Intent.RESUME, Intent.DELETE, Intent.RUN, Intent.SKIP, Intent.COPY})
"""What is done to a playbook that is there."""
_OF_WHAT_WAS_ASKED = frozenset({Intent.CREATE, Intent.ANSWER, Intent.CHANGE})
_ALSO = ("and ", "plus ", "also ")
_USUAL = "leo"
_MAX_OFFERED = 6
_ALIKE, _LONG = 0.85, 5
_T = TypeVar("_T")


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
    """What is acted on: the message, with what was said before."""
    reading: Reading | None = None
    asked: Open | None = None
    """The question that the message has answered."""
    apart: bool = False
    """Whether the message has several requests, each of its own."""
    proposing: list[Request] = field(default_factory=list)
    """What a preview has shown."""
    asks: bool = field(init=False)
    """Whether it is a question by its mark, and not a polite request."""
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
        playbooks = tuple(dict.fromkeys(one.name for one in self.facts.named))
        facts = self.facts
        names = Names(tuple(facts.competitors.values()), facts.products, playbooks, facts.locations, facts.people)
        mine = self.author.principal.email
        return Org(self.facts.tenant, self.now, names, self.facts.competitors, mine)

    def read(self) -> tuple[Request, ...]:
        """The requests of the message."""
        parts = with_questions_apart(self.message)
        found = [(part, request) for part in parts for request in self._read(part)]
        if len(parts) > 1 and not any(request.intent is Intent.ASK for _, request in found):
            parts = [self.message]
            found = [(self.message, request) for request in self._read(self.message)]
        if len(parts) > 1:
            found = [(part, request.model_copy(update={"text": part})) for part, request in found]
        return self._with_model(_carried_on([request for _, request in found]))

    def _read(self, message: str) -> tuple[Request, ...]:
        names = self.org.names
        self.reading = read(message, names)
        if asked := _POLITE_REQUEST.fullmatch(message.strip()):
            # "Can you pause it?" asks for something to be done where its words say what.
            plainly = read(asked["request"], names)
            joins = any(one.adds for one in plainly.of("delivery"))
            if joins or {one.category for one in plainly.claims} & _DONE:
                self.reading, self.asks = plainly, False
        first, *others = requests_of(self.reading)
        joins = message == self.message and message.casefold().startswith(_ALSO)
        if joins and not any(one.only for one in first.whens):
            first = first.model_copy(update={"adds": True})
        found = (first, *others)
        if found[0].intent is not Intent.RESTORE:
            return found
        gone = (*self.session.deleted.values(), *(one.name for one in catalog().values()))
        self.reading = read(message, replace(names, playbooks=tuple(dict.fromkeys((*names.playbooks, *gone)))))
        return requests_of(self.reading)

    def _with_model(self, found: tuple[Request, ...]) -> tuple[Request, ...]:
        """With what a model finds in unread words and open gaps; answers and looking around cost nothing."""
        if not self.author.may_change:
            return found
        before = self.session.open.request if self.session.open else None
        about = Asking(self.author.org_id, self.facts.tenant, self.now, self.org.names, before=before)

        def is_open(request: Request) -> bool:
            asks = request.intent is Intent.CREATE and next_question(request, self.org) is not None
            return before is None and (asks or request.intent is Intent.UNCLEAR)

        return tuple(with_model(one, self.message, replace(about, is_open=is_open(one))) for one in found)

    def say(self, *parts: str, agent: str | None = None, **fields: Any) -> Reply:
        """The answer, in the name of the agent that it is a matter of."""
        topic = TOPICS.get(self.request.topic or "")
        first = self.message.replace(",", " ").split()[:2]
        spoken_to = [one.id for one in PERSONAS.values() if one.display_name.split()[0] in first]
        candidates = (self.requested_agent, *spoken_to, topic.agent if topic else None, agent)
        return Reply(
            reply="\n".join(part for part in parts if part),
            agent=next((one for one in candidates if one in PERSONAS), _USUAL) or _USUAL,
            conversation_id=self.author.conversation_id,
            understood=self._understood(),
            unread=self.request.not_used,
            corrections=self.reading.corrections if self.reading else (),
            **fields,
        )

    def of(self, one: Playbook | None, *parts: str, **fields: Any) -> Reply:
        """The answer about a playbook, which "it" means from now on."""
        if one is None:
            return self.say(*parts, **fields)
        self.session.last_playbook_id = one.id
        return self.say(*parts, agent=one.text("agent"), playbook_id=one.id, **fields)

    def _understood(self) -> Understood:
        request, topic = self.request, TOPICS.get(self.request.topic or "")
        schedules = resolve(request.whens, self.now, self.zone).schedules
        triggers = [schedule_trigger(one, self.zone) for one in schedules]
        return Understood(
            intent=request.intent,
            topic=request.topic,
            schedules=tuple(
                {"timezone": self.zone, **{name: value for name, value in one.items() if name != "type"}}
                for one in triggers
            ),
            events=tuple(one.name for one in events_of(request) or request.events),
            conditions=tuple(one.words for one in request.limits if one.operator in ("if", "unless")),
            threshold=next((topic.compared(one) if topic else one for one in request.thresholds), None),
            channels=request.channels,
            recipients=tuple(one.value or one.kind for one in request.people),
            competitors=request.competitors,
            products=tuple(
                dict.fromkeys((*request.products, *(one.product for one in request.events if one.product)))
            ),
            segment=request.segment,
            exclusions=tuple(value for one in request.limits if one.operator == "except" for value in one.values),
            corrections=self.reading.corrections if self.reading else (),
            unread=request.not_used,
        )

    def unused(self) -> str:
        """What of the message was not used, and what was read as something else."""
        return replies.unused_line(self.request.not_used, self.reading.corrections if self.reading else ())

    def ask(self, request: Request, question: Question, *before: str, **target: Any) -> Reply:
        """Ask, and remember what is known until the answer comes; asked again, with a way out."""
        if question.id.startswith("cannot.") and not question.options:
            # Nothing else would do: there is nothing to answer.
            self.request = request
            return self.say(*before, question.text)
        asked = self.session.open or self.asked
        sentence = asked.sentence if asked else self.message
        way_out = "Or say “never mind” to drop it." if asked and asked.question == question else ""
        self.session.open = Open(request=request, question=question, sentence=sentence, **target)
        self.request = request
        return self.say(*before, question.text, way_out, questions=(question,))

    def ask_which(self, request: Request, question: Question) -> Reply:
        """Ask which playbook is meant; where there is none, nothing waits for an answer."""
        return self.ask(request, question) if question.options else self.say(question.text)

    def words(self, key: str) -> str:
        """A reply that is the same whatever was said."""
        return str(language().lexicon.data["replies"][key])

    def meant(self, request: Request) -> Playbook | Question:
        """The one playbook that the request speaks of, or the question which."""
        named = self.facts.named
        found = self._candidates(request)
        if len(found) == 1 and not self._names_another(request):
            spoken = {*plain(found[0].name)}
            unread = tuple(one for one in self.request.unread if not {*plain(one)} <= spoken)
            self.request = self.request.model_copy(update={"unread": unread})
            return found[0]
        if not named:
            return Question(id="playbook", text=self.words("no_playbooks"))
        missing = request.playbook not in (None, "it") and not found
        which = language().lexicon.data["questions"]["playbook"]
        text = f"{self.words('no_playbook').format(name=request.playbook)} {which}" if missing else which
        offered = (found or named)[:_MAX_OFFERED]
        options = tuple(Option(value=one.name, label=one.name, sets={"playbook": one.id}) for one in offered)
        return Question(id="playbook", text=text, options=options, about="playbook")

    def _names_another(self, request: Request) -> bool:
        """ "Delete Sales Ping", where nothing is called that."""
        is_named = any(one.istitle() for one in request.unread)
        return request.playbook is None and request.intent in DONE_TO and is_named

    def _candidates(self, request: Request) -> list[Playbook]:
        if request.playbook not in (None, "it"):
            return self.named(request.playbook or "")
        if self.reading and "one" in map(key_of, self.reading.of("pronoun")):
            return []  # "One of my playbooks": which, only the person knows.
        last = self.facts.playbook(self.session.last_playbook_id)
        is_there = last is not None and last.status != "archived"
        about = self.referred(by_kind=request.playbook == "it")
        if last is not None and is_there and request.playbook == "it" and not about:
            return [last]
        if request.topic and request.intent is not Intent.ANSWER:
            of_topic = [one for one in self.facts.named if one.data.get("topic") == request.topic]
            about = of_topic if not about or any(one.data.get("source") != "catalog" for one in of_topic) else about
        if about or (request.topic and request.intent is Intent.ASK):
            return [last] if last in about else about
        if last is not None and is_there:
            # "Don't email me about competitors anymore" isn't about a birthday playbook.
            is_other = request.topic and request.dropped_channels and request.topic != last.data.get("topic")
            return [] if is_other else [last]
        return list(self.facts.named) if len(self.facts.named) == 1 else []

    def named(self, words: str) -> list[Playbook]:
        """Those that the words can mean: by id or whole name, else by more than half of the words."""
        named = self.facts.named
        exact = [one for one in self.facts.playbooks if one.id == words]
        exact = exact or [one for one in named if plain(one.name) == plain(words)]
        if exact:
            return exact
        wanted = {word for word in plain(words) if word not in language().lexicon.harmless}
        return most(named, lambda one: _share(wanted, {*plain(one.name)}), more_than=0.5)

    def referred(self, *, by_kind: bool = False) -> list[Playbook]:
        """Those that the message names by a part of their name; `by_kind`: only as "the price one"."""
        table, said = language().lexicon.data["words"], plain(self.message)
        times = (one for one in (self.reading.claims if self.reading else ()) if one.category in _NO_NAMES)
        apart = {word for one in times for word in plain(one.words)}
        kinds = {*table["kinds"].split()[: 3 if by_kind else None]}
        wanted = {word for place, word in enumerate(said) if kinds & {*said[place + 1 : place + 3]}}
        generic = {*table["generic"].split()}
        wanted |= set() if by_kind else {one for one in said if not {one, one.removesuffix("s")} & generic}
        wanted -= apart
        wanted -= language().lexicon.harmless
        found = most(self.facts.named, lambda one: _share({*plain(one.name)}, wanted) * len(plain(one.name)))
        return [one for one in found if one.data.get("source") != "catalog"] or found

    def runs(self, one: Playbook, count: int = SHOWN_RUNS) -> tuple[datetime, ...]:
        """The next times at which the playbook is due, whoever made it; none while it is off."""
        return tuple(runs_ahead(one.id, one.data, self.now, self.author.desk.known(one)).next_runs[:count])

    def when(self, one: Playbook) -> str:
        """What starts it, in words."""
        return when_it_runs(one.id, one.data, self.now, self.author.desk.known(one)).rstrip(",")

    def cost(self, data: Mapping[str, Any]) -> Estimate:
        """What the playbook will cost this org."""
        playbook = checked(self.author.org_id, data)
        return estimate(playbook, self.zone, self.now, competitors=max(len(self.facts.competitors), 1))


def _carried_on(requests: Sequence[Request]) -> tuple[Request, ...]:
    """ "What's low right now? And email me that every weekday at 7": what was asked, and regularly as well.

    "Who are our top 20 customers? Send me that monthly" is only asked for regularly.
    """
    first, *rest = requests
    asked = language().lexicon.data["question_topics"].get(first.question or "")
    if not asked or not rest or rest[0].topic or rest[0].intent not in _OF_WHAT_WAS_ASKED:
        return tuple(requests)
    content = {
        name: getattr(first, name) for name in ("products", "competitors", "top") if not getattr(rest[0], name)
    }
    regular = rest[0].model_copy(update={**content, "topic": first.topic or asked, "intent": Intent.CREATE})
    return (*([first] if regular.topic == asked else []), regular, *rest[1:])


def most(found: Sequence[_T], share: Callable[[_T], float], more_than: float = 0) -> list[_T]:
    """Those with the greatest share, if it is more than that."""
    shares = [share(one) for one in found]
    best = max(shares, default=0)
    return [one for one, its in zip(found, shares, strict=True) if best > more_than and its == best]


def _share(wanted: set[str], named: Sequence[str] | set[str]) -> float:
    """How many of the words are in the name; a letter more or less in a long one is a slip."""
    alike = (one in named or (len(one) >= _LONG and get_close_matches(one, named, 1, _ALIKE)) for one in wanted)
    return sum(map(bool, alike)) / max(len(wanted), 1)


def estimate_answer(cost: Estimate) -> EstimateAnswer:
    """As the door answers it; a playbook without a schedule costs nothing a month by itself."""
    return EstimateAnswer(
        per_run_usd=float(cost.per_run_usd),
        monthly_usd=float(cost.monthly_usd or Decimal(0)),
        runs_per_month=cost.runs_per_month,
        on_events=cost.on_events,
    )
