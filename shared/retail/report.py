"""A report as a mail: a subject, a plain text, and HTML in which names that other people typed stay inert."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shared.retail.figures import counted
from shared.values.text import clean_text

if TYPE_CHECKING:
    from jinja2 import Environment

MAX_SUBJECT = 200
MAX_CELL = 300

_TEXT = """\
{% for line in paragraphs %}{{ line }}
{% endfor %}
{%- for table in tables %}
{{ table.title }}:
{% for line in table.lines %}- {{ line }}
{% endfor %}
{%- if table.left_out %}and {{ table.left_out }} more
{% endif %}{% endfor %}"""

_HTML = """\
{% for line in paragraphs %}{% if loop.first %}<h2>{{ line }}</h2>{% else %}<p>{{ line }}</p>{% endif %}
{% endfor -%}
{% for table in tables %}<h3>{{ table.title }}</h3>
<table border="1" cellpadding="6" cellspacing="0">
<thead><tr>{% for column in table.columns %}<th>{{ column }}</th>{% endfor %}</tr></thead>
<tbody>
{% for row in table.rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</tbody>
</table>
{% if table.left_out %}<p>and {{ table.left_out }} more</p>
{% endif %}{% endfor %}"""


@dataclass(frozen=True, slots=True)
class Report:
    """What goes into a mail."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a report. `columns` head the HTML's; in the text a row is its line.

    Tables without rows are not shown.
    """

    title: str
    columns: tuple[str, ...]
    entries: Sequence[tuple[tuple[str, ...], str]] = field(default=())
    """For each row its cells and its line."""
    left_out: int = 0

    def plain(self) -> dict[str, Any]:
        """What the templates read, every text on one line."""
        return {
            "title": self.title,
            "columns": self.columns,
            "rows": [[_one_line(cell) for cell in cells] for cells, _ in self.entries],
            "lines": [_one_line(line) for _, line in self.entries],
            "left_out": self.left_out,
        }


def build(subject: str, paragraphs: Iterable[str], tables: Iterable[Table] = ()) -> Report:
    """Compute the report; the first paragraph is its headline."""
    values = {
        "paragraphs": [_one_line(line, 2_000) for line in paragraphs if line],
        "tables": [table.plain() for table in tables if table.entries],
    }
    return Report(
        subject=_one_line(subject, MAX_SUBJECT),
        text=_environment(escape=False).from_string(_TEXT).render(values).strip() + "\n",
        html=_environment(escape=True).from_string(_HTML).render(values).strip() + "\n",
    )


def unread_note(malformed: int) -> str:
    """What to say of documents that could not be read; nothing where there are none."""
    if not malformed:
        return ""
    return f"{counted(malformed, 'record')} could not be read and {'is' if malformed == 1 else 'are'} left out."


def listed(values: Sequence[str], most: int = 3) -> str:
    """`A, B and 4 more`."""
    shown = ", ".join(values[:most])
    return f"{shown} and {len(values) - most} more" if len(values) > most else shown


def _one_line(text: str, limit: int = MAX_CELL) -> str:
    return clean_text(text, limit)


@functools.cache
def _environment(*, escape: bool) -> Environment:
    from jinja2 import Environment, StrictUndefined

    return Environment(autoescape=escape, undefined=StrictUndefined)  # noqa: S701 - plain text has no markup
