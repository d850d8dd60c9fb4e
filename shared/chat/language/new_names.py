"""The new name of a playbook, which is used word for word. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from shared.chat.language.names import PARTICLES, Names
from shared.chat.language.phrases import key_of
from shared.chat.language.reading import Reading, language

_QUOTED = re.compile(r"[“\"]([^“”\"]+)[”\"]")
_TITLE = re.compile(
    r"\b(?:as|to|it|called|named|call|name)[\s:]{1,3}"
    r"(?P<name>[A-Z][\w'&-]{0,30}(?: (?:(?:of|and|the|for) )?[A-Z0-9][\w'&-]{0,30}){1,5})"
)
_COMMAND = re.compile(
    r"(?P<joint>,? and(?: then)?|,|;) (?:please )?"
    r"(?:pause|resume|delete|make|move|set|run|text|email|send|skip|turn|change|stop|copy) ",
    re.IGNORECASE,
)
_MAX_NAME = 100
_ENDINGS = ("!", ".", "?", " thanks", " thank you", " please", " from now on", " instead")
_MARKS = " ,.:;!?()"


def with_name(reading: Reading) -> tuple[Reading, str | None]:
    """The reading without the new name, and the name: "rename it Daily Numbers", "copy it as Night Watch"."""
    titled = next((value[-1] for value in reading.of("name_it") if isinstance(value, tuple)), None)
    if titled:
        return reading, _as_name(titled)
    here = reading.message[reading.start :].casefold().replace(":", " ")
    for one in reading.corrections:
        here = here.replace(one.said.casefold(), one.read) if len(one.said) == len(one.read) else here
    table, low = language().lexicon.data["words"], f" {' ' * reading.start}{here} "
    copies = any(key_of(value) == "copy" for value in reading.of("verb"))
    verb = next((word for word in table["copying" if copies else "naming"] if f" {word} " in low), None)
    if verb is None or any(f" {one} " in low for one in table["not_naming"]):
        return reading, None
    after = low.index(f" {verb} ") + len(verb)
    if copies and any(low[after + 1 :].lstrip().startswith(one.casefold()) for one in reading.playbooks):
        # "The same as Morning Numbers".
        return reading, None
    if title := _title(reading, after - len(verb) - 1):
        left = _without(reading, title)
        unread = tuple(one for one in left.unread if one.casefold() != verb)
        return replace(left, unread=unread), reading.message[slice(*title)][:_MAX_NAME]
    spoken = [one.end for one in reading.claims if one.start >= after and one.category in ("playbook", "pronoun")]
    found = [(low.find(one.casefold(), after), len(one)) for one in reading.playbooks]
    ends = [] if copies else [*spoken[:1], *(place - 1 + size for place, size in found if place >= 0)]
    start = max(ends, default=after)
    first, _, others = reading.message[start:].strip(_MARKS).partition(" ")
    other_verb = others.partition(" ")[0].casefold() in PARTICLES
    titled_so = verb == "name" and bool(found) and reading.message[after:].lstrip("e ").startswith(":")
    if (
        not copies
        and not (ends or titled_so)
        and (first.casefold() != "it" or other_verb)
        and verb in ("call", "name")
    ):
        return reading, None
    rest = f"{first} {others}".removeprefix("it ")
    if verb == "rename" and not ends and (to := f" {rest}".casefold().rfind(" to ")) > 0:
        # "Rename the gummy one to Candy Alarm".
        rest = rest[to:]
    link, _, after_link = rest.partition(" ")
    said = after_link if link.casefold() in ("to", "too", "as", "into") else rest
    name = _as_name(next((one for one in _QUOTED.findall(said)), said))
    if not name:
        return reading, None

    def outside(texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(one for one in texts if reading.message.find(one) < after and one.casefold() != verb)

    kept = (one for one in reading.claims if one.end <= start and one.category != "cannot")
    left = replace(
        reading, claims=tuple(kept), unread=outside(reading.unread), operators=outside(reading.operators)
    )
    return left, name


def with_title_unread(reading: Reading) -> Reading:
    """ "Copy it as Evening Numbers at 8pm": nothing in the capitalized new name means anything else."""
    table, low = language().lexicon.data["words"], f" {reading.message.casefold()} "
    verbs = table["copying" if any(key_of(value) == "copy" for value in reading.of("verb")) else "naming"]
    begins = min((at for verb in verbs if (at := low.find(f" {verb} ")) >= 0), default=None)
    named = any(one.category in ("playbook", "pronoun") for one in reading.claims)
    title = _title(reading, begins) if begins is not None and named else None
    return _without(reading, title) if title else reading


def _title(reading: Reading, begins: int) -> tuple[int, int] | None:
    """Where the capitalized new name stands; an old name before it is no part of it."""
    found = _TITLE.search(reading.message, begins)
    if found is None:
        return None
    old = next((one for one in reading.playbooks if found["name"].casefold().startswith(one.casefold())), "")
    start = found.start("name") + len(old)
    start += found.end("name") - start - len(reading.message[start : found.end("name")].lstrip())
    return (start, found.end("name")) if start < found.end("name") else None


def _without(reading: Reading, span: tuple[int, int]) -> Reading:
    left = reading.without(*span)
    return replace(left, claims=tuple(one for one in left.claims if one.category != "cannot"))


def _as_name(said: str) -> str:
    """The name without marks and words like "please" after it."""
    for ending in _ENDINGS:
        said = said.removesuffix(ending)
    name = said.strip("“”\"' .,!?")[:_MAX_NAME]
    return "" if name.casefold().split()[:1] in (["and"], ["then"]) else name


def renames_apart(message: str, names: Names) -> list[str]:
    """ "Rename Gap Watch to Undercut and Gummy Watch to Candy Count", "… and pause it": a message for each."""
    low = message.casefold()
    verb = low.find("rename ")
    if verb >= 0 and (more := _COMMAND.search(message, verb + len("rename "))):
        return [message[: more.start()], message[more.end("joint") :].lstrip()]
    every = (low.find(f" {name.casefold()} to ", verb + len("rename ")) for name in names.playbooks)
    at = min((place for place in every if place > 0), default=0) if verb >= 0 else 0
    first = message[:at].rstrip()
    if first.casefold().endswith((" and", ",", ";", "&")):
        return [first.removesuffix("and").rstrip(" ,;&"), *renames_apart(f"rename{message[at:]}", names)]
    return [message]
