"""When it is worth telling: "by more than 10%", "fewer than 5 left", "below $500 in sales", "if sales drop 20%"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from shared.chat.understanding import Threshold

Op = Literal[">", ">=", "<", "<=", "=="]
_LEADS: tuple[tuple[str, Op], ...] = (
    (
        r"no more than|not more than|at most|max(?:imum)?(?: of)?|up to|(?:is |are )?at or below|<="
        r"|≤|down to|only|just",
        "<=",
    ),
    (r"no less than|not less than|no fewer than|at least|min(?:imum)?(?: of)?|>=|≥|(?:is |are )?at or above", ">="),
    (r"more than|greater than|higher than|larger than|bigger than|over|above|exceeds?|exceeding|beyond|>", ">"),
    (r"less than|fewer than|lower than|smaller than|under|below|beneath|<", "<"),
    (r"exactly|equal to|equals|==", "=="),
)
_LEAD = "|".join(rf"(?P<l{place}>{words})" for place, (words, _) in enumerate(_LEADS))
_AMOUNT = re.compile(
    rf"(?:(?<!\w)(?:{_LEAD})\s*)?(?<![\w.:])(?P<usd>\$\s?)?(?P<n>\d{{1,9}}(?:\.\d{{1,4}})?)(?P<k>k\b)?(?![\d:]"
    r"|(?:st|nd|rd|th|am|pm|h)\b)"
    r"\s*(?P<unit>%|(?:percentage points?|dollars|bucks|usd|units?|pieces?|items?|days?|weeks?|points?)\b)?"
    r"(?P<up>\s*(?:or (?:more|above|over|higher|greater|better)\b|\+|and (?:up|above)\b))?"
    r"(?P<down>\s*or (?:less|fewer|below|under|lower)\b)?"
)
_UNDERCUT = re.compile(
    r"undercut|undercuts|cheaper|\b(?:lower|less) than (?:us|ours?|we)\b|below (?:us|ours?\b)"
    r"|under (?:us|our\b)|beat(?:s|ing)? (?:us|our)"
    r"|price gap|\bgap\b|lower prices? than"
)
_SALES = re.compile(r"\b(?:sales|revenue|takings|turnover|we (?:sell|make|take in|do))\b")
_FALL = re.compile(
    r"\b(?:drop|fall|fell|declin|dip|decreas|go(?:es)? down|is down|are down|down|slump|tank|shrink|lose)\w*"
)
_RISE = re.compile(r"\b(?:ris|grow|grew|increas|jump|climb|up\b|spik|go(?:es)? up)\w*")
_STOCK = re.compile(
    r"\b(?:left|in stock|remaining|remain|on the shelf|on hand|stock|inventory|quantity|units"
    r"|of (?:it|them|something|anything|any))\b"
)
_SPENT = re.compile(r"\bspen[dt]\w*\b")
_INACTIVE = re.compile(r"\b(?:inactive|haven't|hasn't|away|lapsed)\b")
_COUNTED = re.compile(
    r"^\s*(?:new |different )?(?:products?|customers?|promotions?|promos?|orders?|deals?|signups?|competitors?)\b"
)
_VAGUE = re.compile(
    r"\b(?:a lot|significant\w*|too much|way|much|big time|substantial\w*|considerabl\w*"
    r"|a little|slightly|a bit|noticeabl\w*)\b"
)
THRESHOLD_WORD = re.compile(r"\b(?:threshold|trigger level|limit|percentage|percent|gap|cut-?off|alert level)\b")
_ASK_PERCENT = "I compare prices in percent of ours. By how many percent must they be cheaper?"
_ASK_HOW_MUCH = "By how many percent must they undercut us: any, 5%, 10% or another figure?"
_ASK_WHICH = "Which of these numbers is the limit?"


@dataclass(frozen=True)
class Found:
    """The threshold, its places in the text, and a question where it is not clear."""

    threshold: Threshold | None = None
    spans: tuple[tuple[int, int], ...] = ()
    question: str | None = None


def find_threshold(
    low: str, *, times: Sequence[tuple[int, int]] = (), changing: bool = False, asked: Threshold | None = None
) -> Found:
    """The threshold of a normalised text; numbers at the places of `times` are none.

    `changing`: the sentence changes an existing playbook, a number alone is its new limit. `asked`: the one
    that a question is open about; a number alone answers it.
    """
    found: list[tuple[Threshold, tuple[int, int], str | None]] = []
    for match in _AMOUNT.finditer(low):
        if any(start <= match.start("n") < end for start, end in times):
            continue
        if (one := _read(low, match, changing, asked)) is not None:
            found.append((one[0], match.span(), one[1]))
    if not found:
        return _unnumbered(low)
    spans = tuple(span for _, span, _ in found)
    if len({threshold for threshold, _, _ in found}) > 1:
        return Found(None, spans, _ASK_WHICH)
    return Found(found[0][0], spans, found[0][2])


def _unnumbered(low: str) -> Found:
    match = re.search(
        r"\b(?:if|when(?:ever)?|once|as soon as|where|that)\b[^.;!?]*?(?:undercut|cheaper than"
        r"|lower than (?:us|ours)|below our|beats? (?:us|our))",
        low,
    )
    if match is None:
        return Found()
    if _VAGUE.search(_clause(low, match.start(), match.end())[1]):
        return Found(None, (), _ASK_HOW_MUCH)
    return Found(Threshold(subject="price_gap", op=">", value=0, unit="percent"))


def _clause(low: str, start: int, end: int) -> tuple[str, str]:
    """What stands before an amount, and the whole clause it is in."""
    begin = max(low.rfind(mark, 0, start) for mark in (". ", "; ", "! ", "? ")) + 1
    ends = [place for mark in (". ", "; ", "! ", "? ") if (place := low.find(mark, end)) >= 0]
    return low[begin:start], low[begin : min(ends, default=len(low))]


def _read(
    low: str, match: re.Match[str], changing: bool, asked: Threshold | None
) -> tuple[Threshold, str | None] | None:
    value = float(match["n"]) * (1000 if match["k"] else 1)
    before, clause = _clause(low, *match.span())
    said = _op(match)
    unit = match["unit"] or ""
    if unit == "%" or unit.startswith(("percentage", "point")):
        return _percent(value, said, before, clause, changing, asked, low[match.end() :])
    if match["usd"] or unit in ("dollars", "bucks", "usd"):
        if changing and not (_UNDERCUT.search(clause) or _SPENT.search(clause)):
            return Threshold(subject="sales", op=said or "<", value=value, unit="usd", only_value=True), None
        return _money(value, said, clause)
    if changing and unit.startswith("day") and re.search(r"\b(?:to|it|that|at)\s*$", before):
        return _changed(value, said, unit, low), None
    if changing and re.search(r"\bthreshold\b", before):
        return _changed(value, said, unit, low), None
    return _number(value, said, unit, before, low[match.end() :], clause, asked)


def _changed(value: float, said: Op | None, unit: str, low: str) -> Threshold:
    if unit.startswith("day"):
        return Threshold(subject="days_inactive", op=said or ">=", value=value, unit="days", only_value=True)
    if unit.startswith(("unit", "item", "piece")) or _STOCK.search(low):
        return Threshold(subject="quantity", op=said or "<", value=value, unit="units", only_value=True)
    return Threshold(subject="price_gap", op=said or ">", value=value, unit="percent", only_value=True)


def _op(match: re.Match[str]) -> Op | None:
    if match["up"]:
        return ">="
    if match["down"]:
        return "<="
    return next((op for place, (_, op) in enumerate(_LEADS) if match[f"l{place}"]), None)


def _percent(
    value: float, said: Op | None, before: str, clause: str, changing: bool, asked: Threshold | None, after: str
) -> tuple[Threshold, str | None] | None:
    if re.match(r"\s*(?:off|discount|of (?:our|my|the) (?:\w+ )?(?:usage|limit|plan|quota))", after):
        return None
    if _SALES.search(before[-60:]) and not _UNDERCUT.search(before[-40:]):
        return _sales_change(value, said, before)
    if _UNDERCUT.search(clause):
        question = "A price cannot be cheaper by more than 100%. By how many percent?" if value >= 100 else None
        return Threshold(subject="price_gap", op=said or ">=", value=value, unit="percent"), question
    if asked is not None:
        return asked.model_copy(update={"value": value, "unit": "percent", "op": said or asked.op}), None
    if changing or THRESHOLD_WORD.search(before):
        return Threshold(subject="price_gap", op=said or ">", value=value, unit="percent", only_value=True), None
    if re.search(r"\b(?:pric|chang|drop|mov)\w*", before) and said is not None:
        return Threshold(subject="price_gap", op=said, value=value, unit="percent"), (
            f"Do you mean when they are {value:g}% cheaper than us, or when they change a price (told from 10% on)?"
        )
    return None


def _sales_change(value: float, said: Op | None, before: str) -> tuple[Threshold, str | None] | None:
    if _FALL.search(before):
        op: Op = "<" if said == ">" else "<="
        question = None if said in (None, ">", ">=") else "By how many percent must sales fall?"
        return Threshold(subject="sales_change", op=op, value=-value, unit="percent"), question
    if _RISE.search(before):
        return Threshold(subject="sales_change", op=said or ">=", value=value, unit="percent"), None
    question = f"Do you mean when sales rise or when they fall by {value:g}%?"
    return Threshold(subject="sales_change", op=">=", value=value, unit="percent"), question


def _money(value: float, said: Op | None, clause: str) -> tuple[Threshold, str | None] | None:
    if _UNDERCUT.search(clause):
        return Threshold(subject="price_gap", op=said or ">=", value=value, unit="usd"), _ASK_PERCENT
    if _SPENT.search(clause):
        return Threshold(subject="spent", op=said or ">=", value=value, unit="usd"), None
    if _SALES.search(clause):
        question = None if said else f"Do you mean when sales are above or below ${value:g}?"
        return Threshold(subject="sales", op=said or "<", value=value, unit="usd"), question
    return None


def _number(
    value: float, said: Op | None, unit: str, before: str, after: str, clause: str, asked: Threshold | None
) -> tuple[Threshold, str | None] | None:
    if unit.startswith("day"):
        if _INACTIVE.search(clause) and said:
            return Threshold(subject="days_inactive", op=said, value=value, unit="days"), None
        return None
    reaches = re.search(r"\b(?:drops?|falls?|gets?|goes|down|hits?|reach(?:es)?) (?:down )?(?:to|at)?\s*$", before)
    if _SALES.search(before[-40:]) and said and not _STOCK.search(after[:25]):
        return Threshold(subject="sales", op=said, value=value, unit="usd"), None
    counted = _COUNTED.match(after)
    near_stock = (
        _STOCK.search(before[-45:]) or _STOCK.search(after[:30]) or unit.startswith(("unit", "item", "piece"))
    )
    if (said or reaches) and near_stock:
        return Threshold(subject="quantity", op=said or "<=", value=value, unit="units"), None
    if said and counted and said != "<=":
        return Threshold(subject="count", op=said, value=value), None
    if asked is not None and clause.strip() == clause[len(before) : len(clause) - len(after)].strip():
        return asked.model_copy(
            update={
                "value": value,
                "op": said or asked.op,
                "unit": asked.unit if asked.unit != "usd" else "percent",
            }
        ), None
    return None
