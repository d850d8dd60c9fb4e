"""A message as HTML: a mail's document (styles on the elements, 600 pixels, light and dark), or a fragment."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from shared.messages.template.as_text import section_text
from shared.messages.template.drawing import Drawing
from shared.messages.template.models import Letterhead, Message, Paragraph
from shared.messages.template.palette import DARK, LIGHT, SERIES, Palette
from shared.messages.template.timeline import Timeline

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
    (".x a", "color", "link"),
    (".x pre, .x mark", "background-color", "tile"),
    (".x mark", "color", "text"),
    (".x td, .x th, .x hr, .x blockquote", "border-color", "line"),
)
"""What is in `.x` an author wrote, whose elements have no classes."""


def render(
    message: Message,
    letterhead: Letterhead,
    product: str,
    body: Markup | None = None,
    drawings: Mapping[Timeline, Drawing] | None = None,
) -> str:
    """The document; `product` is the name of who sends, `body` what `author_body` made of an author's HTML.

    It stands above the message's sections. A chart without a drawing that goes along is told in words.
    """
    values = {
        "message": message,
        "letterhead": letterhead,
        "product": product,
        "body": body,
        "drawings": drawings or {},
        "series_colours": SERIES,
        "preheader": _preheader(message, body),
        "c": {each.name: getattr(LIGHT, each.name) for each in fields(Palette)},
        "dark": [(names, f"{style}: {getattr(DARK, colour)}") for names, style, colour in _DARK_RULES],
    }
    document = ""
    for rows in ROW_LIMITS:
        document = _template("mail.html.jinja").render({**values, "rows": rows})
        if len(document.encode()) <= MAX_BYTES:
            break
    return document


def message_html(message: Message) -> str:
    """What the message says without its title, as a fragment without styles: for files and for HTML of others."""
    return _template("fragment.html.jinja").render(message=message).strip() + "\n"


def _preheader(message: Message, body: Markup | None) -> str:
    """The lead, else the first paragraph; whatever comes first where there is neither."""
    spoken = [section for section in message.sections if isinstance(section, Paragraph)] or message.sections
    first = body.striptags() if body else section_text(spoken[0]) if spoken else ""
    words = " ".join((message.lead or first).split())
    return words if len(words) <= PREHEADER_CHARS else f"{words[: PREHEADER_CHARS - 1].rstrip()}…"


@functools.cache
def _template(name: str) -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template(name)
