"""The sentences people receive that no playbook wrote: alerts, replies to texts, invitations and approvals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from shared.api.member_list import ListedMember
from shared.billing.causes import Cause, CauseLimitError, _refusal
from shared.billing.roll_up import Crossing
from shared.billing.tiers import Metric
from shared.errors import PermanentError
from shared.messages.alert_types import AlertType
from shared.messages.mail import Origin
from shared.messages.sms_text import is_gsm, segments
from shared.messages.unsubscribe_link import Subscription
from shared.notices import invitation, limit_notice, mailjet_events, quarantine_alert, sms_replies, unsubscribe
from shared.notices.alert import Alert, worded
from shared.notices.budget_alert import warning
from shared.notices.daily.record import Entry
from shared.notices.daily.sending import _unmailed
from shared.notices.delivery import AlertDelivery
from shared.notices.mailjet_events import Event
from shared.notices.sms_replies import Keyword
from shared.notices.usage_alert import WORDS, usage_alert
from shared.quarantine.entries import Entry as Quarantined
from shared.quarantine.entries import Status
from shared.runs.dead_letters import _alert as dead_letter_alert
from shared.runs.dead_letters import _Failure
from shared.tenants.tenant import Tenant, TierId
from tests.wording import LONGEST_SUBJECT, faults

NOW = datetime(2026, 11, 23, 14, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _product(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo")
    monkeypatch.setenv("PUBLIC_BASE_URL", "https://app.example")


def require_well_worded(alert: Alert) -> None:
    assert not faults(f"{alert.title}\n{alert.body}\n{alert.members_body or ''}")
    assert len(alert.title) <= LONGEST_SUBJECT, alert.title
    text = alert.staff_text("Thrive Syracuse")
    assert is_gsm(text), text
    assert segments(text) == 1, text


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Alert]:
    """What would be told."""
    found: list[Alert] = []
    for where in ("outbox", "daily.alerts"):
        monkeypatch.setattr(f"shared.notices.{where}.notify", lambda _org_id, alert, _now: found.append(alert))
    return found


@pytest.mark.parametrize("tier", TierId)
@pytest.mark.parametrize("metric", WORDS)
@pytest.mark.parametrize(("used", "limit"), [(40_100, 50_000), (8, 10), (10, 10), (61, 50), (1, 1)])
def test_how_much_of_the_plan_is_used(metric: Metric, tier: TierId, used: int, limit: int) -> None:
    org = Tenant(id="org_1", name="Thrive Syracuse", tier_id=tier)
    alert = usage_alert(org, "2026-11", Crossing(metric, used, limit, 100 * used / limit))
    require_well_worded(alert)
    assert ("now costs" in alert.body or "are stopped" in alert.body) == (used >= limit)


@pytest.mark.parametrize("percent", [80, 100])
@pytest.mark.parametrize("budget", ["50", "1499.99", "0.5"])
def test_how_much_of_the_budget_is_used(percent: int, budget: str) -> None:
    require_well_worded(warning("o", percent, "2026-11", Decimal(budget) * percent / 100, Decimal(budget)))


@pytest.mark.parametrize("failed_step", ["send", None])
def test_a_run_that_failed(failed_step: str | None) -> None:
    failure = _Failure(
        execution_id="e1",
        org_id="org_1",
        playbook_id="daily-intel",
        playbook_name="Daily Intel",
        replay=0,
        error="4 competitors' menus couldn't be read",
        error_code="provider_unavailable",
        attempts=4,
        failed_step_id=failed_step,
        asks_for_text=True,
        expire_at=None,
        was_notified=False,
    )
    require_well_worded(dead_letter_alert(failure))


@pytest.mark.parametrize("tier", TierId)
def test_a_limit_on_what_runs_start(tier: TierId, told: list[Alert], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Cause, "key", lambda _self: "cause-1")
    cause = Cause(org_id="org_1", tier_id=tier.value, root="run-1")
    refused = _refusal(cause, 1_000)
    assert isinstance(refused, CauseLimitError)
    limit_notice.notify_of_loop_limit(cause, refused, "daily-intel", NOW)
    limit_notice.notify_of_execute_limit("org_1", "30 runs a minute is the most on starter", NOW)
    limit_notice.notify_of_unusable("org_1", "events/e1", PermanentError("the event has no name"), NOW)
    assert len(told) == 3
    for alert in told:
        require_well_worded(alert)


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("malformed: price (decimal_parsing)", "This field needs fixing: price."),
        ("malformed: price (decimal_parsing), items.0.name (missing)", "These fields need fixing: price and"),
        ("it holds more than the product can read", "It holds more than the product can read."),
    ],
)
@pytest.mark.parametrize("kind", ["inventory", "orders", "customers", "events", "locations", "something"])
def test_a_record_that_is_skipped(kind: str, reason: str, said: str) -> None:
    entry = Quarantined(
        path=f"tenants/org_1/{kind}/blue-dream",
        org_id="org_1",
        worker="w",
        status=Status.QUARANTINED,
        failures=3,
        reason=reason,
        first_failed_at=NOW,
        last_failed_at=NOW,
        told=False,
        expire_at=NOW,
    )
    alert = quarantine_alert._alert("q1", entry)
    require_well_worded(alert)
    assert said in alert.body


@pytest.mark.parametrize("kind", ["bounce", "blocked", "spam"])
def test_a_mail_that_came_back(kind: str) -> None:
    event = Event.model_validate(
        {
            "event": kind,
            "time": 1_764_000_000,
            "email": "maya@shop.example",
            "error": "user unknown",
            "MessageID": 9,
        }
    )
    origin = Origin(org_id="org_1", org_name="Thrive")
    require_well_worded(mailjet_events._alert("a1", event, origin))


def test_a_digest_without_a_reader() -> None:
    entry = Entry.model_validate(
        {
            "id": "e",
            "orgId": "org_1",
            "digestId": "d",
            "type": "weekly_report",
            "message": {"title": "Low stock: 2 items"},
            "link": "/runs/r1",
            "createdAt": NOW,
        }
    )
    digest = Alert(id="d", type=AlertType.WEEKLY_REPORT, key="d", message=worded("Your daily digest"))
    alert = _unmailed(AlertDelivery.of("org_1", digest, NOW), [entry])
    require_well_worded(alert)
    assert "Low stock: 2 items" in alert.body


@pytest.mark.parametrize("keyword", Keyword)
@pytest.mark.parametrize("shop", ["Thrive Syracuse", None])
def test_an_answer_to_a_text(keyword: Keyword, shop: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    org = Tenant(id="org_1", name=shop, owner_email="owner@thrive.example") if shop else None
    monkeypatch.setattr(sms_replies, "_shop_of", lambda _phone: org)
    text = sms_replies._words("+13155550123", keyword)
    assert not faults(text)
    assert is_gsm(text)
    assert segments(text) == 1


@pytest.mark.parametrize("status", ["invited", "active"])
@pytest.mark.parametrize("role", ["owner", "editor", "viewer"])
@pytest.mark.parametrize("inviter", ["Maya", None])
def test_an_invitation(status: str, role: str, inviter: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Any] = []
    monkeypatch.setattr("shared.messages.mail.send_once", lambda message, *_: sent.append(message))
    monkeypatch.setattr(invitation, "_password_link", lambda _address: "https://app.example/signin?mode=x")
    member = ListedMember.model_validate(
        {"uid": "u1", "email": "a@b.example", "name": None, "role": role, "status": status}
    )
    invitation.send_invitation(member, "Thrive Syracuse", inviter, NOW)
    (mailed,) = sent
    assert not faults(f"{mailed.subject}\n{mailed.text_part}")


def _pages() -> Iterator[str]:
    subscription = Subscription(org_id="org_1", address="maya@shop.example")
    for page in (unsubscribe.question, unsubscribe.stopped, unsubscribe.resumed):
        yield page(subscription, "Thrive")


def test_the_page_for_whoever_unsubscribes_from_all_of_a_shop_s_mail() -> None:
    for page in _pages():
        (said,) = re.findall(r"<main>(.*?)</main>", page, re.DOTALL)
        assert not faults(re.sub(r"<[^>]+>", " ", said))
