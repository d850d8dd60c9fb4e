"""Events that a sentence waits for: "when stock runs low", "after each order", "on event foo.bar"."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from shared.chat.grammar.normalise import NAME
from shared.chat.understanding import EventWish, Topic

_CUE = (
    r"\b(?P<cue>when(?:ever)?(?! (?:do|does|did|will|was|were)\b)|if|once|as soon as"
    r"|the (?:moment|minute|second|instant)|right after|after|each time|every time"
    r"|any ?time|upon|in case)\b"
)
_GAP = r"(?:(?!\b(?:when(?:ever)?|if|once|after|as soon as|each time|every time)\b)[^.;!?]){0,50}?"
_THING = (
    r"(?:stock|inventory|supply|supplies|products?|items?|skus?|strains?|something|anything"
    r"|things|stuff|we|it|they|flower|edibles?|vapes?|pre-?rolls?)"
)
ACTOR = (
    rf"(?:(?:competitors?|competition|rivals?|they|another (?:store|shop|dispensary)|(?<!{NAME}){NAME}++)(?:'s?)?)"
)
_CHANGE = r"(?:chang|drop|lower|rais|cut|slash|increas|adjust|mov|updat|reduc|hik)\w*"
_BOUGHT = r"(?:bought|ordered|purchased|shopped|visited|come|been|returned|placed)"


@dataclass(frozen=True)
class Pattern:
    """How people say that an event happens, with the topic it brings."""

    event: str
    topic: Topic
    body: re.Pattern[str]


def _when(event: str, topic: Topic, body: str) -> Pattern:
    return Pattern(event, topic, re.compile(rf"{_CUE}{_GAP}(?P<body>{body})"))


PATTERNS: tuple[Pattern, ...] = (
    _when(
        "inventory.low_stock",
        Topic.LOW_STOCK,
        rf"\b{_THING}\b[^.;,!?]{{0,30}}?(?:\b(?:runs?|running|gets?|getting|goes|going|is|are|'re"
        r"|falls?|drops?) (?:too |really |very |kinda )?low\b"
        r"|\b(?:about|going|close) to (?:run|running|sell|selling) out\b|\blow on stock\b"
        r"|\bbelow (?:its|the|their) (?:reorder point|par|minimum)\b"
        r"|\b(?:almost|nearly) (?:out|gone|sold out)\b)|\blow (?:on )?stock\b|\blow inventory\b"
        r"|\brun(?:s|ning)? low\b",
    ),
    _when(
        "inventory.restocked",
        Topic.RESTOCKED,
        r"\b(?:back in stock|(?:gets? |is |are |been )re-?stocked|comes? back in|is available again)\b",
    ),
    _when(
        "inventory.out_of_stock",
        Topic.OUT_OF_STOCK,
        r"\b(?:sells? out|sold out|(?<!to )runs? out|out of stock|none left|nothing left|stocks? out)\b",
    ),
    _when(
        "inventory.new_product",
        Topic.NEW_PRODUCTS,
        r"\b(?:we|i|someone|the team|staff) (?:add|get|list|stock|launch|carry"
        r"|bring in)\w* (?:an?y? |some )?(?:brand )?new (?:product|item|strain|sku)s?\b"
        r"|\bnew (?:product|item|strain|sku)s? (?:is |are |gets? |has been )?(?:add|arriv|com(?:e|es"
        r"|ing) in|land|show|list|hit|launch|in\b)\w*",
    ),
    _when(
        "inventory.price_changed",
        Topic.OUR_PRICE_CHANGED,
        rf"\b(?:one of )?(?:our|my)(?: own)? (?:\w+ )?prices? (?:(?:is|are|gets?) )?{_CHANGE}"
        rf"|\b(?:we|i|someone|anyone|somebody|staff|the team) {_CHANGE} (?:a|our|any|the|one of our) prices?",
    ),
    _when(
        "customer.signup",
        Topic.WELCOME,
        r"\b(?:customer|member|client|shopper|somebody|someone|person|people|anyone"
        r"|anybody)s?\b(?: new)?[^.;,!?]{0,15}?\b(?:sign(?:s|ed)?[ -]?up|joins?|registers?"
        r"|enrol\w*)\b"
        r"|\bnew (?:signup|sign-up)s?\b|\b(?:we get|there's|there is) a new (?:customer|member)\b",
    ),
    Pattern(
        "order.completed",
        Topic.THANK_YOU,
        re.compile(
            r"\b(?P<cue>after|on|upon|following|when(?:ever)?|once|as soon as|each time|every time"
            r"|if)\b(?:\s+(?:each|every|any|an?|their|the|completed|customer'?s?|new)){1,3}\s+"
            r"(?:(?:order|purchase|sale|checkout)\b(?! (?:comes|is (?:placed|made|in)|report|summar"
            r"|number))(?:\s+(?:is|has been|gets) (?:completed?|finished|done|picked up"
            r"|fulfilled))?(?: completes)?"
            r"|(?:customer )?(?:buys|orders|purchases|checks out|completes an order"
            r"|finishes an order)(?: something| anything)?)"
            r"|\b(?P<cue2>when(?:ever)?|after|once|as soon as|every time|each time) (?:someone|somebody"
            r"|people|an? (?:\w+ )?customer|customers) (?:buys?|orders?|purchases?|checks? out"
            r"|completes? an order)(?: something| anything)?"
        ),
    ),
    _when(
        "competitor.price_change",
        Topic.COMPETITOR_CHANGES,
        rf"{ACTOR}[^.;!?]{{0,25}}?\b{_CHANGE} (?:(?:its|their|his|her|a|the|any|some"
        r"|all) )*(?:menu )?(?:prices?|pricing)\b"
        rf"|{ACTOR} (?:menu )?(?:prices?|pricing)\b[^.;!?]{{0,15}}?\b(?:{_CHANGE}|go(?:es)? (?:up|down)|falls?)",
    ),
    _when(
        "competitor.menu_shakeup",
        Topic.COMPETITOR_CHANGES,
        rf"{ACTOR}[^.;!?]{{0,25}}?\b(?:shakes? up|shakes?|overhauls?|revamps?|redo(?:es)?|reworks?"
        r"|chang(?:es?|ing)|updates?) (?:(?:its|their|the|a|up) )*(?:(?:whole|entire) )?menus?\b"
        rf"|{ACTOR} menus? (?:\w+ )?(?:chang|shak|updat)\w*|\bmenu shake-?up\b",
    ),
    _when(
        "campaign.pre_send",
        Topic.COMPLIANCE_CHECK,
        r"\bcampaigns? (?:is about to (?:go out|be sent)|is going out)\b",
    ),
    Pattern(
        "campaign.pre_send",
        Topic.COMPLIANCE_CHECK,
        re.compile(r"\b(?P<cue>before) (?:\w+ ){0,2}campaigns? (?:is |are |gets? )?(?:goes? out|sent|sends?)\b"),
    ),
)
_INACTIVE = re.compile(
    rf"(?:{_CUE}{_GAP})?(?P<body>(?:\bha(?:s|ve)n't {_BOUGHT}\b[^.;!?]{{0,30}}?\b(?:in|for|within"
    r"|since)|\b(?:been |are |is |were |goes )?(?:inactive|away|gone|quiet|lapsed)\s+(?:for"
    r"|since))"
    r" (?:(?:the )?(?:last|past) )?(?P<more>(?:more than|over"
    r"|at least) )?(?:(?P<n>\d+) ?(?P<unit>days?|weeks?|months?)|(?P<month>a month)))"
)
_USAGE = re.compile(
    rf"{_CUE}{_GAP}(?P<body>\b(?:(?P<n>\d+)% of (?:our |my |the |its )?(?:\w+ )?(?:usage|limits?"
    r"|plan|quota|allowance)(?: limits?)?"
    r"|usage[^.;!?]{0,20}?(?P<n2>\d+)%|(?:close to|near|approach\w*|almost at|nearing) (?:our "
    r"|my |the )?(?:\w+ )?(?:usage|limits?|quota|plan limits?)))"
)
_OF_PLAN = re.compile(r"\b(?:plan|our|account|our plan) (?:usage|limits?|quota)\b|\busage\b")
_REACHED = re.compile(
    rf"{_CUE}{_GAP}(?P<body>\b(?:hits?|reach(?:es)?|pass(?:es)?|cross(?:es)?|gets? to|exceeds?|at) (?P<n>\d+)%)"
)
_ORDER_PLACED = re.compile(
    rf"{_CUE}{_GAP}(?P<body>\borders? (?:(?:is|are|gets?) (?:placed|made|in)|comes? in|arrives?)\b)"
)
_TLDS = r"(?:com|net|org|io|co|us|biz|info|shop|store|app|dev|edu|gov|example|html|php|pdf|csv|xlsx)"
_DOTTED = re.compile(
    r"\b(?:(?P<sure>(?:on |when |whenever |after |if )?(?:the )?event (?:called |named )?|listen (?:to|for) )"
    r"|(?:on|when|whenever|after|if|every time) (?:the |an? )?)(?P<name>[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+)"
    r"(?: (?:event|fires|happens|is published|occurs|comes in))?(?![\w@/])"
)


@dataclass(frozen=True)
class Found:
    """Events with the topics they bring, their places in the text, and a question where one is not clear."""

    events: tuple[EventWish, ...] = ()
    topics: tuple[Topic, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    cues: tuple[str, ...] = ()
    masks: tuple[tuple[int, int], ...] = ()
    """Those of the places that hold numbers or names: nothing else is to be read out of them."""
    clauses: tuple[tuple[int, int], ...] = ()
    """The places together with their "when"."""
    inactive_days: tuple[str, int] | None = None
    """Comparison and number of days that a customer stayed away, where that is not the event's own 30."""
    question: str | None = None


