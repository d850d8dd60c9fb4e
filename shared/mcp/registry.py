"""All tools, in the order agents see them."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from shared.mcp.tool import Tool
from shared.mcp.tools import catalog, playbooks, running, runs, shop, writing

_ALL: tuple[Tool[Any], ...] = (
    *catalog.TOOLS,
    *playbooks.TOOLS,
    *writing.TOOLS,
    *running.TOOLS,
    *runs.TOOLS,
    *shop.TOOLS,
)
TOOLS = MappingProxyType({tool.name: tool for tool in _ALL})
