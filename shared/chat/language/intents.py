"""The intent of a reading (something new, a change, an answer) and its topics. Pure."""

from __future__ import annotations

from collections.abc import Sequence, Set
from itertools import pairwise
from typing import Any

from shared.chat.language.phrases import clause, key_of, strings
from shared.chat.language.reading import Claim, Reading, language, slots_of
from shared.chat.language.recipients import tells_the_team
from shared.chat.language.reminders import JOINTS, is_reminder
from shared.chat.language.when import When
from shared.chat.understood import Event, Intent, Threshold

_SETTING_UP = ("topic", "event", "threshold")
_INSTEAD = frozenset({",", ";", "but", "just", "only", "rather", "instead"})
_BEGINNING = frozenset({"start", "begin", "launch", "start up", "fire up", "spin up"})
_STOPPING = frozenset({"pause", "delete"})
_ARTICLES = frozenset({"a", "an", "another", "new"})
_PLAIN = {"help": Intent.HELP, "no": Intent.REFUSE, "yes": Intent.CONFIRM, "smalltalk": Intent.SMALLTALK}
_SAYS_MORE = ("when", "delivery", "bare_clock", "bare_amount", "dropped", "cannot", "limit")
"""What makes more than a yes or a no of a message."""
_DETAILS = (
    *("when", "bare_clock", "delivery", "bare_amount", "limit", "competitors", "of_thing", "segment", "period"),
    *("top", "playbook", "quote", "name_it", "bare_person", "any_found"),
)


def _only_begins(reading: Reading, verb: Claim) -> bool:
    """ "Start sending me what's low", "launch a low stock alert": sets up a new one, doesn't run one now."""
    after = reading.message[verb.end :].casefold().split()[:1]
    return verb.read in _BEGINNING and bool(after) and (after[0] in _ARTICLES or after[0].endswith("ing"))


def _corrects(reading: Reading) -> bool:
    """ "Don't delete it, just pause it": whether a command replaces the one that is ruled out."""
    for before, claim in pairwise(reading.claims):
        if claim.category == "verb":
            if before.category == "negated" and key_of(before.value) == "run" and key_of(claim.value) in _STOPPING:
                # "Nah Gap Watch is annoying, turn it off".
                return True
            between = {*reading.message[before.end : claim.start].casefold().replace(",", " , ").split()}
            return bool(between & _INSTEAD) and not between & {"or", "nor", "and"}
    return False


def _negated_intent(reading: Reading) -> Intent:
    """ "Don't run it today" skips a run, "don't send it on mondays" leaves days out, "don't delete it" is a no."""
    if "run" in (key_of(one) for one in reading.of("negated")) and _is_one_day(reading):
        return Intent.SKIP
    return Intent.CHANGE if reading.of("when") else Intent.REFUSE


def _is_one_day(reading: Reading) -> bool:
    whens: list[When] = reading.of("when")
    return all(one.once is not None or {*one.set_fields} == {"runs"} for one in whens) and bool(
        whens or "today" in reading.of("period")
    )


def _changes_a_playbook(reading: Reading, kinds: Set[str]) -> bool:
    """Whether it names a playbook and something of it. "Don't email me about competitors" names only a subject."""
    if "dropped" in kinds and not kinds & {"when", "event", "delivery", "threshold"}:
        return True
    details = kinds & {*_DETAILS, "threshold"} - {"playbook"}
    changes = (details and "if" not in kinds) or (reading.operators and "question" not in kinds)
    return "playbook" in kinds and not kinds & {"topic", "event"} and bool(changes)


def intent_of(reading: Reading) -> Intent:
    """The one intent of a request."""
    kinds = {claim.category for claim in reading.claims}
    works = bool(kinds & {*_SETTING_UP})
    if "negated" in kinds and not works and not _corrects(reading):
        return _negated_intent(reading)
    if "question" in kinds:
        return Intent.ASK
    if "help" in kinds and not works and reading.message.rstrip().endswith("?"):
        # "I run a dispensary, what should I set up?"
        return Intent.HELP
    if verb := _verb_of(reading):
        return Intent(verb)
    if _changes_a_playbook(reading, kinds):
        return Intent.CHANGE
    if not (works or reading.unread or kinds & {*_SAYS_MORE}):
        plain = next((intent for kind, intent in _PLAIN.items() if kind in kinds), None)
        if plain:
            return plain
    if works or "cannot" in kinds or _asks_for_notification(reading):
        return Intent.CREATE
    if kinds & {"dropped", "switched", "adds"}:
        return Intent.CHANGE
    says = bool(kinds & {*_DETAILS}) or "at_once" in map(key_of, reading.of("polite"))
    bare = Intent.REFUSE if "wait" in reading.of("polite") else Intent.UNCLEAR
    return Intent.ANSWER if says else bare


