"""Rounding, percentages and how amounts are written in reports."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, TypeVar

from pydantic import BeforeValidator, PlainSerializer

from shared.messages.template.addresses import product_picture
from shared.playbooks.numbers import number_words
from shared.playbooks.numbers import usd as usd
from shared.values.camel_model import CamelModel

T = TypeVar("T")

Percent = Annotated[Decimal, PlainSerializer(float, return_type=float)]
"""One decimal. A Decimal while computing, a number in documents and JSON."""

_CENT = Decimal("0.01")
_TENTH = Decimal("0.1")


ProductPicture = Annotated[str | None, BeforeValidator(product_picture)]
"""The address of an item's picture; None if an email can't show it."""


class Row(CamelModel, frozen=True):
    """Base of computed rows: camelCase in a step's output."""


def cents(amount: Decimal) -> Decimal:
    """USD in whole cents, half up."""
    return amount.quantize(_CENT, ROUND_HALF_UP)


def times(amount: Decimal, quantity: float) -> Decimal:
    """`quantity` × `amount`, in whole cents."""
    return cents(amount * Decimal(str(quantity)))


def percent_of(part: Decimal | float, whole: Decimal | float) -> Decimal | None:
    """`part` as a percent of `whole`; None if `whole` isn't positive."""
    if whole <= 0:
        return None
    return (Decimal(str(part)) * 100 / Decimal(str(whole))).quantize(_TENTH, ROUND_HALF_UP)


def change_percent(now: Decimal | float, before: Decimal | float) -> Decimal | None:
    """Percent change from `before` to `now`; None if `before` isn't positive."""
    return percent_of(Decimal(str(now)) - Decimal(str(before)), before)


def first(rows: Sequence[T], limit: int) -> tuple[tuple[T, ...], int]:
    """The first `limit` rows, and how many were left out."""
    return tuple(rows[:limit]), max(len(rows) - limit, 0)


def usd_or(amount: Decimal | None, otherwise: str = "—") -> str:
    """The amount, or `otherwise` if it's unknown."""
    return otherwise if amount is None else usd(amount)


def number(quantity: float) -> str:
    """`4`, `2.5`: at most two decimals, no trailing zeros."""
    return number_words(Decimal(str(quantity)))


def percent_words(percent: Decimal | None, otherwise: str = "—") -> str:
    """`12.5%`, `40%`."""
    return otherwise if percent is None else f"{number(float(percent))}%"


def rough_percent(percent: Decimal) -> str:
    """`4.6%`, `106%`: decimals only below 10%."""
    return percent_words(percent.quantize(Decimal(1) if abs(percent) >= 10 else _TENTH, ROUND_HALF_UP))


def change_words(percent: Decimal | None, against: str) -> str:
    """`up 12% vs. the day before`."""
    if percent is None:
        return f"nothing to compare with {against}"
    if percent == 0:
        return f"the same as {against}"
    return f"{'up' if percent > 0 else 'down'} {rough_percent(abs(percent))} vs. {against}"
