"""From a message to its answer: an answer to a question, a yes, a new request, or details of the last thing."""

from __future__ import annotations

from collections.abc import Sequence

from shared.chat.language.asking import UNKNOWN
from shared.chat.language.names import plain
from shared.chat.language.reading import language
from shared.chat.talk import about, acts, commands, figures
from shared.chat.talk.answers import answered, is_no_answer, option_of
from shared.chat.talk.authoring import Author
from shared.chat.talk.facts import YES_COUNTS, Answered, Open, Proposal
from shared.chat.talk.questions import next_question
from shared.chat.talk.revising import filled, says
from shared.chat.talk.turn import DONE_TO, Turn
from shared.chat.understood import Intent, Reply, Request
from shared.gcp import logging
from shared.playbooks.validation import InvalidPlaybookError

log = logging.get_logger(__name__)

_ASIDE = frozenset({Intent.ASK, Intent.HELP, Intent.SMALLTALK})
"""What leaves an open question open."""
_DETAILS = frozenset({Intent.ANSWER, Intent.CHANGE})
_MAY_ANSWER = frozenset(
    {Intent.ANSWER, Intent.CHANGE, Intent.UNCLEAR, Intent.CONFIRM, Intent.CREATE, Intent.REFUSE}
)
_AT_ONCE = frozenset({"now", "currently"})
_SHORT = 6
"""Words: a question that says only what is other than in the one before."""


def converse(author: Author, message: str, requested_agent: str | None = None) -> Reply:
    """Answer the message, and do what it asks for. The same request (`author.key`) again is answered the same.

    A preview answers alike and writes nothing but the conversation: the same message again without it, or a yes,
    does what was shown.

    Raises:
        KeyReusedError: the key was used with another request.
        PermanentError: the org's documents are malformed, or what was asked for cannot be done.
        TransientError: Firestore or Cloud Tasks cannot be reached just now.
    """
    desk, key = author.desk, author.key
    session = desk.session(author.id, author.conversation_id)
    if key and session.answered and session.answered.key == key:
        author.require_same_request(session.answered.fingerprint)
        return session.answered.reply
    turn = Turn(author, message, desk.facts(), session, author.clock.now(), requested_agent)
    reply = respond(turn)
    session.answered = Answered(key=key, fingerprint=author.fingerprint, reply=reply) if key else None
    desk.keep(author.id, author.conversation_id, session)
    return reply


def respond(turn: Turn) -> Reply:
    """The answer, with `turn.session` brought up to date."""
    session = turn.session
    # Only the very next message may agree to a proposal, or confirm a deletion.
    proposed, session.proposed = session.proposed, None
    confirming, session.confirming = session.confirming, None
    asked_before, session.last_asked = session.last_asked, None
    if proposed is not None and proposed.message == turn.message:
        return _done(turn, proposed)
    said = [_followed_up(turn, asked_before, one) for one in turn.read()]
    turn.request = first = said[0]
    if confirming is not None and turn.now - confirming.asked_at <= YES_COUNTS and turn.author.may_change:
        if first.intent is Intent.CONFIRM:
            named = first.playbook not in (None, "it")
            # "Yes, and Gummy Watch too".
            turn.session.waiting = (first.model_copy(update={"intent": confirming.request.intent}),) * named
            return _after(turn, _agreed(commands.carry_out(turn, confirming)))
        if first.intent is Intent.REFUSE:
            return _after(turn, turn.say("OK, no changes made."))
        if first.intent is Intent.ANSWER and first.playbook not in (None, "it") and not says(first):
            # "No wait, only Gap Watch", of all of them.
            return follow(turn, [first.model_copy(update={"intent": confirming.request.intent})])
    if proposed is not None:
        if first.intent is Intent.CONFIRM:
            return _agreed(_done(turn, proposed))
        if first.intent in _DETAILS and len(proposed.requests) == 1 and first.playbook in (None, "it"):
            return follow(turn, [filled(proposed.requests[0], first)], proposed.target)
        session.proposed = proposed if first.intent is Intent.SMALLTALK else None
    if session.open is not None and (reply := _answer(turn, session.open, said)) is not None:
        return reply
    dropped = session.open
    session.open, session.waiting = None, ()
    reply = follow(turn, said)
    note = f"I've dropped your earlier request, “{dropped.sentence[:80]}”." if dropped else ""
    return reply.model_copy(update={"reply": f"{note}\n{reply.reply}"}) if note else reply


def _followed_up(turn: Turn, before: Request | None, said: Request) -> Request:
    """ "And why?", "and the day before?": the question before, of what is said of it now."""
    words = plain(turn.message)
    if before is None or said.question not in (None, UNKNOWN, before.question) or len(words) > _SHORT:
        return said
    if "why" in words and said.question in (None, UNKNOWN):
        return Request(intent=Intent.ASK, question="why_not", playbook="it")
    if "before" not in words or not turn.asks:
        return said
    return before.model_copy(update={"text": f"{before.text} {turn.message}".strip()})


