"""The text of a reminder, which is used word for word. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import takewhile

from shared.chat.language.phrases import key_of
from shared.chat.language.reading import Claim, Reading, language
from shared.chat.language.recipients import with_task_unread

JOINTS = ("and", "n", "plus", "also", "then", "&", "+", "/", ";", ",", ".", "!", "\n")
_OF_PLAYBOOKS = ("pause", "resume", "delete", "restore", "skip", "copy")
_FORGETTING = ("forget ", "forgetting ", "forgot ", "remember ", "miss ", "missing ")
_ENDS_BEFORE_ASKING = (" so", " and", " please", ",", ".", ";")
_REMINDING = ("remind", "nudge", "do not let")
_RESERVING = (" unless ", " except ", " but not ", " if i don't", " if i haven't")
"""What begins an exception in a reminder's text."""
_BOUNDING = frozenset({"until", "till", "unless", "except", "while"})
_PARTS_OF_WORDS = re.compile(r"[^\W_]+")
_MAX_MESSAGE = 300
_KNOWN = frozenset({"topic", "event", "threshold", "competitors", "playbook", "question", "verb", "cannot", "if"})
_OPENINGS = ("that says ", "to ", "that ", "saying ", "about ", "of ", "and ")
_MARKS = " ,.:;!?()"
_ADJECTIVES = frozenset(
    {"daily", "nightly", "weekly", "monthly", "quarterly", "yearly", "morning", "evening"}
    | {f"end of {span}" for span in ("day", "week", "month", "year")}
)
_ARTICLES = frozenset({"the", "our", "my", "your", "their", "this", "that", "a", "an", "his", "her"})


def is_reminder(claim: Claim) -> bool:
    """Whether it is "remind me"."""
    return claim.read.startswith(_REMINDING)


def with_message(reading: Reading) -> tuple[Reading, str | None, list[str]]:
    """The reading without the reminder's text, that text, and words that are left over.

    The text is the first stretch after "remind me" that is not a time; nothing in it is read as something else.
    """
    if reworded := _new_wording(reading) or _labelled(reading) or _behind_a_colon(reading):
        return reworded
    reading = with_task_unread(reading)
    reminding = (one for one in reading.claims if one.category in ("topic", "delivery") and _reminds(one))
    remind = next(reminding, None)
    if remind is None and (remind := _reminder_delivery(reading) or _another_task(reading)):
        topic = replace(remind, category="topic", value="reminder")
        reading = replace(reading, claims=(*reading.claims, topic))
    before = [one for one in reading.claims if remind and one.start < remind.start]
    commands = any(one.category == "verb" and key_of(one.value) in _OF_PLAYBOOKS for one in before)
    forgotten = _forgotten_task(reading.message[: remind.start]) if remind else None
    if remind is None or (commands and not forgotten):
        return reading, None, []
    happens = any(one.category == "event" for one in reading.claims if one.start < remind.start)
    after = reading.message[remind.end :].lstrip().casefold()
    if happens and not (remind.read.endswith(" to") or after.startswith(_OPENINGS)):
        return reading, None, []
    later = [one for one in reading.claims if one.start >= remind.end]
    borders = [one for one in later if _ends_reminder(one, reading.message) and not _is_adjective(one, reading)]
    if any(one.category == "when" and not one.value.vague for one in reading.claims):
        # "The closing checklist" is no time of day.
        borders = [one for one in borders if one.category != "when" or set(one.value.set_fields) != {"vague"}]
    texts: list[str] = []
    opened: list[str] = []
    reserves: list[str] = []
    start, kept = remind.end, reading
    for border in [*borders, None]:
        end = border.start if border else len(reading.message)
        words = reading.message[start:end].strip(_MARKS)
        plain, time = _without_time(words)
        reserves += time
        for opening in _OPENINGS:
            plain = plain.removeprefix(opening)
        said = plain.casefold().split()
        reserve = next((at for one in _RESERVING if (at := plain.casefold().find(one)) > 0), len(plain))
        plain, reserved = plain[:reserve], plain[reserve:].strip(_MARKS)
        reserves += [reserved] if reserved else []
        if any(word.strip(_MARKS) not in {*language().passed_over, *JOINTS, "to"} for word in said):
            texts.append(plain.strip(_MARKS).removesuffix(" and").strip(_MARKS))
            opened += texts[-1:] if words.casefold().startswith(_OPENINGS) else []
            kept = kept.without(start, end)
        start = border.end if border else end
    if not texts and forgotten:
        start, end = forgotten
        return kept.without(start, end), reading.message[start:end][:_MAX_MESSAGE], []
    # "Everybody on shift at 5:50 to start closing".
    message = next(iter((*opened, *texts)), None)
    return kept, message and message[:_MAX_MESSAGE], [*(one for one in texts if one != message), *reserves]


