"""The rules about one message to one customer, without I/O: hours, areas, consent, opt-outs, claims."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.compliance.decision import MailFacts, Reason, TextFacts, decide_mail, decide_text
from shared.compliance.frequency import CONVERSATION, Contact, cap_of, claimed
from shared.compliance.sms_opt_outs import after_reply, means_opt_out
from shared.compliance.texting_hours import (
    HANDED_OVER_WITHIN,
    quiet_until,
    strict_state_of,
    waits_until,
    zones_for,
    zones_of,
)
from shared.documents.customers import has_sms_consent, says_yes

NY = "America/New_York"
NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
AREAS = st.sampled_from(["315", "213", "305", "206", "405", "907", "605", "850", "808", "800", "928", "787", "671"])


@pytest.mark.parametrize(
    ("phone", "hour_utc", "until_utc"),
    [
        ("+13155550123", "2026-11-24T01:59", None),  # 20:59 in Syracuse
        ("+13155550123", "2026-11-24T02:00", "2026-11-24T13:00"),
        ("+13155550123", "2026-11-24T12:59", "2026-11-24T13:00"),
        ("+13055550123", "2026-11-24T01:00", "2026-11-24T13:00"),  # Florida ends at 20:00
        ("+12065550123", "2026-11-24T04:00", "2026-11-24T16:00"),  # Washington as well
        ("+12135550123", "2026-11-23T14:00", "2026-11-23T16:00"),
        ("+18505550123", "2026-11-24T13:30", "2026-11-24T14:00"),  # Florida in two zones: 8:00 in both
        ("+17875550123", "2026-11-24T01:30", "2026-11-24T12:00"),  # 21:30 in San Juan
        ("+16715550123", "2026-11-23T15:00", "2026-11-23T22:00"),  # past midnight on Guam
        ("+18005550123", "2026-11-24T02:00", "2026-11-24T13:00"),  # toll-free: the org's zone
        ("+491711234567", "2026-11-24T02:00", "2026-11-24T13:00"),
        ("+13155550123", "2027-03-14T05:00", "2027-03-14T12:00"),  # the night that is an hour shorter
    ],
)
def test_a_customer_is_texted_from_eight_to_nine_at_home(phone: str, hour_utc: str, until_utc: str | None) -> None:
    expected = datetime.fromisoformat(until_utc).replace(tzinfo=UTC) if until_utc else None
    assert quiet_until(phone, NY, datetime.fromisoformat(hour_utc).replace(tzinfo=UTC)) == expected


@given(area=AREAS, minutes=st.integers(0, 366 * 24 * 60))
def test_the_end_of_quiet_hours_is_daytime_everywhere_and_comes_within_a_day(area: str, minutes: int) -> None:
    phone, now = f"+1{area}5550123", NOW + timedelta(minutes=minutes)
    until = quiet_until(phone, NY, now) or now
    assert now <= until <= now + timedelta(hours=18)
    assert all(8 <= until.astimezone(ZoneInfo(zone)).hour < 21 for zone in zones_for(phone, NY))
    assert quiet_until(phone, NY, until) is None


@given(area=AREAS, minutes=st.integers(0, 366 * 24 * 60))
def test_a_text_that_need_not_wait_is_sent_in_the_daytime_even_if_slow(area: str, minutes: int) -> None:
    phone, now = f"+1{area}5550123", NOW + timedelta(minutes=minutes)
    until = waits_until(phone, NY, now)
    if until is None:
        assert quiet_until(phone, NY, now) is quiet_until(phone, NY, now + HANDED_OVER_WITHIN) is None
    else:
        assert quiet_until(phone, NY, until) is None
        assert now < until <= now + timedelta(hours=18)


def test_the_last_minutes_of_the_day_belong_to_the_night() -> None:
    evening, morning = datetime(2026, 11, 24, 1, 54, tzinfo=UTC), datetime(2026, 11, 24, 13, tzinfo=UTC)
    assert waits_until("+13155550123", NY, evening) is None
    assert waits_until("+13155550123", NY, evening + timedelta(minutes=1)) == morning


def test_every_area_has_zones_that_exist() -> None:
    assert zones_of("+13155550123") == (NY,)
    assert strict_state_of("+14055550123") == "OK"
    assert zones_of("+18005550123") == zones_of("+4930123456") == ()
    for area in range(200, 1000):
        for zone in zones_of(f"+1{area}5550123"):
            assert ZoneInfo(zone)


@pytest.mark.parametrize("value", [True, "yes", "x", 1, {"at": 1}, ["a"], "true"])
def test_an_opt_out_in_any_form_counts(value: Any) -> None:
    assert says_yes(value)


@pytest.mark.parametrize("value", [False, None, "", "no", "False", 0, " n "])
def test_a_clear_no_is_not_an_opt_out(value: Any) -> None:
    assert not says_yes(value)


@pytest.mark.parametrize("at", [NOW, "2026-01-05", "2026-01-05T09:00:00Z", 1_767_600_000])
def test_a_record_of_consent_says_when_and_how(at: Any) -> None:
    assert has_sms_consent({"smsConsent": {"at": at, "source": "checkout form"}}, NOW)


@pytest.mark.parametrize(
    "record",
    [
        *(None, True, {}, {"at": NOW}, {"at": NOW, "source": " "}, {"at": "soon", "source": "form"}),
        *({"at": NOW + timedelta(days=1), "source": "form"}, [{"at": NOW, "source": "form"}]),
    ],
    ids=str,
)
def test_anything_else_is_not_a_consent(record: Any) -> None:
    assert not has_sms_consent({"smsConsent": record}, NOW)


def test_permanent_reasons_are_reported_before_temporary_ones() -> None:
    until = NOW + timedelta(hours=8)
    facts = TextFacts(True, True, False, until, until)
    said = []
    for change in (
        {"number_opted_out": False},
        {"customer_opted_out": False},
        {"has_consent": True},
        {"capped_until": None},
        {"quiet_until": None},
    ):
        refusal = decide_text(facts)
        said.append(refusal.reason if refusal else None)
        facts = TextFacts(**{**{name: getattr(facts, name) for name in TextFacts.__slots__}, **change})
    assert said == [Reason.OPTED_OUT, Reason.OPTED_OUT, Reason.NO_CONSENT, Reason.FREQUENCY_CAP, Reason.QUIET_HOURS]
    assert decide_text(facts) is None


def test_mail_to_customers_needs_the_shop_s_address_and_mail_to_others_does_not() -> None:
    lacking = decide_mail(MailFacts(None, True, False, "tenants/o.postalAddress", None))
    assert lacking is not None
    assert lacking.reason is Reason.NO_POSTAL_ADDRESS
    assert "tenants/o.postalAddress" in lacking.detail
    assert decide_mail(MailFacts(None, False, False, "tenants/o.postalAddress", None)) is None
    assert decide_mail(MailFacts("it bounced", False, False, None, None)) is not None


def test_a_claim_counts_for_others_and_not_for_its_holder() -> None:
    contact, day = Contact("o", "sms", "+13155550123"), timedelta(hours=24)
    first = claimed({}, contact, "a", day, NOW)
    assert first["openedBy"] == "a"
    assert cap_of(first, "a", day, NOW) is None
    assert cap_of(first, "b", day, NOW + day - timedelta(seconds=1)) == NOW + day
    assert cap_of(first, "b", day, NOW + day) is None
    second = claimed(first, contact, "b", day, NOW + day)
    assert (second["openedBy"], second["before"]) == ("a", {"lastAt": NOW, "by": "a", "openedBy": "a"})
    assert claimed(second, contact, "b", day, NOW + day)["before"] == second["before"]
    assert claimed(second, contact, "c", day, NOW + day + CONVERSATION)["openedBy"] == "c"


REPLIES = st.lists(st.tuples(st.sampled_from(["optedOutAt", "optedInAt"]), st.integers(0, 5)), max_size=8)


@given(replies=REPLIES, order=st.randoms())
def test_replies_come_to_the_same_in_any_order(replies: list[tuple[str, int]], order: Any) -> None:
    def after(some: list[tuple[str, int]]) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        for field, minute in some:
            fields = after_reply(fields, field, NOW + timedelta(minutes=minute), field)
        return {name: value for name, value in fields.items() if name != "source"}

    shuffled = list(replies)
    order.shuffle(shuffled)
    assert after(replies) == after(shuffled)
    stops = [minute for field, minute in replies if field == "optedOutAt"]
    starts = [minute for field, minute in replies if field == "optedInAt"]
    if starts:
        assert means_opt_out(after(replies)) == bool(stops and max(stops) >= max(starts))
