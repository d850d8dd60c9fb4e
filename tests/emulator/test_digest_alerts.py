"""Alerts that can wait go with the digest of an org that has one; the others are mailed at once."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import httpx
import pytest

from local.stack.running import Stack
from shared.billing.months import period
from shared.competitors import notifying
from shared.competitors.models import Competitor
from shared.competitors.snapshots.unreadable import Unreadable
from shared.gcp.clients import firestore, tasks
from shared.messages.alert_types import AlertType
from shared.notices import budget_alert
from shared.notices.alert import Alert, worded
from shared.notices.daily import adding, alerts, sending
from shared.notices.preferences import Channel
from tests.emulator.alerted_org import EVERYWHERE, NOW, ZONE, AlertedOrg, queue
from tests.emulator.daily_digest import SIX, add, digests, mails, send
from tests.emulator.executions import documents
from tests.harness.killing import Executioner, Killed, killing

DIGEST = {"digest": {"at": "18:00"}}
_NUMBERS = itertools.count()


@pytest.fixture
def org(on_emulators: Stack) -> AlertedOrg:
    httpx.delete(f"{on_emulators.console_url}/api/outbox")
    httpx.delete(f"{on_emulators.console_url}/api/faults")
    tasks().pause_queue(name=queue())
    tasks().purge_queue(name=queue())
    return AlertedOrg(on_emulators).open(settings=DIGEST, staffPhones=[]).prefer(**EVERYWHERE)


def alert(org: AlertedOrg, severity: str = "warning", **fields: object) -> Alert:
    number = next(_NUMBERS)
    given = {
        "id": f"{org.id}-alert{number}",
        "type": AlertType.COMPETITOR_ALERT,
        "key": f"k{number}",
        "message": worded("We can't read Green Leaf's menu", "The last 3 scans of Green Leaf failed."),
        "severity": severity,
        **fields,
    }
    return Alert.model_validate(given)


def told(org: AlertedOrg) -> str:
    """What the owner's mails say."""
    return "\n".join(mails(org))


def test_one_that_can_wait_goes_with_the_reports(org: AlertedOrg) -> None:
    add(org)
    waits = alert(org)
    for _ in range(2):
        alerts.notify(org.id, waits, NOW)
    assert mails(org) == []
    (line,) = org.inbox()
    assert line["title"] == "We can't read Green Leaf's menu"
    assert send(org)
    (mailed,) = mails(org)
    assert mailed.startswith("We can't read Green Leaf's menu, and 1 more update\n2 updates for you today.")
    assert mailed.count("The last 3 scans of Green Leaf failed.") == 1
    assert f"/dashboard/alerts?alert={waits.id}" in mailed
    assert mailed.count("Fact 0.") == 1


def test_one_alone_is_a_digest_too(org: AlertedOrg) -> None:
    alerts.notify(org.id, alert(org), NOW)
    assert send(org)
    (mailed,) = mails(org)
    assert mailed.startswith("We can't read Green Leaf's menu\n1 update for you today.")


def test_a_critical_one_is_mailed_at_once(org: AlertedOrg) -> None:
    alerts.notify(org.id, alert(org, "critical"), NOW)
    assert len(mails(org)) == 1
    assert digests(org) == []


def test_without_a_digest_it_is_mailed_at_once(org: AlertedOrg) -> None:
    org.open(settings={})
    alerts.notify(org.id, alert(org), NOW)
    assert len(mails(org)) == 1
    assert digests(org) == []


def test_whoever_wants_no_mail_of_its_kind_has_none_in_the_digest(org: AlertedOrg) -> None:
    org.prefer(email=False, dashboard=True, sms=False)
    alerts.notify(org.id, alert(org), NOW)
    alerts.notify(org.id, alert(org, at_most=frozenset({Channel.DASHBOARD})), NOW)
    assert len(org.inbox()) == 2
    assert digests(org) == []


@pytest.mark.parametrize("after", [False, True])
def test_killed_at_any_call_it_is_reported_once(org: AlertedOrg, after: bool) -> None:
    for at in range(1, 60):
        one = alert(org)
        executioner = Executioner(at, after=after)
        try:
            with killing(executioner):
                alerts.notify(org.id, one, NOW)
        except Killed:
            alerts.notify(org.id, one, NOW)
        if executioner.calls < at:
            break
    else:
        raise AssertionError("it never got to its end")
    assert at > 3
    assert len([one for one in documents("digest_entries") if one["orgId"] == org.id]) == at
    assert len(org.inbox()) == at
    assert mails(org) == []


def test_a_failure_to_put_it_in_is_no_mail_and_no_loss(org: AlertedOrg, monkeypatch: pytest.MonkeyPatch) -> None:
    one = alert(org)
    with monkeypatch.context() as patch:
        patch.setattr(adding, "add", _fail)
        assert not alerts.try_to_notify(org.id, one, NOW)
    assert alerts.try_to_notify(org.id, one, NOW)
    assert mails(org) == []
    assert send(org)
    assert told(org).count("The last 3 scans") == 1


def _fail(*_: object) -> None:
    raise RuntimeError("no room")


def unreadable(org: AlertedOrg) -> None:
    competitor = Competitor.model_validate({"id": "green", "name": "Green Leaf", "menuUrl": "https://g.example"})
    reference = firestore().document(f"tenants/{org.id}/competitors/green")
    reference.set({"name": "Green Leaf", "menuUrl": "https://g.example"})
    why = {"kind": "down", "reason": "the site is down", "remedy": "check the address"}
    counted = Unreadable.model_validate({"failures": 3, "since": NOW, "lastFailedAt": NOW, **why})
    notifying.notify_of_unreadable_menu(org.id, competitor, counted, NOW)


def budget(org: AlertedOrg) -> None:
    month = period(ZONE, NOW)
    shard = firestore().document(f"usage_shards/{org.id}-{month}-0")
    shard.set({"orgId": org.id, "month": month, "costUsd": 42.0})
    budget_alert.after_run(org.id, ZONE, Decimal(50), NOW)


@pytest.mark.parametrize(
    ("happens", "words"), [(unreadable, "We can't read Green Leaf's menu"), (budget, "80% of your $50 budget")]
)
def test_what_the_product_tells_goes_that_way(
    org: AlertedOrg, happens: Callable[[AlertedOrg], None], words: str
) -> None:
    happens(org)
    happens(org)
    assert mails(org) == []
    assert send(org)
    assert told(org).count(words) >= 1
    assert sending.send(digests(org)[0]["id"], NOW + timedelta(days=1)) is False
    assert len(mails(org)) == 1


def test_an_alert_of_the_evening_is_in_tomorrow_s(org: AlertedOrg) -> None:
    add(org, setting=SIX)
    send(org)
    alerts.notify(org.id, alert(org), digests(org)[0]["sendAt"] + timedelta(minutes=1))
    assert send(org, 1)
    assert len(mails(org)) == 2
