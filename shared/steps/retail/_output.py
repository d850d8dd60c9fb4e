"""Shared by the family's actions: limited lists, and outputs that are also reports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from shared.messages.template import build as report
from shared.messages.template.models import Cell, Section
from shared.steps.base import Params
from shared.steps.reports import ReportOutput, rendered
from shared.values.words import counted, plural

DEFAULT_LIMIT = 50
MAX_LIMIT = 500

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Names = Annotated[list[Name], Field(min_length=1, max_length=50)]


class LimitedParams(Params):
    """`limit`: the maximum length of the output's list; `leftOut` counts the rest."""

    limit: int = Field(default=DEFAULT_LIMIT, ge=1, le=MAX_LIMIT)


class ShopReportOutput(ReportOutput):
    """A report of the shop's records."""

    malformed: int
    """Unreadable documents, which are left out."""


def build(subject: str, lines: Sequence[str], tables: Iterable[list[Section]] = ()) -> dict[str, Any]:
    """The fields of the output that the report fills. `lines`: its first sentence, then the others."""
    lead, *rest = lines
    sections = [*report.paragraphs(*rest), *(part for one in tables for part in one)]
    return rendered(report.message(subject, lead, sections))


def table(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[str | Cell]], left_out: int = 0
) -> list[Section]:
    """A titled table; nothing without rows."""
    return report.titled(title, report.table(columns, rows, left_out))


def unread_note(malformed: int) -> str:
    """What to say of documents that could not be read; nothing if there are none."""
    if not malformed:
        return ""
    return f"{counted(malformed, 'record')} could not be read and {plural(malformed, 'was', 'were')} left out."


def listed(values: Sequence[str], most: int = 3) -> str:
    """`A, B and 4 more`."""
    shown = ", ".join(values[:most])
    return f"{shown} and {len(values) - most} more" if len(values) > most else shown
