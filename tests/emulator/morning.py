"""A morning of an org that has every catalog playbook, and what its people are told of one competitor's price."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx

from local.demo.menus import HIGHER_LEVEL, PRODUCTS, STORES
from local.demo.seed import DEMO_ORG_ID, demo_documents, write_documents
from shared.catalog.files.load import catalog
from shared.competitors.comparing.events import PRICE_CHANGE
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.heartbeat.round import check_org
from shared.runs import ids
from shared.runs.parts import TriggerRef
from shared.runs.pinning import StartRequest
from shared.runs.start import start_execution
from tests.emulator.demo_runs import Demo
from tests.emulator.executions import execution, run

PRODUCT, OUR_PRICE = "Blue Dream 3.5g", "40.00"
ALERT, INTEL, PRICES, REAL_TIME, WEEK = (
    *("competitive-price-alert", "daily-intel", "price-intelligence", "real-time-price-alert"),
    "executive-weekly-report",
)
DAILY = tuple(one.id for one in catalog().values() if one.frequency == "daily")
A_DAY = timedelta(days=1).total_seconds()


@dataclass(frozen=True, slots=True)
class Told:
    """The messages of a morning that name the competitor's price, by where they went."""

    mails: list[str]
    texts: list[str]
    inbox: list[str]
    posts: list[str]

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """Mails, texts, lines of the inbox, posts."""
        return len(self.mails), len(self.texts), len(self.inbox), len(self.posts)


@dataclass
class Shop:
    """The demo shop with the whole catalog, whose competitors ask what it asks itself."""

    demo: Demo
    days: float = 0
    """How many days from now its morning is."""

    def open(self) -> None:
        """Everything new, the competitors scanned once."""
        self.demo.stack.clear_firestore()
        write_documents(demo_documents(self.demo.stack.console_url))
        tenant = clients.firestore().document(f"tenants/{DEMO_ORG_ID}")
        tenant.update({"tierId": "enterprise"})
        state = {"source": "catalog", "status": "active", "orgId": DEMO_ORG_ID, "version": 1}
        write_documents(
            {f"tenants/{DEMO_ORG_ID}/playbooks/{one.id}": {**one.content(), **state} for one in catalog().values()}
        )
        self.they_ask(OUR_PRICE)
        self.run(INTEL)
        check_org(DEMO_ORG_ID, self.now)
        self.demo.forget_outbox()

    @property
    def now(self) -> datetime:
        """The instant that runs take for the present."""
        return datetime.now(UTC) + timedelta(days=self.days)

    def they_ask(self, price: str) -> None:
        """Every product costs as much everywhere, but this one at the first competitor."""
        for store in STORES:
            rows = [
                {
                    "name": one.name,
                    "category": one.category,
                    "price": price if store is HIGHER_LEVEL and one.name == PRODUCT else str(one.price),
                }
                for one in PRODUCTS
            ]
            body = {"name": store.name, "products": rows}
            url = f"{self.demo.stack.console_url}/api/stores/{store.slug}"
            httpx.put(url, json=body).raise_for_status()

    def start(self, playbook_id: str, trigger: str = "schedule") -> str:
        """A run of its slot, or by hand, that nobody has delivered yet."""
        slot = self.now if trigger == "schedule" else None
        request = StartRequest(
            org_id=DEMO_ORG_ID,
            playbook_id=playbook_id,
            execution_id=ids.fresh_execution_id(),
            trigger=TriggerRef(type=trigger, id="daily" if slot else None, slot=slot),
        )
        return start_execution(request, Clock()).execution_id

    def deliver(self, execution_id: str) -> str:
        """Deliver its task in the morning; where it stands afterwards."""
        return run(execution_id, later=self.days * A_DAY)

    def run(self, playbook_id: str, trigger: str = "schedule") -> str:
        """Start and deliver it; its id."""
        execution_id = self.start(playbook_id, trigger)
        assert self.deliver(execution_id) == "completed", execution(execution_id).status_reason
        return execution_id

    def react(self) -> list[str]:
        """Run what listens to changes of prices, once an event; the ids of the runs."""
        started = []
        for found in clients.firestore().collection(f"tenants/{DEMO_ORG_ID}/events").stream():
            event = found.to_dict() or {}
            if event["name"] != PRICE_CHANGE:
                continue
            request = StartRequest(
                org_id=DEMO_ORG_ID,
                playbook_id=REAL_TIME,
                execution_id=ids.event_execution_id(DEMO_ORG_ID, REAL_TIME, "event", found.id),
                trigger=TriggerRef(type="event", id="event", event_id=found.id),
                event_data=event["data"],
            )
            started.append(start_execution(request, Clock()).execution_id)
        for one in started:
            self.deliver(one)
        return started

    def morning(self, playbooks: Iterable[str] = DAILY, *, at_once: bool = False) -> dict[str, str]:
        """The tick, what follows from it, and the heartbeat's round; the runs by playbook."""
        runs = {one: self.start(one) for one in playbooks}
        with ThreadPoolExecutor(len(runs) if at_once else 1) as pool:
            ended = dict(zip(runs, pool.map(self.deliver, runs.values()), strict=True))
        for one, status in ended.items():
            if status == "retrying":
                ended[one] = run(runs[one], attempt=2, later=self.days * A_DAY + 30)
        assert set(ended.values()) == {"completed"}, ended
        reacting = self.react()
        check_org(DEMO_ORG_ID, self.now)
        return {**runs, **dict.fromkeys([REAL_TIME], reacting[-1] if reacting else "")}

    def told(self, price: str) -> Told:
        """What names that price since the last time that this was asked."""
        outbox = self.demo.outbox()
        shown = f"${price}"

        def of(channel: str) -> list[str]:
            words = [f"{one.get('subject')}\n{one.get('text')}" for one in outbox if one["channel"] == channel]
            return [one for one in words if shown in one]

        found = clients.firestore().collection("inbox_notifications").stream()
        inbox = [one.to_dict() or {} for one in found]
        self.demo.forget_outbox()
        for one in clients.firestore().collection("inbox_notifications").list_documents():
            one.delete()
        lines = [f"{one['title']}\n{one['body']}" for one in inbox]
        return Told(of("email"), of("sms"), [one for one in lines if shown in one], of("slack"))

    def next_day(self) -> None:
        """A day later."""
        self.days += 1
