"""Numbers with what they measure: "more than 10%", "below $500", "fewer than 5 left", "top 3"."""

from __future__ import annotations

from typing import Any

from shared.chat.language.chart import Rules
from shared.chat.understood import Threshold

AMOUNTS = Rules()
rule = AMOUNTS.rule

_PER_UNIT = {"day": 1, "week": 7, "month": 30, "year": 365}
_TURNED = {">": "<", ">=": "<=", "<": ">", "<=": ">="}

rule("money", "$ <number> k", "<number> k dollars")(lambda value: value * 1000)
rule("day_count", "(a|an) <unit>")(lambda unit: _PER_UNIT.get(unit))
rule("day_count", "<int> <unit>")(lambda amount, unit: amount * _PER_UNIT[unit] if unit in _PER_UNIT else None)
_OR_MORE = "(or more|or higher|or above|plus|or greater|and up|and above|and over|or better)"
_OR_LESS = "(or less|or fewer|or below|or lower|and below|and under)"


def _threshold(subject: Any, op: Any, value: float, unit: Any) -> Threshold:
    return Threshold(subject=subject, op=op, value=value, unit=unit)


for _category, _unit in (
    ("percentage", "percent"),
    ("money", "usd"),
    ("units_left", "units"),
    ("day_count", "days"),
):
    rule("bound", f"<cmp> <{_category}>", weight=1)(lambda op, value, unit=_unit: (op, value, unit))
    rule("bound", f"<{_category}> {_OR_MORE}", weight=1)(lambda value, unit=_unit: (">=", value, unit))
    rule("bound", f"<{_category}> {_OR_LESS}", weight=1)(lambda value, unit=_unit: ("<=", value, unit))
    rule("bound", f"(exactly|equals|hits|reaches) <{_category}>")(lambda value, unit=_unit: (">=", value, unit))
for _category, _unit in (("percentage", "percent"), ("money", "usd")):
    rule("plain_bound", f"<{_category}>")(lambda value, unit=_unit: (None, value, unit))
rule("plain_bound", "<day_count>")(lambda value: (None, value, "days"))
rule("plain_bound", "<units_left>")(lambda value: (None, value, "units"))

# What is compared. A bound alone leaves it to the topic.
rule("threshold", "<bound>", "(only|just) <bound>", "<bound> only", weight=1)(
    lambda bound: _threshold(None, *bound)
)
rule("threshold", "(threshold|limit|alert level) [of|to|is|at] <plain_bound>", "by <plain_bound>", weight=1)(
    lambda bound: _threshold(None, *bound)
)
rule(
    "threshold",
    "[only] <-if> (someone|anyone|somebody|they|one|[either|any|each] [one] of them|either|competitor|a rival|"
    "any competitor|it|there) ['s|is|are|be] <threshold>",
    weight=3,
)(lambda said: said if said.unit in ("percent", "usd") else None)
rule("bare_amount", "<percentage>")(lambda value: _threshold(None, None, value, "percent"))
rule("bare_amount", "from <-number> [percent] to <percentage>", weight=2)(
    lambda value: _threshold(None, None, value, "percent")
)
rule("bare_amount", "<day_count>", weight=-2)(lambda value: _threshold(None, None, value, "days"))
rule("bare_amount", "<money>")(lambda value: _threshold(None, None, value, "usd"))
_UNDERCUT = "(undercut|undercutting|beat|beating) [us|our price|my price|me] [by]"
rule("threshold", f"{_UNDERCUT} <bound>", weight=3)(lambda bound: _gap(bound))
rule("threshold", f"{_UNDERCUT} <plain_bound>", weight=3)(lambda bound: _gap(bound))
_CHEAPER = (
    "(cheaper|lower|less|below us|below ours|under us|under ours|below our price|below my price|"
    "under our price|lower than us|cheaper than us|cheaper than ours|"
    "above [the] (cheapest|lowest|best|closest) [competitor|rival|price|of them])"
)
rule("threshold", f"<bound> {_CHEAPER}", f"{_CHEAPER} by <bound>", weight=3)(lambda bound: _gap(bound))
rule("threshold", f"<plain_bound> {_CHEAPER}", f"{_CHEAPER} by <plain_bound>", weight=3)(lambda bound: _gap(bound))
rule("threshold", "(drop|drops|go|goes|fall|sell|price it|are|is|get|gets|come in) <threshold>")(
    lambda said: said if said.subject == "price_gap" else None
)
rule("threshold", "(price gap|gap) [is|goes|of] <bound>", weight=3)(lambda bound: _gap(bound))


