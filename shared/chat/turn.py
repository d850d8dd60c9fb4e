"""One message: who said it, what is known, and the answer in the making."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from shared.agents.personas import Persona
from shared.chat.answer import ChatAnswer, EstimateAnswer, Question
from shared.chat.authoring import Author
from shared.chat.facts import Facts, KnownPlaybook
from shared.chat.lookup import find_playbooks, points_back
from shared.chat.memory import Proposal, Session
from shared.chat.routing import answering
from shared.chat.understanding import Intent, Topic, Unclear, Understanding
from shared.chat.understood import understood
from shared.chat.wording import asking
from shared.playbooks.models import Playbook
from shared.playbooks.schedule_words import next_runs
from shared.steps.estimate import Estimate, estimate


@dataclass
class Turn:
    """A message and everything that it is answered from."""

    author: Author
    message: str
    facts: Facts
    session: Session
    now: datetime
    requested_agent: str | None = None
    said: Intent | None = None
    """What the message itself does, where that is not what is acted on: it agrees to what was proposed."""
    meaning: Understanding = field(default_factory=lambda: Understanding(intent=Intent.UNCLEAR))
    """What the message was understood to want, with what was said before."""

    @property
    def zone(self) -> str:
        """The org's time zone."""
        return self.facts.tenant.timezone

    @property
    def my_email(self) -> str | None:
        """The address of the person who speaks."""
        return self.author.principal.email

    def persona(self, topic: Topic | None = None, playbook_agent: str | None = None) -> Persona:
        """Who answers."""
        return answering(self.requested_agent, topic, playbook_agent, self.message)

    def say(self, persona: Persona, reply: str, **fields: Any) -> ChatAnswer:
        """The answer in the agent's name."""
        meaning = self.meaning.model_copy(update={"intent": self.said}) if self.said else self.meaning
        return ChatAnswer(
            reply=reply,
            agent=persona.id,
            conversation_id=self.author.conversation_id,
            understood=understood(meaning, self.zone),
            **fields,
        )

    def propose(self, wish: Understanding, sentence: str) -> Intent | None:
        """Remember what a preview has shown, until the next message; None where this is no preview."""
        if not self.author.is_preview:
            return None
        self.session.proposed = Proposal(message=self.message, sentence=sentence, wish=wish)
        return wish.intent

    def ask(self, wish: Understanding, questions: Sequence[Unclear]) -> ChatAnswer:
        """Ask, and remember what is known until the answers come."""
        before = self.session.pending
        again = before is not None and {gap.about for gap in before.unclear} <= {gap.about for gap in questions}
        self.session.pending = wish.model_copy(update={"unclear": tuple(questions)})
        self.session.asked_by_message = self.session.asked_by_message or self.message
        persona = self.persona(wish.topic)
        reply = asking(persona, questions, again=again)
        return self.say(persona, reply, questions=asked(questions))

    def ask_which(self, wish: Understanding, question: Unclear) -> ChatAnswer:
        """Ask which playbook is meant; where there is none, nothing waits for an answer."""
        if self.facts.named_playbooks:
            return self.ask(wish, [question])
        self.settled()
        persona = self.persona()
        none = "You have no playbooks yet. Tell me what to watch, and when."
        return self.say(persona, f"{persona.voice.greeting} {none}")

    def settled(self) -> str:
        """Forget the questions; the sentence that it all began with."""
        sentence = self.session.asked_by_message or self.message
        self.session.pending = None
        self.session.asked_by_message = None
        return sentence

    def meant(self, wish: Understanding) -> KnownPlaybook | Unclear:
        """The one playbook that the wish speaks of, or the question which."""
        candidates = self._candidates(wish)
        if len(candidates) == 1:
            return candidates[0]
        if candidates:
            names = ", ".join(f"“{one.name}”" for one in candidates[:6])
            return Unclear(about="playbook", question=f"Which one do you mean: {names}?"[:300])
        names = ", ".join(f"“{one.name}”" for one in self.facts.named_playbooks[:6])
        known = f"You have {names}. Which one do you mean?" if names else "You have no playbooks yet."
        missing = (
            "" if points_back(wish.playbook) else f"I find no playbook called “{(wish.playbook or '')[:60]}”. "
        )
        return Unclear(about="playbook", question=f"{missing}{known}"[:300])

    def _candidates(self, wish: Understanding) -> list[KnownPlaybook]:
        named = list(self.facts.named_playbooks)
        if wish.playbook is not None and not points_back(wish.playbook):
            found = find_playbooks(wish.playbook, named)
            return found or [one for one in named if wish.topic and one.topic == wish.topic.value]
        if wish.topic is not None and wish.playbook is None and wish.intent is not Intent.ANSWER:
            about = [one for one in named if one.topic == wish.topic.value]
            if about:
                return about
        last = self.facts.playbook(self.session.last_playbook_id)
        if last is not None and last.status != "archived":
            return [last]
        return named if len(named) == 1 else []

    def runs(self, triggers: Sequence[Mapping[str, Any]]) -> list[datetime]:
        """The next times at which the triggers are due."""
        return next_runs(triggers, self.now)

    def cost(self, playbook: Playbook) -> Estimate:
        """What the playbook will cost this org."""
        return estimate(playbook, self.zone, self.now, competitors=max(len(self.facts.competitors), 1))


def estimate_answer(cost: Estimate) -> EstimateAnswer:
    """As the door answers it; a playbook without a schedule costs nothing a month by itself."""
    return EstimateAnswer(
        per_run_usd=float(cost.per_run_usd),
        monthly_usd=float(cost.monthly_usd or Decimal(0)),
        runs_per_month=cost.runs_per_month,
        on_events=cost.on_events,
    )


def asked(gaps: Sequence[Unclear]) -> tuple[Question, ...]:
    """What is unclear, as the answer asks it; the options are found once all is known."""
    return tuple(Question(id=gap.about, text=gap.question) for gap in gaps)
