"""The mails that are looked at."""

from __future__ import annotations

from shared.messages.template.from_html import sections_of_html
from shared.messages.template.from_text import sections_of_text
from shared.messages.template.models import (
    Actions,
    Bar,
    Button,
    Chart,
    Column,
    Divider,
    Figure,
    Figures,
    Heading,
    Listing,
    Message,
    Paragraph,
    Run,
    Table,
)

AUTHORS_HTML = """
<h1>Spring at Thrive</h1>
<p style="color:red">Hello <b>Maya</b>, the <a href="https://shop.example/new">new jars</a> are here.<br>
See you soon.</p>
<ul><li>Blue Dream 3.5g</li><li>Gummies <i>(10 pack)</i></li></ul>
<table border="1"><tr><th>Product</th><th>Price</th><th>Was</th></tr>
<tr><td>Blue Dream 3.5g</td><td>$34.00</td><td>$40.00</td></tr>
<tr><td>Gummies</td><td>$18.00</td><td>—</td></tr></table>
<blockquote>The best shop in town.</blockquote><hr><pre>CODE  SPRING-25
valid until Sunday</pre>
"""
PLAIN_TEXT = """Low stock at Thrive Syracuse.

2 items are out of stock and 3 are below the reorder point, of 40 items.

To reorder:
- OG Kush 3.5g: out of stock (reorder point 10), usually sells 1.4 a day
- Blue Dream 3.5g: 2 left (reorder point 10), lasts 1.3 days

Decide here: https://app.example/approvals/ap_1 (until Friday)."""


def SAMPLES() -> dict[str, Message]:  # noqa: N802 - a constant that is made late
    """By name."""
    return {
        "report": report(),
        "html": Message(title="New on the shelf", sections=tuple(sections_of_html(AUTHORS_HTML))),
        "text": Message(
            title="Low stock at Thrive Syracuse: 2 out, 3 low",
            sections=tuple(sections_of_text(PLAIN_TEXT, "https://app.example")),
        ),
    }


def report() -> Message:
    """Every kind of section."""
    return Message(
        title="Competitor report for Thrive Syracuse: 3 prices below ours",
        sections=(
            Paragraph(
                text=(
                    Run(text="Green Leaf", bold=True),
                    Run(text=" sells three products for less than you; the largest gap is 15% on Blue Dream 3.5g."),
                )
            ),
            Figures(
                figures=(
                    Figure(label="Menus read", value="3 of 3"),
                    Figure(label="Prices below ours", value="3", change="+2 since yesterday", trend="bad"),
                    Figure(label="Largest gap", value="15%", change="was 18%", trend="good"),
                )
            ),
            Heading(text="Below our prices"),
            Table(
                columns=(
                    Column(label="Product"),
                    Column(label="Competitor"),
                    Column(label="Theirs", align="right"),
                    Column(label="Ours", align="right"),
                    Column(label="Below", align="right"),
                ),
                rows=(
                    ("Blue Dream 3.5g", "Green Leaf", "$34.00", "$40.00", "15%"),
                    ("Sour Diesel live resin cartridge 1g", "Green Leaf", "$45.00", "$50.00", "10%"),
                    ("<b>Gummies</b> & more", "Elevated Roots Dispensary", "$18.00", "$19.00", "5.3%"),
                ),
                left_out=4,
            ),
            Heading(text="Median price", level=3),
            Chart(
                bars=(
                    Bar(label="Thrive Syracuse", value="$38.00", amount=38),
                    Bar(label="Green Leaf", value="$33.50", amount=33.5),
                    Bar(label="Elevated Roots Dispensary", value="$41.25", amount=41.25),
                )
            ),
            Heading(text="What changed on their menus", level=3),
            Listing(items=("Green Leaf: Blue Dream 3.5g, $36.00 to $34.00", "Elevated Roots: 4 products are new")),
            Actions(
                buttons=(
                    Button(label="Review the suggestions", url="https://app.example/suggestions"),
                    Button(label="Open the playbook", url="https://app.example/playbooks/p1"),
                )
            ),
            Divider(),
            Paragraph(text="Prices were read on Nov 23, 2026, at 9:02 AM.", tone="muted"),
        ),
    )