def _gap(bound: tuple[Any, float, Any]) -> Threshold | None:
    op, value, unit = bound
    return None if unit == "days" else _threshold("price_gap", op or ">", value, unit)


_FALL = "(drop|fall|go|dip|get|down|dropped|fell|are down|is down|is|are|decline|decrease|sink)"
_FALLS = _FALL.replace("|is|are", "")
_RISE = "(rise|grow|jump|increase|spike|climb|up|are up|is up|gain|go up)"
rule("threshold", f"[<-stock_words>] {_FALL} <less> <units_left>", f"{_FALL} to <units_left>", weight=2)(
    lambda *bound: _threshold("quantity", bound[0] if len(bound) == 2 else "<=", bound[-1], "units")
)
_SALES = "(sales|revenue|takings|turnover|we)"
_IN_A_DAY = "[in a day|in one day|in a single day|a day|per day|that day|for day|by end of day]"
_OF_DAYS = "[yesterday 's|today 's|yesterdays|todays|daily|weekly|monthly|total|our|my]"
rule(
    "threshold",
    f"{_OF_DAYS} {_SALES} {_FALLS} [by] <bound>",
    f"{_OF_DAYS} {_SALES} {_FALLS} [by] <plain_bound>",
    weight=4,
)(lambda bound: _change(bound, -1))
rule(
    "threshold",
    f"{_OF_DAYS} {_SALES} {_RISE} [by] <bound>",
    f"{_OF_DAYS} {_SALES} {_RISE} [by] <plain_bound>",
    weight=4,
)(lambda bound: _change(bound, 1))
rule(
    "threshold",
    f"{_OF_DAYS} {_SALES} [have|has] [only] (are|is|were|was|been|hit|reach|go|top|pass|make|made|"
    "earn|do|did|take in|took in|ring up|"
    f"sell|sold|exceed) <bound> {_IN_A_DAY}",
    f"{_OF_DAYS} {_SALES} (hit|reach|top|pass|exceed) <plain_bound> {_IN_A_DAY}",
    weight=4,
)(lambda bound: _sales(bound))


def _change(bound: tuple[Any, float, Any], direction: int) -> Threshold | None:
    op, value, unit = bound
    if unit == "usd":
        return _threshold("sales", op or "<", value, unit) if op in (None, "<", "<=") or direction > 0 else None
    if unit != "percent":
        return None
    op = op or ">="
    return _threshold("sales_change", _TURNED[op] if direction < 0 else op, direction * value, unit)


def _sales(bound: tuple[Any, float, Any]) -> Threshold | None:
    op, value, unit = bound
    return _threshold("sales", op or ">=", value, "usd") if unit in ("usd", "units") else None


# "Top 3": how many.
_BEST = "(top|best|biggest|largest|closest|nearest|main|worst|first|slowest|most valuable)"
rule(
    "top",
    f"{_BEST} <int>",
    "<int> [of our|of my|of] (top|best|biggest|largest|main|worst|slowest|most valuable)",
    "(our|my) <int> [main|biggest|closest|top]",
    f"{_BEST} <int> only",
    f"(only|just) [the] {_BEST} <int>",
    weight=1,
)(lambda value: value if 1 <= value <= 100 else None)
