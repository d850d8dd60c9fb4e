"""A store in memory with an org's documents, its conversations and its runs, for tests of whole talks."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from shared.api.principal import Principal
from shared.billing.tiers import Metric
from shared.catalog.files.load import catalog
from shared.chat.talk.authoring import Author
from shared.chat.talk.conversation import converse
from shared.chat.talk.state import Facts, Playbook, Run, Session
from shared.chat.talk.store import Store
from shared.chat.understood import Reply
from shared.errors import ConflictError, NotFoundError
from shared.gcp.clock import Clock
from shared.retail.customers import Segment
from shared.runs.pinning import StartRequest
from shared.runs.playbook_costs import OtherCosts, PlaybookCost, PlaybookCosts
from shared.runs.record import ExecutionStatus
from shared.runs.start import Started
from shared.triggers.rhythm import RhythmContext
from tests.unit.chat.shop import ORG, ZONE

OWNER = Principal(kind="user", org_id="org_1", uid="u1", email="me@shop.example", role="owner")
VIEWER = Principal(kind="user", org_id="org_1", uid="u2", email="vic@shop.example", role="viewer")


class SetClock(Clock):
    """Stands still."""

    def __init__(self, now: datetime) -> None:
        super().__init__()
        self.time = now

    def now(self) -> datetime:
        return self.time


class MemoryStore(Store):
    """Everything in dicts. `conflicts`: how many of the next updates find that somebody else was faster."""

    def __init__(self, now: datetime, *, with_catalog: bool = False) -> None:
        super().__init__("org_1", SetClock(now))
        self.documents: dict[str, dict[str, Any]] = {}
        self.sessions: dict[tuple[str, str], str] = {}
        self.started: list[StartRequest] = []
        self.history: list[Run] = []
        self.outputs: dict[str, str] = {}
        self.conflicts = 0
        self._times: dict[str, datetime] = {}
        self._writes = itertools.count(1)
        for entry in catalog().values() if with_catalog else ():
            self.restore(entry.id)

    def facts(self) -> Facts:
        playbooks = tuple(Playbook(key, copy.deepcopy(data)) for key, data in self.documents.items())
        return Facts(ORG.tenant, playbooks, ORG.competitors, ORG.names.products)

    def session(self, who: str, conversation_id: str) -> Session:
        return Session.model_validate_json(self.sessions.get((who, conversation_id), "{}"))

    def keep(self, who: str, conversation_id: str, session: Session) -> None:
        self.sessions[who, conversation_id] = session.stored()

    def read(self, playbook_id: str) -> Playbook:
        if playbook_id not in self.documents:
            raise NotFoundError(f"playbook {playbook_id} does not exist")
        return Playbook(playbook_id, copy.deepcopy(self.documents[playbook_id]), self._times[playbook_id])

    def whole_playbooks(self) -> dict[str, Playbook]:
        return {one: self.read(one) for one in self.documents}

    def create(self, playbook_id: str, data: dict[str, Any]) -> bool:
        if playbook_id in self.documents:
            return False
        self.put(playbook_id, data)
        return True

    def put(self, playbook_id: str, data: Mapping[str, Any]) -> None:
        """Write the document as anybody may."""
        self.documents[playbook_id] = copy.deepcopy(dict(data))
        self._times[playbook_id] = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=next(self._writes))

    def update(self, stored: Playbook, fields: dict[str, Any]) -> None:
        if self.conflicts or self._times.get(stored.id) != stored.update_time:
            self.conflicts = max(0, self.conflicts - 1)
            raise ConflictError(f"Someone else just changed “{stored.name}”. Take a look and try again.")
        self.put(stored.id, {**self.documents[stored.id], **fields})

    def known(self, one: Playbook) -> RhythmContext:
        return RhythmContext(ZONE)

    def delete(self, playbook_id: str) -> None:
        self.documents.pop(playbook_id, None)

    def restore(self, playbook_id: str) -> None:
        entry = catalog()[playbook_id]
        whose = {"source": "catalog", "status": "active", "version": 1, "orgId": self.org_id}
        self.create(playbook_id, {**entry.content(), **whose})

    def start(self, request: StartRequest) -> Started:
        self.started.append(request)
        return Started(f"run-{len(self.started)}", ExecutionStatus.QUEUED, created=True)

    def ran(self, playbook_id: str, at: datetime, status: str = "completed", **fields: Any) -> None:
        """Note a run of the past."""
        run_id = f"deadbeef{len(self.history):024x}"
        run = {
            "id": run_id,
            "playbookId": playbook_id,
            "createdAt": at,
            "startedAt": at,
            "status": status,
            **fields,
        }
        self.history.append(Run.model_validate(run))

    def runs(
        self,
        playbook_id: str | None = None,
        since: timedelta = timedelta(days=30),
        statuses: Sequence[ExecutionStatus] = (),
    ) -> list[Run]:
        found = [
            run
            for run in self.history
            if playbook_id in (None, run.playbook_id)
            and run.created_at >= self.clock.now() - since
            and (not statuses or run.status in statuses)
        ]
        return sorted(found, key=lambda one: one.created_at, reverse=True)

    def sent(self, run: Run, *, whole: bool) -> str | None:
        return self.outputs.get(run.id) if whole else None

    def draft(self) -> tuple[str, dict[str, Any]] | None:
        return "draft-1", {"name": "Weekend sale", "status": "pending", "subject": "10% off", "body": "Come by."}

    def costs(self, timezone: str, month: str) -> PlaybookCosts:
        items = (PlaybookCost(playbook_id="daily-intel", name="Daily Intel", runs=3, cost_usd=0.12),)
        return PlaybookCosts(month=month, items=items, others=OtherCosts(runs=1, cost_usd=0.01))

    def figures(self, tenant: Any, action: str, params: Mapping[str, Any], at: datetime | None = None) -> Any:
        fields = {"name": "Blue Dream 3.5g", "category": "Flower", "quantity": 2.0}
        sales = {"orders": 30, "average_order": Decimal(40), "revenue_words": "$1,200", "top_products": ()}
        sales |= {"revenue": Decimal(1200), "customers": (), "count": 0, "counts": {}, "locations": (), "days": 30}
        sales |= {"segments": (SimpleNamespace(segment=Segment.NEW, count=0, examples=()),)}
        sales |= {"units": 2.0, "total_value": Decimal(80), "by_day": (), "by_category": ()}
        items = [fields if action == "fetch_inventory" else SimpleNamespace(**fields, status="low", sold=1)]
        return SimpleNamespace(**sales, items=items)

    def waiting(self, *, whole: bool) -> list[tuple[str, str]]:
        return [("Weekend sale", "")]

    def quiet_hours(self) -> str | None:
        return "10:00 PM to 7:00 AM"

    def how_many_runs(self, playbook_id: str | None, since: datetime) -> int:
        return sum(playbook_id in (None, one.playbook_id) and one.created_at >= since for one in self.history)

    def menus_seen(self) -> dict[str, datetime]:
        return dict.fromkeys(ORG.competitors, self.clock.now())

    def usage(self, tenant: Any, at: datetime) -> Any:
        use = SimpleNamespace(used=1_900, limit=2_000, at_risk=True)
        return SimpleNamespace(cost_usd=0.2, period=f"{at:%Y-%m}", metrics={Metric.EMAILS: use})

    def menu(self, competitor_id: str) -> Any:
        rows = [SimpleNamespace(product="Blue Dream 3.5g", their_price=Decimal(34), our_price=Decimal(40))]
        name = ORG.competitors[competitor_id]
        return SimpleNamespace(name=name, rows=rows, menu_seen_at=self.clock.now())

    def undercuts(self, competitors: Mapping[str, str]) -> Any:
        words = "Green Leaf sells Blue Dream 3.5g for $34, $6 below you"
        found = [SimpleNamespace(words=words, competitor="Green Leaf")]
        return SimpleNamespace(items=found, as_of=self.clock.now())


@dataclass
class Talk:
    """One person's conversation."""

    store: MemoryStore
    who: Principal = OWNER
    replies: list[Reply] = field(default_factory=list)

    def say(self, *messages: str, preview: bool = False, key: str | None = None) -> str:
        """Say them one after the other; the last reply."""
        for message in messages:
            author = Author(
                "org_1", self.who, self.store.clock, key, message if key else None, "today", preview, self.store
            )
            self.replies.append(converse(author, message))
        return self.replies[-1].reply

    @property
    def last(self) -> Reply:
        """The last answer."""
        return self.replies[-1]

    @property
    def mine(self) -> dict[str, dict[str, Any]]:
        """The documents that are nobody's but a person's, by name."""
        own = (one for one in self.store.documents.values() if one.get("source") != "catalog")
        return {one["name"]: one for one in own}


__all__ = ["OWNER", "VIEWER", "ZONE", "MemoryStore", "Talk"]
