"""The options of a question, as buttons: each is a message that the parser is known to read as the answer.

What could be said stands in lists by what is asked about; what is offered is what, tried on this conversation,
settles the question and loses nothing. So no button brings the same question again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from shared.chat.answer import ChatAnswer, Option, Question
from shared.chat.gaps import NOT_CLEAR, complete
from shared.chat.grammar.questions import NOTHING
from shared.chat.hearing import read_alone, together
from shared.chat.memory import Session
from shared.chat.turn import Turn
from shared.chat.understanding import Intent, Unclear, Understanding
from shared.errors import PermanentError

MAX_OPTIONS = 6
_HALVES = (("am", "AM"), ("pm", "PM"))
_YES, _NO = ("yes", "Yes"), ("never mind", "No")
_TIMES = (
    *(("every morning", "Every morning"), ("every weekday at 9 am", "Weekdays")),
    *(("every Monday at 9 am", "Every Monday"), ("on the 1st of every month at 9 am", "1st of the month")),
)
_LOOKS = (("every hour", "Every hour"), *_TIMES[:3])
_INTERVALS = (("every 15 minutes", "15 minutes"), ("every hour", "1 hour"), ("every 4 hours", "4 hours"))
_CHANNELS = (("email", "Email"), ("text me", "Text"), ("Slack", "Slack"), ("dashboard", "Dashboard"))
_PEOPLE = (("me", "Me"), ("the owner", "The owner"), ("my staff", "My staff"))
_TOPICS = (
    *(("sales summary", "Sales"), ("low stock", "Low stock"), ("competitors' prices", "Competitors' prices")),
    *(("slow movers", "Slow movers"), ("menu health", "Our menu"), ("vip customers", "Customers")),
)
_NOTHING_KNOWN = frozenset({NOTHING, NOT_CLEAR.question})
_TO_BEGIN_WITH = (
    ("Email me a sales summary every Monday at 8 am", "A weekly sales summary"),
    ("Text me when stock runs low", "A text when stock runs low"),
    ("Email me every morning if a competitor undercuts us by more than 10%", "A watch on competitors' prices"),
)

Said = tuple[str, str]
"""What to say, and what the button says."""


def with_options(turn: Turn, answer: ChatAnswer) -> ChatAnswer:
    """The answer with options for those of its questions that have none yet."""
    pending = turn.session.pending
    if not answer.questions or pending is None:
        return answer
    gaps = {gap.about: gap for gap in pending.unclear}
    questions = tuple(
        _offering(turn, one, gaps[one.id]) if one.id in gaps and not one.options else one
        for one in answer.questions
    )
    return answer.model_copy(update={"questions": questions})


def _offering(turn: Turn, question: Question, gap: Unclear) -> Question:
    """The question with the options that settle it."""
    pending = turn.session.pending
    assert pending is not None
    offered = [one for one in _could_be_said(turn, gap, pending) if one == _NO or _settles(turn, one[0], gap)]
    if not offered or offered == [_NO]:
        return question
    options = tuple(Option(value=value, label=label) for value, label in offered[:MAX_OPTIONS])
    return question.model_copy(update={"options": options})


def _could_be_said(turn: Turn, gap: Unclear, pending: Understanding) -> Iterable[Said]:
    match gap.about:
        case "schedule":
            return _times(gap, pending)
        case "event":
            return (_YES, _NO) if "Shall" in gap.question else ()
        case "threshold":
            return (*_either(gap), ("every time", "Every time"))
        case "topic":
            return [said for said in _TOPICS if said[1].lower() in gap.question.lower()] or _TOPICS
        case "channel":
            return _CHANNELS
        case "recipient":
            return () if "number" in gap.question else (("the customer", "The customer"), *_PEOPLE)
        case "competitor":
            return [(name, name) for name in turn.facts.competitors.values()]
        case "playbook":
            names = [(one.name, one.name) for one in turn.facts.named_playbooks]
            return [name for name in names if name[0] in gap.question] or names
        case "intent":
            return _beginnings(gap, pending)
    return ()


def _beginnings(gap: Unclear, pending: Understanding) -> Iterable[Said]:
    if pending.intent is Intent.CREATE:
        return (_YES, _NO)
    return _TO_BEGIN_WITH if gap.question in _NOTHING_KNOWN else ()


def _times(gap: Unclear, pending: Understanding) -> Iterable[Said]:
    if gap.said and re.search(r"\(am\)|in the evening\?", gap.question):
        return _HALVES
    if "every week on that day" in gap.question:
        return [("every week", "Every week")]
    if "On which days" in gap.question:
        return [("every day", "Every day"), ("on weekdays", "Weekdays"), ("on weekends", "Weekends")]
    if pending.intent in {Intent.RESUME, Intent.DELETE}:
        return [_YES, _NO]
    if "minutes" in gap.question and "hours" in gap.question:
        return _INTERVALS
    if "once a day or once a week" in gap.question:
        return [("once a day", "Once a day"), ("once a week", "Once a week")]
    if pending.intent is not Intent.CREATE:
        return []
    return _LOOKS if "every hour" in gap.question else _TIMES


def _either(gap: Unclear) -> list[Said]:
    for one, other in (("above", "below"), ("rise", "fall")):
        if one in gap.question and other in gap.question:
            return [(one, one.capitalize()), (other, other.capitalize())]
    return []


def _settles(turn: Turn, message: str, gap: Unclear) -> bool:
    """Whether the message, said next, answers the question and keeps what was known."""
    session = turn.session.model_copy(deep=True)
    before = session.pending
    assert before is not None
    following = replace(turn, message=message, session=session)
    try:
        after = together(read_alone(following), message, session, turn.facts)
        still_asked = {one.about for one in _open_after(following, after)}
    except PermanentError:
        return False
    return gap.about not in still_asked and (gap.about == "intent" or _keeps(before, after, session))


def _keeps(before: Understanding, after: Understanding, session: Session) -> bool:
    kept = all(
        not getattr(before, name) or getattr(after, name)
        for name in ("topic", "threshold", "channels", "recipients", "competitors", "message", "playbook")
    )
    return kept and after.intent is before.intent and session.pending is not None


def _open_after(turn: Turn, wish: Understanding) -> tuple[Unclear, ...]:
    if wish.intent in {Intent.CREATE, Intent.RUN}:
        return complete(wish, turn.facts.tenant, turn.facts.competitors, turn.my_email).questions
    return wish.unclear
