"""From a reading to wishes: what is to be done, one for each request of the message. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from shared.chat.language.asking import question_of
from shared.chat.language.intents import intent_of
from shared.chat.language.parts import (
    competitors_of,
    is_reminder,
    own_times,
    slots_of,
    told_apart,
    topics_of,
    with_message,
    with_name,
    with_roads,
    without_slips,
)
from shared.chat.language.reading import Claim, Reading, clause, language, without_bound
from shared.chat.language.recipients import people_of, whole_phrases, with_customers, with_purpose
from shared.chat.language.requests import Delivery, keys
from shared.chat.language.splitting import is_alert, requests_of
from shared.chat.language.when import DAYS, When, grouped
from shared.chat.understood import Cannot, Event, Intent, Limit, Wish

_AFTER_IF = frozenset({"topic", "threshold", "event", "competitors", "of_thing", "playbook"})
_UNUSED = frozenset({"negated", "no", "question", "help", "playbook"})
_FEW_WORDS = 3
_OF_ONE = frozenset({"spending", "next_run", "did_run", "last_run", "why_not", "explain", "show_output"})
_ENDING = ("end", "finish", "stop", "quit")
_BEGINNING = ("start", "begin")
_DATES = ("date", "holiday", "next_weekday")
_UNTIMED = ("pause", "resume", "delete", "restore", "skip", "copy", "undo")
_COMMANDS = frozenset({Intent.PAUSE, Intent.RESUME, Intent.DELETE, Intent.RESTORE, Intent.RUN, Intent.SKIP})


def wishes_of(reading: Reading) -> tuple[Wish, ...]:
    """The requests of a message in their order; always at least one."""
    parts = requests_of(without_slips(reading))
    first, *others = (_wish(part) for part in parts)
    wishes = [first, *(_told_alike(first, wish, part) for wish, part in zip(others, parts[1:], strict=True))]
    together = zip(_on_the_same_days(wishes), map(_without_spared, parts), strict=True)
    return tuple(one for wish, part in together for one in _each_playbook(wish, part))


def _on_the_same_days(wishes: Sequence[Wish]) -> list[Wish]:
    """ "Sales at 8 and low stock at 9 every day": the days of the one that says them."""
    dated = [one.whens[0] for one in wishes if len(one.whens) == 1 and one.whens[0].has_days]
    if len(dated) != 1:
        return list(wishes)
    days = {name: value for name, value in dated[0].said.items() if name in DAYS}
    bare = (len(one.whens) == 1 and not one.whens[0].has_days for one in wishes)
    return [
        one.model_copy(update={"whens": (one.whens[0].changed(**days),)}) if is_bare else one
        for one, is_bare in zip(wishes, bare, strict=True)
    ]


def _told_alike(first: Wish, wish: Wish, reading: Reading) -> Wish:
    """A second request is told as the first where it does not say; its "it" is the first one's product.

    "… and to the owner at 9": other people and another time alone are the same work again.
    """
    if first.intent is Intent.CREATE and wish.intent in (Intent.ANSWER, Intent.CREATE) and _is_only_told(wish):
        said = {name: getattr(wish, name) for name in ("whens", "people", "unread", "must_ask", "limits")}
        return first.model_copy(update={**said, "channels": wish.channels or first.channels})
    product = next((event.product for event in first.events if event.product), None)
    back = " ".join(claim.read for claim in reading.claims if claim.category == "event").split()
    events = (
        one.model_copy(update={"product": product}) if "it" in back and not one.product else one
        for one in wish.events
    )
    changes: dict[str, Any] = {"events": tuple(events)}
    if first.intent is wish.intent is Intent.CREATE and not (wish.whens or wish.events or wish.alert):
        changes["whens"] = first.whens
    if any(is_alert(one) for one in reading.claims):
        changes["adds"] = False
    to_customers = any(one.kind == "customer" for one in first.people)
    if not (wish.channels or wish.people or to_customers) and wish.intent is first.intent is Intent.CREATE:
        changes |= {"channels": first.channels, "people": first.people}
    return wish.model_copy(update=changes)


def _is_only_told(wish: Wish) -> bool:
    return bool(wish.whens and wish.people) and not (wish.topic or wish.topics or wish.events or wish.thresholds)


def _each_playbook(wish: Wish, reading: Reading) -> list[Wish]:
    """ "Pause Morning Numbers and Gap Watch": a command to several is one to each."""
    named = _unique([*_objects(reading), *reading.of("playbook")])
    if wish.intent in _COMMANDS and len(named) > 1:
        return [wish.model_copy(update={"playbook": one}) for one in named]
    now = any(claim.category == "verb" and claim.value == "run" and "now" in claim.read for claim in reading.claims)
    if now and wish.intent in (Intent.CREATE, Intent.CHANGE) and wish.whens:
        # "Run it now and every hour" is both.
        return [wish, Wish(intent=Intent.RUN, playbook=wish.playbook or "it")]
    return [wish]


def _wish(reading: Reading) -> Wish:
    if reading.of("hostile"):
        return Wish(intent=Intent.HOSTILE)
    asked = question_of(reading)
    if asked is not None:
        return _asked(reading, asked)
    reading, name = with_name(_without_ones(_without_spared(reading)))
    reading, message, more = with_message(reading)
    reading, purpose = with_purpose(reading)
    reading = _questions_as_topics(reading)
    reading, roads, more_roads = with_roads(reading)
    intent = intent_of(reading)
    if intent in (Intent.PAUSE, Intent.CHANGE) and (ended := _ended(reading)):
        reading, intent = ended, Intent.CHANGE
    topics = _topics(reading, reminds=message is not None)
    weak: list[str] = []
    reading = with_customers(reading, topics)
    if intent is Intent.CREATE and {*topics} & {*language().lexicon.data["words"]["to_customers"]}:
        reading, told = told_apart(whole_phrases(reading))
        roads, weak = (*roads, *told), _weak_topics(reading, topics)
    elif reading.of("event") or reading.of("if"):
        weak = _weak_topics(reading, topics)
    if name and intent not in (Intent.COPY, Intent.CREATE):
        intent = Intent.CHANGE
    lost = (
        *reading.of("bare_person"),
        *_loose_ifs(reading),
        *_unused(reading, intent),
        *_bare_times(reading),
        *own_times(reading),
        *more,
        *more_roads,
        *weak,
        *(one.words for one in reading.claims if one.category == "not_about" and not topics),
        *_loose_days_off(reading),
    )
    reading = without_bound(reading, lost)
    deliveries: list[Delivery] = reading.of("delivery")
    dropped = {*(one for some in reading.of("dropped") for one in some)}
    dropped |= {old for pair, _ in reading.of("switched") for old in pair}
    channels = [one for delivery in deliveries for one in delivery.channels]
    channels += [new for _, pair in reading.of("switched") for new in pair]
    named_by = {claim.read.split()[-1] for claim in reading.claims if claim.category == "topic"}
    channels += ["email"] if not channels and "email" in named_by else []
    pronouns = [keys(value) for value in reading.of("pronoun")]
    leaves_out = any(one.but_weekdays for one in reading.of("when"))
    playbooks = [*reading.of("playbook"), *_objects(reading), *(reading.playbooks if name or leaves_out else ())]
    numbers = [*reading.of("top"), *(part for part in slots_of(reading, "topic") if isinstance(part, int))]
    question = next((keys(value) for value in reading.of("question")), None)
    return Wish(
        alert=bool(reading.of("if")) or _alerts(reading),
        intent=intent,
        topic=topics[0] if len(topics) == 1 else None,
        topics=tuple(topics) if len(topics) > 1 else (),
        question=question if intent is Intent.ASK else None,
        whens=_left_out(_whens(reading)) if reading.of("negated") and intent is Intent.CHANGE else _whens(reading),
        events=tuple(_events(reading)) if intent is Intent.CREATE else (),
        thresholds=(*reading.of("threshold"), *reading.of("bare_amount")),
        channels=_unique(one for one in channels if one not in dropped),
        dropped_channels=_unique(
            one for one in sorted(dropped) if one not in channels or intent is not Intent.CREATE
        ),
        people=people_of(reading, topics, roads),
        roads=roads,
        competitors=_unique(name for some in competitors_of(reading) for name in some),
        products=_unique([*reading.of("of_thing"), *_strings(slots_of(reading, "topic"))]),
        segment=_segment(reading, topics),
        period=next((keys(value) for value in reading.of("period")), None),
        top=next((int(value) for value in numbers), None),
        message=message or purpose or next(iter(reading.of("quote")), None),
        name=name,
        playbook=next(iter(playbooks), None) or ("it" if "it" in pronouns or _points_back(reading) else None),
        all_playbooks="all" in pronouns,
        adds="adds" in reading.of("adds")
        or (any(one.adds for one in deliveries) and "replaces" not in reading.of("adds")),
        limits=tuple(_limit(claim) for claim in reading.claims if claim.category == "limit"),
        cannot=_unique(
            Cannot(key="delay" if claim.category == "when" else keys(claim.value), words=claim.words)
            for claim in reading.claims
            if claim.category == "cannot" or (intent is Intent.CREATE and _is_delay(claim))
        ),
        unread=_whole((*reading.unread, *lost)),
        must_ask=_whole((*reading.operators, *lost)),
    )


def _without_spared(reading: Reading) -> Reading:
    """ "Don't turn off Gap Watch, turn off Gummy Watch": without the playbook that is let be."""
    claims = reading.claims
    begins = next((place for place, one in enumerate(claims) if one.category in ("negated", "no")), len(claims))
    verb = next((place for place, one in enumerate(claims) if place > begins and one.category == "verb"), None)
    if verb is None or not any(one.category == "playbook" or isinstance(one.value, tuple) for one in claims[verb:]):
        return reading
    spared = (replace(one, value=keys(one.value)) for one in claims[begins:verb] if one.category != "playbook")
    return replace(reading, claims=(*claims[:begins], *spared, *claims[verb:]))


def _ended(reading: Reading) -> Reading | None:
    """ "End it on March 31", "start it on March 1": its last day, or its first; None for anything else."""
    verbs = {one.read.split()[0] for one in reading.claims if one.category == "verb"}
    days = [one for one in reading.claims if one.category == "when"]
    if (
        not verbs & {*_ENDING, *_BEGINNING}
        or len(days) != 1
        or {*days[0].value.said} != {"once"}
        or days[0].value.once.kind not in _DATES
    ):
        return None
    edge = days[0].value.once
    last = replace(days[0], value=When(starts=edge) if verbs & {*_BEGINNING} else When(ends=edge))
    return replace(reading, claims=tuple(last if one is days[0] else one for one in reading.claims))


def _is_delay(claim: Claim) -> bool:
    """ "An hour later": of what is new, after something else."""
    return claim.category == "when" and bool(claim.value.shift)


def _without_ones(reading: Reading) -> Reading:
    """ "The price one" is no time of day."""
    if len(reading.message.split()) < _FEW_WORDS:
        return reading
    kept = tuple(one for one in reading.claims if (one.category, one.read) != ("bare_clock", "one"))
    return replace(reading, claims=kept)


def _asked(reading: Reading, question: str) -> Wish:
    """A reading question: nothing comes of it, so its other words don't matter."""
    topics = _topics(reading, reminds=False)
    named = [*reading.of("playbook"), *reading.playbooks, *_objects(reading)]
    spoken = {*reading.message[reading.start :].casefold().replace("?", " ").split()}
    points = "it" in spoken or ("that" in spoken and question in _OF_ONE)
    things = [*reading.of("of_thing"), *_strings(slots_of(reading, "topic"))]
    return Wish(
        intent=Intent.ASK,
        question=question,
        topic=topics[0] if topics else None,
        whens=_whens(reading),
        competitors=_unique(name for some in competitors_of(reading) for name in some),
        products=_unique(things),
        period=next((keys(value) for value in (*reading.of("period"), *_periods_in_questions(reading))), None),
        top=next((int(value) for value in reading.of("top")), None),
        playbook=next(iter(named), None) or ("it" if points else None),
    )