def adds_event_to_playbook(reading: Reading) -> bool:
    """ "Trigger Gap Watch when we sell out too" adds an event; it does not run it now."""
    kinds, verbs = {claim.category for claim in reading.claims}, reading.of("verb")
    named = kinds & {"playbook", "pronoun"} or any(isinstance(one, tuple) for one in verbs)
    runs = {key_of(one) for one in verbs} <= {"run", "change"} and bool(verbs)
    others = kinds & {"topic", "if", "delivery", "when", "threshold"}
    return "event" in kinds and bool(named) and runs and not others and "replaces" not in reading.of("adds")


def _verb_of(reading: Reading) -> str | None:
    """The command that it is, if it is one."""
    kinds = [claim.category for claim in reading.claims]
    if adds_event_to_playbook(reading):
        return "change"
    before = {*kinds[: kinds.index("verb")]} if "verb" in kinds else set()
    names = any(isinstance(one, tuple) for one in reading.of("verb"))
    later = (names or "playbook" in kinds) and any(one.once for one in reading.of("when"))
    timed = not later and bool(
        {*kinds} & {"when", "event", "if"} or ("at_once" in reading.of("polite") and not names)
    )
    if "topic" in before and before & {"when", "event", "delivery"}:
        # "Email me sales now"; "sales daily at 9 and delete the old ones" only ends in something else.
        now = any(one.category == "verb" and "now" in one.read.split() for one in reading.claims)
        return "run" if now and not timed else None
    verbs = (one for one in reading.claims if one.category == "verb" and not _only_begins(reading, one))
    verb = next((key_of(one.value) for one in verbs), None)
    said = {one.read for one in reading.claims if one.category == "verb" and one.value == "run"}
    table = language().lexicon.data
    happens = any("event" in table["topics"].get(key_of(one), {}) for one in reading.of("topic"))
    if said and said <= {*table["words"]["at_once"]} and happens and not {*kinds} & {"playbook", "pronoun"}:
        # "Out of stock to Slack right away".
        return None
    if verb == "change" and {"cannot", "topic"} <= {*kinds} and not {*kinds} & {"playbook", "pronoun"}:
        # "Push our new products to Weedmaps".
        return None
    return None if verb == "run" and timed else verb


def _asks_for_notification(reading: Reading) -> bool:
    """ "Email me a report", "tell me the news every morning", "let me know when things look bad"."""
    kinds = {claim.category for claim in reading.claims}
    told = reading.of("delivery")
    named = [claim.read.split() for claim in reading.claims if claim.category == "polite"]
    if ({"when", "limit"} <= kinds and not reading.playbooks) or any(
        "remind" in one.read for one in reading.claims if one.category == "delivery"
    ):
        return True
    if "if" in kinds and "playbook" not in kinds and reading.unread and (told or ["let", "me", "know"] in named):
        return True
    is_new = not kinds & {"pronoun", "playbook"}
    if "when" in kinds and any(one.people and (one.channels or (is_new and reading.unread)) for one in told):
        return True
    return bool(
        is_new and told and any({*words} & {*language().lexicon.data["words"]["listing"]} for words in named)
    )


def topics_of(claims: Sequence[Claim], message: str = "", *, every: bool = False) -> list[str]:
    """The topics of the claims; unless `every`, without those whose words are part of a stronger topic.

    In "slow movers and sales" both stay: the message joins them.
    """
    table = language().lexicon.data
    said = [claim for claim in claims if claim.category == "topic"]
    named = [key_of(claim.value) for claim in said]
    joined = {
        key
        for one, other in pairwise(said)
        if message and _joins(message[one.end : other.start])
        for key, rest in ((key_of(one.value), key_of(other.value)), (key_of(other.value), key_of(one.value)))
        if key not in table["covers"].get(rest, "").split()
    }
    if not any({*claim.read.split()} & {*table["words"]["listing"]} for claim in said):
        # "Email me the low stock report when something sells out": that is what is sent.
        named += _topics_of_events([claim.value for claim in claims if claim.category == "event"])
    weak = {one for name in named for one in table["stronger"].get(name, "").split()}
    return [name for name in dict.fromkeys(named) if every or name not in weak or name in joined]


def _topics_of_events(values: Sequence[Any]) -> list[str]:
    table, events = language().lexicon.data, [key_of(one) for one in values]
    limits = [one[-1] for one in values if isinstance(one, tuple) and isinstance(one[-1], Threshold)]
    if limits:
        return [table["subject_topics"][one.subject] for one in limits[:1]]
    together = [topic for topic, of in table["topics_of_events"].items() if {*events} <= {*of}]
    if len({*events}) > 1 and together:
        return together[:1]
    return [table["event_topics"][event] for event in events if event in table["event_topics"]]


def _joins(between: str) -> bool:
    words = {*between.casefold().replace(",", " , ").split()}
    return bool(words & {*JOINTS}) and words <= {*JOINTS, "the", "my", "our", "a", "list"}