_Hit = tuple[int, int, str, Topic | None, str, int]
"""Start, end, event, topic, cue word, and where the clause starts."""


def find_events(low: str) -> Found:
    """The events of a normalised text whose competitor names are masked with `NAME`."""
    hits: list[_Hit] = []
    for pattern in PATTERNS:
        for match in pattern.body.finditer(low):
            groups = match.groupdict()
            start = match.start("body") if "body" in groups else match.start()
            cue = groups.get("cue") or groups.get("cue2") or ""
            if not any(start < end and begin < match.end() for begin, end, *_ in hits):
                hits.append((start, match.end(), pattern.event, pattern.topic, cue, match.start()))
    hits += _dotted(low)
    hits.sort()
    found = Found(
        tuple(EventWish(event_name=name) for name in dict.fromkeys(hit[2] for hit in hits)),
        tuple(dict.fromkeys(hit[3] for hit in hits if hit[3] is not None)),
        tuple((hit[0], hit[1]) for hit in hits),
        tuple(hit[4] for hit in hits),
        tuple((hit[0], hit[1]) for hit in hits if hit[4] == "on"),
        tuple((hit[5], hit[1]) for hit in hits),
    )
    return _with_placed(low, _with_usage(low, _with_inactive(low, found)))


def _dotted(low: str) -> list[_Hit]:
    hits: list[_Hit] = []
    for match in _DOTTED.finditer(low):
        name = match["name"]
        if len(name) > 100 or (not match["sure"] and re.search(rf"\.{_TLDS}$", name)):
            continue
        topic = next((pattern.topic for pattern in PATTERNS if pattern.event == name), None)
        hits.append((*match.span(), name, topic, "on", match.start()))
    return hits


