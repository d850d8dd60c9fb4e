"""What a text is made of: the GSM alphabet where it says the same, and how many parts it takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.messages.sms_text import (
    _GSM_BASIC,
    _GSM_EXTENDED,
    _PLAINER,
    GSM_PART,
    OTHER_PART,
    is_gsm,
    one_segment,
    plain,
    segments,
    units,
)

EXTENDED = "^{}\\[~]|€"


@pytest.mark.parametrize(
    ("said", "texted"),
    [
        ("🚨 Low stock: Blue Dream", "Low stock: Blue Dream"),
        ("“Été” — 5 °C…", '"Été" - 5 degC...'),
        ("Crème brûlée façon ñandú", "Crème brulée facon ñandu"),
        ("👩🏽‍🌾 grower ☎️ 1️⃣", "grower 1"),
        ("½ ounce × 2 ≥ 1 → ok™", "1/2 ounce x 2 >= 1 -> okTM"),
        ("2½ g, 3¾ oz or ⅛", "2 1/2 g, 3 3/4 oz or 1/8"),
        ("price: €5 ^_^", "price: €5 ^_^"),
        ("Skunk №5", "Skunk No5"),
        ("zero\u200bwidth\u00a0space\x00", "zerowidth space"),
        ("Łódź, Đorđe", "Lodz, Dorde"),
        ("Цена ниже 🔥", "Цена ниже"),
        ("大麻 20%", "大麻 20%"),
    ],
)
def test_a_text_says_the_same_in_fewer_units(said: str, texted: str) -> None:
    assert plain(said) == texted


def test_everything_that_stands_for_a_sign_is_in_the_alphabet() -> None:
    assert all(is_gsm(str(one)) for one in _PLAINER.values())
    assert len(_GSM_BASIC) == 127  # 128 places, one of which is the escape
    assert {*EXTENDED, "\f"} == _GSM_EXTENDED


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 152, 3),  # the escaped sign does not fit into the first part, and pushes the rest
        ("ж" * 70, 1),
        ("ж" * 71, 2),
        ("ж" * 134, 2),
        ("ж" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("😀" * 66, 2),
        ("😀" * 67, 3),
    ],
)
def test_a_long_text_takes_as_many_parts_as_a_phone_counts(text: str, parts: int) -> None:
    assert segments(text) == parts


gsm_text = st.text(st.sampled_from(sorted(_GSM_BASIC | _GSM_EXTENDED)), max_size=700)


@given(st.one_of(gsm_text, st.text(max_size=400)))
def test_the_parts_hold_the_text_and_none_is_superfluous(text: str) -> None:
    parts, room = segments(text), GSM_PART if is_gsm(text) else OTHER_PART
    assert units(text) <= max(160 if is_gsm(text) else 70, parts * room)
    # Two neighbouring parts together hold more than one could, but for a sign that was not torn apart.
    assert parts == 1 or units(text) > (parts - 1) * (room - 1)


@given(st.text(max_size=300))
def test_plain_text_is_plain_and_never_longer_in_parts(text: str) -> None:
    simple = plain(text)
    assert plain(simple) == simple
    assert simple == simple.strip()
    assert not any(sign in "“”‘’–—…😀" for sign in simple)


@given(gsm_text)
def test_what_is_in_the_alphabet_is_left_as_it_is(text: str) -> None:
    assert plain(text) == " ".join(text.split())


@given(st.text(max_size=300))
def test_one_segment_is_one_segment(text: str) -> None:
    assert segments(one_segment(text)) == 1
