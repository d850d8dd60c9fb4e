"""Compares our prices with theirs: who undercuts us, by how much, and how far apart the menus are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from shared.competitors.comparing.price_pairs import match_menu, misread_count, price_pairs, rounded
from shared.competitors.models import CompetitorMenu, Gap, Product, Undercut, product_label
from shared.competitors.products.offers import on_sale
from shared.values.words import counted

_UNCATEGORISED = "Other"


@dataclass(frozen=True, slots=True)
class PricingAnalysis:
    """What a comparison found. Percentages are of our price; a gap is positive where they are cheaper."""

    price_gap: Decimal
    undercut: tuple[Undercut, ...]
    median_gap_percent: Decimal | None
    competitor_gaps: tuple[Gap, ...]
    category_gaps: tuple[Gap, ...]
    matched_count: int
    """The number of compared prices."""
    unsure_count: int
    """Products that seem to match, but whose sizes are unknown."""
    misread: Mapping[str, int]
    """By competitor, how many prices are too far from ours to be right."""
    summary: str


def gap_percent(our_price: Decimal, their_price: Decimal) -> Decimal:
    """How far `their_price` lies below ours, in percent of ours (negative: above), to two decimals."""
    return rounded((our_price - their_price) * 100 / our_price)


def analyse(
    ours: Sequence[Product], menus: Iterable[CompetitorMenu], threshold_percent: Decimal = Decimal(0)
) -> PricingAnalysis:
    """Compare our products with every menu. An undercut counts from `threshold_percent` on.

    Medians are over products of the same size alone: by the gram, bulk is cheaper everywhere.
    """
    our_offers = on_sale(ours)
    undercuts: list[Undercut] = []
    compared = unsure = 0
    misread: dict[str, int] = {}
    by_competitor: defaultdict[str, list[Decimal]] = defaultdict(list)
    by_category: defaultdict[str, list[Decimal]] = defaultdict(list)
    for menu in menus:
        matches = match_menu(our_offers, menu.products)
        pairs = price_pairs(matches)
        compared += len(pairs)
        if wrong := misread_count(matches):
            misread[menu.name] = misread.get(menu.name, 0) + wrong
        unsure += len(matches) - len(pairs) - wrong
        for pair in pairs:
            category = pair.ours.category or pair.theirs.category
            if pair.is_same_size:
                by_competitor[menu.name].append(pair.percent)
                by_category[category or _UNCATEGORISED].append(pair.percent)
            if pair.percent > 0 and pair.percent >= threshold_percent:
                undercuts.append(
                    Undercut(
                        **pair.told(),
                        competitor=menu.name,
                        product=pair.ours.name,
                        their_product=pair.theirs.name,
                        category=category,
                        percent=pair.percent,
                        image_url=pair.ours.image_url,
                    )
                )
    undercuts.sort(key=lambda cut: (-cut.percent, cut.competitor, cut.product))
    gaps = [gap for found in by_competitor.values() for gap in found]
    return PricingAnalysis(
        price_gap=undercuts[0].percent if undercuts else Decimal(0),
        undercut=tuple(undercuts),
        median_gap_percent=_median(gaps) if gaps else None,
        competitor_gaps=_medians(by_competitor),
        category_gaps=_medians(by_category),
        matched_count=compared,
        unsure_count=unsure,
        misread=misread,
        summary=_summary(undercuts, compared, unsure, sum(misread.values())),
    )


def percent_text(percent: Decimal) -> str:
    """`15%`, `12.5%`: without trailing zeros."""
    return f"{percent:f}".rstrip("0").rstrip(".") + "%" if "." in f"{percent:f}" else f"{percent:f}%"


def _summary(undercuts: Sequence[Undercut], matched: int, unsure: int, misread: int) -> str:
    if not matched and misread:
        return f"No prices could be compared: {counted(misread, 'price looks', 'prices look')} misread."
    if not matched and unsure:
        alike = counted(unsure, "product looks", "products look")
        return f"No prices could be compared: {alike} the same, but the sizes are missing or too far apart."
    if not matched:
        return "None of their products match yours."
    if not undercuts:
        return f"No competitor is below your price on the {counted(matched, 'product')} compared."
    top, others = undercuts[0], len(undercuts) - 1
    more = f", and {counted(others, 'more price is', 'more prices are')} below yours" if others else ""
    return f"{top.words}{more}."


def next_step(undercuts: Sequence[Undercut]) -> str:
    """The recommendation: one sentence that says whether prices need a response."""
    if not undercuts:
        return "No prices need attention."
    first = product_label(undercuts[0].product, undercuts[0].size)
    return f"Look at {first} first: match the price, answer with a campaign, or leave it."


def _medians(groups: dict[str, list[Decimal]]) -> tuple[Gap, ...]:
    found = [
        Gap(name=name, median_gap_percent=_median(gaps), matched_count=len(gaps)) for name, gaps in groups.items()
    ]
    return tuple(sorted(found, key=lambda gap: (-gap.median_gap_percent, gap.name)))


def _median(gaps: Sequence[Decimal]) -> Decimal:
    return rounded(Decimal(median(gaps)))
