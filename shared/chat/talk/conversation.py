"""From a message to its reply: an answer to a question, a yes, a new request, or details of the last one."""

from __future__ import annotations

from collections.abc import Sequence

from shared.chat.language.names import plain
from shared.chat.language.reading import language
from shared.chat.talk import changing, commands, creating, undoing
from shared.chat.talk.answers import answered, is_no_answer, option_of, others_told
from shared.chat.talk.authoring import Author
from shared.chat.talk.lookups import LOOKUPS
from shared.chat.talk.merging import filled, is_person, says
from shared.chat.talk.questions import next_question
from shared.chat.talk.state import YES_COUNTS, Confirmation, KeyedReply, OpenQuestion, Proposal
from shared.chat.talk.targets import NEEDS_ONE, mentioned, named
from shared.chat.talk.turn import Turn
from shared.chat.understood import Intent, Reply, Request
from shared.gcp import logging
from shared.playbooks.validation import InvalidPlaybookError

log = logging.get_logger(__name__)

_LEAVE_IT_OPEN = frozenset({Intent.ASK, Intent.HELP, Intent.SMALLTALK})
_DETAILS = frozenset({Intent.ANSWER, Intent.CHANGE})
_MAY_ANSWER = frozenset(
    {Intent.ANSWER, Intent.CHANGE, Intent.UNCLEAR, Intent.CONFIRM, Intent.CREATE, Intent.REFUSE}
)
_AT_ONCE = frozenset({"now", "currently"})
_MAX_QUOTED = 80
_FIXED_REPLIES = {
    Intent.HELP: "help",
    Intent.SMALLTALK: "smalltalk",
    Intent.HOSTILE: "hostile",
    Intent.CONFIRM: "nothing_to_confirm",
    Intent.REFUSE: "refused",
}


def converse(author: Author, message: str, requested_agent: str | None = None) -> Reply:
    """Reply to the message, and do what it asks for. The same request (`author.key`) again gets the same reply.

    A preview replies alike and writes nothing but the conversation: the same message again without it, or a yes,
    does what was shown.

    Raises:
        KeyReusedError: the key was used with another request.
        PermanentError: the org's documents are malformed, or what was asked for cannot be done.
        TransientError: Firestore or Cloud Tasks cannot be reached just now.
    """
    store, key = author.store, author.key
    session, facts = store.opened(author.id, author.conversation_id)
    if key and session.answered and session.answered.key == key:
        author.require_same_request(session.answered.fingerprint)
        return session.answered.reply
    turn = Turn(author, message, facts, session, author.clock.now(), requested_agent)
    reply = respond(turn)
    session.answered = KeyedReply(key=key, fingerprint=author.fingerprint, reply=reply) if key else None
    store.keep(author.id, author.conversation_id, session)
    return reply


def respond(turn: Turn) -> Reply:
    """The reply, with `turn.session` brought up to date."""
    session = turn.session
    # Only the very next message may agree to a proposal, or confirm a deletion.
    proposed, session.proposed = session.proposed, None
    confirming, session.confirming = session.confirming, None
    if proposed is not None and proposed.message == turn.message:
        session.last_asked = None
        return _do_proposed(turn, proposed)
    requests = turn.read()
    turn.request = first = requests[0]
    if confirming is not None and (reply := _confirmed(turn, confirming)) is not None:
        return reply
    if proposed is not None:
        if first.intent is Intent.CONFIRM:
            return _agreed(_do_proposed(turn, proposed))
        if first.intent in _DETAILS and len(proposed.requests) == 1 and not first.named_playbook:
            return follow(turn, [filled(proposed.requests[0], first)], proposed.target)
        session.proposed = proposed if first.intent is Intent.SMALLTALK else None
    if session.open is not None and (reply := _answer(turn, session.open, requests)) is not None:
        return reply
    dropped = session.open
    session.open, session.waiting = None, ()
    reply = follow(turn, requests)
    if dropped is None:
        return reply
    earlier = f"I've dropped your earlier request, “{dropped.sentence[:_MAX_QUOTED]}”."
    return reply.changed(reply=f"{earlier}\n{reply.reply}")


def _confirmed(turn: Turn, confirming: Confirmation) -> Reply | None:
    """The reply to a yes or a no; None if the message is neither, or comes too late."""
    first, named_one = turn.request, turn.request.changed(intent=confirming.request.intent)
    if turn.now - confirming.asked_at > YES_COUNTS or not turn.author.may_change:
        return None
    more = first.all_playbooks and len(confirming.playbook_ids) == 1
    bare = not (first.named_playbook or first.unread or more)
    cancels = bare and turn.message.casefold().startswith(language().lexicon.data["words"]["calling_off"])
    repeats = bare and first.intent is confirming.request.intent and not cancels
    if first.intent is Intent.CONFIRM or repeats:
        # "Delete", as the button says; "yes, and Gummy Watch too".
        turn.session.waiting = (*([named_one] if first.named_playbook else []), *turn.session.waiting)
        return _and_the_rest(turn, _agreed(commands.carry_out(turn, confirming)))
    if first.intent is Intent.REFUSE or cancels:
        return _and_the_rest(turn, turn.say_words("refused"))
    if first.intent is Intent.ANSWER and first.named_playbook and not says(first):
        # "No wait, only Gap Watch", of all of them.
        return follow(turn, [named_one])
    return None


