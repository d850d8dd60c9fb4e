"""The computed competitor report: a subject, a text for plain mail, and HTML in which scraped names stay inert."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shared.competitive.models import CompetitorMenu, Undercut
from shared.competitive.pricing import percent_text

if TYPE_CHECKING:
    from jinja2 import Environment

MAX_ROWS = 100

_TEXT = """\
{{ headline }}

{% for menu in menus -%}
- {{ menu.name }}: {% if menu.error %}could not be read ({{ menu.error }})
{%- else %}{{ menu.product_count }} products
{%- if menu.price_range %}, {{ menu.price_range.min | usd }} to {{ menu.price_range.max | usd }}, \
median {{ menu.price_range.median | usd }}{% endif %}{% endif %}
{% endfor %}
{%- if rows %}
Below our prices:
{% for cut in rows -%}
- {{ cut.product }}: {{ cut.competitor }} {{ cut.their_price | usd }}, ours {{ cut.our_price | usd }} \
({{ cut.percent | percent }} below)
{% endfor %}
{%- if more %}and {{ more }} more
{% endif %}{% endif %}"""

_HTML = """\
<h2>{{ headline }}</h2>
<table border="1" cellpadding="6" cellspacing="0">
<thead><tr><th>Competitor</th><th>Products</th><th>Lowest</th><th>Median</th><th>Highest</th></tr></thead>
<tbody>
{% for menu in menus -%}
<tr><td>{{ menu.name }}</td>
{%- if menu.error %}<td colspan="4">could not be read: {{ menu.error }}</td>
{%- else %}<td>{{ menu.product_count }}</td>
{%- if menu.price_range %}<td>{{ menu.price_range.min | usd }}</td><td>{{ menu.price_range.median | usd }}</td>\
<td>{{ menu.price_range.max | usd }}</td>
{%- else %}<td colspan="3">no prices</td>{% endif %}{% endif %}</tr>
{% endfor -%}
</tbody>
</table>
{% if rows -%}
<h3>Below our prices</h3>
<table border="1" cellpadding="6" cellspacing="0">
<thead><tr><th>Product</th><th>Competitor</th><th>Their price</th><th>Our price</th><th>Below</th></tr></thead>
<tbody>
{% for cut in rows -%}
<tr><td>{{ cut.product }}</td><td>{{ cut.competitor }}</td><td>{{ cut.their_price | usd }}</td>\
<td>{{ cut.our_price | usd }}</td><td>{{ cut.percent | percent }}</td></tr>
{% endfor -%}
</tbody>
</table>
{% if more %}<p>and {{ more }} more</p>
{% endif %}{% endif %}"""


@dataclass(frozen=True, slots=True)
class Report:
    """What goes into a mail."""

    subject: str
    text: str
    html: str


def build_report(
    org_name: str,
    menus: Sequence[CompetitorMenu],
    undercut: Sequence[Undercut] = (),
    undercut_count: int = 0,
    summary: str | None = None,
) -> Report:
    """Compute the report. `summary` is the pricing analysis in a sentence, None where there was no analysis.

    `undercut_count` is how many there are in all when `undercut` lists only the deepest.
    """
    total = max(undercut_count, len(undercut))
    read = [menu for menu in menus if not menu.error]
    headline = summary or f"{len(read)} of {len(menus)} competitor menus read."
    values: dict[str, Any] = {
        "headline": headline,
        "menus": menus,
        "rows": undercut[:MAX_ROWS],
        "more": total - len(undercut[:MAX_ROWS]),
    }
    finding = (
        f"{total} price{'s' if total > 1 else ''} below ours"
        if total
        else f"{len(read)} menu{'' if len(read) == 1 else 's'} checked"
    )
    return Report(
        subject=" ".join(f"Competitor report for {org_name}: {finding}".split())[:200],
        text=_environment(escape=False).from_string(_TEXT).render(values).strip() + "\n",
        html=_environment(escape=True).from_string(_HTML).render(values).strip() + "\n",
    )


@functools.cache
def _environment(*, escape: bool) -> Environment:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=escape, undefined=StrictUndefined)  # noqa: S701 - plain text has no markup
    environment.filters["usd"] = _usd
    environment.filters["percent"] = percent_text
    return environment


def _usd(amount: Decimal) -> str:
    return f"${amount:,.2f}"
