"""The prices that a page shows, each with its role, its size and the text that it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from shared.competitors.menus.flow import Element, Flow, Text
from shared.competitors.menus.money import USD, Sum, is_bare_sum, price_and_currency, sums_in
from shared.competitors.menus.roles import Role, role_of_classes, role_of_label, role_of_words
from shared.competitors.menus.tables import Columns
from shared.competitors.menus.vocabulary import words as word_set
from shared.values.size_grammar import is_size, size_in, without_sizes

MAX_PRICES = 6_000
_LEVELS = 3
_MOST_TEXTS_OF_A_HINT = 8
_SENTENCE_WORDS = 6
_GOES_ON = re.compile(r"\s{1,3}(?!(?:an?|per|each|ea|for)\b)[a-z]")
_SIGN = re.compile(r"\s{0,9}(?:[A-Z]{0,3}\$|[€£¥₹]|USD|CAD|EUR|GBP|AUD)\s{0,9}")
_SUFFIX = re.compile(r"\s{0,9}(?:USD|CAD|EUR|GBP|AUD|€|£|US\$)\s{0,9}")
_CENTS = re.compile(r"\s{0,9}[.,]\s?\d{2}(?!\d)")
_POINT = re.compile(r"\s{0,9}[.,]\s{0,9}")
_OPEN_SUM = re.compile(r"(?:\$|USD)\s?[\d,]{1,9}\.?\s{0,3}")
_TWO_DIGITS = re.compile(r"\s{0,3}\d{2}(?!\d)\s{0,3}")
_PRICE_HEAD = re.compile(
    r"\W{0,9}(?:our |sale |unit )?(?:prices?|cost)\W{0,9}(?:\(?(?:usd|\$)\)?\W{0,3})?", re.IGNORECASE
)
_PRICE_WORDS = frozenset({"price", "prices", "cost", "pricing"})
_NO_PRICE_WORDS = word_set("rating ratings review reviews count qty quantity stock thc cbd percent sku")
_FILLERS = re.compile(
    r"\b(?:from|each|ea|price|only|per|starting|at|as|low|for|or|usd|a|an|to)\b|[\W\d_]", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Price:
    """A sum in the text of index `text`. `is_pure`: little else stands in that text."""

    text: int
    amount: Decimal
    currency: str
    role: Role
    size: str | None
    is_pure: bool
    start: int
    end: int


def prices_of(flow: Flow, columns: Columns, currency: str = USD) -> list[Price]:
    """Every price in the order of the page, at most 6,000. `currency`: what a bare dollar sign means there."""
    _join_parted_sums(flow)
    found: list[Price] = []
    for index in range(len(flow.texts)):
        found.extend(_prices_in(flow, index, currency, columns))
        if len(found) >= MAX_PRICES:
            break
    return found


def is_in_prose(flow: Flow, price: Price) -> bool:
    """Whether a sentence goes on after the sum: "pairs well with a $5 lighter"."""
    raw = flow.texts[price.text].raw
    return not price.is_pure and len(raw.split()) >= _SENTENCE_WORDS and bool(_GOES_ON.match(raw[price.end :]))


def _prices_in(flow: Flow, index: int, currency: str, columns: Columns) -> Iterator[Price]:
    text = flow.texts[index]
    raw = text.raw
    if not any(sign.isdigit() for sign in raw):
        return
    sums = list(sums_in(raw)) or _bare_sum(flow, index, columns)
    for number, one in enumerate(sums):
        before = raw[sums[number - 1].end if number else 0 : one.start]
        after = raw[one.end : sums[number + 1].start if number + 1 < len(sums) else len(raw)]
        role = _role(flow, index, before, after, columns, is_first=number == 0)
        if role is Role.WAS and number + 1 < len(sums) and one.amount < sums[number + 1].amount:
            role = _role(flow, index, before, "", columns, is_first=number == 0)  # "$34 (MSRP $50)"
        rest = _FILLERS.sub("", without_sizes(f"{raw[: one.start]} {raw[one.end :]}"))
        yield Price(
            index,
            one.amount,
            currency if one.currency == USD and "US" not in raw[one.start : one.end].upper() else one.currency,
            role,
            size_in(before)
            or (size_in(after.lstrip(" /")) if len(sums) == 1 or not size_in(raw[: sums[0].start]) else None)
            or size_in(columns.head_of(index)),
            not rest or (len(sums) > 1 and len(rest) < 24) or len(rest) < 6,
            one.start,
            one.end,
        )


def _role(flow: Flow, index: int, before: str, after: str, columns: Columns, *, is_first: bool) -> Role:
    text = flow.texts[index]
    if text.is_struck:
        return Role.WAS
    if (role := role_of_words(before, after)) is not None:
        return role
    classes = next((role for words in _hints(flow, text) if (role := role_of_classes(words)) is not None), None)
    if classes is not None and classes is not Role.REGULAR:
        return classes
    label = _label_before(flow, index) or role_of_label(columns.head_of(index)) if is_first else None
    return label if label is not None else classes if classes is not None else Role.PLAIN


def _label_before(flow: Flow, index: int) -> Role | None:
    """What the text before says, if it is a label of this price: near it, and under the same parent."""
    if index == 0:
        return None
    text, label = flow.texts[index], flow.texts[index - 1]
    if label.heading or label.in_button != text.in_button or text.line - label.line > 4:
        return None
    around = flow.elements[text.element]
    for _ in range(2):
        if around.parent < 0:
            break
        around = flow.elements[around.parent]
    if not around.first <= index - 1 or _is_of_another(flow, index - 1, index):
        return None
    return role_of_label(label.raw)


def _is_of_another(flow: Flow, label: int, price: int) -> bool:
    """Whether the label is of a link, or stands with a sum before it: `<p>$38 <i>(Inc. tax)</i></p><p>$34</p>`."""
    element = flow.elements[flow.texts[label].element]
    while element.end <= price and element.parent >= 0:
        before = (sign for text in flow.texts[element.first : label] for sign in text.raw)
        if element.tag == "a" or any(sign.isdigit() for sign in before):
            return True
        element = flow.elements[element.parent]
    return False


def _hints(flow: Flow, text: Text) -> Iterator[frozenset[str]]:
    """The classes of the elements close around a text, innermost first."""
    for element in _close_around(flow, text):
        yield element.words


def _close_around(flow: Flow, text: Text) -> Iterator[Element]:
    element = flow.elements[text.element]
    for _ in range(_LEVELS):
        yield element
        if element.parent < 0:
            return
        element = flow.elements[element.parent]
        if element.end - element.first > _MOST_TEXTS_OF_A_HINT or element.tag in ("body", "html", "main"):
            return


def _bare_sum(flow: Flow, index: int, columns: Columns) -> list[Sum]:
    """A number without a currency is a price only where the page's markup or its table's head calls it one."""
    text = flow.texts[index]
    if not is_bare_sum(text.raw) or text.for_readers:
        return []
    head = columns.head_of(index)
    of_column = [frozenset({"price"})] if is_size(head) or _PRICE_HEAD.fullmatch(head) else []
    for words in (*_hints(flow, text), *of_column):
        if words & _NO_PRICE_WORDS:
            return []
        if words & _PRICE_WORDS:
            price, _ = price_and_currency(text.raw)
            start = len(text.raw) - len(text.raw.lstrip())
            return [Sum(price, USD, start, len(text.raw.rstrip()))] if price is not None else []
    return []


def _join_parted_sums(flow: Flow) -> None:
    """Put together what elements part: `<span>$</span><span>34</span><span>.00</span>`, `34.00
    <span>USD</span>`.
    """
    texts = flow.texts
    for index in range(len(texts) - 1):
        this, following = texts[index], texts[index + 1]
        if this.line != following.line or this.is_struck != following.is_struck:
            continue
        if _SIGN.fullmatch(this.raw) and following.raw.lstrip()[:1].isdigit():
            following.raw, this.raw = f"{this.raw.strip()}{following.raw.lstrip()}", ""
        elif _CENTS.match(following.raw) and _OPEN_SUM.fullmatch(this.raw.strip()):
            following.raw, this.raw = f"{this.raw.rstrip()}{following.raw.strip()}", ""
        elif _POINT.fullmatch(following.raw) and _OPEN_SUM.fullmatch(this.raw.strip()):
            following.raw, this.raw = f"{this.raw.rstrip()}.", ""
        elif (
            this.raw.rstrip().endswith(".")
            and _OPEN_SUM.fullmatch(this.raw.strip())
            and _TWO_DIGITS.fullmatch(following.raw)
        ):
            following.raw, this.raw = f"{this.raw.rstrip()}{following.raw.strip()}", ""
        elif _SUFFIX.fullmatch(following.raw) and this.raw.rstrip()[-1:].isdigit():
            following.raw, this.raw = f"{this.raw.rstrip()} {following.raw.strip()}", ""
