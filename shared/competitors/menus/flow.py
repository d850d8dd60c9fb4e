"""A page as its visible texts in order, each with the elements around it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from shared.competitors.menus.money import CENTS_MARK
from shared.competitors.menus.vocabulary import words as word_set

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

MAX_TEXTS = 20_000
"""Two thousand products with ten texts each."""
_LONGEST_TEXT = 1_000
_WIDEST = 100
_SKIPPED = word_set(
    "script style noscript template head svg math iframe object video audio canvas nav footer map textarea"
)
_FORMATTING = word_set("b strong i em u mark font bdi bdo abbr sup sub wbr big tt nobr")
"""Elements that do not part the words around them, unless a class of theirs says that they mean something."""
_BLOCKS = word_set(
    "address article aside blockquote body button center dd details div dl dt fieldset figcaption figure form h1 h2"
    " h3 h4 h5 h6 header hr html label li main ol option p pre section select summary table tbody td tfoot th thead"
    " tr ul"
)
_BUTTONS = frozenset({"a", "button", "span", "label", "div"})
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_HIDDEN_STYLE = re.compile(r"display\s?:\s?none|visibility\s?:\s?hidden", re.IGNORECASE)
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_NUMBERS = re.compile(r"[\d]+")
_HIDDEN_CLASSES = frozenset({"hidden", "d-none", "is-hidden", "hide", "display-none", "u-hidden"})
_SHOWN_AGAIN = re.compile(r"\b(?:sm|md|lg|xl|d|xs|tablet|desktop)[:-](?:\w+-)?(?:block|flex|inline|grid|table)")
_FOR_READERS = re.compile(
    r"visually-?hidden|sr-only|screen-?reader|a11y|visuallyhidden|assistive|offscreen", re.IGNORECASE
)
_CARD_WORDS = frozenset({"card", "product", "item", "tile"})
_CENTS = frozenset({"cent", "cents", "decimal", "decimals", "fraction", "fractional", "superscript", "sup"})
_ELSEWHERE = word_set(
    "mini-cart minicart cart-drawer breadcrumb breadcrumbs facets filters refinements pagination site-header"
    " site-footer announcement-bar newsletter age-gate cookie-banner"
)
_SOLD_OUT = word_set(
    "outofstock out-of-stock sold-out soldout is-sold-out unavailable is-unavailable disabled is-disabled"
)
_HINTS = ("data-hook", "data-testid", "data-test", "data-qa", "itemprop", "data-role", "data-price-type")


@dataclass(frozen=True, slots=True)
class _Kind:
    """What an element's tag and classes say about it."""

    words: frozenset[str]
    shape: str
    is_hidden: bool
    for_readers: bool
    is_button: bool
    sold_out: bool
    has_cents: bool


@dataclass(slots=True)
class Element:
    """An element that holds the texts from `first` to before `end`."""

    tag: str
    parent: int
    words: frozenset[str]
    """What its classes and hooks are made of, in lower case."""
    shape: str
    """Its tag and classes without their numbers: what repeated elements have in common."""
    first: int
    end: int = 0
    link: str | None = None
    sold_out: bool = False
    image_text: str = ""
    spans: tuple[int, int] = (1, 1)
    """How many columns and rows of its table a cell takes."""


@dataclass(slots=True)
class Text:
    """A piece of text that no element parts. `element` is the index of the innermost one around it."""

    raw: str
    element: int
    line: int
    is_struck: bool
    for_readers: bool
    """Shown to screen readers only."""
    in_button: bool
    heading: int
    """1 to 6 within a heading, else 0."""
    bold: str = ""
    """The first words of it that are bold."""
    of_image: bool = False
    """What a link says that shows a picture only."""


@dataclass(slots=True)
class Flow:
    """The page's texts and the elements around them, both in document order."""

    elements: list[Element] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Inside:
    """What holds within an element."""

    element: int
    is_struck: bool = False
    for_readers: bool = False
    in_button: bool = False
    heading: int = 0
    is_bold: bool = False


def flow_of(root: LexborNode) -> Flow:
    """Read the tree once, without what nobody sees and what is no part of a menu."""
    return _Reader().read(root)


