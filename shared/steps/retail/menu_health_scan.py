"""`menu_health_scan`: what is wrong with the menu."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from shared.messages.template.build import product
from shared.messages.template.models import Cell
from shared.retail import menu
from shared.retail.figures import first
from shared.retail.inventory import in_categories
from shared.retail.load import load_items
from shared.retail.menu import KIND_WORDS, POINTS, MenuHealth, MenuIssue
from shared.steps.base import Action, Effect, StepContext
from shared.steps.retail._output import LimitedParams, Name, Names, ShopReportOutput, build, table, unread_note
from shared.values.words import counted, plural


class MenuHealthScanParams(LimitedParams):
    """`category`: only of these."""

    category: Name | Names | None = None


class MenuHealthScanOutput(ShopReportOutput):
    """`score`: 0 (nothing is right, or there is no menu) to 100 (nothing is wrong). `findings`: the worst first."""

    score: int
    findings: tuple[MenuIssue, ...]
    count: int
    by_kind: dict[str, int]
    items: int
    healthy_items: int
    left_out: int


class MenuHealthScan(Action[MenuHealthScanParams, MenuHealthScanOutput]):
    """Scores the menu and lists missing prices, texts and images, duplicates, gaps and odd prices."""

    effect: ClassVar[Effect] = Effect.NONE
    example: ClassVar[Mapping[str, Any]] = {}

    def run(self, params: MenuHealthScanParams, context: StepContext) -> MenuHealthScanOutput:
        org_id = context.org.id
        loaded = context.effects.read(lambda: load_items(org_id))
        # Nobody knows the category of a document that cannot be read.
        unreadable = loaded.malformed if params.category is None else 0
        health = menu.scan(in_categories(loaded.records, params.category), unreadable)
        shown, left_out = first(health.findings, params.limit)
        report = build(
            f"Menu health of {context.org.name}: {health.score} of 100",
            [_headline(health), _kinds(health), unread_note(loaded.malformed)],
            [table("Fixes needed", ("Item", "Issue", "Points"), [_entry(found) for found in shown], left_out)],
        )
        return MenuHealthScanOutput(
            **report,
            malformed=loaded.malformed,
            score=health.score,
            findings=shown,
            count=len(health.findings),
            by_kind=health.by_kind,
            items=health.items,
            healthy_items=health.healthy,
            left_out=left_out,
        )


def _headline(health: MenuHealth) -> str:
    if not health.items:
        return "Your menu is empty."
    right = (
        f"{health.healthy:,} of {counted(health.items, 'item')} {plural(health.healthy, 'has', 'have')} no issues"
    )
    return f"Your menu scores {health.score} of 100: {right}."


def _kinds(health: MenuHealth) -> str:
    parts = [f"{health.by_kind[kind]:,} {KIND_WORDS[kind]}" for kind in POINTS if kind in health.by_kind]
    return f"{counted(len(health.findings), 'fix', 'fixes')} needed: {', '.join(parts)}." if parts else ""


def _entry(found: MenuIssue) -> tuple[str | Cell, ...]:
    return product(found.name, found.image_url), found.message.removeprefix(found.name).strip(), f"−{found.points}"
