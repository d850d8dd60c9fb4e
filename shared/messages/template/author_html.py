"""HTML from people, agents and stored playbooks: sanitized, given our styles, otherwise kept."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from markupsafe import Markup

from shared.messages.template.addresses import link_address, picture_address, plain
from shared.messages.template.palette import LIGHT

if TYPE_CHECKING:
    import css_inline
    import nh3

MAX_DEPTH = 200
"""Deeper markup would overflow the CSS inliner's stack; it is reduced to its text."""

_TAGS = (
    "a abbr b blockquote br caption center cite code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr i img ins kbd li "
    "mark ol p pre q s samp small span strike strong sub sup table tbody td tfoot th thead tr u ul"
)
_SILENT = "script style title template noscript iframe object embed svg math audio video canvas select textarea"
_CELL = {"colspan", "rowspan", "align", "valign"}
_ATTRIBUTES = {
    "*": {"style"},
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "td": _CELL,
    "th": _CELL,
    "ol": {"start"},
}
_STYLES = {"text-align", "text-decoration", "font-weight", "font-style"}
"""Allowed inline styles: colors wouldn't adapt to dark mode, and positions could leave the card."""
_ADDRESSES = {"href": link_address, "src": picture_address}
_NUMBERS = frozenset({"colspan", "rowspan", "width", "height", "start"})
_TAG = re.compile(r"<(/?[a-z][a-z0-9]*)")
_HEADING = re.compile(r"<h([1-3])(?: [^>]*)?>(.*?)</h\1>\s*", re.DOTALL)
_VOID = frozenset({"br", "hr", "img"})

_FONT = "font-family:-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif;"
_SHEET = f"""
p, ul, ol, dl, blockquote, pre, table {{ margin: 0 0 14px }}
h1, h2, h3, h4, h5, h6 {{ margin: 24px 0 8px; font-size: 16px; line-height: 22px; font-weight: 600 }}
h1, h2 {{ font-size: 19px; line-height: 26px }}
a[href] {{ color: {LIGHT.link}; text-decoration: underline }}
img {{ max-width: 100%; height: auto; border: 0 }}
ul, ol {{ padding: 0 0 0 24px }}
li {{ margin: 0 0 6px }}
dt {{ font-size: 13px; line-height: 18px }}
dd {{ margin: 0 0 10px }}
small {{ font-size: 14px; line-height: 21px }}
table {{ width: 100%; border-collapse: collapse; {_FONT} font-size: 14px; line-height: 20px }}
td, th {{ padding: 8px 8px 8px 0; border-bottom: 1px solid {LIGHT.line}; vertical-align: top }}
td[align=right], th[align=right] {{ text-align: right }}
th {{ font-size: 12px; line-height: 16px; font-weight: 600 }}
th:not([align=right]) {{ text-align: left }}
blockquote {{ padding: 2px 0 2px 14px; border-left: 3px solid {LIGHT.line} }}
pre {{ padding: 12px; border-radius: 6px; background-color: {LIGHT.tile}; white-space: pre-wrap }}
pre, code, kbd, samp {{ font-family: Menlo, Consolas, monospace; font-size: 13px }}
mark {{ background-color: {LIGHT.tile}; color: {LIGHT.text} }}
hr {{ margin: 20px 0; border: 0; border-top: 1px solid {LIGHT.line} }}
"""


def author_body(markup: str, title: str) -> Markup:
    """Sanitized markup for an email's card; a heading that repeats the title is dropped.

    Text, tables, links, https pictures and strikethrough stay. Scripts, forms, other styles, other kinds of
    addresses and direction overrides are removed. Empty if nothing is left to read.
    """
    kept = plain(_cleaner().clean(markup)).strip()
    if _depth(kept) > MAX_DEPTH:
        return Markup("<p>{}</p>").format(Markup(kept).striptags())  # noqa: S704 - its text alone, escaped
    heading = _HEADING.match(kept)
    if heading and " ".join(Markup(heading[2]).striptags().split()) == " ".join(title.split()):  # noqa: S704 - only read
        kept = kept[heading.end() :]
    # Only the tags and attributes listed above remain.
    return Markup(_inliner().inline_fragment(kept, _SHEET)) if _says_something(kept) else Markup("")  # noqa: S704


def _says_something(markup: str) -> bool:
    return bool(Markup(markup).striptags()) or 'src="' in markup  # noqa: S704 - only read


def _depth(markup: str) -> int:
    """Nesting depth; the cleaner closes all open elements."""
    deepest = depth = 0
    for tag in _TAG.findall(markup):
        depth += -1 if tag.startswith("/") else 0 if tag in _VOID else 1
        deepest = max(deepest, depth)
    return deepest


def _attribute(_tag: str, name: str, value: str) -> str | None:
    value = value.strip()
    if name in _NUMBERS:
        return value if value.isascii() and value.isdigit() and len(value) <= 4 else None
    try:
        return _ADDRESSES[name](value) if name in _ADDRESSES else value
    except ValueError:
        return None


@functools.cache
def _cleaner() -> nh3.Cleaner:
    import nh3

    return nh3.Cleaner(
        tags=set(_TAGS.split()),
        clean_content_tags=set(_SILENT.split()),
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto", "tel"},
        filter_style_properties=_STYLES,
        link_rel=None,
    )


@functools.cache
def _inliner() -> css_inline.CSSInliner:
    import css_inline

    return css_inline.CSSInliner(load_remote_stylesheets=False)
