"""What is asked of a mail's HTML whatever was put into it: words, tables and lists, and nothing that acts."""

from __future__ import annotations

from html.parser import HTMLParser

WORDS_TAGS = frozenset({"h1", "h2", "h3", "h4", "p", "br", "hr", "strong", "b", "em", "i", "span", "small", "code"})
BLOCK_TAGS = frozenset(
    {"table", "thead", "tbody", "tr", "th", "td", "ul", "ol", "li", "dl", "dt", "dd", "div", "center", "a", "pre"}
)
PAGE_TAGS = frozenset({"html", "head", "meta", "title", "style", "body", "img", "blockquote"})
ALLOWED_TAGS = WORDS_TAGS | BLOCK_TAGS | PAGE_TAGS
_LEADS_ELSEWHERE = frozenset({"href", "src", "srcset", "action", "formaction", "background", "poster", "ping"})
_ATTACKERS = ("evil", "x.example", "javascript:", "data:", "exec", "9995550100")
_IN_STYLES = ("expression(", "url(", "@import", *_ATTACKERS)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_style = tag == "style"
        if tag not in ALLOWED_TAGS:
            self.found.append(f"<{tag}>")
        self.found += [f"{tag}[{name}={value!r}]" for name, value in attrs if _acts(name, (value or "").lower())]

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False
        if tag not in ALLOWED_TAGS:
            self.found.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self._in_style and _names(data, _IN_STYLES):
            self.found.append(f"style: {data}")

    def handle_comment(self, data: str) -> None:
        if _names(data, _ATTACKERS):
            self.found.append(f"<!--{data}-->")

    def unknown_decl(self, data: str) -> None:
        self.found.append(f"<![{data}]>")

    def handle_pi(self, data: str) -> None:
        self.found.append(f"<?{data}>")


def live_parts(markup: str) -> list[str]:
    """Every part of the markup that could act, or that leads to an attacker; empty where all is inert."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    return reader.found


def _acts(name: str, value: str) -> bool:
    if name.startswith("on") or name in ("srcdoc", "http-equiv"):
        return name != "http-equiv" or "refresh" in value
    if name == "style":
        return _names(value, _IN_STYLES)
    return name in _LEADS_ELSEWHERE and _names(value, _ATTACKERS)


def _names(text: str, parts: tuple[str, ...]) -> bool:
    return any(part in text.lower() for part in parts)
