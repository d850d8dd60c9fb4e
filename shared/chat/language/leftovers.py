"""Finds phrases of a request that the playbook can't use, so that chat names them or asks about them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from shared.chat.language.phrases import clause, key_of
from shared.chat.language.reading import Claim, Reading, language, thresholds_of
from shared.chat.language.when import When
from shared.chat.understood import Channel, Intent

UNTIMED = frozenset({"pause", "resume", "delete", "restore", "skip", "copy", "undo"})
"""Commands that are done at once: a bare number next to one is not a time of day."""
_UNUSED = frozenset({"negated", "no", "question", "help", "playbook"})
_COMMANDS = frozenset({Intent.PAUSE, Intent.RESUME, Intent.DELETE, Intent.RESTORE})
_OF_NO_COMMAND = frozenset({"period", "threshold", "bare_amount", "segment", "top"})
_OF_NO_RUN = _OF_NO_COMMAND | {"of_thing", "competitors", "limit", "event", "delivery"}
"""What can't be applied to a playbook that is run as it is."""
_RAISING = frozenset({"raise", "lower", "increase", "decrease", "bump", "cut", "drop", "reduce"})
_AFTER_IF = frozenset({"topic", "threshold", "event", "competitors", "of_thing", "playbook"})
_DIAL = 720
_NARROWED = ("just ", "only ")
_ARTICLES = ("the ", "a ", "an ", "my ", "our ", "about ")
_ACTED_ON = frozenset({"topic", "of_thing", "competitors"})
_AHEAD = frozenset({"next", "coming", "following"})
_REFUSING = frozenset({"no", "negated", "verb"})
_GIVING = frozenset({"send", "give", "forward", "show", "get", "tell", "cc", "bcc"})


def separate_times(reading: Reading) -> list[str]:
    """Things, people or channels that have a time of their own, which one playbook can't express.

    "Green Leaf on mondays and Harvest House on thursdays", "me daily at 8 and the boss on fridays only".
    """
    claims = [one for one in reading.claims if one.category not in ("polite", "pronoun", "yes", "if")]
    found = []
    for place, (claim, after) in enumerate(pairwise(claims)):
        before = [one for one in claims[:place] if one.category == "when"]
        kind = _kind(claim)
        others = {repr(one.value) for one in claims[:place] if _kind(one) == kind} - {repr(claim.value)}
        besides = kind == "people" and any(one.category == "delivery" for one in claims[:place])
        if kind is None or after.category != "when" or not before or not (others or besides):
            continue
        is_beside = not reading.message[claim.end : after.start].strip().endswith((",", ";", "."))
        days = after.value.has_days and any(one.value.has_days for one in before)
        times = bool(after.value.times) and any(one.value.times for one in before)
        if is_beside and (days or times):
            found.append(clause(reading.message, claim.start, after.end))
    return found


def incomplete_phrases(reading: Reading) -> list[str]:
    """ "Until we open Eastwood", "… and email me the winners": a phrase that was read and goes on unread."""
    found = []
    told = [one for one in reading.claims if one.category == "delivery" and one.value.people]
    for claim in reading.claims:
        after = reading.message[claim.end :].lstrip().casefold()
        vague = claim.category == "when" and {*claim.value.set_fields} == {"vague"}
        again = claim in told[1:] and after.startswith(_ARTICLES) and not claim.read.startswith(("to ", "for "))
        bare = after.removeprefix(next((one for one in _ARTICLES if after.startswith(one)), "")) if again else after
        if (vague or again) and any(bare.startswith(text.casefold()) for text in reading.unread):
            found.append(clause(reading.message, claim.start, claim.end + 1))
    return found


def _kind(claim: Claim) -> str | None:
    """The kind of things that may each have a time: competitors, products, people, channels; else None."""
    if claim.category == "topic" and isinstance(claim.value, tuple) and isinstance(claim.value[-1], tuple):
        return "competitors"
    if claim.category == "delivery" and (claim.value.people or claim.value.channels):
        return "people" if claim.value.people else "channels"
    return claim.category if claim.category in ("competitors", "of_thing", "segment") else None


def counts_of_unknown_things(reading: Reading) -> list[str]:
    """ "No more than 5 lines": a number before an unknown noun is not a limit for the figures."""
    found = []
    for claim in reading.claims:
        after = reading.message[claim.end :].lstrip()
        what = next((text for text in reading.unread if after.startswith(text)), "")
        is_plural = what.split(" ")[0].endswith("s") and not what.endswith("ss")
        bare = claim.category == "top" or (
            claim.category in ("threshold", "bare_amount") and claim.value.unit in (None, "units")
        )
        if bare and is_plural:
            end = claim.end + reading.message[claim.end :].index(what) + len(what)
            found.append(reading.message[claim.start : end])
    return found


