"""The computed competitor report as a message, and the same as figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.competitors.comparing.changes_text import MenuChanges
from shared.competitors.comparing.price_chart import PriceChart
from shared.competitors.comparing.pricing import next_step, percent_text
from shared.competitors.models import CompetitorMenu, Undercut
from shared.messages.template import build
from shared.messages.template.models import Cell, Figure, Figures, Message, Section
from shared.playbooks.numbers import usd
from shared.values.words import counted, plural

MAX_ROWS = 100


@dataclass(frozen=True, slots=True)
class Pricing:
    """What the pricing analysis found: `count` undercuts in all, of which `undercut` are the deepest."""

    undercut: Sequence[Undercut] = ()
    count: int = 0
    summary: str | None = None
    """As a sentence; None without an analysis."""


@dataclass(frozen=True, slots=True)
class Report:
    """What is sent, and in `data` the same as figures: what a narrator may tell, and nothing else."""

    message: Message
    data: dict[str, Any]


def build_report(
    org_name: str,
    menus: Sequence[CompetitorMenu],
    pricing: Pricing | None = None,
    changes: MenuChanges | None = None,
    chart: PriceChart | None = None,
) -> Report:
    """Compute the report, with what the steps before it found of prices and of changes since the last scan."""
    found, moved = pricing or Pricing(), changes or MenuChanges()
    total = max(found.count, len(found.undercut))
    read = [menu for menu in menus if not menu.error]
    headline = found.summary or f"{len(read)} of {counted(len(menus), 'competitor menu')} read."
    rows, lines = found.undercut[:MAX_ROWS], moved.lines(MAX_ROWS)
    finding = f"{counted(total, 'price')} below yours" if total else f"{counted(len(read), 'menu')} checked"
    sections = [
        _figures(len(read), len(menus), total if found.summary or total else None, rows),
        *build.titled("Prices below yours", _undercuts(rows, total - len(rows))),
        *(build.titled(f"{chart.product}, last 30 days", build.timeline(chart.chart)) if chart else []),
        *build.titled("What changed on their menus", build.listing(lines, moved.count - len(lines))),
        *build.titled("Median prices", _medians(read)),
        *build.titled(
            plural(len(menus), "Menu", "Menus"), _menus(menus), build.notes(*(menu.suspect for menu in menus))
        ),
    ]
    return Report(
        message=build.message(f"Competitor report for {org_name}: {finding}", headline, sections),
        data={
            "headline": headline,
            "competitors": [_as_data(menu) for menu in menus],
            "undercut": [cut.model_dump(mode="json", by_alias=True) for cut in rows],
            "undercutCount": total,
            "changes": lines,
            "changeCount": moved.count,
        },
    )


def _figures(read: int, menus: int, total: int | None, rows: Sequence[Undercut]) -> Figures:
    figures = [Figure(label="Menus read", value=f"{read} of {menus}")]
    if total is not None:
        figures.append(Figure(label="Prices below yours", value=f"{total:,}"))
    if rows:
        figures.append(Figure(label="Largest undercut", value=percent_text(rows[0].percent)))
    return Figures(figures=tuple(figures))


def _undercuts(rows: Sequence[Undercut], left_out: int) -> list[Section]:
    if not rows:
        return []
    cells = [
        (
            build.product(cut.product, cut.image_url),
            cut.size_text,
            cut.competitor,
            cut.their_price_text,
            cut.our_price_text,
            percent_text(cut.percent),
        )
        for cut in rows
    ]
    columns = ("Product", "Size", "Competitor", "Their price", "Your price", "Below you")
    return [*build.table(columns, cells, left_out), *build.paragraphs(next_step(rows))]


def _medians(read: Sequence[CompetitorMenu]) -> list[Section]:
    priced = [(menu.name, menu.price_range.median) for menu in read if menu.price_range]
    return build.chart((name, usd(median), float(median)) for name, median in priced)


def _menus(menus: Sequence[CompetitorMenu]) -> list[Section]:
    return build.table(("Competitor", "Products", "Lowest", "Median", "Highest"), map(_menu, menus))


def _menu(menu: CompetitorMenu) -> tuple[str | Cell, ...]:
    if menu.error:
        return menu.name, build.wide(f"couldn't be read: {menu.error}", 4)
    prices = menu.price_range
    if not prices:
        return menu.name, f"{menu.product_count:,}", build.wide("no prices", 3)
    return menu.name, f"{menu.product_count:,}", usd(prices.min), usd(prices.median), usd(prices.max)


def _as_data(menu: CompetitorMenu) -> dict[str, Any]:
    kept = {"name", "product_count", "price_range", "promo_count", "unchanged", "suspect", "error"}
    return menu.model_dump(mode="json", by_alias=True, include=kept)
