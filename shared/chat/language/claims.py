"""What the claims of one part of a sentence are: a command, an alert, something that is scheduled. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from shared.chat.language.reading import Claim, language

_ALERTS = frozenset({"alert", "warn", "notify", "ping"})


def happens(claims: Sequence[Claim]) -> bool:
    """Whether it is told as it happens."""
    return any(one.category == "event" or is_alert(one) for one in claims)


def is_scheduled(claims: Sequence[Claim]) -> bool:
    return any(one.category == "when" and (one.value.has_days or one.value.times) for one in claims)


def verbs_and_names(claims: Sequence[Claim]) -> list[Claim]:
    return [one for one in claims if one.category in ("verb", "playbook")]


def names(claims: Sequence[Claim]) -> set[str]:
    """The playbooks that are named, alone or in a command."""
    verbs = [one.value[1] for one in claims if one.category == "verb" and isinstance(one.value, tuple)]
    return {one.value for one in claims if one.category == "playbook"} | {*verbs}


def is_command(claims: Sequence[Claim]) -> bool:
    """Whether it is a command for a playbook, for "it", or to undo the last change."""
    if any(one.category == "name_it" and isinstance(one.value, tuple) and len(one.value) > 2 for one in claims):
        return True
    verbs = [one for one in claims if one.category == "verb"]
    named = any(one.category in ("playbook", "pronoun") for one in claims)
    named = named or any({"it", "that", "them"} & {*one.read.split()} for one in verbs)
    return bool(verbs) and (named or any(one.value == "undo" or isinstance(one.value, tuple) for one in verbs))


def differs_in_recipients(before: Sequence[Claim], after: Sequence[Claim]) -> bool:
    """ "To me at 8 and to the owner at 9", "email at 8, text at noon": other people or channels at other times."""
    people, channels, times = [], [], []
    for half in (before, after):
        told = [one.value for one in half if one.category == "delivery"]
        whens = [one.value for one in half if one.category == "when"]
        people.append({person for one in told for person in one.people})
        channels.append({channel for one in told for channel in one.channels})
        times.append([one for one in whens if one.times or (one.weekdays and one.every)])
    apart = [all(some) and not some[0] & some[1] for some in (people, channels)]
    return all(times) and (apart[0] or (apart[1] and times[0] != times[1]))


def continues(claim: Claim) -> bool:
    """ "Scan competitors every hour and text me if they change prices": "they" continues the first part."""
    said = {*claim.read.split()}
    # "… and ping me if they're cheaper".
    return (claim.category == "event" and "if" in said and bool({"they", "it"} & said)) or (
        claim.category == "topic" and "they" in said
    )


def is_alert(claim: Claim) -> bool:
    """ "Alert me", "a low stock alert": as soon as it happens."""
    words = claim.read.split()
    if claim.value == "at_once" or claim.read in language().lexicon.data["words"]["at_once"]:
        return True
    return (claim.category == "delivery" and words[0] in _ALERTS) or (
        claim.category == "topic" and words[-1].rstrip("s") in _ALERTS
    )
