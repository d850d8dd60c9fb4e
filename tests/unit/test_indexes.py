"""Every Firestore query of the product has its index; and the check itself sees what it must see."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import get_args, get_origin

import pytest
from pydantic import BaseModel, ValidationError
from pydantic.alias_generators import to_camel

from shared.campaigns.record import Campaign, Page
from shared.decisions.approvals import Approval
from shared.documents.dead_letters import DeadLetter
from shared.heartbeat.state import State
from shared.notices.delivery import AlertDelivery
from shared.playbooks.models import Playbook
from shared.runs.bulk_record import BulkJob
from shared.runs.fair.debounce import Window
from shared.runs.fair.gate import Gate
from shared.runs.record import Execution
from shared.runs.summaries import ExecutionSummary
from shared.triggers.record import ScheduleRecord
from shared.waiting.event_waits import EventWait
from tests.dashboard_queries import ListQuery, dashboard_queries
from tests.indexes import Indexes, read_indexes
from tests.queries import Query, Source, read_source

ROOT = Path(__file__).parents[2]
INDEXES = read_indexes(ROOT / "firestore.indexes.json")
SOURCE = read_source(ROOT, "shared", "functions")

# Files with queries that are put together while the program runs, and why that needs no index of ours.
COMPUTED = {
    "shared/steps/data/_query.py": "a playbook's author chooses; what no index serves fails for good, in words",
    "shared/steps/data/query.py": "the order of the same",
    "shared/runs/reading.py": "status, playbookId and trigger as asked: every combination stands in ELSEWHERE",
    "shared/api/cursors.py": "the field that the query is sorted by already, whose index serves it",
    "shared/compliance/opt_out_list.py": "one of two fields, and Firestore indexes each by itself",
    "shared/decisions/suggestion_store.py": "undecided suggestions, as the dashboard has them: ELSEWHERE",
    "shared/retail/packs/order_days.py": "days or weeks, by one field, which Firestore indexes by itself",
    "shared/retail/packs/packed_orders.py": "the same",
    "shared/triggers/repair.py": "listeners, hooks or summaries by id, which needs no index",
    "shared/chat/talk/reads.py": "runs, as runs/reading puts them together: ELSEWHERE",
}
# Queries that are not written down in Python: the dashboard's, and those that are put together.
ELSEWHERE = [one.query.as_query(one.name) for one in dashboard_queries() if isinstance(one.query, ListQuery)] + [
    Query(name, False, "reading", equal=frozenset({"orgId", *asked}), orders=(("createdAt", "DESCENDING"),))
    for name in ("playbook_executions", "execution_summaries")
    for count in range(4)
    for asked in combinations(("status", "playbookId", "trigger.type"), count)
]
# The models that are stored whole, by collection.
STORED: dict[str, type[BaseModel]] = {
    "alert_deliveries": AlertDelivery,
    "approvals": Approval,
    "bulk_jobs": BulkJob,
    "campaign_pages": Page,
    "campaign_runs": Campaign,
    "dead_letters": DeadLetter,
    "debounced_events": Window,
    "execution_summaries": ExecutionSummary,
    "heartbeat_state": State,
    "playbook_event_waits": EventWait,
    "playbook_executions": Execution,
    "playbook_schedules": ScheduleRecord,
    "playbooks": Playbook,
    "run_gates": Gate,
}
WITHIN_PINNED = {("playbook_executions", "definition")}
"""Stored as text within another field."""
# Large fields of what is written without a model, and long texts.
LARGE = [
    ("approvals", "details"),
    ("competitive_actions", "data"),
    ("competitor_snapshots", "products"),
    ("competitor_snapshots", "promotions"),
    ("told_findings", "packed"),
    ("digest_entries", "message"),
    ("site_access", "robots"),
    ("suspect_snapshots", "products"),
    ("suspect_snapshots", "promotions"),
    ("bulk_jobs", "current"),
    ("playbook_summaries", "steps"),
    ("playbook_summaries", "triggers"),
    ("versions", "content"),
    ("dead_letters", "error"),
    ("events", "data"),
    ("inbox_notifications", "body"),
    ("margin_optimizations", "products"),
    ("playbook_executions", "eventData"),
    ("playbook_executions", "pinned"),
    ("playbook_executions", "statusReason"),
    ("pricing_suggestions", "products"),
    ("quarantine", "reason"),
    ("order_days", "packed"),
    ("order_weeks", "packed"),
    ("sold_lines", "packed"),
    ("customer_shards", "packed"),
    ("shelf", "packed"),
    ("shelf", "pages"),
]
# Where documents get the instant at which they go, and the collection; none where another module writes them.
EXPIRING = {
    "shared/chat/talk/store.py": "chat_sessions",
    "shared/competitors/fetching/site_access.py": "site_access",
    "shared/compliance/frequency.py": "customer_contacts",
    "shared/compliance/opt_out_list.py": "customer_opt_outs",
    "shared/competitors/snapshots/snapshot.py": "competitor_snapshots",
    "shared/runs/fair/debounce.py": "debounced_events",
    "shared/notices/daily/record.py": "digest_entries",
    "shared/notices/delivery.py": "alert_deliveries",
    "shared/notices/policy.py": "",
    "shared/notices/inbox.py": "inbox_notifications",
    "shared/notices/sms_replies.py": "sms_replies",
    "shared/campaigns/planning.py": "",
    "shared/steps/delivery/send_campaign.py": "",
    "shared/campaigns/record.py": "campaign_runs",
    "shared/campaigns/stats.py": "campaign_events",
    "shared/runs/bulk.py": "",
    "shared/runs/bulk_record.py": "bulk_jobs",
    "shared/api/daily_limit.py": "daily_limits",
    "shared/documents/dead_letters.py": "dead_letters",
    "shared/runs/dead_letters.py": "",
    "shared/runs/record.py": "playbook_executions",
    "shared/runs/pinning.py": "playbook_executions",
    "shared/runs/summaries.py": "execution_summaries",
    "shared/quarantine/entries.py": "quarantine",
    "shared/retail/packs/order_days.py": "",
    "shared/retail/packs/sold_shards.py": "sold_lines",
    "shared/documents/events.py": "events",
    "shared/triggers/versions.py": "versions",
    "shared/steps/data/update_document.py": "applied_effects",
    "shared/billing/causes.py": "cause_budgets",
    "shared/decisions/approvals.py": "approvals",
    "shared/notices/dedup/ledger.py": "told_findings",
    "shared/waiting/event_waits.py": "playbook_event_waits",
    "shared/waiting/past_events.py": "past_events",
    "shared/webhooks/messages.py": "webhook_messages",
    "shared/subscriptions/deliveries.py": "webhook_deliveries",
}
WITHOUT_A_MODULE = {"execution_summaries", "suspect_snapshots"}
NONE = Indexes(indexes=[], fieldOverrides=[])


def read(tmp_path: Path, code: str, **modules: str) -> Source:
    for name, text in {"example": code, **modules}.items():
        (tmp_path / "room").mkdir(exist_ok=True)
        (tmp_path / "room" / f"{name}.py").write_text(text)
    return read_source(tmp_path, "room")


def spec(*fields: tuple[str, str], scope: str = "COLLECTION") -> Indexes:
    listed = [
        {"fieldPath": name, **({"arrayConfig": kind} if kind == "CONTAINS" else {"order": kind})}
        for name, kind in fields
    ]
    index = {"collectionGroup": "runs", "queryScope": scope, "fields": listed}
    return Indexes.model_validate_json(json.dumps({"indexes": [index], "fieldOverrides": []}))


@pytest.mark.parametrize("query", [*SOURCE.queries, *ELSEWHERE], ids=lambda query: query.where)
def test_the_query_has_its_index(query: Query) -> None:
    assert INDEXES.missing_for(query) is None


def test_queries_put_together_at_run_time_are_known() -> None:
    assert SOURCE.unread.keys() == COMPUTED.keys()


def test_the_source_was_read_at_all() -> None:
    assert {"playbook_executions", "playbook_schedules", "playbook_event_listeners", "playbooks"} <= {
        query.collection for query in SOURCE.queries
    }


def _large_fields() -> Iterator[tuple[str, str]]:
    """Fields that hold maps or lists of them, whose every entry Firestore would index."""
    for collection, model in STORED.items():
        for name, field in model.model_fields.items():
            inner = (*get_args(field.annotation), None)[0]
            holds_maps = isinstance(inner, type) and issubclass(inner, BaseModel | dict)
            if (collection, name) in WITHIN_PINNED:
                continue
            if get_origin(field.annotation) in {dict, Mapping} or holds_maps or name in {"triggers", "steps"}:
                yield collection, field.alias or to_camel(name)
    yield from LARGE


@pytest.mark.parametrize(("collection", "path"), sorted(set(_large_fields())))
def test_what_is_large_and_never_asked_for_is_not_indexed(collection: str, path: str) -> None:
    asked = {name for query in SOURCE.queries if query.collection == collection for name in query.fields}
    assert path in asked or any(
        (o.collection, o.path, o.indexes) == (collection, path, []) for o in INDEXES.overrides
    )


def test_every_module_that_lets_something_expire_is_known() -> None:
    found = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "shared").rglob("*.py")
        if re.search(
            r"""["']expire(s)?At["']:|["']expire_at["']|\bexpire_at=|^    expire_at: """, path.read_text(), re.M
        )
    }
    assert found == EXPIRING.keys()


