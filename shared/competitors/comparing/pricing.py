"""Our prices against theirs: who undercuts us, by how much, and how far apart the menus lie."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

from shared.competitors.models import CompetitorMenu, Gap, Product, Undercut
from shared.competitors.products.matching import match_products
from shared.values.words import counted, dollars

_HUNDREDTH = Decimal("0.01")
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
    summary: str


def gap_percent(our_price: Decimal, their_price: Decimal) -> Decimal:
    """How far `their_price` lies below ours, in percent of ours (negative: above), to two decimals."""
    return ((our_price - their_price) * 100 / our_price).quantize(_HUNDREDTH, ROUND_HALF_UP)


def analyse(
    ours: Sequence[Product], menus: Iterable[CompetitorMenu], threshold_percent: Decimal = Decimal(0)
) -> PricingAnalysis:
    """Compare our products with every menu. An undercut counts from `threshold_percent` on."""
    priced = [product for product in ours if product.price]
    undercuts: list[Undercut] = []
    by_competitor: defaultdict[str, list[Decimal]] = defaultdict(list)
    by_category: defaultdict[str, list[Decimal]] = defaultdict(list)
    for menu in menus:
        for match in match_products(priced, (product for product in menu.products if product.price)):
            our_price, their_price = match.ours.price, match.theirs.price
            if our_price is None or their_price is None:
                continue
            percent = gap_percent(our_price, their_price)
            category = match.ours.category or match.theirs.category
            by_competitor[menu.name].append(percent)
            by_category[category or _UNCATEGORISED].append(percent)
            if percent > 0 and percent >= threshold_percent:
                undercuts.append(
                    Undercut(
                        competitor=menu.name,
                        product=match.ours.name,
                        their_product=match.theirs.name,
                        category=category,
                        our_price=our_price,
                        their_price=their_price,
                        percent=percent,
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
        matched_count=len(gaps),
        summary=_summary(undercuts, len(gaps)),
    )


def percent_text(percent: Decimal) -> str:
    """`15%`, `12.5%`: no zeros that say nothing."""
    return f"{percent:f}".rstrip("0").rstrip(".") + "%" if "." in f"{percent:f}" else f"{percent:f}%"


def _summary(undercuts: Sequence[Undercut], matched: int) -> str:
    if not matched:
        return "None of their products could be matched with yours."
    if not undercuts:
        return f"No competitor is below your price on the {counted(matched, 'product')} compared."
    top, others = undercuts[0], len(undercuts) - 1
    more = f", and {counted(others, 'more price is', 'more prices are')} below yours" if others else ""
    return f"{undercut_words(top)}{more}."


def undercut_words(cut: Undercut) -> str:
    """`Higher Level sells Blue Dream 3.5g for $34, $6 below you`."""
    below = dollars(cut.our_price - cut.their_price)
    return f"{cut.competitor} sells {cut.product} for {dollars(cut.their_price)}, {below} below you"


def next_step(undercuts: Sequence[Undercut]) -> str:
    """What to do about them; the one sentence that says whether prices need a reaction."""
    if not undercuts:
        return "No price needs a reaction."
    return f"Look at {undercuts[0].product} first: match the price, answer with a campaign, or leave it."


def _medians(groups: dict[str, list[Decimal]]) -> tuple[Gap, ...]:
    found = [
        Gap(name=name, median_gap_percent=_median(gaps), matched_count=len(gaps)) for name, gaps in groups.items()
    ]
    return tuple(sorted(found, key=lambda gap: (-gap.median_gap_percent, gap.name)))


def _median(gaps: Sequence[Decimal]) -> Decimal:
    return Decimal(median(gaps)).quantize(_HUNDREDTH, ROUND_HALF_UP)
