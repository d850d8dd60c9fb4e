"""From a message to its answer: parse it, let a model fill what is unclear, vet, merge with what was said, act."""

from __future__ import annotations

from shared.chat import memory
from shared.chat.acts import ACTS
from shared.chat.answer import ChatAnswer
from shared.chat.answers import answered, whole_question
from shared.chat.authoring import Author
from shared.chat.authoring import delete as delete_playbook
from shared.chat.facts import Facts, load_facts
from shared.chat.grammar import parse
from shared.chat.grammar.hints import Hints
from shared.chat.memory import Answered, Session
from shared.chat.merge import has_details, is_answered, merge
from shared.chat.model_fill import Filling, fill
from shared.chat.turn import Turn
from shared.chat.understanding import Intent, Unclear, Understanding
from shared.chat.vetting import vet, vet_model

_FOLLOWS_UP = frozenset({Intent.ANSWER, Intent.UNCLEAR, Intent.CONFIRM})
_NOT_CLEAR = Unclear(
    about="intent", question="What shall I do: set up something new, or change, pause, run or delete what you have?"
)


def converse(author: Author, message: str, requested_agent: str | None = None) -> ChatAnswer:
    """Answer the message, and do what it asks for. The same request (`author.key`) again is answered the same.

    Raises:
        PermanentError: the org's documents are malformed, or what was asked for cannot be done.
        TransientError: Firestore or Cloud Tasks cannot be reached just now.
    """
    now = author.clock.now()
    session = memory.load(author.org_id, author.principal, now)
    if author.key and session.answered and session.answered.key == author.key:
        return session.answered.answer
    turn = Turn(author, message, load_facts(author.org_id), session, now, requested_agent)
    answer = respond(turn)
    session.answered = Answered(key=author.key, answer=answer) if author.key else None
    memory.save(author.org_id, author.principal, session, now)
    return answer


def respond(turn: Turn) -> ChatAnswer:
    """The answer, with `turn.session` brought up to date."""
    said = understand(turn)
    session = turn.session
    deleting = session.awaits_yes(turn.now)
    # Only the very next message may confirm a deletion.
    session.deleting = None
    if deleting is not None and said.intent in {Intent.CONFIRM, Intent.REFUSE} and not has_details(said):
        return _decided(turn, deleting, is_yes=said.intent is Intent.CONFIRM)
    wish = together(said, turn.message, session, turn.facts)
    if wish.intent in ACTS:
        return ACTS[wish.intent](turn, wish)
    return _without_a_wish(turn, wish)


def understand(turn: Turn) -> Understanding:
    """What the message says: by the parser, and where that is unsure and a key is set, with a model's help."""
    facts, pending = turn.facts, turn.session.pending
    hints = Hints(
        timezone=turn.zone,
        now=turn.now,
        playbooks=tuple(one.name for one in facts.named_playbooks),
        competitors=tuple(facts.competitors.values()),
        pending=pending,
    )
    said = vet(parse(whole_question(turn.message, pending), hints), turn.message, facts, turn.my_email)
    if said.sure or (said.unclear and all(gap.said for gap in said.unclear)):
        # Words with two meanings are clear to nobody but their author.
        return said
    filled = fill(turn.message, Filling(turn.author.org_id, facts, turn.now, pending))
    if filled is None:
        return said
    vetted = vet_model(filled, turn.message, facts, turn.my_email)
    # What the parser is certain of stands; the model only fills what it left open.
    still_open = tuple(gap for gap in said.unclear if not is_answered(gap.about, vetted))
    return merge(vetted, said.model_copy(update={"unclear": still_open}))


def together(said: Understanding, message: str, session: Session, facts: Facts) -> Understanding:
    """What is meant, with what was said before: an answer joins its question, anything else starts anew."""
    pending = session.pending
    if pending is None:
        return _about_the_last(said, session)
    settled = answered(pending, said, message, facts)
    picked = settled.playbook != pending.playbook or settled.message != pending.message
    starts_anew = said.intent not in _FOLLOWS_UP and not picked and not _continues(pending, said)
    if starts_anew or said.intent is Intent.REFUSE:
        session.pending, session.asked_by_message = None, None
        return said
    if picked or (settled is not pending and said.intent is Intent.UNCLEAR):
        # The whole message was the answer: what else the parser saw in it was not meant.
        said = Understanding(intent=Intent.ANSWER)
    about_details = tuple(gap for gap in said.unclear if gap.about != "intent")
    return merge(settled, said.model_copy(update={"unclear": about_details}))


def _continues(pending: Understanding, said: Understanding) -> bool:
    """Whether a sentence that could stand alone answers the question: the same thing again, with more details."""
    return said.intent is pending.intent and said.topic in (None, pending.topic) and has_details(said)


def _about_the_last(said: Understanding, session: Session) -> Understanding:
    """Only details, and no question is open: a change of the playbook that was talked about last."""
    if said.intent is Intent.ANSWER and has_details(said) and session.last_playbook_id:
        return said.model_copy(update={"intent": Intent.CHANGE})
    return said


def _decided(turn: Turn, deleting: memory.Deleting, *, is_yes: bool) -> ChatAnswer:
    known = turn.facts.playbook(deleting.playbook_id)
    persona = turn.persona(None, known.agent if known else None)
    turn.settled()
    if not is_yes:
        return turn.say(persona, f"“{deleting.name}” stays.", playbook_id=deleting.playbook_id)
    delete_playbook(turn.author, deleting.playbook_id)
    if turn.session.last_playbook_id == deleting.playbook_id:
        turn.session.last_playbook_id = None
    reply = f"{persona.voice.confirming} “{deleting.name}” is deleted, and its schedule with it."
    return turn.say(persona, reply, playbook_id=deleting.playbook_id)


def _without_a_wish(turn: Turn, wish: Understanding) -> ChatAnswer:
    persona = turn.persona(wish.topic)
    if wish.intent is Intent.REFUSE:
        return turn.say(persona, "All right, I leave it.")
    if wish.intent is Intent.CONFIRM:
        return turn.say(
            persona, "There is nothing that waits for a yes. What shall I do?", questions=["What shall I do?"]
        )
    return turn.ask(wish, wish.unclear or (_NOT_CLEAR,))
