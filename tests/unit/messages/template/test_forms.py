"""A message in its other forms: plain text, JSON, a fragment, a post."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from shared.api.storable import check_storable
from shared.messages.template import build
from shared.messages.template.as_slack import slack_blocks
from shared.messages.template.as_text import UNKNOWN, message_sms, message_text
from shared.messages.template.models import (
    Message,
)
from shared.messages.template.render import message_html
from tests.look.samples import report
from tests.unit.messages.template.render import HOSTILE, with_text_everywhere


def test_a_message_is_plain_text_as_well() -> None:
    said = message_text(report())
    assert "Menus read: 3 of 3" in said
    assert "- Blue Dream 3.5g: Green Leaf, their price $34.00, your price $40.00, below you 15%\n" in said
    assert "Review and decide: https://app.example/decisions" in said
    assert "<b>Gummies</b> & more: Elevated Roots" in said
    assert "- White Widow 28g: couldn't be read: the page answered 503\nand 4 more\n" in said
    assert message_sms(report()) == report().lead


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (
            ("Menu", "Load it, with every price.", "Low-stock alerts need it."),
            "Load it, with every price. Low-stock",
        ),
        (("Kief", "Finger Lakes Inc.", "$5"), "Finger Lakes Inc., $5"),
        (("Kief", UNKNOWN, "$5", UNKNOWN), "- Kief: $5\n"),
    ],
)
def test_a_row_reads_as_a_list_or_as_sentences(cells: tuple[str, ...], said: str) -> None:
    (table,) = build.table(["" for _ in cells], [cells], amounts=[False for _ in cells])
    assert said in message_text(Message(title="Today", sections=(table,)))


def test_a_message_survives_its_json_and_holds_no_list_in_a_list() -> None:
    written = report().model_dump(mode="json")
    assert Message.model_validate(written) == report()
    check_storable(written)


def marked_down(message: Message) -> str:
    """What of a post Slack reads as more than plain text."""
    blocks = slack_blocks(message)
    texts = [block["text"] for block in blocks if "text" in block] + [
        field for block in blocks for field in block.get("fields", ())
    ]
    return "\n".join(text["text"] for text in texts if text["type"] == "mrkdwn")


@pytest.mark.parametrize("wrap", [message_html, marked_down])
@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_markup_in_a_fragment_or_a_post(text: str, wrap: Callable[[Message], str]) -> None:
    said = wrap(with_text_everywhere(text))
    assert not re.search(r"<(script|a href='|img src=x|!--|!channel)", said)


def test_a_post_has_the_figures_the_rows_and_one_primary_button() -> None:
    blocks = slack_blocks(report(), mention_channel=True)
    assert [block["type"] for block in blocks[:3]] == ["header", "section", "section"]
    assert blocks[1]["text"]["text"].startswith("<!channel> Green Leaf sells")
    assert {"type": "mrkdwn", "text": "Prices below yours\n*3* +2 since yesterday"} in blocks[3]["fields"]
    (buttons,) = (block["elements"] for block in blocks if block["type"] == "actions")
    assert [button.get("style") for button in buttons] == ["primary", None]
    assert all(len(block.get("text", {}).get("text", "")) <= 3_000 for block in blocks)
