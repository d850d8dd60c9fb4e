"""What each tier includes, and what more costs. Money in USD."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from shared.error_codes import ErrorCode
from shared.errors import PermanentError
from shared.redaction import shape_of
from shared.tenants.tenant import TierId

UNLIMITED = -1


class Metric(StrEnum):
    """What is counted against a tier's limits, under its name in `usage/{orgId}-{YYYY-MM}`."""

    AI_SESSIONS = "aiSessionsUsed"
    SMS_CUSTOMER = "smsCustomerUsed"
    SMS_INTERNAL = "smsInternalUsed"
    EMAILS = "emailsUsed"
    COMPETITORS = "competitorsTracked"
    ZIP_CODES = "zipCodesActive"
    CREATIVE_ASSETS = "creativeAssetsUsed"


@dataclass(frozen=True, slots=True)
class OverageRates:
    """USD for each one over the limit; None if there is no limit to be over."""

    sms: Decimal
    email: Decimal
    creative_assets: Decimal | None


@dataclass(frozen=True, slots=True)
class OwnLimits:
    """How much an org may create and start by itself. Anything over a limit is refused."""

    playbooks: int
    """Of its own, not from the catalog."""
    schedule_triggers: int
    finest_cadence_minutes: int
    """Minimum time between two runs of one schedule."""
    executes_a_minute: int
    """Asked for by people and agents."""
    descendants: int
    """Runs and events that one cause may set off."""
    runs_at_once: int
    """Runs over it aren't refused: they wait."""


@dataclass(frozen=True, slots=True)
class Tier:
    """One tier. Without overage rates it stops at its limits."""

    id: TierId
    catalog_playbooks: int
    limits: Mapping[Metric, int]
    overage: OverageRates | None
    own: OwnLimits

    def limit(self, metric: Metric) -> int | None:
        """How many are included; None without a limit."""
        included = self.limits[metric]
        return None if included == UNLIMITED else included


def _tier(
    tier_id: TierId,
    catalog_playbooks: int,
    limits: tuple[int, ...],
    overage: tuple[str, str, str | None] | None,
    own: OwnLimits,
) -> Tier:
    """`limits` in the order of `Metric`, `overage` for sms, email and creative assets."""
    rates = None
    if overage is not None:
        sms, email, assets = overage
        rates = OverageRates(Decimal(sms), Decimal(email), Decimal(assets) if assets else None)
    included = MappingProxyType(dict(zip(Metric, limits, strict=True)))
    return Tier(tier_id, catalog_playbooks, included, rates, own)


TIERS: Mapping[TierId, Tier] = MappingProxyType(
    {
        TierId.STARTER: _tier(
            TierId.STARTER, 3, (25, 0, 0, 100, 1, 1, 5), None, OwnLimits(10, 20, 60, 60, 100, 10)
        ),
        TierId.GROWTH: _tier(
            TierId.GROWTH,
            7,
            (-1, 500, -1, 5_000, 3, 3, 10),
            ("0.05", "0.002", "2.00"),
            OwnLimits(50, 100, 15, 300, 500, 25),
        ),
        TierId.PRO: _tier(
            TierId.PRO,
            10,
            (-1, 2_000, -1, 15_000, 10, 10, 50),
            ("0.04", "0.002", "1.50"),
            OwnLimits(200, 500, 5, 600, 1_000, 50),
        ),
        TierId.ENTERPRISE: _tier(
            TierId.ENTERPRISE,
            23,
            (-1, 5_000, -1, 50_000, -1, -1, -1),
            ("0.03", "0.001", None),
            OwnLimits(1_000, 5_000, 1, 1_200, 5_000, 100),
        ),
    }
)
"""Lowest first."""


def tiers_above(tier: Tier) -> list[Tier]:
    """Lowest first."""
    every = list(TIERS.values())
    return every[every.index(tier) + 1 :]


def more_of_its_own(tier: Tier, limit: Callable[[OwnLimits], int]) -> str:
    """Which tier has more of one of the limits of an org's own making: `upgrade to growth for 50`."""
    for higher in tiers_above(tier):
        if limit(higher.own) > limit(tier.own):
            return f"upgrade to {higher.id.value} for {limit(higher.own):,}"
    return "no tier has more"


def find_tier(tier_id: str) -> Tier:
    """The tier of that id.

    Raises:
        PermanentError: there is none.
    """
    try:
        return TIERS[TierId(tier_id)]
    except ValueError:
        raise PermanentError(
            f"tierId: found {shape_of(tier_id)}; expected one of {', '.join(TIERS)}",
            code=ErrorCode.INVALID_DOCUMENT,
        ) from None
