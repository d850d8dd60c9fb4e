"""What the product writes to an org's people leads to pages that are there, and looking decides nothing."""

from __future__ import annotations

import html
import os
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from google.cloud.firestore_v1.base_query import FieldFilter

from local.stack.running import Stack
from shared.billing.roll_up import Crossing
from shared.billing.tiers import Metric
from shared.decisions import approvals
from shared.gcp import clients
from shared.gcp.settings import settings
from shared.messages import links
from shared.messages.alert_types import AlertType
from shared.notices import limit_notice, outbox, preferences
from shared.notices.usage_alert import usage_alert
from shared.tenants.tenant import load_tenant
from tests.dashboard_pages import page_of
from tests.emulator.alerted_org import EVERYWHERE, NOW, AlertedOrg
from tests.emulator.executions import ORG, documents, put_playbook, run, start

HREF = re.compile(r'href="([^"]+)"')
ADDRESS = re.compile(r"https?://\S+")


@pytest.fixture
def stack(quiet_queues: Stack) -> Iterator[Stack]:
    yield quiet_queues
    httpx.delete(f"{quiet_queues.console_url}/api/outbox")


@pytest.fixture
def org(stack: Stack) -> AlertedOrg:
    return AlertedOrg(stack).open().prefer(**EVERYWHERE)


def sent_mails(to: str) -> list[dict[str, Any]]:
    console = os.environ["MAILJET_API_URL"].removesuffix("/providers/mailjet")
    found: list[dict[str, Any]] = httpx.get(f"{console}/api/outbox?channel=email").raise_for_status().json()
    return [one for one in found if one["to"] == to]


def pages(mail: dict[str, Any]) -> list[str]:
    """The paths that the mail's HTML leads to, in order: pages only, besides the door that unsubscribes."""
    found = [html.unescape(each) for each in HREF.findall(mail["html"])]
    base = settings().public_base_url
    assert all(each.startswith(f"{base}/") for each in found)
    paths = [each.removeprefix(base) for each in found]
    for path in paths:
        assert page_of(path) or path.startswith("/api/unsubscribe?token="), path
    return [path for path in paths if not path.startswith("/api/")]


def alerted(org: AlertedOrg, **fields: Any) -> list[str]:
    org.deliver(**fields)
    return pages(sent_mails(f"{org.id}@thrive.example")[-1])


def test_an_alert_leads_to_its_cause_and_to_itself(org: AlertedOrg) -> None:
    alert = org.alert()
    to_itself = [links.alert(alert.id), links.PREFERENCES]
    assert alerted(org, execution_id="e 1", playbook_id="p1") == ["/runs/e%201", *to_itself]
    text = sent_mails(f"{org.id}@thrive.example")[-1]["text"]
    assert [page_of(each) for each in ADDRESS.findall(text)] == ["/runs/:runId", "/dashboard/alerts"]


@pytest.mark.parametrize(
    ("fields", "first"),
    [
        ({"playbook_id": "p1"}, "/playbooks/p1"),
        ({"link": links.USAGE, "playbook_id": "p1"}, "/usage"),
        ({"link": links.COMPETITORS}, "/competitors"),
        ({}, None),
    ],
)
def test_an_alert_leads_to_what_is_nearest(org: AlertedOrg, fields: dict[str, Any], first: str | None) -> None:
    found = alerted(org, **fields)
    assert found[0] == (first or links.alert(org.alert().id))
    assert org.inbox()[0].get("link") == fields.get("link")


def test_what_repeats_leads_to_the_alerts_of_its_type(org: AlertedOrg) -> None:
    for number in range(3):
        org.deliver(number)
    mine = FieldFilter("orgId", "==", org.id)
    (window,) = clients.firestore().collection("alert_digests").where(filter=mine).stream()
    fields = window.to_dict() or {}
    started = int(fields["startedAt"].timestamp() * 1_000_000)
    assert outbox.send_digest(window.id, started, NOW + timedelta(hours=2))
    assert pages(sent_mails(f"{org.id}@thrive.example")[-1])[0] == "/dashboard/alerts?type=competitor_alert"


