"""Loads an org's check inputs: each section once, with few reads; one that fails doesn't affect the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from shared.competitors.actions.models import CompetitiveAction
from shared.competitors.actions.store import pending_actions
from shared.competitors.comparing.events import PRICE_CHANGE
from shared.competitors.snapshots import store as snapshot_store
from shared.competitors.snapshots.snapshot import menu_of
from shared.competitors.store import load_competitors
from shared.documents.dead_letters import DeadLetter, open_letters
from shared.documents.org import CONTENT, EVENTS, PLAYBOOKS, org_path
from shared.documents.shop import Content
from shared.gcp import clients, logging
from shared.heartbeat.checks.playbooks import LATE_AFTER
from shared.heartbeat.checks.sales import ORDER_DAYS
from shared.heartbeat.inputs import CheckInputs, LatePlaybook, MenuHistory, PriceChange
from shared.heartbeat.shop_figures import people_of, sales_of
from shared.playbooks.problems import problem_lines
from shared.retail import load as retail
from shared.retail.periods import start_of_day
from shared.triggers import record
from shared.triggers.record import ScheduleRecord
from shared.triggers.stored_credentials import keys_in_playbooks

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

log = logging.get_logger(__name__)

M = TypeVar("M", bound=BaseModel)

MAX_COMPETITORS = 25
MAX_MENU_BYTES = 700_000
MAX_EACH = 500
"""Limit of the small queries; the log says if there are more."""
EVENTS_WITHIN = timedelta(days=1)


class _Schedule(ScheduleRecord):
    id: str


class Section(StrEnum):
    """A part of the inputs that is read by itself, after those before it."""

    ITEMS = "items"
    MENUS = "menus"
    OFFERS = "offers"
    PRICE_CHANGES = "price_changes"
    ACTIONS = "actions"
    ORDERS = "orders"
    CUSTOMERS = "customers"
    CONTENT = "content"
    LOCATIONS = "locations"
    PLAYBOOKS = "playbooks"
    KEYS = "keys"


@dataclass(frozen=True, slots=True)
class LoadedInputs:
    """The inputs, and why sections couldn't be read."""

    facts: CheckInputs
    failures: Mapping[Section, Exception] = field(default_factory=dict)


def load(org_id: str, known: LoadedInputs, sections: Iterable[Section]) -> LoadedInputs:
    """Read these sections in addition to what's known."""
    facts, failures = known.facts, dict(known.failures)
    wanted = set(sections)
    for section in (one for one in Section if one in wanted):
        try:
            facts = replace(facts, **_READERS[section](org_id, facts))
        except Exception as error:  # noqa: BLE001 - whatever one section's reading meets, the others are read
            failures[section] = error
    return LoadedInputs(facts, failures)


def _items(org_id: str, facts: CheckInputs) -> dict[str, Any]:
    return {"items": retail.load_noted_items(org_id, facts.now).records}


def _offers(org_id: str, facts: CheckInputs) -> dict[str, Any]:
    menus = [menu for one in facts.menus for menu in (one.newest, one.previous) if menu is not None]
    # Without menus there is nothing to compare them with.
    there = [product for menu in menus for product in menu.products]
    return {"offers": retail.load_items_near(org_id, there) if menus else ()}


def _customers(org_id: str, facts: CheckInputs) -> dict[str, Any]:
    customers = retail.CustomerStream(org_id)
    return {"people": people_of(customers, facts.sales.bought, facts.now, facts.today)}


def _orders(org_id: str, facts: CheckInputs) -> dict[str, Any]:
    since = start_of_day(facts.today - timedelta(days=ORDER_DAYS), facts.timezone)
    return {"sales": sales_of(retail.OrderStream(org_id, (since, facts.now), with_lines=False), facts.now)}


def _locations(org_id: str, _facts: CheckInputs) -> dict[str, Any]:
    return {"locations": retail.load_locations(org_id).records}


def _content(org_id: str, _facts: CheckInputs) -> dict[str, Any]:
    from google.cloud.firestore_v1.base_query import FieldFilter

    query = (
        clients.firestore()
        .collection(org_path(org_id, CONTENT))
        .where(filter=FieldFilter("status", "==", "pending_review"))
        .limit(MAX_EACH)
    )
    return {"content": _parsed(Content, query.stream())}


