"""Shared input types and output of the commands."""

from __future__ import annotations

import getpass
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import click

from shared.playbooks.instants import parse_instant

F = TypeVar("F", bound=Callable[..., Any])

_AGO = re.compile(r"(\d{1,6})\s*([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class InstantType(click.ParamType[datetime]):
    """An instant: `2h` (ago), `2026-11-29`, `2026-11-29T08:00Z`; UTC by default."""

    name = "instant"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        if ago := _AGO.fullmatch(str(value).strip().lower()):
            return datetime.now(UTC) - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        try:
            found = parse_instant(value, UTC)
        except ValueError:
            self.fail(f"{value!r} isn't a time; expected one like 30m, 2h, 3d, 2026-11-29 or 2026-11-29T08:00Z")
        return found if isinstance(found, datetime) else datetime(found.year, found.month, found.day, tzinfo=UTC)


INSTANT = InstantType()


def as_json(command: F) -> F:
    """Adds `--json`."""
    return click.option("--json", "json_", is_flag=True, help="Print JSON, for other programs.")(command)


def print_json(value: Any) -> None:
    """One JSON document; instants in RFC 3339."""
    click.echo(json.dumps(value, default=_plain, ensure_ascii=False, indent=2))


def print_table(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], nothing: str) -> None:
    """Prints a table, or `nothing` if there are no rows."""
    lines = [[_cell(row.get(column)) for column in columns] for row in rows]
    if not lines:
        click.echo(nothing)
        return
    widths = [max(len(line[place]) for line in [list(columns), *lines]) for place in range(len(columns))]
    for line in [list(columns), *lines]:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def short(instant: datetime | None) -> str:
    """In UTC, to the second."""
    return f"{instant.astimezone(UTC):%Y-%m-%d %H:%M:%S}Z" if instant else ""


def operator() -> str:
    """The operator's name for runs and reports."""
    return f"operator:{getpass.getuser()}"


def _cell(value: Any) -> str:
    if isinstance(value, datetime):
        return short(value)
    # User-written text may contain terminal control sequences.
    return "".join(sign if sign.isprintable() else " " for sign in str("" if value is None else value))


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