def _add(found: Found, match: re.Match[str], event: str | None, topic: Topic, question: str | None = None) -> Found:
    return replace(
        found,
        events=(*found.events, EventWish(event_name=event)) if event else found.events,
        topics=(*found.topics, topic),
        spans=(*found.spans, match.span("body")),
        cues=(*found.cues, match.groupdict().get("cue") or ""),
        masks=(*found.masks, match.span("body")),
        clauses=(*found.clauses, match.span()),
        question=question or found.question,
    )


def _with_inactive(low: str, found: Found) -> Found:
    match = _INACTIVE.search(low)
    if match is None:
        return found
    scale = {"d": 1, "w": 7, "m": 30}[(match["unit"] or "month")[0]]
    days = int(match["n"] or 1) * scale
    if days == 30 and not match["more"]:
        return _add(found, match, "customer.inactive_30d", Topic.WIN_BACK)
    op = ">" if match["more"] and not match["more"].startswith("at") else ">="
    return replace(_add(found, match, None, Topic.WIN_BACK), inactive_days=(op, days))


def _with_usage(low: str, found: Found) -> Found:
    match = _USAGE.search(low) or (_REACHED.search(low) if _OF_PLAN.search(low) else None)
    if match is None:
        return found
    groups = match.groupdict()
    percent = groups.get("n") or groups.get("n2") or "80"
    question = None if percent == "80" else "I am told when usage reaches 80% of a limit. Shall I use that?"
    return _add(found, match, "usage.at_80_percent" if question is None else None, Topic.USAGE, question)


def _with_placed(low: str, found: Found) -> Found:
    match = _ORDER_PLACED.search(low)
    if match is None or found.events:
        return found
    question = "I hear of an order once it is completed, not when it is placed. Shall I use that?"
    return _add(found, match, None, Topic.THANK_YOU, question)