def _menus(org_id: str, _facts: CheckInputs) -> dict[str, Any]:
    competitors = load_competitors(org_id)
    if len(competitors) > MAX_COMPETITORS:
        log.warning("menus of some competitors are not looked at", extra={"competitors": len(competitors)})
    names = {one.id: one.name for one in competitors[:MAX_COMPETITORS]}
    histories = []
    for competitor_id, snapshots in snapshot_store.newest_first(org_id, list(names), count=2).items():
        menus = [menu_of(names[competitor_id], one, MAX_MENU_BYTES) for one in snapshots]
        if menus:
            histories.append(MenuHistory(menus[0], snapshots[0].snapshot.taken_at, *menus[1:2]))
    return {"menus": tuple(histories)}


def _price_changes(org_id: str, facts: CheckInputs) -> dict[str, Any]:
    from google.cloud.firestore_v1.base_query import FieldFilter

    query = (
        clients.firestore()
        .collection(org_path(org_id, EVENTS))
        .where(filter=FieldFilter("name", "==", PRICE_CHANGE))
        .where(filter=FieldFilter("createdAt", ">=", facts.now - EVENTS_WITHIN))
        .limit(MAX_EACH)
    )
    return {"price_changes": _parsed(PriceChange, query.stream(), inside="data")}


def _actions(org_id: str, _facts: CheckInputs) -> dict[str, Any]:
    return {"actions": _parsed(CompetitiveAction, pending_actions(org_id, MAX_EACH))}


def _playbooks(org_id: str, facts: CheckInputs) -> dict[str, Any]:
    from google.cloud.firestore_v1.base_query import FieldFilter

    overdue = (
        clients.firestore()
        .collection(record.COLLECTION)
        .where(filter=FieldFilter("orgId", "==", org_id))
        .where(filter=FieldFilter("nextRunAt", "<", facts.now - LATE_AFTER))
        .limit(MAX_EACH)
    )
    schedules = _parsed(_Schedule, overdue.stream())
    late = {one.playbook_id: one.next_run_at for one in schedules if one.next_run_at is not None}
    letters = _parsed(DeadLetter, open_letters(org_id, MAX_EACH))
    names = _playbook_names(org_id, [*late, *(letter.playbook_id for letter in letters)])
    return {
        "late_playbooks": tuple(LatePlaybook(one, names.get(one, one), due_at) for one, due_at in late.items()),
        "dead_letters": letters,
        "playbook_names": names,
    }


def _keys(org_id: str, facts: CheckInputs) -> dict[str, Any]:  # noqa: ARG001 - one signature for all readers
    return {"keys_in_playbooks": tuple(keys_in_playbooks(org_id))}


def _playbook_names(org_id: str, playbook_ids: Sequence[str]) -> dict[str, str]:
    """What the playbooks that still exist are called, in one round trip."""
    if not playbook_ids:
        return {}
    db = clients.firestore()
    references = [db.document(org_path(org_id, PLAYBOOKS, one)) for one in dict.fromkeys(playbook_ids)]
    found = {one.id: (one.to_dict() or {}).get("name") for one in db.get_all(references, ["name"]) if one.exists}
    return {one: name for one, name in found.items() if isinstance(name, str)}


_READERS: dict[Section, Callable[[str, CheckInputs], dict[str, Any]]] = {
    Section.ITEMS: _items,
    Section.OFFERS: _offers,
    Section.MENUS: _menus,
    Section.PRICE_CHANGES: _price_changes,
    Section.ACTIONS: _actions,
    Section.CUSTOMERS: _customers,
    Section.ORDERS: _orders,
    Section.CONTENT: _content,
    Section.LOCATIONS: _locations,
    Section.PLAYBOOKS: _playbooks,
    Section.KEYS: _keys,
}


def _parsed(
    model: type[M], documents: Iterable[DocumentSnapshot[Any]], *, inside: str | None = None
) -> tuple[M, ...]:
    """The documents (or the map `inside` each) as that; one that is not like it is passed over and logged."""
    found: list[M] = []
    for document in documents:
        fields = document.to_dict() or {}
        values = fields.get(inside) if inside else fields
        named = values.items() if isinstance(values, Mapping) else ()
        given = {name: value for name, value in named if value is not None}
        try:
            found.append(model.model_validate({**given, "id": document.id}))
        except ValidationError as error:
            reason = "; ".join(problem_lines(error))
            log.warning("malformed document passed over", extra={"path": document.reference.path, "reason": reason})
    if len(found) >= MAX_EACH:
        log.warning("only the first are looked at", extra={"documents": model.__name__, "count": len(found)})
    return tuple(found)
