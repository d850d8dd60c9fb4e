"""Which playbook the words mean: by its name, by what it is about, or the one that was talked about last."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches

from shared.chat.facts import KnownPlaybook

_POINTING = frozenset(["it", "this", "that", "one", "them", "last", "the", "my", "our"])
_FILLER = frozenset(
    [
        "the",
        "my",
        "our",
        "your",
        "a",
        "an",
        "of",
        "for",
        "about",
        "playbook",
        "playbooks",
        "automation",
        "one",
        "thing",
        "please",
        "called",
        "named",
        "it",
        "this",
        "that",
    ]
)
_ALIKE = 0.85
_WORD = re.compile(r"[a-z0-9%]+")


def points_back(words: str | None) -> bool:
    """Whether the words name nothing and only point at what was talked about ("it", "that one")."""
    return words is None or not (_tokens(words) - _POINTING)


def find_playbooks(words: str, playbooks: Sequence[KnownPlaybook]) -> list[KnownPlaybook]:
    """Those that the words can mean; one where they are clear.

    What people made themselves comes before what their tier brought: "the price alert" is theirs.
    """
    found = _fitting(words, playbooks)
    return [one for one in found if not one.is_from_catalog] or found


def _fitting(words: str, playbooks: Sequence[KnownPlaybook]) -> list[KnownPlaybook]:
    exact = [one for one in playbooks if one.id == words.strip() or _plain(one.name) == _plain(words)]
    if exact:
        return exact
    wanted = _tokens(words)
    if not wanted:
        return []
    shares = {one.id: _share(wanted, _tokens(one.name)) for one in playbooks}
    best = max(shares.values(), default=0.0)
    # Half of the words must fit: "the low stock thing" means the low stock alert, "the weather alert" does not.
    if best <= 0.5:
        return []
    return [one for one in playbooks if shares[one.id] == best]


def _share(wanted: set[str], named: set[str]) -> float:
    """How many of the words are in the name; a letter more or less is a slip."""
    return sum(one in named or bool(get_close_matches(one, named, 1, _ALIKE)) for one in wanted) / len(wanted)


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.lower()))


def _tokens(text: str) -> set[str]:
    return {_stem(word) for word in _WORD.findall(text.lower())} - _FILLER


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
