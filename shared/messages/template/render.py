"""A message as an HTML document: tables and styles on the elements, 600 pixels at most, light and dark."""

from __future__ import annotations

import functools
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from shared.messages.template.as_text import section_text
from shared.messages.template.models import Letterhead, Message, Paragraph
from shared.messages.template.palette import DARK, LIGHT, Palette

if TYPE_CHECKING:
    from jinja2 import Template

MAX_BYTES = 100_000
"""Gmail cuts a mail that is longer than 102 KB off, and with it the way to unsubscribe."""
ROW_LIMITS = (60, 25, 10)
"""Rows shown of each table and list: the first number with which the document is short enough."""
PREHEADER_CHARS = 140

_DARK_RULES = (
    (".a", "background-color", "page"),
    (".e", "background-color", "card"),
    (".d", "background-color", "brand"),
    (".d", "color", "on_brand"),
    (".g", "background-color", "tile"),
    (".t", "color", "text"),
    (".m", "color", "muted"),
    (".k", "color", "link"),
    (".y", "color", "good"),
    (".n", "color", "bad"),
    (".b", "border-color", "line"),
    (".r", "background-color", "bar"),
    (".v", "background-color", "track"),
    (".p", "background-color", "button"),
    ("a.p", "color", "on_button"),
)


def render(message: Message, letterhead: Letterhead, product: str) -> str:
    """The document; `product` is the name of who sends."""
    values = {
        "message": message,
        "letterhead": letterhead,
        "product": product,
        "preheader": message.preheader or _first_words(message),
        "c": {each.name: getattr(LIGHT, each.name) for each in fields(Palette)},
        "dark": [(names, f"{style}: {getattr(DARK, colour)}") for names, style, colour in _DARK_RULES],
    }
    document = ""
    for rows in ROW_LIMITS:
        document = _template().render({**values, "rows": rows})
        if len(document.encode()) <= MAX_BYTES:
            break
    return document


def _first_words(message: Message) -> str:
    """Of the first paragraph; of whatever comes first where there is none."""
    spoken = [section for section in message.sections if isinstance(section, Paragraph)] or message.sections
    words = " ".join(section_text(spoken[0]).split()) if spoken else ""
    return words if len(words) <= PREHEADER_CHARS else f"{words[: PREHEADER_CHARS - 1].rstrip()}…"


@functools.cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template("mail.html.jinja")