def without_counts(reading: Reading) -> Reading:
    """Without bare times that count something: "two ways", "one of our prices"."""
    for claim in reading.claims:
        if claim.category != "bare_clock" or not claim.words.isalpha():
            continue
        after = reading.message[claim.end :]
        text = next((one for one in reading.unread if after[1:].startswith(one)), "")
        noun = text.split(" ")[0]
        if after.startswith(" of ") or (noun.isalpha() and noun != "hundred"):
            kept = tuple(one for one in reading.claims if one is not claim)
            unread = tuple(f"{claim.words} {one}" if one == text else one for one in reading.unread)
            return without_counts(replace(reading, claims=kept, unread=unread))
    return reading


def is_timed(reading: Reading) -> bool:
    """Whether it gives a time of day explicitly; then a bare number is something else."""
    said: list[When] = reading.of("when")
    return any(one.times or one.window or one.phase or one.unit in ("minute", "hour") for one in said)


def bare_times(reading: Reading) -> list[str]:
    said = {one.minutes % _DIAL for when in reading.of("when") for one in when.times}
    bare = [
        claim
        for claim in reading.claims
        if claim.category == "bare_clock" and not {one.minutes % _DIAL for one in claim.value.times} <= said
    ]
    counts = is_timed(reading) or any(key_of(value) in UNTIMED for value in reading.of("verb"))
    return [clause(reading.message, claim.start, claim.end) for claim in bare if counts]


def unusable_phrases(reading: Reading, intent: Intent) -> list[str]:
    """Phrases that were read but don't fit the intent: in a new playbook "no", a command, another playbook."""
    if intent in _COMMANDS:
        named = reading.playbooks or reading.of("pronoun")
        unfit = {*_OF_NO_COMMAND, "event"} if named else _OF_NO_COMMAND
        return [one.words for one in reading.claims if one.category in unfit]
    if intent is Intent.UNDO:
        return [one.words for one in reading.claims if one.category in {*_OF_NO_RUN, "when", "bare_clock"}]
    if intent in (Intent.RUN, Intent.COPY) and reading.of("playbook"):
        # "Copy it to 8pm and delete the original": what else is to be done is named.
        verbs = [one for one in reading.claims if one.category == "verb"][1:]
        others = [one for one in verbs if key_of(one.value) in UNTIMED - {"copy"}]
        of_none = _OF_NO_RUN if intent is Intent.RUN else {"event"}
        unused = [one.words for one in reading.claims if one.category in of_none and not _is_to_me(one)]
        return [*unused, *(clause(reading.message, one.start, one.end) for one in others)]
    if intent is Intent.CHANGE:
        raises = any(one.category == "verb" and _RAISING & {*one.read.split()} for one in reading.claims)
        limits = [one for one in reading.claims if one.category in ("threshold", "bare_amount")]
        return [one.words for one in limits if raises and _is_relative_change(reading, one)]
    if intent is not Intent.CREATE:
        return []
    narrowed = [one for one in reading.claims if one.category == "topic"][1:]
    return [
        clause(reading.message, claim.start, claim.end)
        if claim.category in ("no", "negated", "verb")
        else claim.words
        for claim in reading.claims
        if (claim.category in _UNUSED and not (claim.category == "playbook" and "adds" in reading.of("adds")))
        or (claim in narrowed and claim.read.startswith(_NARROWED))
        or (
            claim.category == "verb"
            and (key_of(claim.value) in {*UNTIMED, "change"} or isinstance(claim.value, tuple))
        )
    ]


def _is_to_me(claim: Claim) -> bool:
    """ "Send me Gap Watch now"."""
    return (
        claim.category == "delivery"
        and not claim.value.channels
        and all(one.kind == "me" for one in claim.value.people)
    )


def _is_relative_change(reading: Reading, claim: Claim) -> bool:
    """ "Raise it by 5%": relative to the limit that it has."""
    return claim.read.startswith("by ") or reading.message[: claim.start].casefold().endswith("by ")


def contradictory_phrases(reading: Reading) -> list[str]:
    """ "Skip those" where no days were left out, "not to me" where nobody else is told, "as it happens" at 9."""
    left_out = any(one.but_weekdays or one.but_months or one.but_vague for one in reading.of("when"))
    others = any(person.kind != "me" for one in reading.of("delivery") for person in one.people)
    scheduled = any({*one.set_fields} - {"starts"} for one in reading.of("when"))
    spared = left_out or any(one[0] == "except" for one in reading.of("limit"))
    fits = {"days_off": left_out, "not_me": others, "at_once": not scheduled, "the_rest": spared}
    fits["small_ones"] = bool(thresholds_of(reading))
    said = [one for one in reading.claims if one.category == "polite" and not fits.get(key_of(one.value), True)]
    if any(one[0] == "except" for one in reading.of("limit")) and not reading.of("topic"):
        # "Don't have Gap Watch read Green Leaf until March": the exception would end, not the playbook.
        said += [one for one in reading.claims if one.category == "when" and {*one.value.set_fields} == {"ends"}]
    return [clause(reading.message, one.start, one.end) for one in said]


