"""Texts to customers through the real step on a real Firestore: consent, opt-outs, hours, frequency, crashes."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from local.stack.running import Stack
from shared.compliance import examining, sms_opt_outs
from shared.compliance.decision import Reason
from shared.compliance.examining import examine_text
from shared.compliance.frequency import Contact, PlannedMessage, claim_each
from shared.gcp.clients import firestore
from shared.gcp.clock import Clock
from shared.runs.outputs import value_of
from shared.runs.runner import deliver
from shared.runs.state import Delivery
from shared.tenants.tenant import Tenant
from tests.emulator.executions import ORG, execution, put_org, put_playbook, start

PHONE = "+13155550177"
CONSENT = {"at": datetime(2026, 1, 5, tzinfo=UTC), "source": "checkout form"}
ZONE = ZoneInfo("America/New_York")


def at(hour: int, days: int = 1) -> datetime:
    """That hour in New York, some days from today, which no run of a test has started in."""
    day = datetime.now(ZONE).date() + timedelta(days=days)
    return datetime.combine(day, time(hour), ZONE).astimezone(UTC)


def put_customer(name: str = "c1", **fields: Any) -> None:
    firestore().document(f"tenants/{ORG}/customers/{name}").set({"phone": PHONE, **fields})


@pytest.fixture(autouse=True)
def shop(on_emulators: Stack, quiet_queues: None) -> Stack:
    httpx.delete(f"{on_emulators.console_url}/api/outbox")
    put_org(timezone="America/New_York", staffPhones=["(315)-555-0100"])
    put_customer(smsConsent=CONSENT)
    return on_emulators


def texted(stack: Stack) -> list[tuple[str, str]]:
    outbox = httpx.get(f"{stack.console_url}/api/outbox", params={"channel": "sms"}).json()
    return [(one["to"], one["text"]) for one in outbox]


def send(name: str, now: datetime, to: str = PHONE, body: str = "Fresh flower is in.") -> dict[str, Any]:
    """The step's output, of a run of its own."""
    put_playbook(name, [{"id": "text", "action": "send_sms", "params": {"to": to, "body": body}}])
    start(name, name)
    deliver(Delivery(name, 1), Clock(not_before=now))
    result = execution(name).result_of("text")
    return dict(value_of(result)) if result else {}


def reasons(output: dict[str, Any]) -> list[str]:
    return [one["reason"] for one in output["skipped"]]


def test_a_customer_who_agreed_is_texted_in_the_shop_s_name_with_the_way_out(shop: Stack) -> None:
    assert send("a", at(12))["outcome"] == "sent"
    assert texted(shop) == [("13155550177", "Runs: Fresh flower is in. Reply STOP to opt out")]


@pytest.mark.parametrize(
    "consent",
    [
        None,
        True,
        "yes",
        {},
        {"at": "never", "source": "form"},
        {"at": CONSENT["at"]},
        {"at": at(12, 40), "source": "x"},
    ],
    ids=str,
)
def test_without_a_record_of_consent_nobody_is_texted(shop: Stack, consent: Any) -> None:
    put_customer(smsConsent=consent)
    assert reasons(send("a", at(12))) == ["no_consent"]
    assert texted(shop) == []
    assert execution("a").status_reason == "Reached nobody: 1 skipped (1 no consent on record)"


def test_a_number_that_no_customer_has_is_not_texted_and_staff_are_at_any_hour(shop: Stack) -> None:
    assert reasons(send("a", at(12), to="+13155550999")) == ["no_consent"]
    assert send("b", at(23), to="315-555-0100")["outcome"] == "sent"
    assert texted(shop) == [("13155550100", "Fresh flower is in.")]
    assert execution("b").status_reason is None


@pytest.mark.parametrize(
    "phone", [PHONE, "3155550177", "(315) 555-0177", "(315)-555-0177", 3155550177, "1.315.555.0177"]
)
def test_an_opt_out_counts_however_the_shop_wrote_the_number(shop: Stack, phone: object) -> None:
    put_customer("c2", phone=phone, smsOptOut="yes")
    assert reasons(send("a", at(12))) == ["opted_out"]
    assert texted(shop) == []


def test_the_kept_form_finds_a_number_that_was_written_as_nobody_writes_it(shop: Stack) -> None:
    put_customer("c2", phone="315 / 555 / 0177", phoneE164=PHONE, smsOptOut=True)
    assert reasons(send("a", at(12))) == ["opted_out"]


@pytest.mark.parametrize("phone", ["315 / 555 / 0177", "+1 (315) 555 - 0177", "tel:315.555.0177"])
def test_an_opt_out_counts_in_a_form_that_no_query_asks_for_and_who_comes_back_is_texted(
    shop: Stack, phone: str
) -> None:
    put_customer("c2", phone=phone, smsOptOut=True)
    assert reasons(send("a", at(12))) == ["opted_out"]
    put_customer("c2", phone=phone, smsOptOut=False)
    assert send("b", at(12))["outcome"] == "sent"


