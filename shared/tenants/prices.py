"""What the product pays for what a run uses, in USD: a dated table. What the org is charged is another matter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shared.errors import PermanentError

AS_OF = date(2026, 11, 1)
"""When the table was last compared with the providers' price lists."""
PER_MILLION = Decimal(1_000_000)

UNIT_PRICES: dict[str, Decimal] = {
    "email": Decimal("0.0004"),
    "sms_customer": Decimal("0.0100"),
    "sms_internal": Decimal("0.0100"),
    "menu_page": Decimal("0.0002"),
    "apify_page": Decimal("0.0800"),
}
"""By item, each one of it."""


@dataclass(frozen=True, slots=True)
class Cost:
    """One thing a step used, and what it cost in USD."""

    item: str
    quantity: int
    usd: Decimal


@dataclass(frozen=True, slots=True)
class TokenPrice:
    """USD for a million tokens."""

    input: Decimal
    output: Decimal


MODEL_PRICES: dict[str, TokenPrice] = {
    "claude-haiku": TokenPrice(Decimal(1), Decimal(5)),
    "claude-sonnet": TokenPrice(Decimal(3), Decimal(15)),
    "claude-opus": TokenPrice(Decimal(5), Decimal(25)),
}
"""By the start of the model's name; the longest that fits counts."""


def cost(item: str, quantity: int = 1) -> Cost:
    """What `quantity` of the item costs.

    Raises:
        PermanentError: the table has no such item.
    """
    if item not in UNIT_PRICES:
        raise PermanentError(f"{item!r} has no price; expected one of {', '.join(UNIT_PRICES)}")
    return Cost(item, quantity, UNIT_PRICES[item] * quantity)


def model_cost(model: str, input_tokens: int, output_tokens: int) -> Cost:
    """What a call of the model cost; a model that is not in the table counts as the dearest one that is."""
    fitting = [name for name in MODEL_PRICES if model.startswith(name)]
    price = MODEL_PRICES[max(fitting, key=len)] if fitting else max(MODEL_PRICES.values(), key=lambda p: p.output)
    usd = (price.input * input_tokens + price.output * output_tokens) / PER_MILLION
    return Cost(f"model:{model}", input_tokens + output_tokens, usd)
