"""The staff's texts, and what fits into one segment."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import PermanentError
from shared.messages.sms_text import is_gsm, one_segment, units
from shared.notices.staff_sms import StaffAlert, staff_alert_text

DATA = {
    "org": "Thrive Syracuse",
    "playbook": "Competitor Price Alert",
    "error": "Mailjet answered 503",
    "metric": "emails",
    "percent": 80,
    "competitor": "Higher Level",
    "detail": "Blue Dream 15% lower",
    "message": "Doors open at 9",
}


@pytest.mark.parametrize(
    ("alert_type", "text"),
    [
        ("playbook_failure", "Thrive Syracuse: playbook Competitor Price Alert failed. Mailjet answered 503"),
        ("usage_threshold", "Thrive Syracuse: emails is at 80% of this month's limit."),
        ("competitor_alert", "Thrive Syracuse: Higher Level: Blue Dream 15% lower"),
        ("compliance_flag", "Thrive Syracuse: compliance flag: Blue Dream 15% lower"),
        ("billing_alert", "Thrive Syracuse: billing: Blue Dream 15% lower"),
        ("system_alert", "Thrive Syracuse: system alert: Blue Dream 15% lower"),
        ("custom", "Doors open at 9"),
    ],
)
def test_each_alert_has_its_wording(alert_type: str, text: str) -> None:
    assert staff_alert_text(alert_type, **DATA) == text


@pytest.mark.parametrize("alert_type", list(StaffAlert))
def test_an_alert_with_long_data_is_still_one_segment(alert_type: str) -> None:
    long = {name: f"{value} and on and on" * 20 for name, value in DATA.items()}
    text = staff_alert_text(alert_type, **long)
    assert text.endswith("...")
    assert units(text) <= 160


def test_data_with_braces_is_not_read_as_a_wording() -> None:
    assert staff_alert_text("custom", message="{org} {0}") == "{org} {0}"


def test_an_unknown_alert_is_refused_by_name() -> None:
    with pytest.raises(PermanentError, match="'birthday' is not a staff alert; expected one of playbook_failure"):
        staff_alert_text("birthday", org="x")


def test_missing_data_is_named() -> None:
    with pytest.raises(PermanentError, match="needs playbook, error"):
        staff_alert_text("playbook_failure", org="x", playbook=None)


def test_a_cut_is_made_at_a_word() -> None:
    assert one_segment("word " * 40) == "word " * 30 + "word..."


def test_typographic_signs_do_not_cost_half_the_segment() -> None:
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
