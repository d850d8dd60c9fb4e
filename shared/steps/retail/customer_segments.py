"""`customer_segments`: how many customers are new, loyal, at risk and so on."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar

from pydantic import Field, model_validator

from shared.retail.customers import NEW_DAYS, Segment, SegmentRow, segments
from shared.retail.figures import percent_words, usd
from shared.steps.base import Action, Effect, Params, StepContext
from shared.steps.retail._loading import read_people
from shared.steps.retail._output import ShopReportOutput, build, table, unread_note
from shared.values.money import Money
from shared.values.words import counted

WORDS: dict[Segment, str] = {
    Segment.VIP: "VIP",
    Segment.LOYAL: "Loyal",
    Segment.ACTIVE: "Active",
    Segment.NEW: "New",
    Segment.AT_RISK: "At risk",
    Segment.LAPSED: "Lapsed",
}


class CustomerSegmentsParams(Params):
    """At risk from `atRiskDays` without an order on, lapsed from `lapsedDays` on."""

    at_risk_days: int = Field(default=30, ge=1, le=365)
    lapsed_days: int = Field(default=90, ge=2, le=1_000)

    @model_validator(mode="after")
    def _in_order(self) -> CustomerSegmentsParams:
        if self.at_risk_days >= self.lapsed_days:
            raise ValueError(
                f"lapsedDays is {self.lapsed_days} and atRiskDays {self.at_risk_days}; "
                "expected lapsedDays to be larger"
            )
        return self


class CustomerSegmentsOutput(ShopReportOutput):
    """`counts` by segment (`counts.at_risk`); `segments` with revenue and the names of some of each."""

    segments: tuple[SegmentRow, ...]
    counts: dict[Segment, int]
    count: int
    """All customers."""
    revenue: Money
    """What they've spent in all."""


class CustomerSegments(Action[CustomerSegmentsParams, CustomerSegmentsOutput]):
    """Sorts all customers into new, active, loyal, VIP, at risk and lapsed, by when, how often and how much."""

    effect: ClassVar[Effect] = Effect.NONE
    example: ClassVar[Mapping[str, Any]] = {"atRiskDays": 30, "lapsedDays": 90}

    def run(self, params: CustomerSegmentsParams, context: StepContext) -> CustomerSegmentsOutput:
        count = partial(
            segments,
            now=context.now,
            zone=context.org.timezone,
            at_risk_days=params.at_risk_days,
            lapsed_days=params.lapsed_days,
        )
        rows, malformed = read_people(context, count)
        counts = {row.segment: row.count for row in rows}
        everybody = sum(counts.values())
        report = build(
            f"Customers of {context.org.name}: {counts[Segment.AT_RISK]:,} at risk of {everybody:,}",
            [_headline(rows, everybody), _meaning(params), unread_note(malformed)],
            [
                table(
                    "Segments",
                    ("Segment", "Customers", "Share", "Spent", "Top spenders"),
                    [_entry(row) for row in rows] if everybody else [],
                )
            ],
        )
        return CustomerSegmentsOutput(
            **report,
            malformed=malformed,
            segments=tuple(rows),
            counts=counts,
            count=everybody,
            revenue=sum(row.revenue for row in rows),
        )


def _headline(rows: list[SegmentRow], everybody: int) -> str:
    if not everybody:
        return "There are no customers yet."
    parts = [
        f"{row.count:,} {WORDS[row.segment] if row.segment is Segment.VIP else WORDS[row.segment].lower()}"
        for row in rows
        if row.count
    ]
    return f"{counted(everybody, 'customer')}: {', '.join(parts)}."


def _meaning(params: CustomerSegmentsParams) -> str:
    return (
        f"At risk: no order for {params.at_risk_days} days; lapsed: for {params.lapsed_days}; "
        f"new: joined within {NEW_DAYS} days; VIP: the top 10% of buyers by spending."
    )


def _entry(row: SegmentRow) -> tuple[str, ...]:
    name, spent, share = WORDS[row.segment], usd(row.revenue), percent_words(row.share_percent)
    best = ", ".join(example.name for example in row.examples[:3])
    return name, f"{row.count:,}", share, spent, best or "—"
