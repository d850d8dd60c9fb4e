"""A shop with customers, and its campaigns delivered by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import flask
import httpx

from functions.send_campaign_page import send_campaign_page
from local.stack.running import Stack
from shared.campaigns import tasks
from shared.campaigns.record import CAMPAIGNS, PAGES, Campaign, read_campaign
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.runs.campaign_pages import work
from shared.runs.outputs import value_of
from shared.waiting.ids import wait_id
from tests.emulator.executions import ORG, execution, put_org, put_playbook, run, start

ADDRESS = "1 Main Street\nSyracuse, NY 13202"
MAIL = {
    "subject": "Hello {{customer.firstName}}",
    "text": "Hi {{customer.firstName}}, see https://shop.example/new",
}
TEXT = {"body": "Hi {{customer.firstName}}, see what's new."}
AGREED = {"smsConsent": {"at": datetime(2026, 1, 5, tzinfo=UTC), "source": "checkout form"}}
AREAS = ("315", "213", "808", "303", "305")
"""Of New York, California, Hawaii, Colorado and Florida."""
ZONE = ZoneInfo("America/New_York")
A_BATCH = 400
PATIENCE = 60.0
"""Seconds for an answer of the console, whose outbox holds a thousand messages."""
PARENT = ("demo-playbooks", "us-central1", tasks.QUEUE)


def number_of(customer: int) -> str:
    """The phone number (E.164) of a shop's customer, who lives in one of five states."""
    return f"+1{AREAS[customer % len(AREAS)]}555{customer:04}"


def open_shop(customers: int, *, phones: bool = False, **fields: Any) -> None:
    """The org, and so many customers who may be mailed, and with `phones` texted."""
    put_org(postalAddress=ADDRESS, **fields)
    clear(f"tenants/{ORG}/customers")
    for first in range(0, customers, A_BATCH):
        batch = clients.firestore().batch()
        for number in range(first, min(first + A_BATCH, customers)):
            reference = clients.firestore().document(f"tenants/{ORG}/customers/c{number:03}")
            person = {"name": f"Ann{number} Lee", "email": f"c{number:03}@people.example"}
            batch.set(reference, {**person, **({"phone": number_of(number), **AGREED} if phones else {})})
        batch.commit()


def put_customer(customer_id: str, **fields: Any) -> None:
    """One customer as given."""
    clients.firestore().document(f"tenants/{ORG}/customers/{customer_id}").set(fields)


def clear(collection: str) -> None:
    """Delete its documents."""
    for one in clients.firestore().collection(collection).list_documents():
        one.delete()


@contextmanager
def quiet_campaigns() -> Iterator[None]:
    """Within it, pages are delivered by hand, and nothing is left of campaigns before."""
    parent = quiet_pages()
    clear("usage_shards")
    yield
    clients.tasks().purge_queue(name=parent)
    clients.tasks().resume_queue(name=parent)


def quiet_tasks() -> str:
    """Pause the pages' queue and empty it; its name."""
    parent = clients.tasks().queue_path(*PARENT)
    clients.tasks().pause_queue(name=parent)
    clients.tasks().purge_queue(name=parent)
    return parent


def quiet_pages() -> str:
    """The same, with nothing left of campaigns before."""
    parent = quiet_tasks()
    kept = ("customer_contacts", "customer_opt_outs", "email_suppressions", "sms_opt_outs", "campaign_stats")
    for collection in (CAMPAIGNS, PAGES, *kept):
        clear(collection)
    return parent


@dataclass
class Sending:
    """One campaign of one run."""

    stack: Stack
    params: dict[str, Any] = field(default_factory=lambda: {"segment": "all", "email": MAIL})
    execution_id: str = ""

    def begin(self) -> Sending:
        """Run the playbook until its campaign is under way."""
        put_playbook("campaign", [{"id": "send", "action": "send_campaign", "params": self.params}])
        self.execution_id = start("campaign").execution_id
        run(self.execution_id)
        return self

    @property
    def id(self) -> str:
        """The campaign's."""
        return wait_id(self.execution_id, "send")

    def campaign(self) -> Campaign:
        """As it is stored."""
        found = read_campaign(self.id)
        assert found is not None
        return found

    def page(self, number: int = 0, later: float = 0) -> str:
        """Deliver a page's task, so many seconds from now."""
        at = datetime.now(UTC) + timedelta(seconds=later)
        return work(self.id, self.campaign().page_id(number), Clock(not_before=at))

    def door(self, number: int = 0) -> int:
        """The same through the function."""
        headers = {"X-CloudTasks-QueueName": tasks.QUEUE, "X-CloudTasks-TaskName": "t"}
        body = {"runId": self.id, "pageId": self.campaign().page_id(number)}
        with flask.Flask("door").test_request_context("/", method="POST", headers=headers, json=body) as context:
            return send_campaign_page(context.request).status_code

    def output(self, later: float = 0) -> dict[str, object]:
        """Of the step, once the run has gone on, so many seconds from now."""
        assert run(self.execution_id, later=later) == "completed"
        result = execution(self.execution_id).result_of("send")
        assert result is not None
        return dict(value_of(result))

    def mails(self) -> Counter[str]:
        """How many each customer got."""
        return Counter(one["to"] for one in self.outbox())

    def outbox(self) -> list[dict[str, Any]]:
        """The mails themselves."""
        return [one for one in self._outbox("email") if one["executionId"] == self.id]

    def texts(self) -> Counter[str]:
        """How many texts each number got, of this campaign or another."""
        return Counter(f"+{one['to']}" for one in self._outbox("sms"))

    def _outbox(self, channel: str) -> list[dict[str, Any]]:
        url = f"{self.stack.console_url}/api/outbox"
        answer = httpx.get(url, params={"channel": channel}, timeout=PATIENCE)
        return list(answer.raise_for_status().json())

    def metered(self, metric: str = "emailsUsed") -> int:
        """How many the org's months hold."""
        shards = [one.to_dict() or {} for one in clients.firestore().collection("usage_shards").stream()]
        return sum(shard.get(metric, 0) for shard in shards if shard.get("orgId") == ORG)


def until(hour: int, days: int = 1) -> float:
    """Seconds until that hour in New York, so many days from today."""
    day = datetime.now(ZONE).date() + timedelta(days=days)
    return (datetime.combine(day, time(hour), ZONE) - datetime.now(UTC)).total_seconds()


def addresses(count: int) -> Counter[str]:
    """Of a shop's customers, each once."""
    return Counter(f"c{number:03}@people.example" for number in range(count))