def _periods_in_questions(reading: Reading) -> list[str]:
    known = language().lexicon.data["phrases"]["period"]
    return [part for part in _strings(slots_of(reading, "question")) if part in known]


def _whole(texts: Iterable[str]) -> tuple[str, ...]:
    """The texts that are not part of another one of them."""
    every = _unique(texts)
    return tuple(one for one in every if not any(one in other for other in every if other != one))


def _unique(values: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(values))


def _topics(reading: Reading, *, reminds: bool) -> list[str]:
    message = reading.message
    left_out = [(message.find(text), len(text)) for text in reading.operators]
    claims = [one for one in reading.claims if not any(at <= one.start < at + size for at, size in left_out)]
    topics = topics_of(claims, message) or topics_of(reading.claims, message)
    about = language().lexicon.data["words"]["to_customers"]
    away = any(one.subject == "days_inactive" for one in reading.of("threshold"))
    if away and "loyalty_health" in topics and not {*topics} & {*about}:
        # "Email customers gone 60 days their points": who they are is what it is about.
        return ["win_back"]
    table = language().lexicon.data
    of_subject = [table["subject_topics"][one.subject] for one in reading.of("threshold") if one.subject]
    if topics and of_subject and {*topics} <= {*table["stronger"].get(of_subject[0], "").split()}:
        # "Watch all competitors, and email me if anyone is 10% cheaper".
        return of_subject[:1]
    if topics:
        return topics
    if reminds or any(is_reminder(claim) for claim in reading.claims):
        return ["reminder"]
    limits = (one.read for one in claims if one.category == "threshold")
    if away and {*" ".join(limits).split()} & {*language().lexicon.data["words"]["of_products"]}:
        return ["slow_movers"]
    return of_subject[:1]


