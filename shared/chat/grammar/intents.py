"""What a sentence wants done: its command at the start of a clause, its question, its yes or no."""

from __future__ import annotations

import re
from dataclasses import dataclass

from shared.chat.grammar.asking import about_one, asks_what_if
from shared.chat.understanding import Intent

_START = (
    r"(?:^|(?<=[.;!?,:-] )|(?<=\bplease )|(?<=\byou )|(?<=\bjust )|(?<=\bok )|(?<=\bokay )"
    r"|(?<=\bhey )|(?<=\bhi )|(?<=\bhello )"
    r"|(?<=\bthen )|(?<=\band )|(?<=\bnow )|(?<=\bso )|(?<=\bactually )|(?<=\balso )|(?<=\bbut )"
    r"|(?<=\bto )|(?<=\bkindly )"
    r"|(?<=\bmaybe )|(?<=\byes )|(?<=\blet's )|(?<=\blets )|(?<=\bthanks )|(?<=\bwell )"
    r"|(?<=\bpls )|(?<=\byo )|(?<=\bthere )|(?<=\bus )|(?<=\bi'd rather )|(?<=\bmorning )"
    r"|(?<=\bquickly ))"
)
_WITH = r"(?= [^.;,!?]{{1,60}}?\b{0}\b)"
"""Followed, after an object, by the word."""
_COMMANDS: tuple[tuple[Intent, str], ...] = (
    (
        Intent.RESUME,
        r"(?:resume|un-?pause|re-?start|re-?activate|re-?enable|enable|activate|continue|bring back"
        r"|unsnooze|unmute|turn back on|turn on|switch on|switch back on)\b"
        r"|(?:turn|switch)(?= [^.;,!?]{1,60}?\bon(?: again| now| please| back)*\s*(?:$|[,.!?]))"
        rf"|(?:turn|switch){_WITH.format('back on')}|start{_WITH.format('(?:again|back up)')}|(?:start|get) up\b",
    ),
    (
        Intent.DELETE,
        r"(?:delete|remove|get rid of|scrap|erase|trash|kill|cancel|throw away|throw out|wipe|ditch|destroy)\b",
    ),
    (
        Intent.PAUSE,
        r"(?:pause|suspend|hold off(?: on)?|turn off|switch off|disable|deactivate|stop|mute|snooze"
        rf"|halt|freeze|shut off|shut down|quit)\b|put{_WITH.format('on hold')}|(?:turn|switch"
        rf"|shut){_WITH.format('(?:off|down)')}",
    ),
    (Intent.RUN, r"(?:run|execute|trigger|fire(?: off| up)?|kick off|launch|start|re-?run|do)\b"),
    (
        Intent.CHANGE,
        r"(?:change|move|switch|reschedule|update|edit|modify|adjust|rename|push|shift|bump|raise"
        r"|lower|increase|decrease|reduce|make (?:it|that|this)\b|set (?:it|that|the)|bring (?:it"
        r"|that) forward|make the)(?!\w)",
    ),
)
_PATTERNS = tuple((intent, re.compile(rf"{_START}(?:{words})")) for intent, words in _COMMANDS)
_CHANGED = re.compile(
    r"\binstead\b(?! of\b.*\b(?:every|when)\b)|\brather than\b|\bfrom now on\b|^(?:and |but "
    r"|please |can you |could you )*also\b|\b(?:me|us) (?:too|also|as well)\b|\btoo$|^(?:please "
    r"|can you |could you |and )*(?:add|include)\b"
)
_DROPPING = re.compile(r"\b(?:stop|don't|no more|quit|without|never|not|no)\b")
_NEGATED = re.compile(
    r"\b(?:(?:please )?(?:don't|never|not|no need to|you shouldn't|shouldn't|do not ever"
    r"|rather not|not to|stop|without|i wouldn't|wouldn't|didn't say to|didn't ask (?:you )?to"
    r"|didn't want to|didn't mean to)"
    r"(?: (?:want|need|wish|like|mean|ask|yet|you|please|ever|actually|me|to|just|really|going))*)"
    r" (?P<verb>(?:re)?(?:paus|stopp?|delet|remov|cancel|resum|run|start|chang|mov|switch|turn"
    r"|disabl|kill|scrap|eras|trash|execut|trigger|activat|suspend|renam|touch|mak)(?:e|ing|s"
    r"|ning|ping|ling)?)\b[^.;!?,]*"
)
_YES = re.compile(
    r"(?:(?:oh |ok |okay |and |um+ |uh )*(?:y|ya|yes+|yep|yup|yeah+|yea|sure(?: thing)?"
    r"|ok(?:ay)?|okey|k|do it|do that|go ahead(?: and do (?:it|that))?|go for it|sounds (?:good"
    r"|great|right|perfect)|perfect|correct|right"
    r"|that's (?:right|correct|fine|good|it)|confirm(?:ed)?|i confirm|please do(?: so)?"
    r"|absolutely|definitely|of course|looks (?:good|right|great)|great|works(?: for me)?"
    r"|that works|exactly|fine|fine by me|good|cool|alright|all right|yes please|make it so"
    r"|proceed|approved?|affirmative|si|👍|✅|save it|set it up|create it|i'm sure"
    r"|i am sure|let's do it|lgtm|agreed))"
)
_NO = re.compile(
    r"(?:(?:oh |um+ |uh |actually |ok |please )*(?:n|no+|nope|nah|naw|no way|don't"
    r"|don't do (?:it|that)|cancel(?: that| it)?|never ?mind|nvm|forget (?:it|that|about it)"
    r"|stop(?: it| that)?|not now|not yet|leave (?:it|that)(?: alone| as (?:it )?is| be)?|wait"
    r"|hold on|no thanks?(?: you)?|no thank you|negative|nothing|abort|scratch that"
    r"|keep it(?: as is)?|i changed my mind|changed my mind|rather not|not really|skip it|👎|❌))"
)
_TAIL = (
    r"(?:[ ,.!]+(?:please|thanks?|thank you|thx|man|boss|buddy|bro|then|now|sir|mate|really|do"
    r"|it|so much|a lot|for it|ahead|go|actually))*[ .,!?]*"
)
_HELP = re.compile(
    r"^(?:please )?help(?: me)?(?: out)?(?: please)?[.!?]*$|\bwhat(?: all)? (?:can|do"
    r"|could) (?:you|i) (?:do|ask|say)\b|\bhow (?:does|do) (?:this|it|you|playbooks?) work\b"
    r"|^(?:so )?(?:what happens|what if|do you|does (?:it|this)|are you able|is it possible)\b"
    r"|\bwhat (?:can|could|should) i automate\b|\bwhat are you\b|\bwho are you\b|\bhow (?:do"
    r"|can) i (?:use|make|create|set up|start|add|pause|delete|change|stop|get started)\b|^(?:hi"
    r"|hello|hey|yo|hiya|good (?:morning|afternoon|evening)|howdy)(?: there)?[.!? ]*$"
    r"|^(?:commands|options|instructions|examples?|menu)[.!?]*$|\bi need help\b$"
    r"|\bshow me what you can do\b|\bgive me (?:some )?examples\b|\bcan you help me\b[?]?$"
    r"|\bwhat can be automated\b"
)
_PLURAL = r"(?:playbooks|automations|alerts|reminders|schedules|workflows|notifications|jobs)"
_LIST = re.compile(
    r"\bwhat do i (?:currently |already )?have\b(?! to)|\bwhat have (?:i|we) (?:got|set up)\b"
    r"|\b(?:list|show|see|view|display|give|tell)\b(?: me)?(?: (?:all|of|my|the|our|a list of"
    rf"|every))* (?:active |current |existing |paused |scheduled |running )?{_PLURAL}\b"
    r"|\b(?:what|which)(?:'s)? (?:are )?(?:of )?(?:my |our |the )?(?:active "
    rf"|current )?{_PLURAL}\b|\bwhat's (?:running|set up|active|scheduled|on|turned on"
    r"|currently (?:running|set up|active))\b|^list(?: (?:all|everything|them|it all))?[.!?]*$"
    r"|\bwhat (?:is|are) (?:you|we) (?:running|doing for (?:me|us))\b"
    r"|\bwhat do we have (?:set up|running|scheduled)\b|^(?:my|our|all(?: my"
    rf"| our)?) {_PLURAL}[.!?]*$|\bhow many {_PLURAL}\b|\beverything (?:i|we) have\b"
    rf"|\bdo i have any {_PLURAL}"
)
_SHOW = re.compile(
    r"\b(?:when(?:'s| does| will| do| is|'ll)|what time (?:does|will|is|do)) (?P<a>(?!we\b|you\b"
    r"|i\b|a\b|someone\b))(?=[^.;!?]{1,60}\b(?:run|runs|running|next|due|fire|go|go out|start"
    r"|happen|scheduled|come|arrive|sent|send|going)\b)"
    r"|^(?:please |can you |could you |hey |ok )*(?:show|display|open|view|pull up|describe"
    r"|explain)(?: me)? (?P<b>)"
    r"|\bwhat (?:does|will|did) (?P<c>)(?=[^.;!?]{1,60}\bdo\b)"
    r"|\b(?:what's the )?(?:status|state|details?|schedule|cost|price|next run) (?:of|on|for"
    r"|about) (?P<d>(?=the |my |our |it\b|that\b|this\b))"
    r"|^(?:hey |and |so )*(?:is|are) (?P<e>)(?=(?:the|my|our|it|that"
    r"|this)\b[^.;!?]{0,50}\b(?:running|on|active|paused|off|working|scheduled|still)\b)"
    r"|\bhow (?:much|often) does (?P<f>)(?=[^.;!?]{1,60}\b(?:cost|run)\b)"
    r"|^(?:please )?tell me (?:more )?about (?P<g>(?=the |my |it\b|that\b))"
    r"|^(?:and |so )?why (?:did|does|is|was|didn't|isn't|hasn't) (?P<i>(?=the |my |it\b|that\b))"
    r"|\b(?:did|has) (?P<h>(?=the |my |it\b))(?=[^.;!?]{1,60}\b(?:run|ran)\b)"
)
_SENDS_IT = re.compile(
    r"^(?:and |please |also |can you |could you |just |no,? |ok |then )*"
    r"(?:send|save|post|put|forward|mail|deliver|copy) (?:it|that|this) (?:also |only )?(?:to|in|into|on)\b"
)
_ASKS = re.compile(
    r"^(?:hey |so |and |ok )*(?:what|how|which|who|where|do we|did we|are there|is there|are we"
    r"|any|have we|show|give|let me see|can i see)\b"
)
_MAKES = re.compile(
    r"\b(?:create|make|set ?up|build|add|start|automate|i want|i'd like|i would like|i need"
    r"|we need|we want|give me|send|email|mail|text|txt|alert|notify|tell|let me know|ping"
    r"|remind|track|watch|monitor|follow|keep (?:an )?eye|check|scan|look|draft|write|compare"
    r"|forecast|predict|call|phone|fax|win back|welcome|thank|wish|greet|report (?:to|on|back)|slack|post|put"
    r"|save|warn|message|inform|update me|show me|get me|review|audit|analy[sz]e|summari[sz]e"
    r"|prepare|generate|run|do|suggest|respond|react|match|shoot|drop|have|calculate|work out"
    r"|figure out|find|list|see|know|hear|sms|run)(?:s|ing)?\b"
)
_NOW = re.compile(
    r"\b(?:right now|now|immediately|right away|asap|this instant|once|straight away|at once)\b(?! and then| on\b)"
)