def _answer(turn: Turn, asked: OpenQuestion, requests: Sequence[Request]) -> Reply | None:
    """The reply to the message as an answer to the open question; None if it is something new."""
    first, question, session = requests[0], asked.question, turn.session
    is_chosen = option_of(question, turn.message) is not None
    if not is_chosen:
        cancels = first.intent is Intent.DELETE and not (first.playbook or first.topic or first.unread)
        # "Undo" takes back the question first: nothing that was done before it is lost by surprise.
        drops = first.intent in (Intent.REFUSE, Intent.UNDO) and first.playbook is None
        forgets = question.about == "people" and {*map(is_person, first.limits)} == {True} and not first.channels
        drops |= forgets and not others_told(asked.request, question)
        if drops or cancels:
            session.open = None
            dropped = turn.say("OK, I dropped that. No changes made.")
            return _and_the_rest(turn, dropped) if session.waiting else dropped
        names_topic = question.about == "topic" and first.question in language().lexicon.data["question_topics"]
        names_topic &= not {*plain(turn.message)} & _AT_ONCE
        fits = names_topic or is_no_answer(turn.message)
        if first.intent in _LEAVE_IT_OPEN and not fits:
            aside = act(turn, first)
            session.open = asked
            return aside.changed(reply=f"{aside.reply}\nStill open: {question.text}", questions=(question,))
        is_message = question.about == "message"
        if not is_message and (_needs_a_playbook(turn, first) or changing.is_another(turn, first)):
            return _ask_again(turn, asked)
        is_answer = fits or is_message or first.intent in _MAY_ANSWER
        if not is_answer or len(requests) > 1 or _is_new(asked, first) or _is_about_another(turn, asked, first):
            return None
    request = _settled(turn, asked, first, is_chosen=is_chosen)
    if request is None:
        return _ask_again(turn, asked)
    if asked.request.whens:
        # "Sales and low stock at 8": on the same days.
        session.waiting = tuple(
            one.changed(whens=request.whens) if one.whens == asked.request.whens else one for one in session.waiting
        )
    turn.message, turn.answered, session.open = asked.sentence, asked, None
    return _and_the_rest(turn, follow(turn, [request], asked))


def _ask_again(turn: Turn, asked: OpenQuestion) -> Reply:
    target = {"playbook_id": asked.playbook_id, "others": asked.others}
    return turn.ask(asked.request, asked.question, "I didn't get that.", **target)


def _is_new(asked: OpenQuestion, request: Request) -> bool:
    """Whether it is a request of its own: another subject, or a sentence that contradicts the open one."""
    known, about = asked.request, asked.question.about
    if request.intent is not Intent.CREATE or request.topic == known.topic is not None:
        return False
    times = bool(request.whens or request.events)
    if about == "message":
        return bool(request.topic and times and (request.people or request.channels))
    if not (request.topic or request.topics or request.events or (request.unsupported and times)):
        return False
    if about != "topic" or known.topic:
        return True
    return (times and bool(known.whens or known.events)) or bool(request.people and known.people != request.people)


def _needs_a_playbook(turn: Turn, request: Request) -> bool:
    """Whether it is a command to a playbook that nobody has named or talked about."""
    is_named = request.named_playbook or request.topic or request.all_playbooks or request.limits
    is_known = turn.facts.playbook(turn.session.last_playbook_id) is not None
    return request.intent in NEEDS_ONE and not is_named and not is_known


def _is_about_another(turn: Turn, asked: OpenQuestion, request: Request) -> bool:
    """Whether it names another playbook than the question is about."""
    about = asked.playbook_id or asked.request.named_playbook
    if asked.question.about == "playbook" or not about or not request.named_playbook:
        return False
    found = {one.id for one in named(turn, request.named_playbook)}
    return bool(found) and found.isdisjoint(one.id for one in named(turn, about))


def _settled(turn: Turn, asked: OpenQuestion, request: Request, *, is_chosen: bool) -> Request | None:
    """The open request with the answer and whatever else the message says; None if it says nothing that helps."""
    if asked.question.about != "playbook" or is_chosen:
        return answered(asked.request, asked.question, turn.message, turn.org)
    found = named(turn, request.playbook or turn.message) or mentioned(turn, by_kind=request.playbook == "it")
    known = filled(asked.request, request) if says(request) else asked.request
    return known.changed(playbook=found[0].id) if len(found) == 1 else None


