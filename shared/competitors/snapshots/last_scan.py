"""The result of a competitor's last scan, kept by the server on `tenants/{orgId}/competitors/{competitorId}`.

`lastScan` says when it was last scanned and whether that worked: a failed scan leaves no snapshot, so that without
it nothing but the run's own output would know. `lastMenu` names the menu that was found last.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, TypeVar

from pydantic import AwareDatetime, Field, ValidationError

from shared.documents.org import COMPETITORS, org_path
from shared.gcp import logging
from shared.gcp.clients import firestore
from shared.values.camel_model import CamelModel
from shared.values.text import clean_text

log = logging.get_logger(__name__)

SCAN_FIELD = "lastScan"
MENU_FIELD = "lastMenu"
MAX_ERROR_CHARS = 300


class _Kept(CamelModel, frozen=True):
    pass


class LastScan(_Kept):
    """When the menu was last requested. `error`: why it could not be read, or why it is suspect."""

    at: AwareDatetime
    status: Literal["ok", "suspect", "failed"]
    error: str | None = Field(default=None, max_length=MAX_ERROR_CHARS)
    execution_id: str | None = None


class LastMenu(_Kept):
    """The menu that was found last. `at`: when a scan last saw it so; `products`: how many the page had."""

    at: AwareDatetime
    snapshot_id: str = Field(min_length=1)
    products: int = Field(ge=0)


K = TypeVar("K", bound=_Kept)


def found(now: datetime, products: int, snapshot_id: str, execution_id: str) -> dict[str, Any]:
    """The fields of a competitor whose menu was read."""
    scan = LastScan(at=now, status="ok", execution_id=execution_id)
    menu = LastMenu(at=now, snapshot_id=snapshot_id, products=products)
    return {SCAN_FIELD: _stored(scan), MENU_FIELD: _stored(menu)}


def suspect(now: datetime, words: str, execution_id: str) -> dict[str, Any]:
    """The fields of one whose menu was hardly read properly; the last good one stays."""
    error = clean_text(words, MAX_ERROR_CHARS)
    return {SCAN_FIELD: _stored(LastScan(at=now, status="suspect", error=error, execution_id=execution_id))}


def failed(now: datetime, reason: object, execution_id: str) -> dict[str, Any]:
    """The fields of one whose menu could not be read; what was found before stays."""
    error = clean_text(str(reason), MAX_ERROR_CHARS)
    return {SCAN_FIELD: _stored(LastScan(at=now, status="failed", error=error, execution_id=execution_id))}


def newest_menu(org_id: str) -> str | None:
    """What tells the menu that was found last, of all competitors, from every other; None if there is none."""
    from google.cloud.firestore import Query

    query = (
        firestore()
        .collection(org_path(org_id, COMPETITORS))
        .order_by("lastMenu.at", direction=Query.DESCENDING)
        .select(["lastMenu"])
        .limit(1)
    )
    for found in query.stream():
        menu = (found.to_dict() or {}).get(MENU_FIELD) or {}
        return f"{found.id} {menu.get('snapshotId')} {menu.get('at')}"
    return None


def record(org_id: str, scans: Mapping[str, Mapping[str, Any]]) -> None:
    """Write these fields of each competitor. A competitor removed in the meantime isn't restored."""
    from google.api_core.exceptions import NotFound

    db = firestore()
    collection = db.collection(org_path(org_id, COMPETITORS))
    batch = db.batch()
    for one, fields in scans.items():
        batch.update(collection.document(one), dict(fields))
    try:
        batch.commit()
    except NotFound:
        # One that is missing refuses the whole commit.
        for one, fields in scans.items():
            try:
                collection.document(one).update(dict(fields))
            except NotFound:
                log.info("the competitor was removed during its scan", extra={"orgId": org_id, "competitorId": one})


def last_scan_of(fields: Mapping[str, Any], path: str) -> LastScan | None:
    """The last scan on a competitor's document; None if missing or unreadable."""
    return _read(LastScan, SCAN_FIELD, fields, path)


def last_menu_of(fields: Mapping[str, Any], path: str) -> LastMenu | None:
    """The menu on its document; None if missing or unreadable."""
    return _read(LastMenu, MENU_FIELD, fields, path)


def _stored(kept: _Kept) -> dict[str, Any]:
    return kept.model_dump(by_alias=True, exclude_none=True)


def _read(model: type[K], field: str, fields: Mapping[str, Any], path: str) -> K | None:
    written = fields.get(field)
    if written is None:
        return None
    try:
        return model.model_validate(written)
    except ValidationError as error:
        log.warning("passed over a malformed %s: %d problems", field, error.error_count(), extra={"path": path})
        return None
