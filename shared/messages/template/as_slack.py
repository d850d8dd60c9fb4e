"""A message as Slack's blocks: https://docs.slack.dev/reference/block-kit/blocks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shared.messages.template.as_text import more, row_text, section_text
from shared.messages.template.models import (
    Actions,
    Figure,
    Figures,
    Heading,
    Listing,
    Message,
    Picture,
    Run,
    Section,
    Table,
)

MENTION_CHANNEL = "<!channel> "
MAX_BLOCKS = 50
MAX_TITLE = 150
MAX_SECTION = 3_000
MAX_FIELD = 2_000
MAX_FIELDS = 10
MAX_LINES = 15
"""Rows of a table or list; the full report is one click away."""


def slack_blocks(message: Message, *, mention_channel: bool = False) -> list[dict[str, Any]]:
    """Slack blocks, capped at Slack's limit; text can't create links or mentions."""
    title = message.title[: MAX_TITLE - 1] + "…" if len(message.title) > MAX_TITLE else message.title
    blocks: list[dict[str, Any]] = [{"type": "header", "text": {"type": "plain_text", "text": title}}]
    mention = MENTION_CHANNEL if mention_channel else ""
    blocks += _markdown(f"{mention}{escaped(message.lead)}") if message.lead or mention else []
    for section in message.sections:
        blocks += _blocks(section)
    return blocks[:MAX_BLOCKS]


def escaped(text: str) -> str:
    """`text` escaped for Slack, so that it can't create links or mentions."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _blocks(section: Section) -> list[dict[str, Any]]:
    match section:
        case Heading():
            return _markdown(f"*{_words(section.text)}*")
        case Figures():
            fields = [{"type": "mrkdwn", "text": _figure(figure)[:MAX_FIELD]} for figure in section.figures]
            parts = range(0, len(fields), MAX_FIELDS)
            return [{"type": "section", "fields": fields[at : at + MAX_FIELDS]} for at in parts]
        case Table():
            return _lines([escaped(row_text(section, row)) for row in section.rows], section.left_out)
        case Listing():
            return _lines([_words(item.text) for item in section.items], section.left_out)
        case Picture():
            return [{"type": "image", "image_url": section.url, "alt_text": section.alt}]
        case Actions():
            buttons = [
                {
                    "type": "button",
                    "text": {"type": "plain_text", "text": button.label},
                    "url": button.url,
                    **({"style": "primary"} if index == 0 else {}),
                }
                for index, button in enumerate(section.buttons)
            ]
            return [{"type": "actions", "elements": buttons}]
        case _:
            return _markdown(escaped(section_text(section)))


def _figure(figure: Figure) -> str:
    change = f" {escaped(figure.change)}" if figure.change else ""
    return f"{escaped(figure.label)}\n*{escaped(figure.value)}*{change}"


def _lines(lines: list[str], left_out: int) -> list[dict[str, Any]]:
    shown = [f"• {line}" for line in lines[:MAX_LINES]]
    return _markdown("\n".join([*shown, *more(left_out + len(lines) - len(shown))]))


def _markdown(text: str) -> list[dict[str, Any]]:
    return [{"type": "section", "text": {"type": "mrkdwn", "text": part}} for part in _parts(text)]


def _parts(text: str) -> Iterator[str]:
    """The text in pieces that fit in a section, split at line breaks if possible."""
    while len(text) > MAX_SECTION:
        at = text.rfind("\n", 1, MAX_SECTION)
        at = at if at > 0 else MAX_SECTION
        yield text[:at]
        text = text[at:].lstrip("\n")
    if text:
        yield text


def _words(text: tuple[Run, ...]) -> str:
    return "".join(_run(run) for run in text)


def _run(run: Run) -> str:
    text = escaped(run.text)
    if run.href:
        return f"<{escaped(run.href)}|{text.replace('|', '¦')}>"
    return f"*{text}*" if run.bold and text.strip() else text
