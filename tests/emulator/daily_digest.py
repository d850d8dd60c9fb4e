"""Helpers of the tests of daily digest, shared with other tests."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from local.stack.running import Stack
from shared.gcp.clients import firestore, tasks
from shared.messages.alert_types import AlertType
from shared.messages.template import build
from shared.notices.daily import adding, sending
from shared.notices.daily.record import Entry
from shared.tenants.tenant import DigestSetting
from tests.emulator.alerted_org import NOW, ZONE, AlertedOrg, queue

SIX = DigestSetting(at="18:00")


@pytest.fixture
def org(on_emulators: Stack) -> AlertedOrg:
    httpx.delete(f"{on_emulators.console_url}/api/outbox")
    httpx.delete(f"{on_emulators.console_url}/api/faults")
    tasks().pause_queue(name=queue())
    tasks().purge_queue(name=queue())
    return AlertedOrg(on_emulators).open()


def report(org: AlertedOrg, number: int = 0, now: datetime = NOW) -> Entry:
    return Entry(
        id=f"{org.id}-run{number}~tell~digest",
        org_id=org.id,
        digest_id="",
        type=AlertType.WEEKLY_REPORT,
        message=build.message(f"Report {number}", f"Fact {number}."),
        link=f"/runs/run{number}",
        playbook_id="daily-intel",
        execution_id=f"run{number}",
        created_at=now,
    )


def add(org: AlertedOrg, number: int = 0, now: datetime = NOW, setting: DigestSetting = SIX) -> datetime:
    return adding.add(report(org, number, now), setting, ZONE, now)


def daily_digests() -> list[dict[str, Any]]:
    """All that wait in the outbox, or have gone."""
    found = firestore().collection("alert_deliveries").stream()
    stored = [{**(one.to_dict() or {}), "id": one.id} for one in found]
    return [one for one in stored if str(one["alert"]["id"]).startswith("digest-")]


def digests(org: AlertedOrg) -> list[dict[str, Any]]:
    """The org's, the earliest first."""
    found = [one for one in daily_digests() if one["orgId"] == org.id]
    return sorted(found, key=lambda one: str(one["sendAt"]))


def send(org: AlertedOrg, number: int = 0, late: timedelta = timedelta()) -> bool:
    """The org's digest of that number, at its time."""
    digest = digests(org)[number]
    return sending.send(digest["id"], digest["sendAt"] + late)


def mails(org: AlertedOrg) -> list[str]:
    """What its owner read."""
    found = httpx.get(f"{org.stack.console_url}/api/outbox", params={"channel": "email"}).json()
    return [f"{one['subject']}\n{one['text']}" for one in found if one["to"] == f"{org.id}@thrive.example"]
