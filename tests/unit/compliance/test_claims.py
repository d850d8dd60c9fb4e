"""Who gets a message of those who share an address or number."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from shared.compliance.frequency import Contact, PlannedMessage, claims_of

NOW, DAY = datetime(2026, 11, 23, 14, tzinfo=UTC), timedelta(hours=24)
CONTACT = Contact("org_1", "sms", "+13155550177")


def wish(by: str, takes: bool = True) -> PlannedMessage:
    return PlannedMessage(CONTACT, by, takes)


def test_of_two_customers_of_a_campaign_the_first_gets_it_and_again_when_asked_again() -> None:
    claims, changed = claims_of({}, [wish("run:c1"), wish("run:c2")], DAY, NOW, "run:")
    assert [(one.capped_until is None, one.is_same_campaign) for one in claims] == [(True, False), (False, True)]
    again, _ = claims_of(changed, [wish("run:c2"), wish("run:c1")], DAY, NOW, "run:")
    assert [one.capped_until is None for one in again] == [False, True]


def test_a_campaign_that_goes_on_days_later_does_not_write_to_the_second() -> None:
    _, changed = claims_of({}, [wish("run:c1")], DAY, NOW, "run:")
    later = NOW + timedelta(days=5)
    (second,), after = claims_of(changed, [wish("run:c2")], DAY, later, "run:")
    assert (second.is_same_campaign, after) == (True, {})
    (other,), _ = claims_of(changed, [wish("other:c2")], DAY, later, "other:")
    assert other.capped_until is None


def test_a_preview_claims_nothing_and_excludes_nobody() -> None:
    claims, changed = claims_of({}, [wish("run:c1", takes=False), wish("other:c1")], DAY, NOW, "run:")
    assert [one.capped_until is None for one in claims] == [True, True]
    assert changed[CONTACT.id]["by"] == "other:c1"


def test_a_message_of_another_run_within_the_hours_counts() -> None:
    _, changed = claims_of({}, [wish("text")], DAY, NOW, None)
    (claim,), _ = claims_of(changed, [wish("run:c1")], DAY, NOW + timedelta(hours=1), "run:")
    assert (claim.capped_until, claim.is_same_campaign) == (NOW + DAY, False)