def without_other_times(reading: Reading) -> tuple[Reading, list[str]]:
    """Without times that don't say when it runs, and their words.

    "A forecast for the next 14 days", "sales, only the weekend ones, mondays at 8", days that customers were away.
    """
    forecast = "demand_forecast" in map(key_of, reading.of("topic"))
    days = [{*one.weekdays} for one in reading.of("when") if one.weekdays]
    away = [one for one in reading.claims if one.category == "bare_amount" and one.value.unit == "days"]
    others = [] if "win_back" in map(key_of, reading.of("topic")) else away
    others += [
        one
        for one in reading.claims
        if one.category == "when"
        and (
            (forecast and one.value.lasts and _AHEAD & {*one.read.split()})
            or (one.value.only and any(not some & {*one.value.weekdays} for some in days))
        )
    ]
    kept = tuple(one for one in reading.claims if one not in others)
    return replace(reading, claims=kept), [one.words for one in others]


def unread_people(reading: Reading) -> list[str]:
    """ "Send marco the sales": an unknown word between a verb of sending and the topic is a person."""
    found = []
    for text in reading.unread:
        before, _, after = reading.message.casefold().partition(text.casefold())
        giving = before.split()[-1:]
        is_given = any(
            one.category == "topic"
            and one.start == reading.message.find(one.words, len(before) + len(text))
            and not reading.message[len(before) + len(text) : one.start].strip(" ").removeprefix("the").strip(" ")
            for one in reading.claims
        )
        if giving and giving[0] in _GIVING and after and is_given:
            found.append(text)
    return found


def unread_verbs(reading: Reading) -> list[str]:
    """ "Hide sold out products": an unknown first word right before the topic may be what to do."""
    known = [one for one in reading.claims if one.category not in ("polite", "smalltalk", "yes", "adds")]
    # "Shelve Gummy Watch, run Morning Numbers": the first is not to be run.
    commands = any(one.category == "verb" for one in known[1:])
    describing = language().lexicon.data["words"]["describing"].split()
    found = []
    for text in reading.unread:
        start = reading.message.find(text, reading.start)
        about = next((one for one in known if one.start > start), None)
        begins = reading.start <= start and not any(one.start < start for one in known)
        beside = about is not None and not {
            *reading.message[start + len(text) : about.start].casefold().split()
        } - {"the", "all", "our", "my", "any", "every"}
        if (
            begins
            and beside
            and about is not None
            and (about.category in _ACTED_ON or (about.category == "playbook" and commands))
            and text.isalpha()
            and text.casefold() not in describing
        ):
            found.append(text)
    return found


def without_delivering(unread: Sequence[str], channels: Sequence[Channel]) -> list[str]:
    """ "Post the sales to Slack": without "post", which the channel says already."""
    said = language().lexicon.data["words"]["delivering"].split() if channels else ()
    return [one for one in unread if one.casefold() not in said]


def unread_beside_competitors(reading: Reading) -> list[str]:
    """ "Gap Watch has to snub Green Leaf": unread words beside them may leave it out as well as add it."""
    named = [one for one in reading.claims if one.category in ("playbook", "competitors")]
    kinds = sorted(one.category for one in named)
    if kinds != ["competitors", "playbook"] or reading.of("adds") or reading.of("limit"):
        return []
    return [*reading.unread]


def unread_conditions(reading: Reading) -> list[str]:
    """ "If …" and "when …" with a condition that was not read, which must not be dropped."""
    found = []
    for place, claim in enumerate(reading.claims):
        if claim.category != "if":
            continue
        after = [one for one in reading.claims[place + 1 :] if one.category not in ("limit", "polite")][:1]
        between = reading.message[claim.end : after[0].start] if after else ""
        of_its_own, comma, _ = between.partition(",")
        loose = any(text in between for text in reading.unread) or bool(comma and of_its_own.strip())
        does = [one.category for one in reading.claims[place + 1 :] if one.category not in ("limit", "polite")][1:2]
        refuses = any(
            one.category in _REFUSING and not reading.message[claim.end : one.start].count(",")
            for one in reading.claims[place + 1 : place + 3]
        )
        only_named = bool(after) and after[0].category == "competitors" and not {*does} & _AFTER_IF
        if not after or after[0].category not in _AFTER_IF or loose or only_named or refuses:
            whole = clause(reading.message, claim.start, claim.end)
            # "If anybody but Green Leaf changes prices".
            rest = [one.end for one in reading.claims if one.category == "limit" and one.read.startswith("but ")]
            ends = [end for end in rest if end > claim.start + len(whole)]
            found.append(clause(reading.message, claim.start, ends[0]) if ends else whole)
    return found


def is_courtesy(part: Reading) -> bool:
    """Whether it says nothing by itself."""
    return (
        not part.unread and bool(part.claims) and {one.category for one in part.claims} <= {"polite", "smalltalk"}
    )
