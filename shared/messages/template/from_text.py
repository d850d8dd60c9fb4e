"""Parses plain text into sections: blank lines separate paragraphs, `- ` starts a list item."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

from shared.messages.template.addresses import web_address
from shared.messages.template.models import Cell, Listing, Message, Paragraph, Run, Section, text_of

_POINT = re.compile(r"\s*+[-•*]\s++(?=\S)")
_URL = re.compile(r"https?://[^\s<>\"'`\\]+")
_AFTER_URL = ".,;:!?)]}’”"


def message_of_text(title: str, text: str) -> Message:
    """A message whose lead is the text's first paragraph if that is a single line."""
    sections = sections_of_text(text)
    first = sections[0] if sections else None
    lead = text_of(first.text) if isinstance(first, Paragraph) else ""
    has_lead = bool(lead) and "\n" not in lead
    return Message(title=title, lead=lead if has_lead else "", sections=tuple(sections[has_lead:]))


def sections_of_text(text: str, own_url: str | None = None) -> list[Section]:
    """The sections. Only addresses below `own_url` become links."""
    sections: list[Section] = []
    for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")):
        for is_point, lines in groupby(part.strip("\n").split("\n"), key=_is_point):
            read = _listing if is_point else _paragraph
            sections += read(lines, own_url)
    return sections


def _is_point(line: str) -> bool:
    return _end_of_point(line) > 0


def _end_of_point(line: str) -> int:
    found = _POINT.match(line)
    return found.end() if found else 0


def _listing(lines: Iterable[str], own_url: str | None) -> list[Section]:
    return [Listing(items=tuple(_item(line, own_url) for line in lines))]


def _item(line: str, own_url: str | None) -> Cell:
    return Cell(text=_runs(line[_end_of_point(line) :].rstrip(), own_url))


def _paragraph(lines: Iterable[str], own_url: str | None) -> list[Section]:
    joined = "\n".join(line.rstrip() for line in lines).strip()
    return [Paragraph(text=_runs(joined, own_url))] if joined else []


def _runs(text: str, own_url: str | None) -> tuple[Run, ...]:
    pieces: list[Run] = []
    at = 0
    for found in _URL.finditer(text):
        url = found.group().rstrip(_AFTER_URL)
        if own_url and _is_below(url, own_url):
            pieces += [Run(text=text[at : found.start()]), Run(text=url, href=url)]
            at = found.start() + len(url)
    pieces.append(Run(text=text[at:]))
    return tuple(run for run in pieces if run.text)


def _is_below(url: str, own_url: str) -> bool:
    if url != own_url and not url.startswith(f"{own_url}/"):
        return False
    try:
        web_address(url)
    except ValueError:
        return False
    return True
