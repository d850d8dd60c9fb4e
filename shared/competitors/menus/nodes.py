"""The parts of a schema.org node, whatever way its keys, types and values are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.competitors.menus.items import plain

_MAX_VALUES = 5_000
_MOST_VISITS = 40_000


class PageNodes:
    """The nodes of one page by their `@id`, and how many visits they still allow: references may multiply them."""

    def __init__(self, by_id: Mapping[str, Mapping[str, Any]]) -> None:
        self._by_id = by_id
        self._left = _MOST_VISITS

    def referred(self, named: str) -> Mapping[str, Any]:
        """The node of this id; empty if there is none."""
        return self._by_id.get(named, {})

    def visited(self, node: Mapping[str, Any]) -> bool:
        """Whether the node may be visited; the visit counts by what it refers to."""
        named = node.get("@id")
        self._left -= 1 + len(self._by_id.get(named, ())) // 20 if isinstance(named, str) else 1
        return self._left > 0


NOTHING_KNOWN = PageNodes({})


def fields(node: Mapping[str, Any], known: PageNodes) -> dict[str, Any]:
    """The node's values by lower-case names without the vocabulary's address; of a reference, what it refers to."""
    named = node.get("@id")
    whole = {**known.referred(named), **node} if isinstance(named, str) else node
    return {_short(key): value for key, value in whole.items()}


def types_of(node: Mapping[str, Any]) -> set[str]:
    """The types of a node's `fields` in lower case, without the vocabulary's address."""
    return {_short(kind) for kind in as_list(node.get("@type")) if isinstance(kind, str)}


def as_list(value: Any) -> list[Any]:
    """The values there are, none of them None."""
    if value is None:
        return []
    if isinstance(value, dict) and "@list" in value:
        value = value["@list"]
    if isinstance(value, dict) and "@set" in value:
        value = value["@set"]
    return value[:_MAX_VALUES] if isinstance(value, list) else [value]


def nodes(value: Any, known: PageNodes) -> list[dict[str, Any]]:
    """The nodes among the values, each as `fields`."""
    found = []
    for one in as_list(value):
        if isinstance(one, dict):
            if not known.visited(one):
                break
            found.append(fields(one, known))
    return found


def first_value(raw: Any) -> Any:
    """The first plain value: of a list, of a value object (`{"@value": …}`), or the value itself."""
    for one in as_list(raw):
        value = one.get("@value") if isinstance(one, dict) else one
        if isinstance(value, str | int | float) and value != "":
            return value
    return None


def first_text(raw: Any) -> str:
    """The first text among the values; empty if there is none."""
    return next((text for one in as_list(raw) if (text := plain(first_value(one)))), "")


def _short(name: str) -> str:
    if name.startswith("@"):
        return name
    return name.rsplit("/", 1)[-1].rsplit("#", 1)[-1].rsplit(":", 1)[-1].lower()
