from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.compliance.advertising import Violation, check, with_added
from shared.compliance.advertising_rules import EMAIL_ENDING, SMS_ENDING


def rules(text: str, channel: str | None = None, state: str | None = None) -> set[str]:
    return {one.rule for one in check(text, channel, state)}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Our gummies cure anxiety", "health_claim"),
        ("Great pain relief after work", "health_claim"),
        ("Helps you sleep all night", "health_claim"),
        ("It’s FDA-approved medicine", "health_claim"),
        ("Reduces stress in minutes", "health_claim"),
        ("Fun for the whole family and kids", "appeal_to_minors"),
        ("Back-to-school special", "appeal_to_minors"),
        ("Tastes just like candy", "appeal_to_minors"),
        ("Get a free pre-roll", "free_product"),
        ("BOGO on edibles", "free_product"),
        ("Buy one, get one on vapes", "free_product"),
        ("The strongest flower in town", "potency_claim"),
        ("Now with 34% THC", "potency_claim"),
        ("THC: 32 %", "potency_claim"),
        ("It is 100% safe", "safety_claim"),
        ("No side effects at all", "safety_claim"),
        ("Get so high this Friday", "overconsumption"),
        ("Smoke it on the drive home, stoned behind the wheel", "driving"),
        ("We ship nationwide", "out_of_state"),
        ("Delivered across state lines", "out_of_state"),
        ("Sent by USPS", "out_of_state"),
        ("Cu\u200bres pa\u200bin", "health_claim"),
        ("ＦＲＥＥ gummies", "free_product"),
    ],
)
def test_a_rule_that_is_broken_is_named_with_the_words(text: str, rule: str) -> None:
    found = [one for one in check(text) if one.rule == rule]
    assert found
    assert all(one.excerpt and one.suggestion and one.found_by == "rule" for one in found)


@pytest.mark.parametrize(
    "text",
    [
        "Blue Dream 3.5g is back at $40. Citrus aroma.",
        "Keep out of reach of children. Not for kids.",
        "Call toll-free, feel free to ask. Gluten-free and pesticide-free gummies, free of dyes.",
        "Sweet treats for your evening",
        "THC 22 %, lab-tested",
        "Never smoke while driving.",
        "We do not ship nationwide.",
        "This is not a cure for pain.",
        "High quality at a fair price",
        "Delivery within Syracuse",
    ],
)
def test_a_fair_text_breaks_no_rule(text: str) -> None:
    assert check(text) == []


def test_the_channel_brings_its_own_rules() -> None:
    assert rules("Blue Dream is back", "sms") == {"age_gate", "sms_opt_out"}
    assert rules("Blue Dream is back", "email") == {"age_gate", "email_opt_out"}
    assert rules("Blue Dream is back", "web") == {"age_gate"}
    assert rules("Blue Dream is back", "dashboard") == rules("Blue Dream is back") == set()


def test_our_own_endings_satisfy_them() -> None:
    assert check(f"Blue Dream is back. {SMS_ENDING}", "sms", "NY") == []
    assert check(f"Blue Dream is back.\n\n{EMAIL_ENDING}", "email", "NY") == []


def test_a_state_without_an_adult_market_is_named() -> None:
    assert rules("Blue Dream is back", None, "TX") == {"not_adult_use"}
    assert rules("Blue Dream is back", None, "NY") == set()


@given(st.text(max_size=200), st.sampled_from(["email", "sms", None]))
def test_the_same_text_has_the_same_findings(text: str, channel: str | None) -> None:
    assert check(text, channel) == check(text, channel)  # type: ignore[arg-type]


@given(
    st.text(max_size=100),
    st.lists(st.builds(Violation, st.sampled_from(["a", "health_claim"]), st.text(), st.text())),
)
def test_a_model_can_only_add(text: str, added: list[Violation]) -> None:
    found = check(f"{text} cures pain", "sms")
    merged = with_added(found, added, text)
    assert merged[: len(found)] == found
    assert all(one.found_by == "model" for one in merged[len(found) :])


def test_an_added_issue_must_point_at_words_of_the_text() -> None:
    added = [
        Violation("health_claim", "Sleep  tight", "x", "model"),
        Violation("health_claim", "not in it", "x", "model"),
    ]
    assert [one.excerpt for one in with_added([], added, "You will sleep tight.")] == ["Sleep tight"]
