"""The staff's texts, and what fits into one segment."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.messages.sms_text import is_gsm, one_segment, segments, units
from shared.messages.template.models import Message
from shared.notices.alert import StaffAlert, staff_text


@pytest.mark.parametrize("kind", list(StaffAlert))
def test_a_long_message_is_one_segment_with_its_whole_title(kind: StaffAlert) -> None:
    message = Message(title="“Blue Dream” – it’s 15% lower", lead="They sell it for $34 now. " * 20)
    text = staff_text(kind, "Thrive Syracuse", message)
    assert '"Blue Dream" - it\'s 15% lower. They sell' in text
    assert text.endswith("...")
    assert is_gsm(text)
    assert segments(text) == 1


@given(st.sampled_from(StaffAlert), st.text(max_size=80), st.text(max_size=300), st.text(max_size=300))
def test_any_message_makes_a_text_of_one_segment(kind: StaffAlert, org: str, title: str, lead: str) -> None:
    assert segments(staff_text(kind, org, Message(title=title, lead=lead))) == 1


def test_texts_are_cut_between_words() -> None:
    assert one_segment("word " * 40) == "word " * 30 + "word..."


def test_typographic_characters_do_not_halve_the_segment() -> None:
    assert one_segment("“Blue Dream” – it’s lower…") == '"Blue Dream" - it\'s lower...'


def test_other_alphabets_have_70_units() -> None:
    cut = one_segment("цена ниже " * 20)
    assert cut.endswith("...")
    assert units(cut) <= 70


@given(st.text(max_size=400))
def test_one_segment_always_fits_and_says_when_it_cut(text: str) -> None:
    cut = one_segment(text)
    assert units(cut) <= (160 if is_gsm(cut) else 70)
    assert "\n" not in cut
    assert one_segment(cut) == cut
