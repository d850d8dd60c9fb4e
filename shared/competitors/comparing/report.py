"""The computed competitor report: a subject, a text for plain mail, and HTML in which scraped names stay inert."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shared.competitors.comparing.changes_text import MenuChanges
from shared.competitors.comparing.pricing import percent_text
from shared.competitors.models import CompetitorMenu, Undercut
from shared.playbooks.numbers import usd

if TYPE_CHECKING:
    from jinja2 import Environment

MAX_ROWS = 100
MAX_BARS = 12

_TEXT = """\
{{ headline }}

{% for menu in menus -%}
- {{ menu.name }}: {% if menu.error %}could not be read ({{ menu.error }})
{%- else %}{{ menu.product_count }} products
{%- if menu.price_range %}, {{ menu.price_range.min | usd }} to {{ menu.price_range.max | usd }}, \
median {{ menu.price_range.median | usd }}{% endif %}{% endif %}
{% endfor %}
{%- for doubt in doubts %}
{{ doubt }}
{% endfor %}
{%- if rows %}
Below our prices:
{% for cut in rows -%}
- {{ cut.product }}: {{ cut.competitor }} {{ cut.their_price | usd }}, ours {{ cut.our_price | usd }} \
({{ cut.percent | percent }} below)
{% endfor %}
{%- if more %}and {{ more }} more
{% endif %}{% endif %}
{%- if changes %}
What changed on their menus:
{% for line in changes -%}
- {{ line }}
{% endfor %}
{%- if more_changes %}and {{ more_changes }} more
{% endif %}{% endif %}"""

# A mail shows a `dl` as key figures and the rows of `bars` as a chart: `shared.messages.template.from_html`.
_HTML = """\
<h2>{{ headline }}</h2>
<dl>
<dt>Menus read</dt><dd>{{ read }} of {{ menus | length }}</dd>
{%- if analysed %}
<dt>Prices below ours</dt><dd>{{ total }}</dd>
{%- endif %}
{%- if rows %}
<dt>Largest gap</dt><dd>{{ rows[0].percent | percent }}</dd>
{%- endif %}
</dl>
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
{% for doubt in doubts %}<p>{{ doubt }}</p>
{% endfor -%}
{% if medians | length > 1 -%}
<h3>Median prices</h3>
<table class="bars"><tbody>
{% for menu in medians -%}
<tr data-amount="{{ menu.price_range.median }}"><td>{{ menu.name }}</td>\
<td>{{ menu.price_range.median | usd }}</td></tr>
{% endfor -%}
</tbody></table>
{% endif %}
{%- if rows -%}
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
{% endif %}{% endif %}
{%- if changes -%}
<h3>What changed on their menus</h3>
<ul>
{% for line in changes -%}
<li>{{ line }}</li>
{% endfor -%}
</ul>
{% if more_changes %}<p>and {{ more_changes }} more</p>
{% endif %}{% endif %}"""


@dataclass(frozen=True, slots=True)
class Pricing:
    """What the pricing analysis found: `count` undercuts in all, of which `undercut` are the deepest."""

    undercut: Sequence[Undercut] = ()
    count: int = 0
    summary: str | None = None
    """In a sentence; None where there was no analysis."""


@dataclass(frozen=True, slots=True)
class Report:
    """What goes into a mail, and in `data` the same as figures: what a narrator may tell, and nothing else."""

    subject: str
    text: str
    html: str
    data: dict[str, Any]


def build_report(
    org_name: str,
    menus: Sequence[CompetitorMenu],
    pricing: Pricing | None = None,
    changes: MenuChanges | None = None,
) -> Report:
    """Compute the report, with what the steps before it found of prices and of changes since the last scan."""
    found, moved = pricing or Pricing(), changes or MenuChanges()
    total = max(found.count, len(found.undercut))
    read = [menu for menu in menus if not menu.error]
    headline = found.summary or f"{len(read)} of {len(menus)} competitor menus read."
    rows, lines = found.undercut[:MAX_ROWS], moved.lines(MAX_ROWS)
    values: dict[str, Any] = {
        "headline": headline,
        "menus": menus,
        "read": len(read),
        "doubts": [menu.suspect for menu in menus if menu.suspect],
        "total": total,
        "analysed": bool(found.summary or total),
        "medians": [menu for menu in read if menu.price_range][:MAX_BARS],
        "rows": rows,
        "more": total - len(rows),
        "changes": lines,
        "more_changes": moved.count - len(lines),
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
        data={
            "headline": headline,
            "competitors": [_figures(menu) for menu in menus],
            "undercut": [cut.model_dump(mode="json", by_alias=True) for cut in rows],
            "undercutCount": total,
            "changes": lines,
            "changeCount": moved.count,
        },
    )


def _figures(menu: CompetitorMenu) -> dict[str, Any]:
    kept = {"name", "product_count", "price_range", "promo_count", "unchanged", "suspect", "error"}
    return menu.model_dump(mode="json", by_alias=True, include=kept)


@functools.cache
def _environment(*, escape: bool) -> Environment:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=escape, undefined=StrictUndefined)  # noqa: S701 - plain text has no markup
    environment.filters["usd"] = usd
    environment.filters["percent"] = percent_text
    return environment
