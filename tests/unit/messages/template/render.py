"""Helpers of the tests of render, shared with other tests."""

from __future__ import annotations

from shared.messages.template.models import (
    Actions,
    Bar,
    Button,
    Chart,
    Column,
    Figure,
    Figures,
    Heading,
    Letterhead,
    Listing,
    Message,
    Paragraph,
    Picture,
    Row,
    Run,
    Table,
)
from shared.messages.template.render import render

LETTERHEAD = Letterhead(
    org_name="Thrive",
    reason="You get this because of a test.",
    preferences_url="https://app.example/settings/notifications",
    unsubscribe_url="https://app.example/api/unsubscribe?token=a.b",
)


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</td></tr></table><a href='https://evil.example'>Blue Dream</a>",
    "{{ 7 * 7 }}{% raw %}",
    "<!--[if mso]>x<![endif]-->",
    "]]>&lt;b&gt;&#60;",
    "javascript:alert(1)",
    "\u202ereversed\x00\x1b[31m",
    "]]><![CDATA[",
]


def document(message: Message, letterhead: Letterhead = LETTERHEAD) -> str:
    return render(message, letterhead, "BakedBot Playbooks")


def with_text_everywhere(text: str) -> Message:
    return Message(
        title=text,
        lead=text,
        sections=(
            Heading(text=text),
            Paragraph(text=(Run(text=text, bold=True), Run(text=text, href="https://app.example/"))),
            Figures(figures=(Figure(label=text, value=text, change=text),)),
            Table(columns=(Column(label=text), Column(label=text)), rows=(Row(cells=(text, text)),)),
            Listing(items=(text,)),
            Picture(url="https://shop.example/a.png", alt=text),
            Chart(bars=(Bar(label=text, value=text, amount=1),)),
            Actions(buttons=(Button(label=f"Go {text[:50]}", url="https://app.example/"),)),
        ),
    )