class _Reader:
    def __init__(self) -> None:
        self._flow = Flow([Element("html", -1, frozenset(), "html", 0)])
        self._kinds: dict[str, _Kind] = {}
        self._line = 0
        self._open: Text | None = None
        """The text that what comes next belongs to, if no element parts them."""

    def read(self, root: LexborNode) -> Flow:
        """Without recursion: how deep a page is, is the page's choice."""
        waiting: list[tuple[LexborNode | None, _Inside]] = [(root, _Inside(0))]
        flow = self._flow
        while waiting and len(flow.texts) < MAX_TEXTS:
            node, inside = waiting.pop()
            if node is None:
                self._leave(inside.element)
            elif node.is_text_node:
                self._add(node.text_content or "", inside)
            elif node.is_element_node:
                within = self._enter(node, inside)
                if within is not None:
                    if within.element != inside.element:
                        waiting.append((None, within))
                    waiting.extend([(child, within) for child in node.iter(include_text=True)][::-1])
        for element in flow.elements:
            element.end = element.end or len(flow.texts)
        return flow

    def _add(self, raw: str, inside: _Inside) -> None:
        if self._flow.elements[inside.element].tag == "pre" and "\n" in raw:
            for line in raw.split("\n")[:MAX_TEXTS]:
                self._part(is_block=True)
                self._add(line, inside)
            return
        text = self._open
        before = text.raw if text is not None else ""
        if text is not None:
            if raw.strip() in (".", ","):  # `34<span class="decimal">.</span>`: the cents come after it
                before = before.removesuffix(CENTS_MARK)
            text.raw = f"{before}{raw}"[:_LONGEST_TEXT]
        elif raw and not raw.isspace():
            text = self._open = Text(
                raw[:_LONGEST_TEXT],
                inside.element,
                self._line,
                inside.is_struck,
                inside.for_readers,
                inside.in_button,
                inside.heading,
            )
            self._flow.texts.append(text)
        if inside.is_bold and text is not None and before.endswith(text.bold):
            text.bold += raw[:_LONGEST_TEXT]

    def _enter(self, node: LexborNode, inside: _Inside) -> _Inside | None:
        """What holds within the element; None where it is passed over."""
        tag = node.tag or ""
        if tag in _SKIPPED and not (tag == "footer" and _is_card(self._flow.elements[inside.element])):
            return None
        if tag == "br":
            self._part(is_block=True)
            return None
        attributes = node.attributes
        if tag == "img":
            self._see_image(attributes.get("alt"), inside.element)
            return None
        kind = self._kind(tag, attributes)
        is_hidden = kind.is_hidden or "hidden" in attributes or _HIDDEN_STYLE.search(attributes.get("style") or "")
        if is_hidden and attributes.get("role") != "tabpanel":
            return None
        if (tag == "sup" or kind.has_cents) and (text := self._sum_before()) is not None:
            text.raw += CENTS_MARK
            self._open = text
            return inside
        if tag in _FORMATTING and not kind.words:
            return replace(inside, is_bold=True) if tag in ("b", "strong") and not inside.is_bold else inside
        self._part(is_block=tag in _BLOCKS)
        elements = self._flow.elements
        link = attributes.get("href") if tag == "a" else None
        label = (attributes.get("aria-label") or attributes.get("title") or "") if tag == "a" else ""
        sold_out = kind.sold_out or "disabled" in attributes
        elements.append(
            Element(tag, inside.element, kind.words, kind.shape, len(self._flow.texts), 0, link, sold_out, label)
        )
        if "colspan" in attributes or "rowspan" in attributes:
            elements[-1].spans = _span(attributes.get("colspan")), _span(attributes.get("rowspan"))
        return _Inside(
            len(elements) - 1,
            inside.is_struck or tag in ("del", "s", "strike"),
            inside.for_readers or kind.for_readers,
            inside.in_button or kind.is_button or tag in ("button", "option") or attributes.get("role") == "button",
            _HEADINGS.get(tag, inside.heading),
            inside.is_bold or tag in ("b", "strong"),
        )

    def _sum_before(self) -> Text | None:
        """The text that raised cents may belong to."""
        if self._open is None and self._flow.texts:
            last = self._flow.texts[-1]
            return last if last.line == self._line and last.raw.rstrip()[-1:].isdigit() else None
        return self._open

    def _leave(self, element: int) -> None:
        left = self._flow.elements[element]
        if left.link is not None and left.first == len(self._flow.texts) and left.image_text:
            self._flow.texts.append(
                Text(left.image_text, element, self._line, False, False, False, 0, of_image=True)
            )
        left.end = len(self._flow.texts)
        self._part(is_block=left.tag in _BLOCKS)

    def _part(self, *, is_block: bool) -> None:
        self._open = None
        self._line += is_block

    def _see_image(self, text: str | None, element: int) -> None:
        around = self._flow.elements[element]
        if text and not around.image_text:
            around.image_text = text[:_LONGEST_TEXT]

    def _kind(self, tag: str, attributes: Mapping[str, str | None]) -> _Kind:
        classes = attributes.get("class") or ""
        hints = " ".join(filter(None, map(attributes.get, _HINTS))) if len(attributes) > 1 or not classes else ""
        key = f"{tag} {classes}|{hints}"
        found = self._kinds.get(key)
        if found is None:
            found = self._kinds[key] = _kind_of(tag, classes[:_LONGEST_TEXT], hints[:_LONGEST_TEXT])
        return found


def _is_card(element: Element) -> bool:
    return element.tag in ("article", "li") or (element.tag == "div" and bool(element.words & _CARD_WORDS))


def _span(value: str | None) -> int:
    return min(int(value), _WIDEST) if value and value.isascii() and value.isdigit() and int(value) else 1


def _kind_of(tag: str, classes: str, hints: str) -> _Kind:
    names = frozenset(classes.lower().split())
    words = frozenset(word.lower() for word in _WORD.findall(f"{classes} {hints}"))
    is_hidden = bool(names & _HIDDEN_CLASSES) and not _SHOWN_AGAIN.search(classes)
    return _Kind(
        words=words | {"now"} if tag == "ins" else words,
        shape=f"{tag}.{_NUMBERS.sub('', ' '.join(sorted(names)))}",
        is_hidden=is_hidden or (bool(names & _ELSEWHERE) and tag not in ("html", "body", "main")),
        for_readers=bool(_FOR_READERS.search(classes)),
        is_button=tag in _BUTTONS and bool(words & {"button", "btn"}),
        sold_out=bool(names & _SOLD_OUT),
        has_cents=tag != "div" and bool(words & _CENTS),
    )