def _labelled(reading: Reading) -> tuple[Reading, str, list[str]] | None:
    """ "License paperwork: remind me at 10", "team huddle reminder to the staff at 9": the text stands before."""
    reminding = (one for one in reading.claims if one.category in ("topic", "delivery") and _reminds(one))
    remind = next(reminding, None)
    before = reading.message[reading.start : remind.start if remind else 0].rstrip()
    after = next((one for one in reading.claims if remind and one.start >= remind.end), None)
    text = next((one for one in reading.unread if before.endswith(one)), "")
    told = after is not None and after.category == "delivery" and after.value.people
    others = {one.category for one in reading.claims if remind and one.start < remind.start} - {"topic", "polite"}
    if before.endswith(":") and not others and (after is None or after.category in ("when", "delivery")):
        text = before
    elif remind is None or not (told and text and remind.read.endswith("reminder")):
        return None
    end = reading.start + len(before)
    return reading.without(end - len(text), end), text.strip(_MARKS)[:_MAX_MESSAGE], []


def _behind_a_colon(reading: Reading) -> tuple[Reading, str, list[str]] | None:
    """ "Text the staff every day at 8:45 pm: lock the safe"; what chat can't do is only a text there."""
    does = (one for one in reading.claims if one.category in ("cannot", "verb"))
    first = next(does, None)
    before = [one for one in reading.claims if first and one.start < first.start]
    told = any(one.category == "delivery" and one.value.people for one in before)
    timed = any(one.category == "when" for one in before)
    start = before[-1].end if before else 0
    is_text = first is not None and reading.message[start : first.start].strip() == ":"
    if not (is_text and told and timed) or any(one.category in _KNOWN for one in before):
        return None
    text = reading.message[start:].strip(_MARKS)[:_MAX_MESSAGE]
    kept = reading.without(start, len(reading.message))
    topic = replace(before[0], category="topic", value="reminder")
    return replace(kept, claims=(*before, topic)), text, []


def _without_time(words: str) -> tuple[str, list[str]]:
    """ "In week 12 to count the drawer": the unread time is not part of the task."""
    before, _, infinitive = words.partition(" to ")
    if {*before.casefold().split()[:1]} & _BOUNDING and not infinitive:
        # "Every hour until I clock in" is no task.
        return "", [words]
    times = {*language().lexicon.data["words"]["time"].split()}
    is_time = any(word.isdigit() or word in times for word in _PARTS_OF_WORDS.findall(before.casefold()))
    if not infinitive or not is_time or words.casefold().startswith(_OPENINGS):
        return words, []
    return f"to {infinitive}", [before]


def _new_wording(reading: Reading) -> tuple[Reading, str, list[str]] | None:
    """ "The safe reminder should say …": everything after that is its new text."""
    openings = language().lexicon.data["words"]["rewording"]
    for claim in reading.claims:
        named = claim.category in ("playbook", "pronoun") or (
            claim.category == "verb" and (isinstance(claim.value, tuple) or "it" in claim.read.split())
        )
        after = reading.message[claim.end :].lstrip()
        opening = next((one for one in openings if after.casefold().startswith(one)), None)
        if named and opening:
            kept = reading.without(claim.end, len(reading.message))
            return kept, after[len(opening) :].strip(f'{_MARKS}"“”')[:_MAX_MESSAGE], []
    return None


