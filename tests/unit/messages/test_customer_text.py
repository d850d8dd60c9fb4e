"""A text to a customer: the shop's name, the way out, and one segment where it was one."""

from __future__ import annotations

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


def test_a_long_text_of_its_author_s_stays_whole() -> None:
    text = "flower " * 60
    assert customer_text(text, SHOP, opens=True) == f"{SHOP}: {text} {OPT_OUT_LINE}"


@given(text=st.text(min_size=1, max_size=200), opens=st.booleans())
def test_what_was_one_segment_stays_one_and_the_way_out_stays_in_it(text: str, opens: bool) -> None:
    sent = customer_text(text, SHOP, opens=opens)
    assert segments(sent) == 1 or segments(text) > 1
    assert not opens or "stop" in sent.lower()