@pytest.mark.parametrize(
    "collection",
    sorted({"alert_digests", "sms_rates", *filter(None, EXPIRING.values())} | WITHOUT_A_MODULE),
)
def test_documents_that_expire_are_deleted_by_firestore(collection: str) -> None:
    field = (
        "expiresAt" if collection in {"competitor_snapshots", "suspect_snapshots", "told_findings"} else "expireAt"
    )
    assert any((o.collection, o.path, o.ttl) == (collection, field, True) for o in INDEXES.overrides)


@pytest.mark.parametrize(
    "content",
    [
        '{"indexes": []}',
        '{"indexes": [{"collectionGroup": "a", "fields": []}], "fieldOverrides": []}',
        '{"indexes": [], "fieldOverrides": [{"collectionGroup": "a", "fieldPath": "b"}]}',
        '{"indexes": [], "fieldOverrides": [{"collectionGroup": "a", "fieldPath": "b", "indexes": [], "ttl": 1}]}',
        '{"indexes": [], "fieldOverrides": [], "more": 1}',
    ],
)
def test_a_file_that_the_cli_would_refuse_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "indexes.json").write_text(content)
    with pytest.raises(ValidationError):
        read_indexes(tmp_path / "indexes.json")


def test_a_chain_is_read_with_its_filters_and_orders(tmp_path: Path) -> None:
    code = """
RUNS = "runs"
def find(client):
    return (client.collection("orgs").document("o").collection(RUNS)
        .where(filter=FieldFilter("orgId", "==", 1)).where("dueAt", "<=", 2)
        .where(filter=base.FieldFilter("tags", "array_contains", 3))
        .order_by("dueAt", direction=Query.DESCENDING).order_by("name").limit(3).stream())
"""
    (query,) = read(tmp_path, code).queries
    assert query.collection == "runs"
    assert query.equal == {"orgId"}
    assert query.containing == {"tags"}
    assert query.ranged == ("dueAt",)
    assert query.orders == (("dueAt", "DESCENDING"), ("name", "ASCENDING"))