def _forgotten_task(before: str) -> tuple[int, int] | None:
    """Start and end of what somebody forgets: "I keep forgetting to order bags, so remind me …"."""
    low = before.casefold()
    begins = max((at + len(verb) for verb in _FORGETTING if (at := low.rfind(verb)) >= 0), default=None)
    if begins is None:
        return None
    begins += len("to ") if low.startswith("to ", begins) else 0
    what = low[begins:].rstrip()
    while ending := next((one for one in _ENDS_BEFORE_ASKING if what.endswith(one)), None):
        what = what.removesuffix(ending).rstrip()
    return (begins, begins + len(what)) if what else None


def _reminder_delivery(reading: Reading) -> Claim | None:
    """ "Ping me about the landlord at 5", "text staff at 9: lock up": a reminder, as no topic is named."""
    known = (one for one in reading.claims if one.category in _KNOWN)
    # "… to wipe down the counters" is the text, not a command to chat.
    if any(one.category != "verb" or not _is_infinitive(one, reading) for one in known) or not reading.of("when"):
        return None
    told = (one for one in reading.claims if one.category == "delivery" and one.value.people)
    return next((one for one in told if _has_reminder_text(reading, one)), None)


def _another_task(reading: Reading) -> Claim | None:
    """ "Another one to take out the trash", also with a time before "to"."""
    claims = [one for one in reading.claims if one.category not in ("polite", "adds")]
    if not claims or claims[0].category != "again" or claims[0].read.split()[-1] not in ("another", "one", "more"):
        return None
    whens = takewhile(lambda one: one.category == "when", claims[1:])
    last = [claims[0], *whens][-1]
    rest = reading.message[last.end :].lstrip()
    begins = len(reading.message) - len(rest)
    beside = next((one for one in claims if one.start == begins), None)
    is_task = rest.casefold().startswith("to ") and (beside is None or _is_no_person(beside, reading))
    return claims[0] if is_task else None


def _is_no_person(claim: Claim, reading: Reading) -> bool:
    """ "To wash the van", "to mop (the floor)": a verb that was read as a name."""
    if (
        claim.category != "delivery"
        or claim.value.channels
        or any(one.kind != "unknown" for one in claim.value.people)
    ):
        return False
    goes_on = any(
        reading.message[claim.end :].lstrip().removeprefix("the ").startswith(one) for one in reading.unread
    )
    return claim.words.islower() and (goes_on or bool({*claim.words.split()[2:]} & _ARTICLES))


def _has_reminder_text(reading: Reading, claim: Claim) -> bool:
    """ "Email the landlord on the 28th that rent is on its way": unread words after "that" or "about"."""
    for text in reading.unread:
        at = reading.message.find(text, claim.end)
        size = next((len(one) for one in _OPENINGS if text.casefold().startswith(one)), 0)
        at += size if at >= 0 else 0
        between = reading.message[claim.end : max(at, claim.end)].casefold()
        begins = claim.end + max(between.rfind(f" {opening}") for opening in _OPENINGS)
        begins = max(begins, claim.end + between.rfind(": "))
        inside = (one for one in reading.claims if begins < one.start < at)
        if begins >= claim.end and all(one.category in ("polite", "pronoun", "verb") for one in inside):
            return True
    return False


def _is_infinitive(verb: Claim, reading: Reading) -> bool:
    return reading.message[: verb.start].casefold().endswith(" to ")


def _ends_reminder(claim: Claim, message: str) -> bool:
    """Whether the reminder's text ends before it: a time, "by text", "…, text to staff"."""
    if (
        claim.category == "delivery"
        and claim.value.channels
        and message[: claim.start].rstrip().endswith((",", "."))
    ):
        return True
    return claim.category in ("when", "event") or (
        claim.category == "delivery" and claim.read.split()[0] in ("by", "via", "on")
    )


def _is_adjective(claim: Claim, reading: Reading) -> bool:
    """Whether it describes a noun: "check the weekly order sheet"."""
    if claim.read not in _ADJECTIVES:
        return False
    before = reading.message[: claim.start].casefold().split()[-1:]
    rest = reading.message[claim.end :].casefold()
    starts = {one.start for one in reading.claims if _ends_reminder(one, reading.message)}
    beside = claim.end + len(rest) - len(rest.lstrip())
    return before[0] in _ARTICLES and rest[:1] == " " and beside not in starts if before else False


def _reminds(claim: Claim) -> bool:
    return "remind" in claim.read or is_reminder(claim)
