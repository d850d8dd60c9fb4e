"""One report out of what many steps found: key figures, sections with tables, next steps; as text and as HTML."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Literal

from shared.errors import PermanentError
from shared.playbooks.filters import as_text
from shared.retail.figures import number, percent_words, usd
from shared.values.text import clean_text

if TYPE_CHECKING:
    from jinja2 import Environment

Trend = Literal["good", "bad", "flat"]
Format = Literal["text", "words", "number", "money", "percent", "count", "day"]
UNKNOWN = "—"
_ABBREVIATIONS = frozenset({"vip", "sms"})
MAX_CELL = 300
MAX_PARAGRAPH = 2_000

_TEXT = """\
{% if report.intro %}{{ report.intro }}

{% endif %}
{%- for figure in report.figures %}{{ figure.label }}: {{ figure.value }}\
{% if figure.note %} ({{ figure.note }}){% endif %}
{% endfor %}
{%- for section in report.sections %}
{{ section.title }}
{% for line in section.text %}{{ line }}
{% endfor %}
{%- for line in section.lines %}- {{ line }}
{% endfor %}
{%- if section.left_out %}and {{ section.left_out }} more
{% endif %}{% endfor %}
{%- if report.actions %}
What to do next
{% for action in report.actions %}- {{ action }}
{% endfor %}{% endif %}"""

_HTML = """\
{% if report.intro %}<p>{{ report.intro }}</p>
{% endif %}
{%- if report.figures %}<dl>
{% for figure in report.figures %}<dt>{{ figure.label }}</dt><dd>{{ figure.value }}</dd>\
{% if figure.note %}<dd class="{{ figure.trend }}">{{ figure.note }}</dd>{% endif %}
{% endfor %}</dl>
{% endif %}
{%- for section in report.sections %}<h3>{{ section.title }}</h3>
{% for line in section.text %}<p>{{ line }}</p>
{% endfor %}
{%- if section.bars %}<table class="bars"><tbody>
{% for label, value, amount in section.bars %}<tr data-amount="{{ amount }}">\
<td>{{ label }}</td><td>{{ value }}</td></tr>
{% endfor %}</tbody></table>
{% elif section.rows %}<table border="1" cellpadding="6" cellspacing="0">
<thead><tr>{% for column in section.columns %}<th>{{ column }}</th>{% endfor %}</tr></thead>
<tbody>
{% for row in section.rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</tbody>
</table>
{% endif %}
{%- if section.left_out %}<p>and {{ section.left_out }} more</p>
{% endif %}{% endfor %}
{%- if report.actions %}<h3>What to do next</h3>
<ul>
{% for action in report.actions %}<li>{{ action }}</li>
{% endfor %}</ul>
{% endif %}"""


@dataclass(frozen=True, slots=True)
class Figure:
    """A key figure, as people read it."""

    label: str
    value: str
    note: str = ""
    trend: Trend = "flat"
    """How the note is meant."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with paragraphs, a table, or both; `rows` are cells as people read them."""

    title: str
    text: tuple[str, ...] = ()
    """A paragraph a line."""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    left_out: int = 0
    labelled: tuple[bool, ...] = ()
    """Which columns' names a plain text needs: a number says nothing without one, a name does."""
    amounts: tuple[float, ...] = ()
    """The second column as lengths of bars, for each row; empty where the rows are a table."""

    @property
    def bars(self) -> list[tuple[str, str, float]]:
        """Label, value and length of each bar."""
        return [(row[0], row[1], amount) for row, amount in zip(self.rows, self.amounts, strict=False)]

    @property
    def lines(self) -> list[str]:
        """The rows for a plain text: the first cell, then the others under their columns' names."""
        return [_line(self.columns, self.labelled, row) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Composed:
    """The whole report."""

    title: str
    intro: str = ""
    figures: tuple[Figure, ...] = ()
    sections: tuple[Section, ...] = ()
    actions: tuple[str, ...] = field(default=())


def text_of(report: Composed) -> str:
    """The report as a plain text."""
    return _environment(escape=False).from_string(_TEXT).render(report=report).strip() + "\n"


def html_of(report: Composed) -> str:
    """The report as HTML, in which whatever was typed, scraped or written by a model stays inert."""
    return _environment(escape=True).from_string(_HTML).render(report=report).strip() + "\n"


def one_line(text: str, limit: int = MAX_PARAGRAPH) -> str:
    """The text on one line, without characters that only confuse."""
    return clean_text(text, limit)


def paragraphs(text: str) -> tuple[str, ...]:
    """The lines of the text that say something."""
    return tuple(line for raw in text.splitlines() if (line := one_line(raw)))


def shown(value: Any, form: Format, none: str = UNKNOWN) -> str:
    """The value as people write it; `none` where there is none."""
    if value is None or value == "":
        return none
    if form == "count":
        return f"{len(value):,}" if isinstance(value, list | Mapping) else UNKNOWN
    if form == "text":
        return one_line(", ".join(map(as_text, value)) if isinstance(value, list) else as_text(value), MAX_CELL)
    if form == "day":
        return _day(value)
    if form == "words":
        return _words(value)
    amount = _amount(value)
    if form == "money":
        return usd(amount)
    return percent_words(amount) if form == "percent" else number(float(amount))


def at(row: Any, path: str) -> Any:
    """What stands in the row at the path (`output.draft.name`; `.` is the row itself); None where nothing does."""
    value = row
    for name in [] if path == "." else path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def cells(rows: Sequence[Any], columns: Sequence[tuple[str, Format, str]]) -> tuple[tuple[str, ...], ...]:
    """Each row's values at the columns' paths, as people write them; the last of a column stands for null."""
    return tuple(tuple(shown(at(row, path), form, none) for path, form, none in columns) for row in rows)


def lengths(rows: Sequence[Any], path: str) -> tuple[float, ...]:
    """The values at the path as lengths of bars; none where one of them is no amount from zero up."""
    values = [at(row, path) for row in rows]
    whole = all(isinstance(value, int | float) and not isinstance(value, bool) and value >= 0 for value in values)
    return tuple(float(value) for value in values) if whole else ()


def _line(columns: Sequence[str], labelled: Sequence[bool], row: Sequence[str]) -> str:
    parts = zip(columns[1:], labelled[1:], row[1:], strict=True)
    rest = [
        f"{name[:1].lower()}{name[1:]} {cell}" if named else cell for name, named, cell in parts if cell != UNKNOWN
    ]
    return f"{row[0]}: {', '.join(rest)}" if rest else row[0]


def _amount(value: Any) -> Decimal:
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        amount = Decimal("NaN")
    if isinstance(value, bool) or not amount.is_finite():
        raise PermanentError(f"a report shows {value!r:.80} as an amount; expected a number")
    return amount


def _words(value: Any) -> str:
    """What a program calls `at_risk` is `At risk`."""
    text = one_line(as_text(value).replace("_", " "), MAX_CELL)
    return text.upper() if text in _ABBREVIATIONS else f"{text[:1].upper()}{text[1:]}"


def _day(value: Any) -> str:
    try:
        day = datetime.fromisoformat(str(value))
    except ValueError:
        raise PermanentError(f"a report shows {value!r:.80} as a day; expected one like 2026-11-23") from None
    return f"{day:%a, %d %b %Y}"


@functools.cache
def _environment(*, escape: bool) -> Environment:
    from jinja2 import Environment, StrictUndefined

    return Environment(autoescape=escape, undefined=StrictUndefined)  # noqa: S701 - plain text has no markup
