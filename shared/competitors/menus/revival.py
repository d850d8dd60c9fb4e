"""Values that frameworks write in a form of their own: Nuxt's calls and places, Remix's, and Astro's pairs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_DEEPEST = 100
_MOST_KINDS_OF_ASTRO = 12


def revived(value: Any) -> Any:
    """The value as the page's own scripts would see it."""
    if isinstance(value, list) and len(value) > 2 and isinstance(value[0], list | dict):
        return _of_places(value)
    if isinstance(value, dict) and value and all(_is_pair(one) for one in value.values()):
        return _of_pairs([0, value], 0)
    return value


def with_arguments(value: Any, given: Mapping[str, Any], depth: int = 0) -> Any:
    """The value with the arguments of a call in the places of their names."""
    if depth > _DEEPEST:
        return None
    if isinstance(value, dict):
        return {key: with_arguments(one, given, depth + 1) for key, one in value.items()}
    if isinstance(value, list):
        return [with_arguments(one, given, depth + 1) for one in value]
    return given.get(value, value) if isinstance(value, str) else value


def _of_places(flat: list[Any]) -> Any:
    """What Nuxt 3 and Remix write as one flat list, whose members (and Remix's keys) name each other by place."""
    head = flat[0]
    named = (
        list(head.values()) if isinstance(head, dict) else head[1:] if head and isinstance(head[0], str) else head
    )
    if not named or not all(isinstance(one, int) and not isinstance(one, bool) for one in named):
        return flat
    made: list[Any] = [{} if isinstance(one, dict) else [] if isinstance(one, list) else one for one in flat]
    for at, one in enumerate(flat):
        if isinstance(one, dict):
            made[at].update({_key(flat, key): _member(made, place) for key, place in one.items()})
        elif isinstance(one, list):
            wrapped = len(one) == 2 and isinstance(one[0], str)
            made[at].extend([_member(made, place) for place in (one[1:] if wrapped else one)])
    return made


def _key(flat: list[Any], key: str) -> str:
    place = int(key[1:]) if key[:1] == "_" and key[1:].isdecimal() and len(key) < 9 else -1
    found = flat[place] if 0 <= place < len(flat) else None
    return found if isinstance(found, str) else key


def _member(made: list[Any], place: Any) -> Any:
    is_place = isinstance(place, int) and not isinstance(place, bool) and 0 <= place < len(made)
    return made[place] if is_place else place


def _is_pair(value: Any) -> bool:
    """`[0, value]` or `[1, [pairs]]`, as Astro writes the properties of an island."""
    return (
        isinstance(value, list)
        and len(value) == 2
        and type(value[0]) is int
        and 0 <= value[0] < _MOST_KINDS_OF_ASTRO
    )


def _of_pairs(pair: Any, depth: int) -> Any:
    if not _is_pair(pair) or depth > _DEEPEST:
        return pair
    value = pair[1]
    if isinstance(value, dict):
        return {key: _of_pairs(one, depth + 1) for key, one in value.items()}
    return [_of_pairs(one, depth + 1) for one in value] if isinstance(value, list) else value