def subjects_of(reading: Reading, *, reminds: bool) -> list[str]:
    """The topics of a request. `reminds`: it has the text of a reminder."""
    message = reading.message
    left_out = [(message.find(text), len(text)) for text in reading.operators]
    claims = [one for one in reading.claims if not any(at <= one.start < at + size for at, size in left_out)]
    if reminds and {key_of(one.value) for one in claims if one.category == "topic"} <= {"reminder"}:
        return ["reminder"]
    topics = topics_of(claims, message) or topics_of(reading.claims, message)
    topics = ["order_alert" if one == "thank_you" and tells_the_team(reading) else one for one in topics]
    table = language().lexicon.data
    away = any(one.subject == "days_inactive" for one in reading.of("threshold"))
    if away and "loyalty_health" in topics and not {*topics} & {*table["words"]["to_customers"]}:
        # "Email customers gone 60 days their points": who they are is what it is about.
        return ["win_back"]
    of_subject = [table["subject_topics"][one.subject] for one in reading.of("threshold") if one.subject]
    if topics and of_subject and {*topics} <= {*table["stronger"].get(of_subject[0], "").split()}:
        # "Watch all competitors, and email me if anyone is 10% cheaper".
        return of_subject[:1]
    if topics:
        return topics
    if reminds or any(is_reminder(claim) for claim in reading.claims):
        return ["reminder"]
    limits = (one.read for one in claims if one.category == "threshold")
    if away and {*" ".join(limits).split()} & {*table["words"]["of_products"]}:
        return ["slow_movers"]
    if not of_subject and any(one[1] == "competitor" for one in reading.of("limit")):
        # "Everybody but Green Leaf, mondays at 8".
        return ["competitor_report"]
    return of_subject[:1]


def segment_of(reading: Reading, topics: Sequence[str]) -> str | None:
    """The customer segment, which may be a topic's words: "a campaign for our VIPs".

    None if the topic implies it: "a welcome to new customers".
    """
    table = language().lexicon.data["topic_segments"]
    named = map(key_of, reading.of("topic"))
    said = [*reading.of("segment"), *(table[name] for name in named if name in table and name not in topics)]
    implied = {table.get(topic) for topic in topics}
    return next((one for one in said if one not in implied), None)


def weak_topics(reading: Reading, topics: Sequence[str]) -> list[str]:
    """Words of other topics that can't be part of the message: "a birthday text with their points"."""
    table = language().lexicon.data
    covered = (one for topic in topics for one in table["covers"].get(topic, "").split())
    wordings = {*topics, *covered, *table["topic_segments"], *table["words"]["wordings"]}
    claims = (one for one in reading.claims if one.category == "topic" and key_of(one.value) not in wordings)
    return [clause(reading.message, one.start, one.end) for one in claims]


def alerts(reading: Reading) -> bool:
    said = " ".join(claim.read for claim in reading.claims)
    return any(word in said for word in language().lexicon.data["words"]["alerting"])


def refers_to_playbook(reading: Reading) -> bool:
    """Whether a command or a question mentions "it"."""
    spoken = (
        claim.words.casefold() for claim in reading.claims if claim.category in ("verb", "question", "negated")
    )
    return bool({"it", "that", "this", "them"} & set(" ".join(spoken).split()))


def events_of(reading: Reading) -> list[Event]:
    """The events that start it; none if they are only a condition at a given time."""
    found = []
    for value in reading.of("event"):
        slots = value[1:] if isinstance(value, tuple) else ()
        if reading.of("when") and "if" in slots:
            continue
        products: list[str | None] = [part for part in strings(slots) if part not in ("when", "if", "or")]
        found += [Event(name=key_of(value), product=product) for product in products or [None]]
    menus = (one for one in reading.claims if one.category == "topic" and key_of(one.value) == "competitor_changes")
    if not found and alerts(reading) and any("menu" in one.read.split() for one in menus):
        # "Competitor menu shakeups, as they happen": prices are the topic's usual event.
        return [Event(name="competitor.menu_shakeup")]
    return found


def competitors_of(reading: Reading) -> list[tuple[str, ...]]:
    """The competitors that are named, as they stand together."""
    named = [part for part in slots_of(reading, "topic", "event") if isinstance(part, tuple)]
    return [*reading.of("competitors"), *named]


def named_subjects(claims: Sequence[Claim]) -> list[str]:
    """The topics of the claims; "tell me what's low" names one too."""
    table = language().lexicon.data["question_topics"]
    asked = [
        table[key_of(claim.value)]
        for before, claim in zip([None, *claims], claims, strict=False)
        if claim.category == "question"
        and key_of(claim.value) in table
        and (before is None or before.category in ("delivery", "when", "adds"))
    ]
    return [*topics_of(claims, every=True), *asked]


def compared_subjects(claims: Sequence[Claim]) -> list[str]:
    """ "Email customers gone 60 days": a threshold implies a topic."""
    topics = language().lexicon.data["subject_topics"]
    return [
        topics[one.value.subject] for one in claims if one.category == "threshold" and one.value.subject in topics
    ]
