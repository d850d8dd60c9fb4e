"""What differs from customer to customer, and what links say of where readers come from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.campaigns import personal, utm
from shared.errors import PermanentError
from shared.messages.sms_text import customer_text, segments

TOKEN = "xq0123456789abcdef"
NAMES = personal.token_names(TOKEN)


@pytest.fixture(autouse=True)
def address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo-playbooks")
    monkeypatch.setenv("PUBLIC_BASE_URL", "https://app.example")


@given(st.text(max_size=80))
def test_any_customer_name_is_filled_in_as_text(name: str) -> None:
    values = personal.values_of(name)
    filled = personal.fill(f"<p>{NAMES['firstName']}</p>", {NAMES["firstName"]: values["firstName"]}, markup=True)
    assert filled.startswith("<p>")
    assert "<" not in filled[3:-4]
    assert (
        personal.fill(NAMES["name"], {NAMES["name"]: NAMES["firstName"], NAMES["firstName"]: "x"})
        == NAMES["firstName"]
    )


@pytest.mark.parametrize(
    ("name", "first"), [("Ann Lee", "Ann"), ("  ", "there"), (None, "there"), ({"a": 1}, "there")]
)
def test_a_customer_without_a_name_is_still_greeted(name: object, first: str) -> None:
    assert personal.values_of(name)["firstName"] == first


def test_a_filter_over_what_is_filled_later_is_refused() -> None:
    personal.require_whole({"text": f"Hi {NAMES['firstName']}"}, TOKEN)
    with pytest.raises(PermanentError, match=r"text: .* expected no filters"):
        personal.require_whole({"text": f"Hi {NAMES['firstName'].upper()}"}, TOKEN)


@pytest.mark.parametrize(
    ("url", "tagged"),
    [
        ("https://a.example", "https://a.example?utm_source=bakedbot&utm_medium=email&utm_campaign=c"),
        (
            "https://a.example/x?y=1#z",
            "https://a.example/x?y=1&utm_source=bakedbot&utm_medium=email&utm_campaign=c#z",
        ),
        ("https://a.example/?UTM_SOURCE=me", "https://a.example/?UTM_SOURCE=me&utm_medium=email&utm_campaign=c"),
        ("https://[a.example", "https://[a.example"),
    ],
)
def test_links_get_parameters_and_keep_their_own(url: str, tagged: str) -> None:
    assert utm.tagged(url, "c") == tagged


def test_links_of_the_product_are_left_alone_and_escaping_stays_right() -> None:
    markup = (
        '<a href="https://a.example/?x=1&amp;y=2">a</a><a href="https://app.example/api/unsubscribe?token=t">b</a>'
    )
    tagged = utm.tag_html(markup, "c")
    assert 'href="https://a.example/?x=1&amp;y=2&amp;utm_source=bakedbot' in tagged
    assert 'href="https://app.example/api/unsubscribe?token=t"' in tagged
    assert utm.tag_text("See https://a.example/x.", "c").endswith("utm_campaign=c.")


def test_a_name_becomes_a_slug() -> None:
    assert (utm.slug("Back to School!"), utm.slug("…")) == ("back-to-school", "campaign")


@pytest.mark.parametrize(
    ("body", "is_tagged"),
    [
        ("See https://a.example/x today", True),
        ("See https://a.example/x " + "and more " * 9, False),
        ("See https://a.example/x " + "and more " * 18, True),
        ("No link", False),
    ],
)
def test_a_text_s_links_are_tagged_where_it_takes_no_more_segments(body: str, is_tagged: bool) -> None:
    tagged = utm.tag_sms(body, "Thrive", "c")
    assert ("?utm_source=bakedbot&utm_medium=sms&utm_campaign=c" in tagged) is is_tagged
    shown, before = (customer_text(one, "Thrive", opens=True) for one in (tagged, body))
    assert segments(shown) == segments(before)
    assert is_tagged or tagged == body