@pytest.mark.parametrize(
    "code",
    [
        "from room import other\nq = c.collection(other.NAME).where('a', '==', 1)",
        "from room.other import NAME\nq = c.collection(NAME).where('a', '==', 1)",
        "from room.other import NAME as N\nq = c.collection(N).where('a', '==', 1)",
        "q = c.collection(f'tenants/{org}/runs').where('a', '==', 1)",
        "q = c.collection_group('runs').where('a', '==', 1)",
    ],
)
def test_the_collections_name_is_found_where_it_is_written(tmp_path: Path, code: str) -> None:
    (query,) = read(tmp_path, code, other="NAME = 'runs'").queries
    assert query.collection == "runs"


@pytest.mark.parametrize(
    "code",
    [
        "q = query.where('a', '==', 1)",
        "q = c.collection(name).where('a', '==', 1)",
        "q = c.collection('runs').where(field, '==', 1)",
        "q = c.collection('runs').where('a', op, 1)",
        "q = c.collection('runs').where(filter=one)",
        "q = c.collection('runs').where(filter=Or([FieldFilter('a', '==', 1)]))",
        "q = c.collection('runs').order_by(field)",
        "q = c.collection('runs').order_by('a', direction=way)",
        "q = c.collection(f'tenants/{name}').order_by('a')",
        "run(c.collection(name).order_by('a').stream())",
    ],
)
def test_what_cannot_be_read_is_reported(tmp_path: Path, code: str) -> None:
    source = read(tmp_path, code)
    assert source.queries == []
    assert source.unread.keys() == {"room/example.py"}