def _and_the_rest(turn: Turn, reply: Reply) -> Reply:
    """The reply, and then the requests that waited for this one to be clear."""
    if turn.session.open or turn.session.confirming or not turn.session.waiting:
        return reply
    waiting, turn.session.waiting = turn.session.waiting, ()
    following = follow(turn, waiting)
    return following.changed(reply=f"{reply.reply}\n\n{following.reply}")


def follow(turn: Turn, requests: Sequence[Request], asked: OpenQuestion | None = None) -> Reply:
    """Act on each request, until one has a question: those after it wait."""
    replies: list[Reply] = []
    session, requests = turn.session, _open_ones_first(turn, [each for one in requests for each in one.each])
    turn.has_several = len(requests) > 1
    for place, request in enumerate(requests, start=1):
        try:
            replies.append(act(turn, request, asked))
        except InvalidPlaybookError as error:
            log.warning("a message makes no valid playbook", extra={"reason": str(error)})
            replies.append(turn.say_words("invalid"))
        deletes_more = request.intent is Intent.DELETE and [one.intent for one in requests[place : place + 1]] == [
            Intent.DELETE
        ]
        if session.open or (session.confirming and not deletes_more):
            session.waiting = (*requests[place:], *session.waiting)
            break
    if turn.proposing:
        # Asking again what it would cost is no yes.
        typed = "" if any(one.intent is Intent.ASK for one in requests) else turn.typed
        session.proposed = Proposal(
            message=typed, sentence=turn.message, requests=tuple(turn.proposing), target=asked
        )
    waits = (session.open or session.confirming) and session.waiting
    if len(replies) == 1 and not waits:
        return replies[0]
    texts = [*dict.fromkeys(one.reply for one in replies), "Then I'll take care of the rest." if waits else ""]
    questions = next((one.questions for one in reversed(replies) if one.questions), ())
    return replies[0].changed(reply="\n\n".join(filter(None, texts)), questions=questions)


def _open_ones_first(turn: Turn, requests: list[Request]) -> list[Request]:
    """What has a question or needs a yes comes first, so that nothing is made before all is clear.

    Other commands stay in their order.
    """
    if len(requests) == 1 or any(one.intent is not Intent.CREATE for one in requests):
        return sorted(requests, key=lambda one: one.intent is not Intent.DELETE)
    return sorted(requests, key=lambda one: next_question(one, turn.org) is None)


def _agreed(reply: Reply) -> Reply:
    """The message was a yes: whoever sent it as a preview need not send it again."""
    return reply.changed(understood=reply.understood.changed(intent=Intent.CONFIRM))


def _do_proposed(turn: Turn, proposed: Proposal) -> Reply:
    """What a preview showed, done now; a preview of it shows it again."""
    turn.message = proposed.sentence or proposed.message
    return follow(turn, proposed.requests, proposed.target)


def act(turn: Turn, request: Request, asked: OpenQuestion | None = None) -> Reply:
    """Do what is requested, ask what is missing, or say why not."""
    request = creating.as_question(turn, request)
    turn.request, turn.message = request, request.text or turn.message
    if request.intent is Intent.ASK:
        turn.session.last_asked = request
        return LOOKUPS[request.question or "list"](turn, request)
    if request.intent is Intent.REFUSE and turn.session.undo:
        return turn.say_words("undo_instead", name=turn.session.undo[0].name)
    if request.intent in _FIXED_REPLIES:
        return turn.say_words(_FIXED_REPLIES[request.intent])
    if not turn.author.may_change:
        turn.session.open = None
        is_unclear = request.intent in (Intent.UNCLEAR, Intent.ANSWER)
        return turn.say_words("unclear_question" if is_unclear else "viewer")
    if asked is not None and asked.playbook_id is not None:
        return changing.rebuild(turn, asked.playbook_id, (request, *asked.others))
    return _act_on_a_playbook(turn, request)


def _act_on_a_playbook(turn: Turn, request: Request) -> Reply:
    match request.intent:
        case Intent.CREATE | Intent.RUN:
            return changing.create_or_change(turn, request)
        case Intent.UNDO:
            return undoing.undo(turn, request)
        case Intent.RESTORE:
            return undoing.restore(turn, request)
        case Intent.DELETE if request.must_ask and (reply := changing.leave_out(turn, request)):
            return reply
        case Intent.ANSWER if request.playbook and (turn.asks or not (says(request) or request.unread)):
            # The name of a playbook alone shows it.
            return LOOKUPS["explain"](turn, request)
        case Intent.ANSWER if request.named_playbook and not says(request):
            # "Zap Gummy Watch" is asked about: nothing of it is guessed.
            return changing.change(turn, request.changed(intent=Intent.CHANGE))
        case Intent.COPY:
            return changing.copy(turn, request)
        case one if one not in NEEDS_ONE:
            return changing.change(turn, request)
    return commands.command(turn, request)
