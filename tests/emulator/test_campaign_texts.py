"""Texts of campaigns on a real Firestore: consent, opt-outs, nights in several zones, frequency and duplicates."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from local.stack.running import Stack
from shared.campaigns import planning
from shared.campaigns.page import TRIES
from shared.compliance import opt_out_list, sms_opt_outs
from shared.gcp import clients
from tests.emulator.campaign_shop import (
    AGREED,
    MAIL,
    TEXT,
    Sending,
    number_of,
    open_shop,
    put_customer,
    quiet_campaigns,
    until,
)
from tests.emulator.executions import ORG, clock_in, execution, run


@pytest.fixture(autouse=True)
def shop(quiet_queues: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    monkeypatch.setattr(planning, "PAGE_CUSTOMERS", 4)
    with quiet_campaigns():
        yield quiet_queues


def texting(shop: Stack, **params: object) -> Sending:
    return Sending(shop, {"segment": "all", "sms": TEXT, **params}).begin()


def numbers(*customers: int) -> dict[str, int]:
    """Each texted once."""
    return {number_of(one): 1 for one in customers}


def test_who_may_not_be_texted_is_skipped_and_counted_by_reason(shop: Stack) -> None:
    open_shop(2, phones=True)
    put_customer("d1", name="No", phone=number_of(10))
    put_customer("d2", name="Out", phone=number_of(15), smsOptOut="yes", **AGREED)
    put_customer("d3", name="Left", phone=number_of(20), **AGREED)
    sms_opt_outs.note_reply(number_of(20), clock_in(0).now(), "STOP", stops=True)
    put_customer("d4", name="Odd", phone=["x"], **AGREED)
    put_customer("d5", name="None", email="c@people.example")
    put_customer("d6", name="Again", phone=number_of(0).removeprefix("+1"), **AGREED)
    sending = texting(shop)
    for number in range(2):
        assert sending.page(number, until(14)) == "done"
    said = sending.output(until(15))
    reasons = {"no_consent": 1, "opted_out": 2, "unreadable": 1, "no_phone": 1, "duplicate": 1}
    assert (said["texts"], said["skipped"], sending.texts()) == (2, reasons, numbers(0, 1))
    assert sending.metered("smsCustomerUsed") == 2


def test_an_opt_out_in_another_document_of_the_number_counts_however_it_is_written(shop: Stack) -> None:
    open_shop(3, phones=True)
    digits = number_of(1).removeprefix("+1")
    put_customer("x1", name="Twin", phone=f"{digits[:3]} / {digits[3:6]} / {digits[6:]}", smsOptOut=True)
    sending = texting(shop, segment=None, customers=["c000", "c001", "c002"])
    assert sending.page(0, until(14)) == "done"
    assert (sending.texts(), sending.output(until(15))["skipped"]) == (numbers(0, 2), {"opted_out": 1})


def test_who_opts_out_while_it_is_sent_gets_nothing_more(shop: Stack) -> None:
    open_shop(12, phones=True)
    sending = texting(shop)
    assert sending.page(0, until(14)) == "done"
    sms_opt_outs.note_reply(number_of(5), clock_in(until(14)).now(), "STOP", stops=True)
    clients.firestore().document(f"tenants/{ORG}/customers/c006").update({"smsOptOut": True})
    assert sending.page(1, until(14)) == "done"
    put_customer("x8", name="Twin", phone=number_of(8), smsOptOut=True)
    listed_again = until(14) + opt_out_list.LISTED_EVERY.total_seconds() + 1
    assert sending.page(2, listed_again) == "done"
    assert sending.texts() == numbers(0, 1, 2, 3, 4, 7, 9, 10, 11)
    assert sending.output(until(15))["skipped"] == {"opted_out": 3}


def test_customers_are_texted_when_their_own_morning_comes(shop: Stack) -> None:
    open_shop(10, phones=True)
    sending = texting(shop)
    east, mountain, west = {0, 4, 5, 9}, {3, 8}, {1, 6}
    assert [sending.page(number, until(7)) for number in range(3)] == ["asleep"] * 3
    assert not sending.texts()
    for hour, awake in ((8, east), (10, east | mountain), (11, east | mountain | west)):
        assert "asleep" in [sending.page(number, until(hour) + 1) for number in range(3)]
        assert sending.texts() == numbers(*awake)
        assert execution(sending.execution_id).status == "waiting"
    # Hawaii has no summer time: its mornings begin at 13:00 or 14:00 in New York.
    assert {sending.page(number, until(14) + 1) for number in range(3)} <= {"done", "completed"}
    assert sending.texts() == numbers(*range(10))
    assert sending.output(until(14) + 60)["texts"] == 10


def test_a_second_campaign_within_a_day_reaches_nobody_and_says_so(shop: Stack) -> None:
    open_shop(4, phones=True)
    first = texting(shop)
    first.page(0, until(14))
    assert run(first.execution_id, later=until(14) + 60) == "completed"
    second = texting(shop)
    assert second.page(0, until(15)) == "done"
    assert second.output(until(15) + 60)["skipped"] == {"frequency_cap": 4}
    assert execution(second.execution_id).status_reason == "Reached nobody: 4 skipped (4 messaged recently)"
    third = texting(shop)
    assert third.page(0, until(15, days=2)) == "done"
    assert set(third.texts().values()) == {2}


def test_who_gets_no_mail_is_texted_and_nobody_gets_both(shop: Stack) -> None:
    open_shop(3, phones=True)
    put_customer("d1", name="No mail", phone=number_of(10), **AGREED)
    put_customer("d2", name="Twin", email="C000@People.example", phone=number_of(15), **AGREED)
    put_customer("d3", name="Out", email="c@people.example", emailOptOut=True, phone=number_of(20), **AGREED)
    sending = texting(shop, email=MAIL)
    for number in range(2):
        assert sending.page(number, until(14)) == "done"
    said = sending.output(until(15))
    assert (said["emails"], said["texts"], said["skipped"]) == (3, 2, {"duplicate": 1})
    assert sending.texts() == numbers(10, 20)


def test_both_are_sent_where_both_are_wanted(shop: Stack) -> None:
    open_shop(3, phones=True)
    sending = texting(shop, email=MAIL, sendTogether=True)
    assert sending.page(0, until(14)) == "done"
    said = sending.output(until(15))
    assert (said["sent"], said["emails"], said["texts"], sending.texts()) == (6, 3, 3, numbers(0, 1, 2))


def test_a_provider_that_asks_to_slow_down_for_long_costs_nobody_a_text(shop: Stack) -> None:
    open_shop(4, phones=True)
    sending = texting(shop)
    rounds = TRIES + 2
    body = {"provider": "blackleaf", "status": 429, "retryAfter": 30, "times": 4 * rounds - 1}
    httpx.post(f"{shop.console_url}/api/faults", json=body).raise_for_status()
    answers = [sending.page(0, until(14) + 600 * number) for number in range(rounds + 1)]
    assert answers == ["slowed"] * rounds + ["done"]
    assert sending.texts() == numbers(0, 1, 2, 3)
    assert (sending.campaign().totals.failed, sending.metered("smsCustomerUsed")) == (0, 4)


def test_a_text_whose_process_died_is_counted_and_not_sent_again(
    shop: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shared.campaigns import texting as texts_of_a_page

    class Killed(BaseException):
        pass

    open_shop(3, phones=True)
    sending = texting(shop)
    hand_over = texts_of_a_page.hand_over

    def die(*given: object) -> None:
        hand_over(*given)  # type: ignore[arg-type]
        raise Killed

    monkeypatch.setattr(texts_of_a_page, "hand_over", die)
    with pytest.raises(Killed):
        sending.page(0, until(14))
    monkeypatch.setattr(texts_of_a_page, "hand_over", hand_over)
    assert sending.page(0, until(14) + 130) == "done"
    said = sending.output(until(15))
    assert (said["unknown"], said["sent"], sending.texts()) == (3, 0, numbers(0, 1, 2))
    assert sending.metered("smsCustomerUsed") == 3
