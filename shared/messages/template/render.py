"""Renders a message as an HTML email (inline styles, 600 pixels, light and dark) or as a fragment."""

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
"""Gmail clips email over 102 KB, including the unsubscribe link."""
ROW_LIMITS = (60, 25, 10)
"""Rows shown per table or list: the first limit that makes the document short enough."""
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
"""`.x` contains author-written HTML, whose elements have no classes."""


def render(
    message: Message,
    letterhead: Letterhead,
    product: str,
    body: Markup | None = None,
    drawings: Mapping[Timeline, Drawing] | None = None,
) -> str:
    """The email's HTML; `product` is the sender's name, `body` the result of `author_body`.

    The body precedes the message's sections. A timeline without a drawing is described in words.
    """
    values = {
        "message": message,
        "letterhead": letterhead,
        "product": product,
        "body": body,
        "drawings": drawings or {},
        "series_colors": SERIES,
        "preheader": _preheader(message, body),
        "c": {each.name: getattr(LIGHT, each.name) for each in fields(Palette)},
        "dark": [(names, f"{style}: {getattr(DARK, color)}") for names, style, color in _DARK_RULES],
    }
    document = ""
    for rows in ROW_LIMITS:
        document = _template("mail.html.jinja").render({**values, "rows": rows})
        if len(document.encode()) <= MAX_BYTES:
            break
    return document


def message_html(message: Message) -> str:
    """The message without its title as an unstyled fragment, for files and other people's HTML."""
    return _template("fragment.html.jinja").render(message=message).strip() + "\n"


def _preheader(message: Message, body: Markup | None) -> str:
    """The lead, or the first paragraph, or whatever comes first."""
    readable = [section for section in message.sections if isinstance(section, Paragraph)] or message.sections
    first = body.striptags() if body else section_text(readable[0]) if readable else ""
    words = " ".join((message.lead or first).split())
    return words if len(words) <= PREHEADER_CHARS else f"{words[: PREHEADER_CHARS - 1].rstrip()}…"


@functools.cache
def _template(name: str) -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template(name)