@pytest.mark.parametrize("fields", [{"source": "STOP"}, {"optedOutAt": "yesterday"}, {"optedOutAt": CONSENT["at"]}])
def test_a_number_that_opted_out_gets_no_text_of_any_org(shop: Stack, fields: dict[str, Any]) -> None:
    firestore().document(f"sms_opt_outs/{sms_opt_outs.opt_out_id(PHONE)}").set(fields)
    assert reasons(send("a", at(12))) == ["opted_out"]


def test_a_text_at_night_waits_visibly_and_goes_in_the_morning(shop: Stack) -> None:
    send("a", at(22))
    run = execution("a")
    assert (run.status, run.status_reason) == ("waiting", "Waits until 8:00 AM (quiet hours)")
    assert run.due_at == at(8, days=2)
    assert texted(shop) == []
    deliver(Delivery("a", 1), Clock(not_before=at(3, days=2)))
    assert execution("a").status == "waiting"
    deliver(Delivery("a", 1), Clock(not_before=at(8, days=2)))
    deliver(Delivery("a", 1), Clock(not_before=at(9, days=2)))
    assert execution("a").status == "completed"
    assert len(texted(shop)) == 1


def test_who_opts_out_at_night_is_not_texted_in_the_morning(shop: Stack) -> None:
    send("a", at(22))
    sms_opt_outs.note_reply(PHONE, at(23), "STOP", stops=True)
    deliver(Delivery("a", 1), Clock(not_before=at(8, days=2)))
    assert execution("a").status_reason == "Reached nobody: 1 skipped (1 opted out)"
    assert texted(shop) == []


def test_a_second_text_within_a_day_is_skipped_until_the_day_is_over(shop: Stack) -> None:
    send("a", at(12))
    capped = send("b", at(13))
    assert reasons(capped) == ["frequency_cap"]
    assert datetime.fromisoformat(capped["skipped"][0]["until"]) >= at(12, days=2)
    assert send("c", at(13, days=2), body="Runs has news.")["outcome"] == "sent"
    assert [text for _, text in texted(shop)][1:] == ["Runs has news."]


def test_an_org_says_how_often(shop: Stack) -> None:
    put_org(timezone="America/New_York", messaging={"textEveryHours": 2})
    send("a", at(12))
    assert reasons(send("b", at(13))) == ["frequency_cap"]
    assert send("c", at(15))["outcome"] == "sent"


def test_a_text_that_the_provider_refused_uses_up_nothing(shop: Stack) -> None:
    httpx.post(f"{shop.console_url}/api/faults", json={"provider": "blackleaf", "status": 400, "times": 1})
    send("a", at(12))
    assert execution("a").status == "failed"
    httpx.delete(f"{shop.console_url}/api/faults")
    assert send("b", at(13))["outcome"] == "sent"


def test_the_run_that_has_the_claim_sends_after_a_crash_and_no_other_does(
    shop: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def claim_and_die(*given: Any, **named: Any) -> Any:
        examine_text(*given, **named)
        raise Killed

    monkeypatch.setattr(examining, "examine_text", claim_and_die)
    with pytest.raises(Killed):
        send("a", at(12))
    monkeypatch.setattr(examining, "examine_text", examine_text)
    assert reasons(send("b", at(12))) == ["frequency_cap"]
    deliver(Delivery("a", 1), Clock(not_before=at(13)))
    assert execution("a").status == "completed"
    assert len(texted(shop)) == 1


def test_of_two_runs_at_the_same_moment_one_gets_the_claim() -> None:
    granted: list[bool] = []
    contact, now = Contact(ORG, "sms", PHONE), at(12)

    def take(number: int) -> None:
        (found,) = claim_each([PlannedMessage(contact, f"run{number}:text")], timedelta(hours=24), now)
        granted.append(found.capped_until is None)

    threads = [threading.Thread(target=take, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(granted) == [False, False, False, True]


def test_replies_count_by_when_they_were_sent_and_not_by_when_they_came() -> None:
    sms_opt_outs.note_reply(PHONE, at(14), "START", stops=False)
    sms_opt_outs.note_reply(PHONE, at(13), "STOP", stops=True)
    assert not sms_opt_outs.has_opted_out(PHONE)
    sms_opt_outs.note_reply(PHONE, at(15), "STOP", stops=True)
    sms_opt_outs.note_reply(PHONE, at(14), "START", stops=False)
    assert sms_opt_outs.has_opted_out(PHONE)


def test_a_stop_between_two_looks_is_seen() -> None:
    org = Tenant(id=ORG, name="Runs", timezone="America/New_York")
    assert examine_text(org, PHONE, "run:a", at(12)).refusal is None
    sms_opt_outs.note_reply(PHONE, at(12), "STOP", stops=True)
    refusal = examine_text(org, PHONE, "run:a", at(12)).refusal
    assert refusal is not None
    assert refusal.reason is Reason.OPTED_OUT
