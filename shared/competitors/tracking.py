"""Adds competitors for an org to track, within its tier's limit."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, Field

from shared.billing.tiers import TIERS, Metric, find_tier
from shared.documents.org import COMPETITORS, org_path
from shared.error_codes import ErrorCode
from shared.errors import PermanentError
from shared.gcp.clients import firestore
from shared.gcp.transactions import in_transaction
from shared.redaction import shape_of
from shared.values.digests import hex_digest
from shared.values.text import clean_text
from shared.values.words import counted, plural
from shared.web.address import parse_address

if TYPE_CHECKING:
    from google.cloud.firestore import CollectionReference, DocumentSnapshot, Transaction

MAX_NAME_CHARS = 200
MAX_URL_CHARS = 2_000
_LONGEST_SLUG = 60


def _checked_name(name: str) -> str:
    cleaned = clean_text(name)
    if not cleaned:
        raise ValueError(f"found {shape_of(name)}; expected the competitor's name")
    return cleaned


def _checked_url(url: str) -> str:
    stripped = url.strip()
    try:
        parse_address(stripped)
    except PermanentError as error:
        raise ValueError(str(error)) from None
    return stripped


CompetitorName = Annotated[
    str, Field(min_length=1, max_length=MAX_NAME_CHARS, pattern=r"\S"), AfterValidator(_checked_name)
]
MenuUrl = Annotated[
    str, Field(max_length=MAX_URL_CHARS, json_schema_extra={"format": "public-url"}), AfterValidator(_checked_url)
]
Priority = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]


@dataclass(frozen=True, slots=True)
class Tracked:
    """A competitor as it is now tracked. `used` counts it; `limit` is None without one."""

    competitor_id: str
    created: bool
    used: int
    limit: int | None


@dataclass(frozen=True, slots=True)
class Competitor:
    """The competitor to track. `priority` None leaves the one that is there."""

    name: str
    menu_url: str
    priority: float | None = None


def track(org_id: str, tier_id: str, competitor: Competitor, execution_id: str | None, now: datetime) -> Tracked:
    """Create the competitor of that name, or give the one that has it this menu (and priority, if there is one).

    A run that is tried again is told again that it created it. A person has no `execution_id`.

    Raises:
        PermanentError: it would be one more than the org's tier includes.
    """
    db = firestore()
    collection = db.collection(org_path(org_id, COMPETITORS))
    limit = find_tier(tier_id).limit(Metric.COMPETITORS)

    def write(transaction: Transaction) -> Tracked:
        known = _find(org_id, competitor.name, transaction)
        used = _count(collection, transaction)
        fields: dict[str, Any] = {"name": competitor.name, "menuUrl": competitor.menu_url, "updatedAt": now}
        if competitor.priority is not None:
            fields["priority"] = competitor.priority
        if known is not None:
            transaction.update(known.reference, fields)
            by_this_run = execution_id is not None and (known.to_dict() or {}).get("createdIn") == execution_id
            return Tracked(known.id, by_this_run, used, limit)
        require_room(tier_id, limit, used)
        new = competitor_id(competitor.name)
        origin = {"createdIn": execution_id} if execution_id is not None else {}
        transaction.create(collection.document(new), {**fields, "createdAt": now, **origin})
        return Tracked(new, True, used + 1, limit)

    return in_transaction(write, org_path(org_id, COMPETITORS))


def look_up(org_id: str, tier_id: str, name: str) -> Tracked:
    """What `track` would answer with.

    Raises:
        PermanentError: as `track`.
    """
    collection = firestore().collection(org_path(org_id, COMPETITORS))
    limit = find_tier(tier_id).limit(Metric.COMPETITORS)
    known, used = _find(org_id, name, None), _count(collection, None)
    if known is not None:
        return Tracked(known.id, False, used, limit)
    require_room(tier_id, limit, used)
    return Tracked(competitor_id(name), True, used + 1, limit)


def require_room(tier_id: str, limit: int | None, used: int) -> None:
    """Check that one more competitor may be tracked.

    Raises:
        PermanentError: with the limit, how much of it is used, and which tier has more.
    """
    if limit is None or used < limit:
        return
    higher = list(TIERS.values())[list(TIERS).index(find_tier(tier_id).id) + 1 :]
    more = [(tier.id.value, tier.limit(Metric.COMPETITORS)) for tier in higher]
    wider = [
        f"{name} ({'unlimited' if count is None else count})"
        for name, count in more
        if count is None or count > used
    ]
    hint = f"upgrade to {' or '.join(wider)}" if wider else "remove one first"
    raise PermanentError(
        f"the tier {tier_id} includes {counted(limit, 'tracked competitor')} and {used} "
        f"{plural(used, 'is', 'are')} tracked; {hint} to track another",
        code=ErrorCode.TIER_LIMIT,
    )


def competitor_id(name: str) -> str:
    """A readable id that two competitors of different names do not share: `higher-level-3f2a91c0`."""
    folded = unicodedata.normalize("NFKD", name.casefold())
    slug = re.sub(r"[^a-z0-9]+", "-", folded.encode("ascii", "ignore").decode()).strip("-")[:_LONGEST_SLUG]
    tail = hex_digest(" ".join(name.casefold().split()), digits=8)
    return f"{slug or 'competitor'}-{tail}"


def _find(org_id: str, name: str, transaction: Transaction | None) -> DocumentSnapshot[Any] | None:
    """The competitor of that name, whoever entered it."""
    from google.cloud.firestore_v1.base_query import FieldFilter

    db = firestore()
    own = db.document(org_path(org_id, COMPETITORS, competitor_id(name))).get(transaction=transaction)
    if own.exists:
        return own
    named = db.collection(org_path(org_id, COMPETITORS)).where(filter=FieldFilter("name", "==", name)).limit(1)
    return next(iter(named.stream(transaction=transaction)), None)


def _count(collection: CollectionReference, transaction: Transaction | None) -> int:
    everyone: Any = collection
    return int(everyone.count().get(transaction=transaction)[0][0].value)
