"""A message as plain text."""

from __future__ import annotations

from shared.messages.template.models import (
    Actions,
    Chart,
    Divider,
    Figure,
    Figures,
    Listing,
    Message,
    Row,
    Run,
    Section,
    Table,
    text_of,
)


def message_text(message: Message) -> str:
    """The sections one below the other, without the title, which is the subject."""
    parts = [section_text(section) for section in message.sections]
    return "\n\n".join(part for part in parts if part) + "\n"


def section_text(section: Section) -> str:
    """What the section says."""
    match section:
        case Figures():
            return "\n".join(_figure(figure) for figure in section.figures)
        case Table():
            return _table(section)
        case Listing():
            return "\n".join(_point(section, number, item) for number, item in enumerate(section.items, 1))
        case Chart():
            lines = [f"{bar.label}: {bar.value}" for bar in section.bars]
            return "\n".join([f"{section.title}:", *lines] if section.title else lines)
        case Actions():
            return "\n".join(f"{button.label}: {button.url}" for button in section.buttons)
        case Divider():
            return "---"
        case _:
            return _linked(section.text)


def _figure(figure: Figure) -> str:
    change = f" ({figure.change})" if figure.change else ""
    return f"{figure.label}: {figure.value}{change}"


def _table(table: Table) -> str:
    head = " | ".join(column.label for column in table.columns)
    lines = [head] if head.strip(" |") else []
    lines += [_row(row) for row in table.rows]
    if table.left_out:
        lines.append(f"and {table.left_out:,} more")
    return "\n".join(lines)


def _row(row: Row) -> str:
    return " | ".join(text_of(cell.text).replace("\n", " ") for cell in row)


def _point(listing: Listing, number: int, item: tuple[Run, ...]) -> str:
    return f"{f'{number}.' if listing.ordered else '-'} {_linked(item)}"


def _linked(text: tuple[Run, ...]) -> str:
    """The runs, with the address of a link behind what it is called."""
    return "".join(run.text + (f" ({run.href})" if run.href and run.href != run.text else "") for run in text)
