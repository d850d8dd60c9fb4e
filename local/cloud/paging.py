"""Paging that stays correct while entries are added and removed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from local.cloud.refusal import invalid

Item = TypeVar("Item")


def page(items: Mapping[str, Item], page_size: int, page_token: str, largest: int = 1000) -> tuple[list[Item], str]:
    """The items after `page_token` (a key) in order of key, and the token of the next page ("" at the end).

    Raises:
        Refusal: a negative page size.
    """
    if page_size < 0:
        raise invalid("page_size", page_size, "0 (the server decides) or more")
    size = min(page_size or largest, largest)
    keys = sorted(key for key in items if key > page_token)
    token = keys[size - 1] if len(keys) > size else ""
    return [items[key] for key in keys[:size]], token