@dataclass(frozen=True)
class Command:
    """An intent with the place in `low` where its object begins (-1: none was named)."""

    intent: Intent
    place: int = -1
    start: int = 0
    is_about_one: bool = False
    """Whether it asks what one playbook costs, when it runs or whom it tells."""


def is_yes(low: str) -> bool:
    """Whether the whole message only agrees."""
    return bool(re.fullmatch(rf"{_YES.pattern}(?:[ ,.!]+(?:{_YES.pattern}))*{_TAIL}", low))


def is_no(low: str) -> bool:
    """Whether the whole message only refuses."""
    return bool(re.fullmatch(rf"{_NO.pattern}(?:[ ,.!]+(?:{_NO.pattern}))*{_TAIL}", low))


def find_negated(low: str) -> list[tuple[int, int]]:
    """Where the text says what is NOT to be done: "don't pause it"."""
    return [
        match.span()
        for match in _NEGATED.finditer(low)
        if not re.search(r"\b(?:text|email|sms|slack)\w*\b", match["verb"])
    ]


def asks_help(low: str) -> bool:
    """Whether it asks what can be done here."""
    return bool(_HELP.search(low))


def asks_list(low: str) -> bool:
    """Whether it asks for all playbooks."""
    return bool(_LIST.search(low))


def sends_it(low: str) -> bool:
    """Whether "it" is to be sent elsewhere: a change of what was spoken of."""
    return bool(_SENDS_IT.search(low))


