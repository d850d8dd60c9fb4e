"""Grouping items by a shared value, for `group` and `aggregate`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shared.errors import PermanentError
from shared.redaction import shape_of
from shared.steps.flow._items import column, identity, kind_of, label

_NO_KEYS = frozenset({"list", "object"})


def groups_of(items: Sequence[Any], path: str) -> list[tuple[Any, list[int]]]:
    """Each value at the path with the indices of the items that have it, in the order of their first items.

    Items whose value is null or missing share the key None.

    Raises:
        PermanentError: no item has the path, or one has a list or an object there.
    """
    groups: dict[tuple[str, Any], tuple[Any, list[int]]] = {}
    for index, key in enumerate(column(items, path)):
        if kind_of(key) in _NO_KEYS:
            raise PermanentError(
                f"{label(index, path)}: found {shape_of(key)}; expected a text, a number, true or false"
            )
        groups.setdefault(identity(key), (key, []))[1].append(index)
    return list(groups.values())