def _segment(reading: Reading, topics: Sequence[str]) -> str | None:
    """The customers that are meant; "a campaign for our VIPs": a topic that only words the stronger one says it.

    "A welcome to new customers" says it twice.
    """
    table = language().lexicon.data["topic_segments"]
    named = [keys(value) for value in reading.of("topic")]
    said = [*reading.of("segment"), *(table[name] for name in named if name in table and name not in topics)]
    implied = {table.get(topic) for topic in topics}
    return next((one for one in said if one not in implied), None)


def _weak_topics(reading: Reading, topics: Sequence[str]) -> list[str]:
    """What another topic's words may add to a message: "a birthday text with their points"."""
    table = language().lexicon.data
    covered = {one for topic in topics for one in table["covers"].get(topic, "").split()}
    wordings = {*topics, *covered, *table["topic_segments"], *table["words"]["wordings"]}
    claims = (one for one in reading.claims if one.category == "topic" and keys(one.value) not in wordings)
    return [clause(reading.message, one.start, one.end) for one in claims]


def _alerts(reading: Reading) -> bool:
    said = " ".join(claim.read for claim in reading.claims)
    return any(word in said for word in language().lexicon.data["words"]["alerting"])


def _points_back(reading: Reading) -> bool:
    """Whether a command or a question speaks of "it"."""
    spoken = (
        claim.words.casefold() for claim in reading.claims if claim.category in ("verb", "question", "negated")
    )
    return bool({"it", "that", "this", "them"} & set(" ".join(spoken).split()))


