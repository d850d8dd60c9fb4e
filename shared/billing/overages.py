"""A month's charges on top of the tier. USD in decimal, each kind rounded half up to the cent.

The rates are those of the tier that the org has now: who changes it in the middle of a month pays the whole month's
use above the new limits at the new rates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType

from shared.billing.tiers import Metric, OverageRates, Tier

CENT = Decimal("0.01")

_RATES: Mapping[Metric, Callable[[OverageRates], Decimal | None]] = MappingProxyType(
    {
        Metric.SMS_CUSTOMER: lambda rates: rates.sms,
        Metric.EMAILS: lambda rates: rates.email,
        Metric.CREATIVE_ASSETS: lambda rates: rates.creative_assets,
    }
)


@dataclass(frozen=True, slots=True)
class Charges:
    """USD by kind, whole cents."""

    sms: Decimal = Decimal("0.00")
    email: Decimal = Decimal("0.00")
    creative_assets: Decimal = Decimal("0.00")

    @property
    def total(self) -> Decimal:
        """The sum of the three as they are rounded: what an invoice adds up to."""
        return self.sms + self.email + self.creative_assets

    def fields(self) -> dict[str, float]:
        """`{sms, email, creativeAssets, total}` as `overageCharges` stores it."""
        return {
            "sms": float(self.sms),
            "email": float(self.email),
            "creativeAssets": float(self.creative_assets),
            "total": float(self.total),
        }


def rate(tier: Tier, metric: Metric) -> Decimal | None:
    """USD for each one over the limit; None where the tier goes no further than its limit, or has none."""
    if tier.overage is None or metric not in _RATES or tier.limit(metric) is None:
        return None
    return _RATES[metric](tier.overage)


def hard_limit(tier: Tier, metric: Metric) -> int | None:
    """The limit that the tier stops at; None if there is none, or where it goes on and charges."""
    return None if rate(tier, metric) is not None else tier.limit(metric)


def charge(tier: Tier, metric: Metric, used: int) -> Decimal:
    """The charge for that much of the metric."""
    each, limit = rate(tier, metric), tier.limit(metric)
    if each is None or limit is None:
        return Decimal("0.00")
    return (each * max(0, used - limit)).quantize(CENT, rounding=ROUND_HALF_UP)


def charges(tier: Tier, used: Mapping[Metric, int]) -> Charges:
    """The month's charges; metrics left out were not used."""
    sms, email, assets = (charge(tier, metric, used.get(metric, 0)) for metric in _RATES)
    return Charges(sms, email, assets)
