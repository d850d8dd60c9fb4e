"""What a run's usage costs us, in USD: a dated table. What the org is charged is separate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shared.errors import PermanentError

AS_OF = date(2026, 11, 25)
"""When the table was last compared with the providers' price lists."""
PER_MILLION = Decimal(1_000_000)

UNIT_PRICES: dict[str, Decimal] = {
    "email": Decimal("0.0010"),
    "sms_customer": Decimal("0.0120"),
    "sms_internal": Decimal("0.0120"),
    "menu_page": Decimal("0.0002"),
    "apify_page": Decimal("0.0800"),
    "ai_session": Decimal(0),
    "creative_asset": Decimal(0),
}
"""By item, each one of it.

`email`: Mailjet sells monthly plans and shows their prices in a calculator only; a mail of a plan of 15,000 to
50,000 a month comes to about a tenth of a cent (assumed). `sms_*`: Blackleaf publishes no price; a US segment costs
0.0083 at Twilio's list price of October 2026, and the carriers add 0.003 to 0.005. `menu_page`: our own seconds of
a function and its traffic, rounded up. `apify_page`: the middle of 0.20 to 0.48 for four competitors (assumed).
`ai_session` (a run or a message that asked a model) and `creative_asset` (a draft of a campaign, an email or a
text) are counted against tiers; what they cost is in the lines of the models.
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """One thing a step used, and what it cost in USD."""

    item: str
    quantity: int
    usd: Decimal
    billed: bool = False
    """Whether the org's month holds it already."""


@dataclass(frozen=True, slots=True)
class TokenPrice:
    """USD for a million tokens; `cache_read` is what one read from the prompt cache costs, as a part of `input`."""

    input: Decimal
    output: Decimal
    cache_read: Decimal = Decimal("0.1")


CACHE_WRITE = Decimal("1.25")
"""A token written to the five-minute prompt cache, as a multiple of `input`."""

MODEL_PRICES: dict[str, TokenPrice] = {
    "claude-haiku": TokenPrice(Decimal(1), Decimal(5)),
    "claude-haiku-5-5": TokenPrice(Decimal("0.1"), Decimal("0.5")),
    "claude-sonnet": TokenPrice(Decimal(3), Decimal(15)),
    "claude-sonnet-5": TokenPrice(Decimal(2), Decimal(10)),
    "claude-sonnet-5-5": TokenPrice(Decimal(2), Decimal(10), cache_read=Decimal("0.05")),
    "claude-opus": TokenPrice(Decimal(5), Decimal(25)),
    "claude-opus-5-5": TokenPrice(Decimal(4), Decimal(20), cache_read=Decimal("0.05")),
    "claude-fable": TokenPrice(Decimal(10), Decimal(50)),
}
"""By the start of the model's name; the longest that fits counts.

Source: the model pages and the price list at https://platform.claude.com/docs/en/about-claude/pricing, read in
November 2026. The names without a version stand for 4.5 to 4.8 (and 5, for opus) and for what is newer than the
table, which is then counted too high rather than too low.
"""

LONG_PROMPT_TOKENS = 100_000
LONG_PROMPT_PRICES: dict[str, TokenPrice] = {
    "claude-haiku-5-5": TokenPrice(Decimal("0.5"), Decimal("2.5")),
}
"""Of the models that cost more, on every token of a call, once its prompt (cached tokens too) is longer."""


def cost(item: str, quantity: int = 1) -> Cost:
    """What `quantity` of the item costs.

    Raises:
        PermanentError: the table has no such item.
    """
    if item not in UNIT_PRICES:
        raise PermanentError(f"{item!r} has no price; expected one of {', '.join(UNIT_PRICES)}")
    return Cost(item, quantity, UNIT_PRICES[item] * quantity)


def model_cost(
    model: str,
    input_tokens: int,
    output_tokens: int,
    *,
    cache_read_tokens: int = 0,
    cache_write_tokens: int = 0,
) -> Cost:
    """What a call of the model cost; a model that isn't in the table costs as much as the most expensive one that
    is.

    The four counts are those of the answer's `usage`, where `input_tokens` has no cached tokens in it.
    """
    prompt = input_tokens + cache_read_tokens + cache_write_tokens
    price = _token_price(model, prompt)
    weighted = input_tokens + cache_read_tokens * price.cache_read + cache_write_tokens * CACHE_WRITE
    usd = (price.input * weighted + price.output * output_tokens) / PER_MILLION
    return Cost(f"model:{model}", prompt + output_tokens, usd)


def _token_price(model: str, prompt_tokens: int) -> TokenPrice:
    fitting = [name for name in MODEL_PRICES if model.startswith(name)]
    if not fitting:
        return max(MODEL_PRICES.values(), key=lambda price: price.output)
    name = max(fitting, key=len)
    if prompt_tokens > LONG_PROMPT_TOKENS and name in LONG_PROMPT_PRICES:
        return LONG_PROMPT_PRICES[name]
    return MODEL_PRICES[name]
