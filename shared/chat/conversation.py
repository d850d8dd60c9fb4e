"""From a message to its answer: what it means, what was proposed before, the act, the options of a question."""

from __future__ import annotations

from shared.chat import memory
from shared.chat.acts import ACTS
from shared.chat.answer import ChatAnswer
from shared.chat.authoring import Author
from shared.chat.facts import load_facts
from shared.chat.gaps import NOT_CLEAR
from shared.chat.hearing import together, understand
from shared.chat.lookup import points_back
from shared.chat.memory import Answered, Proposal
from shared.chat.merge import has_details
from shared.chat.offering import with_options
from shared.chat.showing import only_asking
from shared.chat.stopping import decided
from shared.chat.turn import Turn
from shared.chat.understanding import Intent, Understanding

_ASKING = frozenset({Intent.LIST, Intent.SHOW, Intent.HELP, Intent.SMALLTALK, Intent.REFUSE, Intent.CONFIRM})
"""What changes nothing."""


def converse(author: Author, message: str, requested_agent: str | None = None) -> ChatAnswer:
    """Answer the message, and do what it asks for. The same request (`author.key`) again is answered the same.

    A preview answers alike and writes nothing but the conversation: the same message again without it, or a yes,
    does what was shown.

    Raises:
        KeyReusedError: the key was used with another request.
        PermanentError: the org's documents are malformed, or what was asked for cannot be done.
        TransientError: Firestore or Cloud Tasks cannot be reached just now.
    """
    now = author.clock.now()
    session = memory.load(author.thread, now)
    if author.key and session.answered and session.answered.key == author.key:
        author.require_same_request(session.answered.fingerprint)
        return session.answered.answer
    facts = load_facts(author.org_id)
    turn = Turn(author, message, facts if author.may_change else facts.for_viewers(), session, now, requested_agent)
    answer = with_options(turn, respond(turn))
    session.answered = (
        Answered(key=author.key, fingerprint=author.fingerprint, answer=answer) if author.key else None
    )
    memory.save(author.thread, session, now)
    return answer


def respond(turn: Turn) -> ChatAnswer:
    """The answer, with `turn.session` brought up to date."""
    session = turn.session
    # Only the very next message may agree to a proposal, or confirm a deletion.
    proposed, session.proposed = session.proposed, None
    deleting, session.deleting = session.awaits_yes(turn.now), None
    if proposed is not None and proposed.message == turn.message:
        return _done(turn, proposed)
    said = understand(turn)
    if deleting is not None and _decides(said) and turn.author.may_change:
        turn.meaning = said
        return decided(turn, deleting, is_yes=said.intent is not Intent.REFUSE)
    if proposed is not None:
        if said.intent is Intent.CONFIRM and not has_details(said):
            turn.said = said.intent
            return _done(turn, proposed)
        _go_on_from(turn, proposed, said)
    wish = together(said, turn.message, session, turn.facts)
    return act(turn, wish)


def act(turn: Turn, wish: Understanding) -> ChatAnswer:
    """Do what is wished, ask what is missing, or say why not."""
    turn.meaning = wish
    if not turn.author.may_change and wish.intent not in _ASKING:
        turn.settled()
        return only_asking(turn, wish)
    if wish.intent in ACTS:
        return ACTS[wish.intent](turn, wish)
    return _without_a_wish(turn, wish)


def _done(turn: Turn, proposed: Proposal) -> ChatAnswer:
    """What a preview showed, done now; a preview of it shows it again."""
    turn.message = proposed.message
    turn.session.asked_by_message = proposed.sentence
    return act(turn, proposed.wish)


def _go_on_from(turn: Turn, proposed: Proposal, said: Understanding) -> None:
    """ "Make it 8 instead" speaks of the playbook that was proposed; thanks and the like leave it proposed."""
    session = turn.session
    if said.intent is Intent.SMALLTALK:
        session.proposed = proposed
        return
    is_detail = said.intent is Intent.ANSWER or (said.intent is Intent.CHANGE and points_back(said.playbook))
    if proposed.wish.intent is Intent.CREATE and is_detail:
        session.pending = proposed.wish.model_copy(update={"unclear": ()})
        session.asked_by_message = proposed.sentence


def _decides(said: Understanding) -> bool:
    """Yes, no, or the order to delete "it" once more."""
    if said.intent is Intent.DELETE:
        return not said.every_playbook and points_back(said.playbook) and not said.unclear
    return said.intent in {Intent.CONFIRM, Intent.REFUSE} and not has_details(said)


def _without_a_wish(turn: Turn, wish: Understanding) -> ChatAnswer:
    persona = turn.persona(wish.topic)
    if wish.intent is Intent.REFUSE:
        return turn.say(persona, "All right, I leave it.")
    if wish.intent is Intent.CONFIRM:
        return turn.say(persona, "Good. Nothing waits for your yes; I am here when you need something.")
    return turn.ask(wish, wish.unclear or (NOT_CLEAR,))
