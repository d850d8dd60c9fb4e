"""Alerts through the outbox: where an org wants them, not at night, not again and again, and each once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from local.stack.running import Stack
from shared.billing.months import period
from shared.errors import TransientError
from shared.gcp.clients import firestore, tasks
from shared.messages.alert_types import AlertType
from shared.notices import handing_over, outbox
from shared.notices.policy import TEXTS_AN_HOUR, window_id
from tests.emulator.alerted_org import EVERYWHERE, NOW, PHONES, ZONE, AlertedOrg, queue, waiting_tasks
from tests.emulator.outbox import EVENING, HOUR, MINUTE, MORNING

EACH_ONCE = {phone[1:]: 1 for phone in PHONES}


@pytest.fixture
def org(on_emulators: Stack) -> Iterator[AlertedOrg]:
    httpx.delete(f"{on_emulators.console_url}/api/outbox")
    tasks().pause_queue(name=queue())
    tasks().purge_queue(name=queue())
    yield AlertedOrg(on_emulators).open()
    httpx.delete(f"{on_emulators.console_url}/api/faults")
    tasks().purge_queue(name=queue())
    tasks().resume_queue(name=queue())


def test_by_default_an_alert_is_on_the_dashboard_and_in_the_owners_mail(org: AlertedOrg) -> None:
    assert org.deliver() == "sent"
    (line,) = org.inbox()
    assert (line["type"], line["severity"], line["read"]) == ("competitor_alert", "warning", False)
    assert (org.emails(), org.texts(), org.used()) == (["It failed 0"], {}, {"emailsUsed": 1})


@pytest.mark.parametrize(
    ("channels", "lines", "mails", "texts"),
    [
        ({"email": False, "dashboard": False, "sms": True}, 0, 0, EACH_ONCE),
        ({"email": False, "dashboard": True, "sms": False}, 1, 0, {}),
        ({"email": False, "dashboard": False, "sms": False}, 0, 0, {}),
        (EVERYWHERE, 1, 1, EACH_ONCE),
    ],
)
def test_the_orgs_preferences_for_the_type_decide(
    org: AlertedOrg, channels: dict[str, bool], lines: int, mails: int, texts: dict[str, int]
) -> None:
    org.prefer(**channels)
    org.deliver()
    assert (len(org.inbox()), len(org.emails()), org.texts()) == (lines, mails, texts)


def test_a_channel_that_a_playbook_asks_for_comes_on_top(org: AlertedOrg) -> None:
    org.deliver(also=["sms"], text_kind="billing_alert")
    assert org.words() == ["billing: It failed 0. B"]
    assert len(org.emails()) == 1


def test_malformed_preferences_silence_nothing(org: AlertedOrg) -> None:
    firestore().document(f"notification_preferences/{org.id}").set({"competitor_alert": "loud"})
    org.deliver()
    assert len(org.emails()) == 1
    assert [one["title"] for one in org.inbox()] == ["It failed 0", "Some notification settings can't be used"]


def test_who_has_nobody_to_reach_has_the_dashboard(org: AlertedOrg) -> None:
    org.open(ownerEmail=None, staffPhones=[]).prefer(**EVERYWHERE)
    assert org.deliver() == "dashboard only"
    assert len(org.inbox()) == 1
    assert waiting_tasks() == {}


def test_the_same_alert_again_tells_nothing_twice(org: AlertedOrg) -> None:
    org.prefer(**EVERYWHERE)
    for minutes in (0, 0, 30, 90):
        org.deliver(now=NOW + minutes * MINUTE)
    assert (len(org.inbox()), len(org.emails()), org.texts()) == (1, 1, EACH_ONCE)
    assert org.used() == {"emailsUsed": 1, "smsInternalUsed": 2}


def test_the_same_alert_at_the_same_moment_tells_nothing_twice(org: AlertedOrg) -> None:
    org.prefer(**EVERYWHERE)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: _patiently(org), range(4)))
    outbox.send_waiting(org.delivery_id(), NOW + HOUR)
    assert (len(org.inbox()), len(org.emails()), org.texts()) == (1, 1, EACH_ONCE)
    assert org.used() == {"emailsUsed": 1, "smsInternalUsed": 2}


def _patiently(org: AlertedOrg) -> None:
    for _ in range(10):
        try:
            org.deliver()
        except TransientError:
            continue
        return


def test_an_alert_that_was_read_stays_read(org: AlertedOrg) -> None:
    org.deliver()
    (line,) = firestore().collection("inbox_notifications").stream()
    line.reference.update({"read": True})
    org.deliver()
    assert [one["read"] for one in org.inbox()] == [True]


def test_what_comes_at_night_waits_for_the_morning_but_on_the_dashboard(org: AlertedOrg) -> None:
    org.prefer(**EVERYWHERE).sleep()
    for _ in range(2):
        assert org.deliver(now=EVENING) == "waiting"
    assert (len(org.inbox()), org.emails(), org.texts(), org.used()) == (1, [], {}, {})
    (due,) = waiting_tasks().values()
    assert due == MORNING
    with pytest.raises(TransientError, match="waits until"):
        outbox.send_waiting(org.delivery_id(), MORNING - MINUTE)
    assert org.emails() == []
    assert outbox.send_waiting(org.delivery_id(), MORNING)
    assert not outbox.send_waiting(org.delivery_id(), MORNING)
    assert (len(org.emails()), org.texts()) == (1, EACH_ONCE)
    assert org.used() == {"emailsUsed": 1, "smsInternalUsed": 2}


def test_what_is_critical_wakes_people(org: AlertedOrg) -> None:
    org.prefer(**EVERYWHERE).sleep()
    org.deliver(now=EVENING)
    assert org.deliver(1, EVENING + MINUTE, severity="critical") == "sent"
    assert (org.emails(), org.texts()) == (["It failed 1"], EACH_ONCE)


def test_twenty_repeats_are_two_messages(org: AlertedOrg) -> None:
    org.prefer(**EVERYWHERE)
    for number in range(20):
        org.deliver(number, NOW + number * MINUTE)
        org.deliver(number, NOW + number * MINUTE)
    assert (len(org.inbox()), org.emails(), org.texts()) == (20, ["It failed 0"], EACH_ONCE)
    (name,) = waiting_tasks()
    assert waiting_tasks()[name] == NOW + HOUR
    window, started = name.partition("-digest-")[::2]
    assert window == window_id(org.id, AlertType.COMPETITOR_ALERT, "p1")
    with pytest.raises(TransientError, match="open until"):
        outbox.send_digest(window, int(started), NOW + 59 * MINUTE)
    for _ in range(3):
        assert outbox.send_digest(window, int(started), NOW + HOUR)
    assert org.emails() == ["It failed 0", "19 more: It failed 19"]
    first, digest = org.words()
    assert first == "It failed 0. B"
    assert digest.startswith("19 more: It failed 19. This has happened 19 more times since")
    assert len(org.inbox()) == 20
    assert org.used() == {"emailsUsed": 2, "smsInternalUsed": 4}


def test_a_digest_whose_task_was_lost_comes_with_the_next_alert(org: AlertedOrg) -> None:
    for number in range(3):
        org.deliver(number, NOW + number * MINUTE)
    tasks().purge_queue(name=queue())
    for _ in range(2):
        org.deliver(3, NOW + 3 * HOUR)
    assert org.emails() == ["It failed 0", "2 more: It failed 2", "It failed 3"]


def test_a_late_task_of_a_sent_digest_sends_nothing(org: AlertedOrg) -> None:
    for number in range(3):
        org.deliver(number, NOW + number * MINUTE)
    (name,) = waiting_tasks()
    window, started = name.partition("-digest-")[::2]
    org.deliver(3, NOW + 3 * HOUR)
    org.deliver(4, NOW + 3 * HOUR)
    outbox.send_digest(window, int(started), NOW + 5 * HOUR)
    assert org.emails() == ["It failed 0", "2 more: It failed 2", "It failed 3"]


def test_a_night_of_repeats_is_two_messages_in_the_morning(org: AlertedOrg) -> None:
    org.prefer(**EVERYWHERE).sleep()
    for number in range(9):
        org.deliver(number, EVENING + number * HOUR)
    assert set(waiting_tasks().values()) == {MORNING}
    for name in waiting_tasks():
        window, is_digest, started = name.partition("-digest-")
        if is_digest:
            outbox.send_digest(window, int(started), MORNING)
        else:
            outbox.send_waiting(name.removesuffix("-deliver"), MORNING)
    assert sorted(org.emails()) == ["8 more: It failed 8", "It failed 0"]
    assert org.texts() == {phone[1:]: 2 for phone in PHONES}


def test_items_and_orgs_are_distinguished(org: AlertedOrg) -> None:
    other = AlertedOrg(org.stack).open()
    org.deliver(0, key="p1")
    org.deliver(1, key="p2")
    org.deliver(2, key="p1", type="billing_alert")
    other.deliver(0, key="p1")
    assert (len(org.emails()), len(other.emails())) == (3, 1)
    assert (org.used(), other.used()) == ({"emailsUsed": 3}, {"emailsUsed": 1})


def test_more_than_twenty_texts_an_hour_stay_in_the_inbox_with_a_note(org: AlertedOrg) -> None:
    org.prefer(email=False, dashboard=False, sms=True)
    other = AlertedOrg(org.stack).open().prefer(email=False, dashboard=False, sms=True)
    for number in range(12):
        org.deliver(number, NOW + number * MINUTE, key=f"p{number}")
    assert org.texts().total() == TEXTS_AN_HOUR == org.used()["smsInternalUsed"]
    assert [one["note"] for one in org.inbox()] == [
        "Not texted to 2 phones: your staff got 20 in the last hour."
    ] * 2
    org.deliver(10, NOW + 30 * MINUTE, key="p10")
    assert org.texts().total() == TEXTS_AN_HOUR
    other.deliver(0, NOW + 12 * MINUTE)
    assert other.texts() == EACH_ONCE
    org.deliver(99, NOW + HOUR, key="p99")
    assert org.texts().total() == TEXTS_AN_HOUR + 2


def test_a_tier_without_texts_says_so_in_the_inbox(org: AlertedOrg) -> None:
    org.open(tierId="starter").prefer(**EVERYWHERE)
    org.deliver()
    (line,) = org.inbox()
    assert "0 of 0 used" in line["note"]
    assert "upgrade to growth" in line["note"]
    assert (len(org.emails()), org.texts()) == (1, {})


def test_a_tier_whose_emails_are_used_up_says_so_in_the_inbox(org: AlertedOrg) -> None:
    org.open(tierId="starter")
    month = period(ZONE, NOW)
    shard = {"orgId": org.id, "period": month, "emailsUsed": 100}
    firestore().document(f"usage_shards/{org.id}-{month}-0").set(shard)
    org.deliver()
    (line,) = org.inbox()
    assert "100 of 100 used" in line["note"]
    assert org.emails() == []


def test_a_refused_address_is_noted_in_the_inbox_once(org: AlertedOrg) -> None:
    org.open(ownerEmail="nobody at all").prefer(**EVERYWHERE)
    for _ in range(2):
        org.deliver()
    (line,) = org.inbox()
    assert line["note"].count("Not emailed") == 1
    assert line["note"].startswith("Not emailed: the owner's email address is not valid")
    assert org.texts() == EACH_ONCE
    assert org.record().email == "refused"


def test_a_wrong_phone_keeps_the_others_going(org: AlertedOrg) -> None:
    org.open(staffPhones=["call me", PHONES[0]]).prefer(email=False, dashboard=True, sms=True)
    org.deliver()
    assert org.texts() == {PHONES[0][1:]: 1}
    assert "Not texted to …l me" in org.inbox()[0]["note"]
    assert org.used() == {"smsInternalUsed": 1}


def test_what_a_provider_does_not_take_now_is_sent_by_a_task(org: AlertedOrg) -> None:
    org.prefer(**EVERYWHERE)
    org.fail("mailjet", 503, 1)
    org.fail("blackleaf", 503, 1)
    assert org.deliver() == "waiting"
    assert (org.emails(), org.texts().total()) == ([], 1)
    assert list(waiting_tasks()) == [f"{org.delivery_id()}-deliver-again"]
    assert outbox.send_waiting(org.delivery_id(), NOW + MINUTE)
    assert (len(org.emails()), org.texts()) == (1, EACH_ONCE)
    assert org.used() == {"emailsUsed": 1, "smsInternalUsed": 2}
    assert "note" not in org.inbox()[0]


def test_a_provider_that_asks_to_be_left_alone_is_until_then(org: AlertedOrg) -> None:
    org.prefer(email=True, dashboard=True, sms=False)
    org.fail("mailjet", 429, 1, retryAfter=600)
    assert org.deliver() == "waiting"
    first = NOW + timedelta(minutes=10)
    assert list(waiting_tasks().values()) == [first]
    org.fail("mailjet", 503, 1, retryAfter=format_datetime(datetime.now(UTC) + HOUR / 2, usegmt=True))
    assert not outbox.send_waiting(org.delivery_id(), first)
    second = max(waiting_tasks().values())
    assert first + HOUR / 2 - MINUTE < second <= first + HOUR / 2
    assert outbox.send_waiting(org.delivery_id(), second)
    assert (len(org.emails()), org.used()) == (1, {"emailsUsed": 1})
    assert not outbox.send_waiting(org.delivery_id(), second)


def test_a_provider_that_puts_an_alert_off_for_a_day_is_the_queues_to_retry(org: AlertedOrg) -> None:
    org.prefer(email=True, dashboard=True, sms=False)
    org.fail("mailjet", 429, 2, retryAfter=600)
    org.deliver()
    with pytest.raises(TransientError, match="429"):
        outbox.send_waiting(org.delivery_id(), NOW + outbox.PATIENCE + MINUTE)
    assert len(waiting_tasks()) == 1


def test_what_may_have_arrived_is_not_sent_again(org: AlertedOrg) -> None:
    org.prefer(**EVERYWHERE)
    org.fail("mailjet", 0, 1)
    org.fail("blackleaf", 0, 1)
    org.deliver()
    outbox.send_waiting(org.delivery_id(), NOW + MINUTE)
    assert (len(org.emails()), org.texts()) == (1, EACH_ONCE)
    assert sorted(org.record().texts.values()) == ["sent", "unknown"]
    assert org.used() == {"emailsUsed": 1, "smsInternalUsed": 2}


def test_another_sender_waits_for_the_one_that_is_at_it(org: AlertedOrg, monkeypatch: pytest.MonkeyPatch) -> None:
    org.prefer(email=True, dashboard=False, sms=False)

    def meanwhile(*_: object) -> None:
        with pytest.raises(TransientError, match="being sent at this moment"):
            outbox.send_waiting(org.delivery_id(), NOW)

    with monkeypatch.context() as patch:
        patch.setattr(handing_over, "send_texts", meanwhile)
        org.deliver()
    assert len(org.emails()) == 1
