"""80 % of a limit is told once a month for each metric, whoever finds it at the same moment."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from local.stack.running import Stack
from shared.billing import ledger
from shared.billing.tiers import Metric
from shared.errors import TransientError
from shared.gcp.clients import firestore
from tests.emulator.metered import MONTH, NOW, Metered

NEXT_MONTH = datetime(2026, 12, 1, 5, tzinfo=UTC)


@pytest.fixture
def org(on_emulators: Stack) -> Iterator[Metered]:
    httpx.delete(f"{on_emulators.console_url}/api/outbox")
    yield Metered(on_emulators).open()
    httpx.delete(f"{on_emulators.console_url}/api/faults")


def test_the_crossing_is_reported_once(org: Metered) -> None:
    org.use(email=3_999)
    assert org.roll_up().crossings == ()
    assert org.month()["alertSentAt80Percent"] == {}
    org.use(email=1)
    org.roll_up()
    for _ in range(3):
        org.use(email=500)
        org.roll_up(NOW + timedelta(hours=1))
    alert_id = f"usage-80-{org.id}-{MONTH}-emailsUsed"
    (event,) = org.events().items()
    assert event[0] == alert_id
    assert event[1]["name"] == "usage.at_80_percent"
    assert event[1]["data"] == {
        "metric": "emailsUsed",
        "used": 4_000,
        "limit": 5_000,
        "percent": 80.0,
        "period": MONTH,
    }
    (notice,) = org.inbox().items()
    assert notice[0] == alert_id
    assert (notice[1]["type"], notice[1]["severity"]) == ("usage_alert", "warning")
    assert notice[1]["title"] == "You've used 80% of your emails for November"
    assert "Each one after that costs $0.002." in notice[1]["body"]
    (mail,) = org.mails()
    assert (mail["to"], mail["subject"]) == ("owner@thrive.example", notice[1]["title"])
    assert org.month()["alertSentAt80Percent"] == {"emailsUsed": NOW}


def test_the_alerts_own_email_is_counted(org: Metered) -> None:
    org.use(email=4_000)
    org.roll_up()
    assert ledger.read(org.id, MONTH).used(Metric.EMAILS) == 4_001


def test_each_metric_has_its_own_alert(org: Metered) -> None:
    org.use(email=4_000, sms_customer=450, creative_asset=7)
    org.roll_up()
    org.use(creative_asset=1)
    org.roll_up()
    told = sorted(one["data"]["metric"] for one in org.events().values())
    assert told == ["creativeAssetsUsed", "emailsUsed", "smsCustomerUsed"]
    assert len(org.inbox()) == 3


def test_roll_ups_at_the_same_moment_tell_it_once(org: Metered) -> None:
    org.use(email=4_200)
    with ThreadPoolExecutor(max_workers=8) as pool:
        done = [pool.submit(org.roll_up) for _ in range(8)]
    failures = [error for one in done if (error := one.exception()) is not None]
    assert all(isinstance(error, TransientError) for error in failures)
    org.roll_up()
    (event,) = firestore().collection(f"tenants/{org.id}/events").stream()
    assert event.create_time == event.update_time
    assert len(org.inbox()) == 1
    assert len(org.mails()) == 1


def test_a_new_month_may_tell_it_again(org: Metered) -> None:
    org.use(email=4_500)
    org.roll_up()
    org.use(now=NEXT_MONTH, email=100)
    org.roll_up(NEXT_MONTH, "2026-12")
    assert len(org.events()) == 1
    org.use(now=NEXT_MONTH, email=4_000)
    org.roll_up(NEXT_MONTH, "2026-12")
    assert sorted(one["data"]["period"] for one in org.events().values()) == ["2026-11", "2026-12"]


def test_what_is_unlimited_is_never_told(org: Metered) -> None:
    rich = Metered(org.stack, "enterprise").open()
    rich.use(creative_asset=10**6, ai_session=10**6, sms_internal=10**6)
    rich.roll_up()
    assert rich.events() == rich.inbox() == {}


def test_the_channels_are_those_that_the_org_chose(org: Metered) -> None:
    firestore().document(f"notification_preferences/{org.id}").set(
        {"usage_alert": {"email": False, "dashboard": False, "sms": False}}
    )
    org.use(email=4_000)
    org.roll_up()
    assert len(org.events()) == 1
    assert org.inbox() == {}
    assert org.mails() == []


def test_an_org_without_room_for_one_more_email_reads_it_in_the_inbox(org: Metered) -> None:
    starter = Metered(org.stack, "starter").open()
    starter.use(email=100)
    starter.roll_up()
    (notice,) = starter.inbox().values()
    assert notice["severity"] == "critical"
    assert "Steps that need more are stopped until next month" in notice["body"]
    assert starter.mails() == []
    assert ledger.read(starter.id, MONTH).used(Metric.EMAILS) == 100


def test_another_org_hears_nothing(org: Metered) -> None:
    other = Metered(org.stack).open()
    org.use(email=4_900)
    org.roll_up()
    other.use(email=1)
    other.roll_up()
    assert other.events() == other.inbox() == {}