def test_usage_leads_to_the_usage(org: AlertedOrg) -> None:
    alert = usage_alert(load_tenant(org.id), "2026-11", Crossing(Metric.EMAILS, 4000, 5000, 80.0))
    outbox.notify(org.id, alert, NOW)
    assert pages(sent_mails(f"{org.id}@thrive.example")[-1])[0] == "/usage"
    limit_notice.notify_of_execute_limit(org.id, "too many", NOW)
    assert {one["link"] for one in org.inbox()} == {"/usage"}


def test_settings_that_cannot_be_used_lead_to_the_settings(org: AlertedOrg) -> None:
    clients.firestore().document(f"notification_preferences/{org.id}").set({"billing_alert": {"email": "maybe"}})
    preferences.load(org.id)
    (told,) = org.inbox()
    assert page_of(told["link"]) == "/settings/:section"


def test_an_approval_leads_to_where_it_is_decided_and_to_look_decides_nothing(stack: Stack) -> None:
    ask = {"title": "Lower it?", "details": "40 to 35", "to": ["mira@b.example"]}
    put_playbook("asks", [{"id": "ask", "action": "wait_for_approval", "params": ask}])
    started = start("asks").execution_id
    assert run(started) == "waiting"
    (asked,) = clients.firestore().collection(approvals.COLLECTION).stream()
    (mail,) = sent_mails("mira@b.example")
    assert pages(mail) == [links.approval(asked.id)]
    assert ">Review and decide</a>" in mail["html"]
    assert f"Review and decide: {links.url(links.approval(asked.id))}" in mail["text"]
    (told,) = documents("inbox_notifications")
    assert told["link"] == links.approval(asked.id)
    assert approvals.find(asked.id)[0].status == "pending"


def test_what_a_run_suggests_is_decided_from_its_mail_and_a_report_leads_to_its_run(stack: Stack) -> None:
    clients.firestore().document(f"tenants/{ORG}/inventory/i1").set({"name": "Blue Dream", "price": 40})
    suggest = {"itemId": "i1", "suggestedPrice": 36, "reason": "They are cheaper."}
    tell = {"subject": "Prices", "body": "They fell.", "channels": ["email", "dashboard"]}
    put_playbook("suggests", [{"id": "s", "action": "create_pricing_suggestion", "params": suggest}, notify(tell)])
    put_playbook("reports", [notify(tell)])
    started = {name: start(name).execution_id for name in ("suggests", "reports")}
    assert {run(one) for one in started.values()} == {"completed"}
    by_run = {one["executionId"]: one for one in sent_mails("owner@runs.example")}
    (suggested,) = clients.firestore().collection(f"tenants/{ORG}/pricing_suggestions").stream()
    decision = links.suggestion("pricing_suggestions", suggested.id)
    run_page = links.run(started["suggests"])
    assert pages(by_run[started["suggests"]]) == [decision, run_page, links.PREFERENCES]
    assert pages(by_run[started["reports"]]) == [links.run(started["reports"]), links.PREFERENCES]
    assert by_run[started["reports"]]["text"] == "They fell."
    told = {one["executionId"]: one.get("link") for one in documents("inbox_notifications")}
    assert told == {started["suggests"]: decision, started["reports"]: None}


def test_a_mail_to_somebody_else_leads_nowhere_in_the_dashboard(stack: Stack) -> None:
    mail = {"to": "customer@b.example", "subject": "Sale", "text": "Come by."}
    put_playbook("mails", [{"id": "mail", "action": "send_email", "params": mail}])
    assert run(start("mails").execution_id) == "completed"
    assert pages(sent_mails("customer@b.example")[0]) == []


def notify(params: dict[str, Any]) -> dict[str, Any]:
    return {"id": "tell", "action": "notify", "params": {**params, "type": AlertType.WEEKLY_REPORT.value}}