def query(*equal: str, ranged: str = "", orders: tuple[tuple[str, str], ...] = (), **more: object) -> Query:
    fields = {"is_group": False, "where": "here", **more}
    return Query("runs", equal=frozenset(equal), ranged=(ranged,) if ranged else (), orders=orders, **fields)  # type: ignore[arg-type]


ASCENDING, DESCENDING, CONTAINS = "ASCENDING", "DESCENDING", "CONTAINS"


@pytest.mark.parametrize(
    "served",
    [
        query("a"),
        query("a", "b"),
        query(ranged="a"),
        query(ranged="a", orders=(("a", DESCENDING),)),
        query("a", orders=(("a", DESCENDING),)),
        query(containing=frozenset({"a"})),
        query(orders=(("__name__", ASCENDING),)),
        query("a", orders=(("__name__", ASCENDING),)),
        query(orders=(("a", DESCENDING), ("__name__", DESCENDING))),
    ],
)
def test_firestore_serves_these_by_itself(served: Query) -> None:
    assert NONE.missing_for(served) is None


@pytest.mark.parametrize(
    "wanting",
    [
        query("a", ranged="b"),
        query("a", orders=(("b", ASCENDING),)),
        query(orders=(("a", ASCENDING), ("b", ASCENDING))),
        query(ranged="a", orders=(("b", ASCENDING),)),
        query(ranged="a", containing=frozenset({"b"})),
        query("a", is_group=True),
        query("a", orders=(("__name__", DESCENDING),)),
        query(orders=(("a", DESCENDING), ("__name__", ASCENDING))),
    ],
)
def test_these_need_an_index(wanting: Query) -> None:
    assert NONE.missing_for(wanting) is not None


def test_equalities_may_stand_in_any_order_before_the_rest() -> None:
    wanted = query("a", "b", orders=(("c", DESCENDING),))
    assert spec(("b", ASCENDING), ("a", DESCENDING), ("c", DESCENDING)).missing_for(wanted) is None


@pytest.mark.parametrize(
    "wrong",
    [
        spec(("a", ASCENDING), ("c", ASCENDING)),
        spec(("c", DESCENDING), ("a", ASCENDING)),
        spec(("a", ASCENDING), ("b", ASCENDING), ("c", DESCENDING)),
        spec(("a", CONTAINS), ("c", DESCENDING)),
        spec(("a", ASCENDING), ("c", DESCENDING), scope="COLLECTION_GROUP"),
    ],
)
def test_an_index_of_another_shape_does_not_serve(wrong: Indexes) -> None:
    assert wrong.missing_for(query("a", orders=(("c", DESCENDING),))) is not None


def test_a_query_on_what_is_exempt_from_indexing_is_reported() -> None:
    inside = Query("playbook_executions", False, "here", equal=frozenset({"eventData.total"}))
    assert (
        INDEXES.missing_for(inside)
        == "playbook_executions.eventData.total is not indexed with the scope COLLECTION"
    )
