"""The documents of an org's shelf: its head, pages of copies, and of each page what the checks look at."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from shared.documents.org import org_path
from shared.gcp import clients, logging
from shared.playbooks.problems import problem_lines
from shared.retail.packs.pack import Kind
from shared.retail.records import Item

if TYPE_CHECKING:
    from google.cloud.firestore import CollectionReference, DocumentReference

log = logging.get_logger(__name__)

COLLECTION = "shelf"
KIND = Kind("inventory", COLLECTION, Item, lambda _: None)
FORMAT = f"{KIND.format}-2"
"""Of another one, a shelf is built again: what is in it, or in its digests, has changed."""
HEAD = "head"
PAGES_A_DIGEST = 8
MAX_DIGEST_BYTES = 55_000
"""What of one page is in its digest; where it is more, whoever wants it reads the page."""
MAX_ITEMS = 150_000
BUILDING_TAKES = timedelta(minutes=10)
"""At most: who has begun longer ago is dead."""


class PageCount(BaseModel):
    """What is in a page. `malformed`: copies that are no items; `inPart`: those with fields that cannot be read."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore", frozen=True)

    items: int = Field(ge=0)
    malformed: int = Field(ge=0)
    in_part: int = Field(ge=0)


class Building(BaseModel):
    """Somebody builds the shelf anew under that generation."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore", frozen=True)

    generation: str
    at: AwareDatetime


class Head(BaseModel):
    """`tenants/{orgId}/shelf/head`. `generation` is in the names of the documents that count; None where none do.

    `tooMany`: the org has more items than a shelf holds. `version` grows with every write: one that changes nothing
    leaves a document's time of writing as it is, by which others see that it was written.
    """

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore", frozen=True)

    format: str = ""
    generation: str | None = None
    pages: tuple[PageCount, ...] = ()
    version: int = 0
    built_at: AwareDatetime | None = None
    building: Building | None = None
    too_many: bool = False

    @property
    def is_ready(self) -> bool:
        """Whether it can be read."""
        return self.generation is not None and self.format == FORMAT

    @property
    def documents(self) -> int:
        """How many documents it has copies of, items or not."""
        return sum(page.items + page.malformed for page in self.pages)

    def is_being_built(self, now: datetime) -> bool:
        """Whether somebody is at it, so that nothing else may be written."""
        return self.building is not None and abs(now - self.building.at) < BUILDING_TAKES

    def page_of(self, item_id: str) -> int:
        """Where the item's copy is."""
        return page_of(item_id, len(self.pages))


@dataclass(frozen=True, slots=True)
class StoredHead:
    """The head, and when it was written last; None if there is no such document."""

    head: Head = field(default_factory=Head)
    version: Any = None


def page_of(item_id: str, pages: int) -> int:
    """The page of an item, of so many."""
    return int.from_bytes(hashlib.sha256(item_id.encode()).digest()[:8]) % pages


def collection(org_id: str) -> CollectionReference:
    """The shelf's documents."""
    return clients.firestore().collection(org_path(org_id, COLLECTION))


def head_reference(org_id: str) -> DocumentReference:
    """The head's document."""
    return clients.firestore().document(org_path(org_id, COLLECTION, HEAD))


def page_references(org_id: str, generation: str, numbers: Iterable[int]) -> list[DocumentReference]:
    """The pages of these numbers."""
    return [collection(org_id).document(page_name(generation, number)) for number in numbers]


def page_name(generation: str, number: int) -> str:
    """The id of a page."""
    return f"page-{generation}-{number:03}"


def digest_name(generation: str, number: int) -> str:
    """The id of the document that has the digest of the page of that number."""
    return f"digest-{generation}-{number // PAGES_A_DIGEST:03}"


def digest_names(head: Head) -> list[str]:
    """The ids of all of them."""
    numbers = range(0, len(head.pages), PAGES_A_DIGEST)
    return [digest_name(head.generation or "", number) for number in numbers]


def read_head(org_id: str) -> StoredHead:
    """The org's head, in one read; one that cannot be understood counts as none that can be read."""
    found = head_reference(org_id).get()
    if not found.exists:
        return StoredHead()
    try:
        return StoredHead(Head.model_validate(found.to_dict() or {}), found.update_time)
    except ValidationError as error:
        log.error("the shelf is built anew", extra={"orgId": org_id, "reason": "; ".join(problem_lines(error))})
        return StoredHead(version=found.update_time)
