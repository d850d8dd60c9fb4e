"""What a conversation knows of the org beforehand: its zone, its people, its playbooks, its competitors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from shared.chat.words import stem_of
from shared.errors import NotFoundError
from shared.gcp import clients, logging
from shared.tenants.tenant import Tenant, load_tenant, parse_tenant

if TYPE_CHECKING:
    from google.cloud.firestore import CollectionReference

log = logging.get_logger(__name__)

MAX_PLAYBOOKS = 500
MAX_PRODUCTS = 2_000
_LISTED = (
    *("name", "status", "agent", "triggers", "ownerId", "adHoc", "topic", "statusReason", "fingerprint"),
    *("source", "pausedBy"),
)


@dataclass(frozen=True, slots=True)
class KnownPlaybook:
    """A playbook of the org, as far as it is talked about."""

    id: str
    name: str
    status: str
    triggers: tuple[Mapping[str, Any], ...] = ()
    agent: str | None = None
    owner_id: str | None = None
    topic: str | None = None
    status_reason: str | None = None
    fingerprint: str | None = None
    is_ad_hoc: bool = False
    """Made to run a topic's work once; not one of those that somebody set up."""
    is_from_catalog: bool = False
    """One of those that come with the tier."""
    paused_by: str | None = None
    """`tier` or `org`, where it is not a person who has paused it."""

    def for_viewers(self) -> KnownPlaybook:
        """The same without its filters and its reason."""
        shown = tuple({name: value for name, value in one.items() if name != "filter"} for one in self.triggers)
        return replace(self, triggers=shown, status_reason=None)


@dataclass(frozen=True, slots=True)
class Facts:
    """The org as it is when a message arrives."""

    tenant: Tenant
    playbooks: tuple[KnownPlaybook, ...] = ()
    competitors: Mapping[str, str] = field(default_factory=dict)
    """Name by id."""

    @property
    def named_playbooks(self) -> tuple[KnownPlaybook, ...]:
        """Those that people set up and may mean by a name."""
        return tuple(one for one in self.playbooks if not one.is_ad_hoc and one.status != "archived")

    @property
    def own_playbooks(self) -> tuple[KnownPlaybook, ...]:
        """Those of them that did not come with the tier."""
        return tuple(one for one in self.named_playbooks if not one.is_from_catalog)

    def for_viewers(self) -> Facts:
        """The same without what viewers do not see: filters and reasons may quote customers' data."""
        return replace(self, playbooks=tuple(one.for_viewers() for one in self.playbooks))

    def playbook(self, playbook_id: str | None) -> KnownPlaybook | None:
        """The playbook of that id."""
        return next((one for one in self.playbooks if one.id == playbook_id), None)


def load_facts(org_id: str) -> Facts:
    """Read them.

    Raises:
        PermanentError: the org's document is malformed.
    """
    from shared.competitors.store import load_competitors

    competitors = {one.id: one.name for one in load_competitors(org_id)}
    return Facts(_tenant(org_id), tuple(_playbooks(org_id)), competitors)


def playbooks_of(org_id: str) -> CollectionReference:
    """The collection of the org's playbooks."""
    collection: CollectionReference = clients.firestore().collection(f"tenants/{org_id}/playbooks")
    return collection


def _tenant(org_id: str) -> Tenant:
    try:
        return load_tenant(org_id)
    except NotFoundError:
        # As a run does: an org without a document has the defaults.
        return parse_tenant(org_id, {})


def _playbooks(org_id: str) -> list[KnownPlaybook]:
    documents = list(playbooks_of(org_id).select(list(_LISTED)).limit(MAX_PLAYBOOKS + 1).stream())
    if len(documents) > MAX_PLAYBOOKS:
        log.warning("more playbooks than a conversation can tell apart", extra={"limit": MAX_PLAYBOOKS})
    return [known_playbook(found.id, found.to_dict() or {}) for found in documents[:MAX_PLAYBOOKS]]


def known_playbook(playbook_id: str, data: Mapping[str, Any]) -> KnownPlaybook:
    """What is talked about of a playbook's document; fields of another shape count as absent."""
    triggers = data.get("triggers")
    return KnownPlaybook(
        id=playbook_id,
        name=_text(data, "name") or playbook_id,
        status=_text(data, "status") or "draft",
        triggers=tuple(one for one in triggers if isinstance(one, Mapping)) if isinstance(triggers, list) else (),
        agent=_text(data, "agent"),
        owner_id=_text(data, "ownerId"),
        topic=_text(data, "topic"),
        status_reason=_text(data, "statusReason"),
        fingerprint=_text(data, "fingerprint"),
        is_ad_hoc=data.get("adHoc") is True,
        is_from_catalog=data.get("source") == "catalog",
        paused_by=_text(data, "pausedBy"),
    )


def _text(data: Mapping[str, Any], name: str) -> str | None:
    value = data.get(name)
    return value if isinstance(value, str) and value else None


@dataclass(frozen=True, slots=True)
class StoredPlaybook:
    """A whole document, and the version that it was read in."""

    id: str
    data: dict[str, Any]
    update_time: datetime

    @property
    def known(self) -> KnownPlaybook:
        """What is talked about of it."""
        return known_playbook(self.id, self.data)


def has_product(org_id: str, words: str) -> bool:
    """Whether a product of that name or category is on the shelves; where nothing can be told, True."""
    fields = clients.firestore().collection(f"tenants/{org_id}/inventory").select(["name", "category"])
    items = [found.to_dict() or {} for found in fields.limit(MAX_PRODUCTS + 1).stream()]
    wanted = stem_of(words)
    return len(items) > MAX_PRODUCTS or any(
        wanted in str(item.get(name, "")).lower() for item in items for name in ("name", "category")
    )


def read_playbook(org_id: str, playbook_id: str) -> StoredPlaybook:
    """The whole document.

    Raises:
        NotFoundError: it was deleted meanwhile.
    """
    snapshot = playbooks_of(org_id).document(playbook_id).get()
    if not snapshot.exists or snapshot.update_time is None:
        raise NotFoundError(f"playbook {playbook_id} does not exist")
    return StoredPlaybook(playbook_id, snapshot.to_dict() or {}, snapshot.update_time)
