"""A text to a customer: the shop's name, the way out, and one segment where it was one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.messages.sms_text import OPT_OUT_LINE, customer_text, segments

SHOP = "Thrive Syracuse"


def test_the_first_text_of_a_conversation_names_the_shop_and_the_way_out() -> None:
    assert customer_text("Fresh flower.", SHOP, opens=True) == f"{SHOP}: Fresh flower. {OPT_OUT_LINE}"
    assert customer_text("Fresh flower.", SHOP, opens=False) == f"{SHOP}: Fresh flower."


def test_what_the_text_says_itself_is_not_said_twice() -> None:
    text = "Thrive Syracuse has fresh flower. 21+. Reply STOP to opt out."
    assert customer_text(text, SHOP, opens=True) == text


@pytest.mark.parametrize(
    "text",
    ["Stop by this weekend for 20% off", "Don't stop now!", "STOP BY TO END YOUR WEEK", "Text us or stop in"],
)
def test_a_stop_that_is_not_a_way_out_does_not_replace_it(text: str) -> None:
    assert customer_text(text, SHOP, opens=True) == f"{SHOP}: {text} {OPT_OUT_LINE}"


@pytest.mark.parametrize(
    "text", ["Txt STOP to quit", "STOP=end", "Stop 2 end", "Reply 'STOP' to opt out", "Text STOP", "stop to cancel"]
)
def test_a_way_out_of_the_author_s_own_is_enough(text: str) -> None:
    assert customer_text(text, SHOP, opens=True) == f"{SHOP}: {text}"


def test_a_long_text_of_its_author_s_stays_whole() -> None:
    text = "flower " * 60
    assert customer_text(text, SHOP, opens=True) == f"{SHOP}: {text} {OPT_OUT_LINE}"


@given(text=st.text(min_size=1, max_size=200), opens=st.booleans())
def test_what_was_one_segment_stays_one_and_the_way_out_stays_in_it(text: str, opens: bool) -> None:
    sent = customer_text(text, SHOP, opens=opens)
    assert segments(sent) == 1 or segments(text) > 1
    assert not opens or "stop" in sent.lower()
