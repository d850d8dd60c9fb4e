"""The shelf's documents: its head, pages of copies, and digests of what checks need from each page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from pydantic import AwareDatetime, Field, ValidationError

from shared.documents.inventory import Item
from shared.documents.org import org_path
from shared.gcp import clients, logging
from shared.playbooks.problems import problem_lines
from shared.retail import memo
from shared.retail.packs.pack import Kind
from shared.values.camel_model import CamelModel
from shared.values.digests import place_of

if TYPE_CHECKING:
    from google.cloud.firestore import CollectionReference, DocumentReference

log = logging.get_logger(__name__)

COLLECTION = "shelf"
KIND = Kind("inventory", COLLECTION, Item, lambda _: None)
FORMAT = f"{KIND.format}-3"
"""A shelf of another format is rebuilt."""
HEAD = "head"
PAGES_A_DIGEST = 8
MAX_DIGEST_BYTES = 55_000
"""Limit for one page's digest; if it is larger, the page itself is read."""
MAX_DIGESTS_BYTES = 800_000
"""Limit for all digests in the head, which every check reads; 100,000 items use half of it, a typical shop 1%."""
MAX_ITEMS = 150_000
BUILDING_TAKES = timedelta(minutes=10)
"""Longer than this, the builder is considered dead."""
_KEPT = "shelf_digests"


class PageCount(CamelModel, frozen=True):
    """A page's counts. `malformed`: copies that aren't items; `inPart`: items with unreadable fields."""

    items: int = Field(ge=0)
    malformed: int = Field(ge=0)
    in_part: int = Field(ge=0)


class Building(CamelModel, frozen=True):
    """A rebuild in progress, under this generation."""

    generation: str
    at: AwareDatetime


class Head(CamelModel, frozen=True):
    """`tenants/{orgId}/shelf/head`. `generation` is part of the current documents' names; None if there are none.

    `tooMany`: the org has more items than a shelf holds. `digests`: those of all pages by number, with None for a
    page whose digest is too large; None if all together are too large and have their own documents. `version` grows
    with every write, because a write that changes nothing would keep the update time that others use as a
    precondition.
    """

    format: str = ""
    generation: str | None = None
    pages: tuple[PageCount, ...] = ()
    digests: dict[str, bytes | None] | None = None
    version: int = 0
    built_at: AwareDatetime | None = None
    building: Building | None = None
    too_many: bool = False

    @property
    def is_ready(self) -> bool:
        return self.generation is not None and self.format == FORMAT

    @property
    def documents(self) -> int:
        """Copied documents, malformed ones included."""
        return sum(page.items + page.malformed for page in self.pages)

    @property
    def own_digests(self) -> dict[int, bytes | None] | None:
        """`digests` by page number."""
        return None if self.digests is None else {int(number): one for number, one in self.digests.items()}

    def is_being_built(self, now: datetime) -> bool:
        """Whether a rebuild is running; nothing else may be written then."""
        return self.building is not None and abs(now - self.building.at) < BUILDING_TAKES

    def page_of(self, item_id: str) -> int:
        return place_of(item_id, len(self.pages))


def as_head_digests(digests: Mapping[int, bytes | None], pages: int) -> dict[str, bytes | None] | None:
    """The digests as stored in the head of that many pages; None if some are unknown or together too large."""
    if len(digests) < pages or sum(len(one) for one in digests.values() if one is not None) > MAX_DIGESTS_BYTES:
        return None
    return {str(number): digests[number] for number in sorted(digests)}


@dataclass(frozen=True, slots=True)
class StoredHead:
    """The head and its update time; None if the document doesn't exist."""

    head: Head = field(default_factory=Head)
    version: Any = None


def collection(org_id: str) -> CollectionReference:
    return clients.firestore().collection(org_path(org_id, COLLECTION))


def head_reference(org_id: str) -> DocumentReference:
    return clients.firestore().document(org_path(org_id, COLLECTION, HEAD))


def page_name(generation: str, number: int) -> str:
    return f"page-{generation}-{number:03}"


def digest_name(generation: str, number: int) -> str:
    """The id of the document with this page's digest."""
    return f"digest-{generation}-{number // PAGES_A_DIGEST:03}"


def digest_names(head: Head) -> list[str]:
    """The ids of all digest documents."""
    numbers = range(0, len(head.pages), PAGES_A_DIGEST)
    return [digest_name(head.generation or "", number) for number in numbers]


def read_head(org_id: str) -> StoredHead:
    """The org's head; an unreadable one counts as missing."""
    found = head_reference(org_id).get()
    if not found.exists:
        return StoredHead()
    try:
        return StoredHead(Head.model_validate(found.to_dict() or {}), found.update_time)
    except ValidationError as error:
        log.error("rebuilding the shelf", extra={"orgId": org_id, "reason": "; ".join(problem_lines(error))})
        return StoredHead(version=found.update_time)


def digests_in(fields: Mapping[str, Any]) -> Iterator[tuple[int, bytes]]:
    """The digests in a document, by page number; pages too large for a digest are skipped."""
    for number, digest in (fields.get("pages") or {}).items():
        if digest.get("packed") is not None:
            yield int(number), digest["packed"]


def keep_digests(org_id: str, head: Head, digests: Mapping[int, bytes]) -> None:
    """Caches the digests this process just wrote with the head."""
    memo.keep((org_id, _KEPT, head.version), digests, sum(map(len, digests.values())))


def kept_digests(org_id: str, head: Head) -> Mapping[int, bytes] | None:
    """The cached digests; None unless all pages are known."""
    known: Mapping[int, bytes] | None = memo.recalled((org_id, _KEPT, head.version))
    return known if known is not None and len(known) == len(head.pages) else None
