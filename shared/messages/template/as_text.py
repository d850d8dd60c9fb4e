"""A message as plain text, as one SMS, and as a post's text."""

from __future__ import annotations

from shared.messages.sms_text import one_segment
from shared.messages.template.models import (
    Actions,
    Chart,
    Figure,
    Figures,
    Heading,
    Listing,
    Message,
    Picture,
    Row,
    Run,
    Section,
    Table,
    text_of,
)
from shared.messages.template.timeline import Timeline

_ENDS = (".", "!", "?", "…", ":")
_SENTENCE_BLANKS = 4
UNKNOWN = "—"
"""Shown in a cell for an unknown value; plain text leaves it out."""


def message_text(message: Message) -> str:
    """The lead and sections, without the title, which is the subject."""
    text = message.lead
    follows_heading = False
    for section in message.sections:
        part = section_text(section)
        if part:
            text += ("\n" if follows_heading else "\n\n" if text else "") + part
            follows_heading = isinstance(section, Heading)
    return f"{text}\n"


def message_words(message: Message) -> str:
    """The same without buttons, for lines that are links themselves."""
    sections = tuple(section for section in message.sections if not isinstance(section, Actions))
    return message_text(message.model_copy(update={"sections": sections})).strip()


def message_sms(message: Message) -> str:
    """One segment: the lead, or the title."""
    return one_segment(message.lead or message.title)


def title_and_lead(message: Message) -> str:
    """The title and lead on one line."""
    title, lead = message.title.rstrip(), message.lead.strip()
    if not lead or lead.casefold().startswith(title.casefold()):
        return lead or title
    return f"{title}{'' if title.endswith(_ENDS) else '.'} {lead}"


def section_text(section: Section) -> str:
    match section:
        case Figures():
            return "\n".join(_figure(figure) for figure in section.figures)
        case Table():
            return "\n".join([*(f"- {row_text(section, row)}" for row in section.rows), *more(section.left_out)])
        case Listing():
            return "\n".join([*(f"- {linked(item.text)}" for item in section.items), *more(section.left_out)])
        case Chart():
            return "\n".join(f"{bar.label}: {bar.value}" for bar in section.bars)
        case Actions():
            return "\n".join(f"{button.label}: {button.url}" for button in section.buttons)
        case Timeline():
            return section.words
        case Picture():
            return f"[{section.alt}]"
        case _:
            return linked(section.text)


def more(left_out: int) -> list[str]:
    """A line for the rows left out, if any."""
    return [f"and {left_out:,} more"] if left_out else []


def row_text(table: Table, row: Row) -> str:
    """The first cell, then the others; numbers with their columns' names."""
    first, *rest = row.cells
    line, at = "", first.span
    for cell in rest:
        text, column = text_of(cell.text).replace("\n", " "), table.columns[at]
        at += cell.span
        if text and text != UNKNOWN:
            named = column.align == "right" and cell.span == 1 and column.label
            parted = " " if _is_sentence(line) else ", " if line else ""
            line += parted + (f"{column.label[:1].lower()}{column.label[1:]} {text}" if named else text)
    name = text_of(first.text).replace("\n", " ")
    return f"{name}: {line}" if line else name


def _is_sentence(text: str) -> bool:
    """A few words at least: `Finger Lakes Inc.` isn't a sentence."""
    return text.endswith(_ENDS) and text.count(" ") >= _SENTENCE_BLANKS


def _figure(figure: Figure) -> str:
    change = f" ({figure.change})" if figure.change else ""
    return f"{figure.label}: {figure.value}{change}"


def linked(text: tuple[Run, ...]) -> str:
    """The runs, each link followed by its address."""
    return "".join(run.text + (f" ({run.href})" if run.href and run.href != run.text else "") for run in text)