def find_show(low: str) -> Command | None:
    """A question about one playbook."""
    asked = None if asks_what_if(low) else about_one(low)
    if asked is not None:
        return Command(Intent.SHOW, *asked, is_about_one=True)
    match = _SHOW.search(low)
    if match is None:
        return None
    place = next(match.start(key) for key in "abcdefghi" if match[key] is not None)
    return Command(Intent.SHOW, place, match.start())


def find_command(low: str) -> Command | None:
    """The first command about an existing playbook; a change where something only joins or replaces."""
    hits = [
        (match.start(), rank, match.end(), intent)
        for rank, (intent, pattern) in enumerate(_PATTERNS)
        if (match := pattern.search(low))
    ]
    if hits:
        start, _, end, intent = min(hits)
        back = 3 if low[:end].endswith((" it", " the")) else 5 if low[:end].endswith((" that", " this")) else 0
        return Command(intent, end - back if intent is Intent.CHANGE else end, start)
    return None


def joins_or_replaces(low: str) -> bool:
    """ "also …", "… instead": something of what is there is changed."""
    return bool(_CHANGED.search(low))


def drops(low: str) -> bool:
    """Whether it says to leave something off."""
    return bool(_DROPPING.search(low))


def asks_data(low: str) -> bool:
    """Whether it is a question that a topic's work would answer."""
    return bool(_ASKS.search(low))


def makes(low: str) -> bool:
    """Whether a verb of making, sending or watching is in it."""
    return bool(_MAKES.search(low))


def wants_now(low: str) -> bool:
    """Whether it is to be done at once."""
    return bool(_NOW.search(low))
