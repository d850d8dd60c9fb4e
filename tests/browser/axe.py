"""Whether everybody can use a page, as far as axe can tell."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page) -> list[str]:
    """What breaks WCAG 2.2 AA: the rule, what it says, and the first elements that break it."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": _RULES}})
    return [_in_words(one) for one in found.response["violations"]]


def _in_words(violation: dict[str, Any]) -> str:
    nodes = "; ".join(node["html"][:200] for node in violation["nodes"][:3])
    return f"{violation['id']}: {violation['help']} ({len(violation['nodes'])}×): {nodes}"
