"""Products out of the data that single-page shops embed for their own scripts."""

from __future__ import annotations
from typing import Any
from shared.competitive.menus.items import Item


def embedded_items(page: Any, scripts: Any) -> list[Item]:
    return []
