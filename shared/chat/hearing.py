"""What a message says, and what is meant by it after what was said before."""

from __future__ import annotations

from collections.abc import Sequence

from shared.chat.answers import answered, whole_question
from shared.chat.facts import Facts
from shared.chat.grammar import parse
from shared.chat.grammar.hints import Hints
from shared.chat.lookup import points_back
from shared.chat.memory import Session
from shared.chat.merge import has_details, is_answered, merge
from shared.chat.model_fill import Filling, fill
from shared.chat.turn import Turn
from shared.chat.understanding import Intent, Understanding
from shared.chat.vetting import vet, vet_model

_FOLLOWS_UP = frozenset({Intent.ANSWER, Intent.UNCLEAR, Intent.CONFIRM})


def understand(turn: Turn) -> Understanding:
    """What the message says: by the parser, and where that is unsure and a key is set, with a model's help."""
    facts, pending = turn.facts, turn.session.pending
    said = read_alone(turn)
    if not turn.author.may_change:
        # Who may only ask costs the org no model.
        return said
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


def read_alone(turn: Turn) -> Understanding:
    """What the parser makes of the message."""
    return vet(_parsed(turn), turn.message, turn.facts, turn.my_email)


def _parsed(turn: Turn) -> Understanding:
    """By the names of what people made themselves, where one of them is meant; else by all names."""
    facts = turn.facts
    question = whole_question(turn.message, turn.session.pending)
    own = [one.name for one in facts.own_playbooks]
    said = parse(question, _hints(turn, own))
    if said.playbook in own or len(own) == len(facts.named_playbooks):
        return said
    return parse(question, _hints(turn, [one.name for one in facts.named_playbooks]))


def _hints(turn: Turn, playbooks: Sequence[str]) -> Hints:
    return Hints(
        timezone=turn.zone,
        now=turn.now,
        playbooks=tuple(playbooks),
        competitors=tuple(turn.facts.competitors.values()),
        pending=turn.session.pending,
    )


def together(said: Understanding, message: str, session: Session, facts: Facts) -> Understanding:
    """What is meant, with what was said before: an answer joins its question, anything else starts anew."""
    pending = session.pending
    if pending is None:
        return _about_the_last(said, session, facts)
    if said.intent is Intent.SMALLTALK:
        return said
    if said.intent is Intent.CHANGE and pending.intent is Intent.CREATE and points_back(said.playbook):
        # "Make it 8pm" speaks of the playbook that is being made.
        said = said.model_copy(update={"intent": Intent.ANSWER, "playbook": None})
    settled = answered(pending, said, message, facts)
    picked = settled.playbook != pending.playbook or settled.message != pending.message
    starts_anew = said.intent not in _FOLLOWS_UP and not picked and not _continues(pending, said)
    nothing_known = pending.intent is Intent.UNCLEAR and said.intent is Intent.UNCLEAR and not has_details(pending)
    if starts_anew or nothing_known or said.intent is Intent.REFUSE:
        session.pending, session.asked_by_message = None, None
        return said
    if picked or (settled is not pending and said.intent is Intent.UNCLEAR):
        # The whole message was the answer: what else the parser saw in it was not meant.
        said = Understanding(intent=Intent.ANSWER)
    about_details = tuple(gap for gap in said.unclear if gap.about != "intent")
    return merge(settled, said.model_copy(update={"unclear": about_details}))


def _continues(pending: Understanding, said: Understanding) -> bool:
    """Whether a sentence that could stand alone answers the question: the same thing again, with more details."""
    if said.intent is not pending.intent or not has_details(said):
        return False
    if said.intent is Intent.CREATE:
        return said.topic is not None and said.topic == pending.topic
    return said.topic in (None, pending.topic)


def _about_the_last(said: Understanding, session: Session, facts: Facts) -> Understanding:
    """Only details, and no question is open: a change of the playbook that was talked about last."""
    last = facts.playbook(session.last_playbook_id)
    is_detail = said.intent is Intent.ANSWER and (has_details(said) or bool(said.unclear))
    if not is_detail and said.intent is not Intent.CHANGE:
        return said
    points = points_back(said.playbook)
    if last is not None and last.is_ad_hoc and session.last_run is not None and said.schedules and points:
        # "Do that every morning": what was run once becomes a playbook.
        whole = said.model_copy(update={"intent": Intent.ANSWER, "playbook": None})
        return merge(session.last_run.model_copy(update={"intent": Intent.CREATE}), whole)
    if is_detail and session.last_playbook_id:
        return said.model_copy(update={"intent": Intent.CHANGE})
    return said
