"""The mails that are looked at beside those of a shop's day: every kind of section, a text, an author's HTML."""

from __future__ import annotations

from shared.messages.template import build
from shared.messages.template.from_text import sections_of_text
from shared.messages.template.models import (
    Actions,
    Button,
    Figure,
    Figures,
    Message,
    Paragraph,
    Picture,
    Run,
)

AUTHORS_HTML = """
<h1>New on the shelf</h1>
<p style="color:red">Hello <b>Maya</b>, the <a href="https://shop.example/new">new jars</a> are here.<br>
See you soon.</p>
<ul><li>Blue Dream 3.5g <s>$40</s> <b>$34</b></li><li>Gummies <i>(10 pack)</i></li></ul>
<table border="1"><tr><th>Product</th><th align="right">Price</th><th align="right">Was</th></tr>
<tr><td>Blue Dream 3.5g</td><td align="right">$34.00</td><td align="right"><del>$40.00</del></td></tr>
<tr><td>Gummies</td><td align="right">$18.00</td><td align="right">—</td></tr></table>
<p><img src="https://shop.example/jar.png" alt="A jar of Blue Dream"></p>
<blockquote>The best shop in town.</blockquote><hr><pre>CODE  SPRING-25
valid until Sunday</pre>
"""
PLAIN_TEXT = """Low stock at Thrive Syracuse.

2 items are out of stock and 3 are below the reorder point, of 40 items.

To reorder:
- OG Kush 3.5g: out of stock (reorder point 10), usually sells 1.4 a day
- Blue Dream 3.5g: 2 left (reorder point 10), about 1 day left

Decide here: https://app.example/decisions/approvals/ap_1 (until Friday)."""


def SAMPLES() -> dict[str, Message]:  # noqa: N802 - a constant that is made late
    """By name."""
    return {
        "report": report(),
        "text": Message(
            title="Low stock at Thrive Syracuse: 2 out, 3 low",
            sections=tuple(sections_of_text(PLAIN_TEXT, "https://app.example")),
        ),
    }


def report() -> Message:
    """Every kind of section."""
    return build.message(
        "Competitor report for Thrive Syracuse: 3 prices below yours",
        "Green Leaf sells Blue Dream 3.5g for $34, $6 below you, and 2 more prices are below yours.",
        [
            Paragraph(
                text=(Run(text="Green Leaf", bold=True), Run(text=" sells three products for less than you."))
            ),
            Figures(
                figures=(
                    Figure(label="Menus read", value="3 of 3"),
                    Figure(label="Prices below yours", value="3", change="+2 since yesterday", trend="bad"),
                    Figure(label="Largest undercut", value="15%", change="was 18%", trend="good"),
                )
            ),
            *build.titled(
                "Prices below yours",
                build.table(
                    ("Product", "Competitor", "Their price", "Your price", "Below you"),
                    [
                        (
                            build.product("Blue Dream 3.5g", "https://shop.example/jar.png"),
                            *("Green Leaf", "$34.00", "$40.00", "15%"),
                        ),
                        ("Sour Diesel live resin cartridge 1g", "Green Leaf", "$45.00", "$50.00", "10%"),
                        ("<b>Gummies</b> & more", "Elevated Roots Dispensary", "$18.00", "$19.00", "5.3%"),
                        ("White Widow 28g", build.wide("couldn't be read: the page answered 503", 4)),
                    ],
                    4,
                ),
            ),
            *build.titled(
                "Median price",
                build.chart(
                    [
                        ("Thrive Syracuse", "$38.00", 38),
                        ("Green Leaf", "$33.50", 33.5),
                        ("Elevated Roots Dispensary", "$41.25", 41.25),
                    ]
                ),
            ),
            *build.titled(
                "What changed on their menus",
                build.listing(
                    ["Green Leaf: Blue Dream 3.5g, $36.00 to $34.00", "Elevated Roots: 4 products are new"], 2
                ),
            ),
            Picture(url="https://shop.example/jar.png", alt="A jar of Blue Dream"),
            Actions(
                buttons=(
                    Button(label="Review and decide", url="https://app.example/decisions"),
                    Button(label="Open the run", url="https://app.example/runs/r1"),
                )
            ),
            *build.notes("Prices were read on Sat, Nov 21, at 9:02 AM."),
        ],
    )