def _answer(turn: Turn, asked: Open, said: Sequence[Request]) -> Reply | None:
    """What the message is as an answer to the open question; None where it is something new."""
    first, question = said[0], asked.question
    chosen = option_of(question, turn.message) is not None
    if not chosen:
        cancels = first.intent is Intent.DELETE and not (first.playbook or first.topic or first.unread)
        if (first.intent is Intent.REFUSE and first.playbook is None) or cancels:
            turn.session.open = None
            dropped = turn.say("OK, I dropped that. No changes made.")
            return _after(turn, dropped) if turn.session.waiting else dropped
        names_topic = question.about == "topic" and first.question in language().lexicon.data["question_topics"]
        names_topic &= not {*plain(turn.message)} & _AT_ONCE
        if first.intent in _ASIDE and not names_topic and not is_no_answer(turn.message):
            aside = act(turn, first)
            turn.session.open = asked
            again = f"{aside.reply}\nStill open: {question.text}"
            return aside.model_copy(update={"reply": again, "questions": (question,)})
        is_answer = (
            names_topic or is_no_answer(turn.message) or question.about == "message" or first.intent in _MAY_ANSWER
        )
        if question.about != "message" and _is_of_nothing(turn, first):
            return turn.ask(
                asked.request, question, "I didn't get that.", playbook_id=asked.playbook_id, others=asked.others
            )
        if not is_answer or len(said) > 1 or _is_new(asked, first) or _is_of_another(turn, asked, first):
            return None
    request = _settled(turn, asked, first, chosen=chosen)
    if request is None:
        return turn.ask(
            asked.request, question, "I didn't get that.", playbook_id=asked.playbook_id, others=asked.others
        )
    if asked.request.whens:
        # "Sales and low stock at 8": on the same days.
        turn.session.waiting = tuple(
            one.model_copy(update={"whens": request.whens}) if one.whens == asked.request.whens else one
            for one in turn.session.waiting
        )
    turn.message, turn.asked = asked.sentence, asked
    turn.session.open = None
    return _after(turn, follow(turn, [request], asked))


def _is_new(asked: Open, said: Request) -> bool:
    """Whether it is a request of its own: another subject, or a sentence that says otherwise than the open one."""
    if said.intent is not Intent.CREATE or said.topic == asked.request.topic is not None:
        return False
    times = bool(said.whens or said.events)
    if asked.question.about == "message":
        return bool(said.topic and times and (said.people or said.channels))
    if not (said.topic or said.topics or said.events or (said.unsupported and times)):
        return False
    known = asked.request
    if asked.question.about != "topic" or known.topic:
        return True
    return (times and bool(known.whens or known.events)) or bool(said.people and known.people != said.people)


def _is_of_nothing(turn: Turn, said: Request) -> bool:
    """Whether it is a command to a playbook that nobody has named or talked about."""
    named = said.playbook not in (None, "it") or said.topic or said.all_playbooks or said.limits
    is_known = turn.facts.playbook(turn.session.last_playbook_id) is not None
    return said.intent in DONE_TO and not named and not is_known


def _is_of_another(turn: Turn, asked: Open, said: Request) -> bool:
    """Whether it names another playbook than the question is about."""
    about = asked.playbook_id or asked.request.playbook
    if asked.question.about == "playbook" or about in (None, "it") or said.playbook in (None, "it"):
        return False
    named = {one.id for one in turn.named(said.playbook or "")}
    return bool(named) and named.isdisjoint(one.id for one in turn.named(about or ""))


def _settled(turn: Turn, asked: Open, said: Request, *, chosen: bool) -> Request | None:
    """The request with the answer, and with whatever else the message says; None where it says nothing of use."""
    question, request = asked.question, asked.request
    if question.about == "playbook" and not chosen:
        found = turn.named(said.playbook or turn.message) or turn.referred(by_kind=said.playbook == "it")
        known = filled(request, said) if says(said) else request
        return known.model_copy(update={"playbook": found[0].id}) if len(found) == 1 else None
    return answered(request, question, turn.message, turn.org)


def _after(turn: Turn, reply: Reply) -> Reply:
    """The answer, and then the request that waited for this one to be clear."""
    if turn.session.open or turn.session.confirming or not turn.session.waiting:
        return reply
    waiting, turn.session.waiting = turn.session.waiting, ()
    following = follow(turn, waiting)
    return following.model_copy(update={"reply": f"{reply.reply}\n\n{following.reply}"})


