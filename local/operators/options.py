"""What the commands take and print alike: instants, JSON, tables."""

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
    """An instant as people type it: `2h` (ago), `2026-11-29`, `2026-11-29T08:00Z`; UTC where no zone is named."""

    name = "instant"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        if ago := _AGO.fullmatch(str(value).strip().lower()):
            return datetime.now(UTC) - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        try:
            found = parse_instant(value, UTC)
        except ValueError:
            self.fail(f"{value!r} is no time; expected one like 30m, 2h, 3d, 2026-11-29 or 2026-11-29T08:00Z")
        return found if isinstance(found, datetime) else datetime(found.year, found.month, found.day, tzinfo=UTC)


INSTANT = InstantType()


def as_json(command: F) -> F:
    """Adds `--json`."""
    return click.option("--json", "json_", is_flag=True, help="Print JSON, for other programs.")(command)


def print_json(value: Any) -> None:
    """One JSON document; instants in RFC 3339."""
    click.echo(json.dumps(value, default=_plain, ensure_ascii=False, indent=2))


def print_table(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], nothing: str) -> None:
    """The rows under the names of their columns, or the sentence that there are none."""
    lines = [[_cell(row.get(column)) for column in columns] for row in rows]
    if not lines:
        click.echo(nothing)
        return
    widths = [max(len(line[place]) for line in [list(columns), *lines]) for place in range(len(columns))]
    for line in [list(columns), *lines]:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def short(instant: datetime | None) -> str:
    """To the second, in UTC."""
    return f"{instant.astimezone(UTC):%Y-%m-%d %H:%M:%S}Z" if instant else ""


def operator() -> str:
    """Who asks, as runs and reports name them."""
    return f"operator:{getpass.getuser()}"


def _cell(value: Any) -> str:
    if isinstance(value, datetime):
        return short(value)
    # A name or a reason that somebody wrote may hold what moves a terminal's cursor.
    return "".join(sign if sign.isprintable() else " " for sign in str("" if value is None else value))


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