def _whens(reading: Reading) -> tuple[When, ...]:
    said = [claim for claim in reading.claims if claim.category == "when"]
    if reading.of("topic") or reading.of("event"):
        said = [claim for claim in said if not _is_delay(claim)]
    if not _is_timed(reading) and not any(keys(value) in _UNTIMED for value in reading.of("verb")):
        said += [claim for claim in reading.claims if claim.category == "bare_clock"]
    groups = grouped([claim.value.model_copy(update={"words": claim.words}) for claim in said])
    if not any(claim.category == "verb" and claim.read.split()[0] == "start" for claim in reading.claims):
        return groups
    # "Start sales on March 1, daily at 8": from then on.
    return tuple(
        one.changed(once=None, starts=one.once) if one.once and (one.every or one.weekdays) else one
        for one in groups
    )


def _left_out(whens: Sequence[When]) -> tuple[When, ...]:
    """ "Don't bother sending it on sundays": the days on which it is not to run."""
    return tuple(
        one.changed(weekdays=(), unit=None, every=0, but_weekdays=one.weekdays)
        if one.weekdays and {*one.said} <= {"weekdays", "unit", "every"}
        else one
        for one in whens
    )


def _is_timed(reading: Reading) -> bool:
    """Whether a time of day was said in so many words: then a bare number is none."""
    said: list[When] = reading.of("when")
    return any(one.times or one.window or one.phase or one.unit in ("minute", "hour") for one in said)