def follow(turn: Turn, requests: Sequence[Request], asked: Open | None = None) -> Reply:
    """Each request in its turn, until one has a question: those after it wait."""
    replies: list[Reply] = []
    requests = _open_ones_first(turn, [each for request in requests for each in request.each])
    turn.apart = len(requests) > 1
    for place, request in enumerate(requests):
        try:
            replies.append(act(turn, request, asked))
        except InvalidPlaybookError as error:
            log.warning("what was said makes no valid playbook", extra={"reason": str(error)})
            replies.append(turn.say(turn.words("invalid")))
        deletes_more = (
            request.intent is Intent.DELETE
            and requests[place + 1 :][:1]
            and requests[place + 1].intent is request.intent
        )
        if turn.session.open or (turn.session.confirming and not deletes_more):
            turn.session.waiting = (*requests[place + 1 :], *turn.session.waiting)
            break
    if turn.proposing:
        # Who asks again what it would cost does not agree to it.
        typed = "" if any(one.intent is Intent.ASK for one in requests) else turn.typed
        shown = tuple(turn.proposing)
        turn.session.proposed = Proposal(message=typed, sentence=turn.message, requests=shown, target=asked)
    waits = bool((turn.session.open or turn.session.confirming) and turn.session.waiting)
    if len(replies) == 1 and not waits:
        return replies[0]
    rest = "Then I'll take care of the rest." if waits else ""
    text = "\n\n".join(part for part in (*(one.reply for one in replies), rest) if part)
    questions = next((one.questions for one in reversed(replies) if one.questions), ())
    return replies[0].model_copy(update={"reply": text, "questions": questions})


def _open_ones_first(turn: Turn, requests: list[Request]) -> list[Request]:
    """What is open comes first, so that nothing is made before all is clear, and so does what must be confirmed;
    other commands stay in their order.
    """
    if any(one.intent is not Intent.CREATE for one in requests):
        return sorted(requests, key=lambda one: one.intent is not Intent.DELETE)
    return sorted(requests, key=lambda one: next_question(one, turn.org) is None)


def _agreed(reply: Reply) -> Reply:
    """The message was a yes: who previews it can tell that it need not be asked for again."""
    understood = reply.understood.model_copy(update={"intent": Intent.CONFIRM})
    return reply.model_copy(update={"understood": understood})


def _done(turn: Turn, proposed: Proposal) -> Reply:
    """What a preview showed, done now; a preview of it shows it again."""
    turn.message = proposed.sentence or proposed.message
    return follow(turn, proposed.requests, proposed.target)


def act(turn: Turn, request: Request, asked: Open | None = None) -> Reply:
    """Do what is requested, ask what is missing, or say why not."""
    turn.request, turn.message = request, request.text or turn.message
    if request.intent is Intent.ASK:
        turn.session.last_asked = request
        return ANSWERS[request.question or "list"](turn, request)
    if request.intent in _WORDS:
        undone = turn.session.undo if request.intent is Intent.REFUSE else ()
        hint = turn.words("undo_instead").format(name=undone[0].name) if undone else ""
        return turn.say(hint or turn.words(_WORDS[request.intent]))
    if not turn.author.may_change:
        turn.session.open = None
        unclear = request.intent in (Intent.UNCLEAR, Intent.ANSWER)
        return turn.say(turn.words("viewer_unclear" if unclear else "viewer"))
    if asked is not None and asked.playbook_id is not None:
        return acts.rebuild(turn, asked.playbook_id, (request, *asked.others))
    if request.intent is Intent.ANSWER and request.playbook and (reply := _of_a_name(turn, request)):
        return reply
    if request.intent in (Intent.CREATE, Intent.RUN):
        return acts.make(turn, request)
    if request.intent is Intent.DELETE and request.must_ask and (reply := acts.leave_out(turn, request)):
        return reply
    if request.intent not in commands.ALL:
        return acts.change(turn, request)
    reply = commands.command(turn, request)
    is_timed_copy = request.intent is Intent.COPY and request.whens and not turn.author.is_preview
    return acts.retime_copy(turn, reply, request) if is_timed_copy and reply.playbook_id else reply


def _of_a_name(turn: Turn, request: Request) -> Reply | None:
    """A playbook is named: alone it is shown; "zap Gummy Watch" is asked about, since nothing of it is guessed."""
    is_bare = not says(request) and not request.unread
    if is_bare or turn.asks:
        return about.ANSWERS["explain"](turn, request)
    if request.playbook == "it" or says(request):
        return None
    return acts.change(turn, request.model_copy(update={"intent": Intent.CHANGE}))


ANSWERS = {**about.ANSWERS, **figures.ANSWERS}
"""How each reading question of the lexicon is answered."""
_WORDS = {
    Intent.HELP: "help",
    Intent.SMALLTALK: "smalltalk",
    Intent.HOSTILE: "hostile",
    Intent.CONFIRM: "nothing_to_confirm",
    Intent.REFUSE: "refused",
}
"""What is answered in the same words whatever was said, by its key in the lexicon's `replies`."""