def _bare_times(reading: Reading) -> list[str]:
    bare = [claim for claim in reading.claims if claim.category == "bare_clock"]
    counts = _is_timed(reading) or any(keys(value) in _UNTIMED for value in reading.of("verb"))
    return [clause(reading.message, claim.start, claim.end) for claim in bare if counts]


def _questions_as_topics(reading: Reading) -> Reading:
    """ "Email me what's running low every morning" is a request, not a question."""
    if not (reading.of("when") or reading.of("adds") or any(one.channels for one in reading.of("delivery"))):
        return reading
    table = language().lexicon.data["question_topics"]

    def as_topic(claim: Claim) -> Claim:
        key = keys(claim.value)
        if claim.category != "question" or key not in table:
            return claim
        named = key == "show_output" and isinstance(claim.value, tuple)
        return replace(claim, category="topic", value=claim.value[1] if named else table[key])

    return replace(reading, claims=tuple(as_topic(claim) for claim in reading.claims))


def _unused(reading: Reading, intent: Intent) -> list[str]:
    """Phrases that were read, and that nothing of a new playbook comes of: "no", a command, another playbook."""
    if intent is not Intent.CREATE:
        return []
    verbs = ("pause", "resume", "delete", "restore", "skip", "undo", "change", "copy")
    return [
        clause(reading.message, claim.start, claim.end)
        if claim.category in ("no", "negated", "verb")
        else claim.words
        for claim in reading.claims
        if (claim.category in _UNUSED and not (claim.category == "playbook" and reading.of("adds")))
        or (claim.category == "verb" and (keys(claim.value) in verbs or isinstance(claim.value, tuple)))
    ]


def _loose_ifs(reading: Reading) -> list[str]:
    """ "If …" and "when …" that nothing of what follows was read as: a condition that must not be lost."""
    found = []
    for place, claim in enumerate(reading.claims):
        if claim.category != "if":
            continue
        after = [one for one in reading.claims[place + 1 :] if one.category not in ("limit", "polite")][:1]
        between = reading.message[claim.end : after[0].start] if after else ""
        of_its_own, comma, _ = between.partition(",")
        loose = any(text in between for text in reading.unread) or bool(comma and of_its_own.strip())
        if not after or after[0].category not in _AFTER_IF or loose:
            found.append(clause(reading.message, claim.start, claim.end))
    return found


def _loose_days_off(reading: Reading) -> list[str]:
    """ "Otherwise", "skip those", where no days were left out that it could speak of."""
    if any(one.but_weekdays or one.but_months or one.but_vague for one in reading.of("when")):
        return []
    return [
        clause(reading.message, claim.start, claim.end)
        for claim in reading.claims
        if (claim.category, claim.value) == ("polite", "days_off")
    ]


def _limit(claim: Claim) -> Limit:
    operator, kind, values = claim.value
    return Limit(operator=operator, kind=kind, values=tuple(values), words=claim.words)


def _strings(values: Iterable[Any]) -> list[str]:
    return [value for value in values if isinstance(value, str)]


def _objects(reading: Reading) -> list[str]:
    """The playbook that a question or a command is about."""
    topics = language().lexicon.data["question_topics"].values()
    slots = slots_of(reading, "question", "verb", "negated")
    named = [*slots, *(part for one in reading.of("name_it") for part in one[1:-1])]
    periods = language().lexicon.data["phrases"]["period"]
    return [part for part in _strings(named) if part not in topics and part not in periods]


def _events(reading: Reading) -> list[Event]:
    """The events; where a time was said as well, and the event is only looked for then, none."""
    found = []
    for value in reading.of("event"):
        slots = value[1:] if isinstance(value, tuple) else ()
        if reading.of("when") and "if" in slots:
            continue
        products = [part for part in _strings(slots) if part not in ("when", "if")]
        found.append(Event(name=keys(value), product=products[0] if products else None))
    return found
