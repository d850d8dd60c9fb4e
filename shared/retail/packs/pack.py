"""A pack: one document that holds copies of others and whether they are complete.

A pack is written only if it hasn't changed since it was read, and sources are read after the pack. So a write
never replaces newer copies with older ones, even if source events are late, repeated or out of order.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from shared.documents.org import org_path
from shared.documents.record import Record
from shared.error_codes import ErrorCode
from shared.errors import TransientError
from shared.gcp import clients, logging
from shared.retail.packs.codec import Copies, Copy, packed, unpacked
from shared.values.digests import hex_digest

log = logging.get_logger(__name__)

MAX_BYTES = 900_000
"""Below Firestore's limit of 1 MiB per document."""
TRIES = 8
_LONGEST_PAUSE = 0.05


class State(StrEnum):
    BUILDING = "building"
    """Copies may be missing: not read yet, but updated by writes."""
    COMPLETE = "complete"
    TOO_LARGE = "too_large"
    """Too large for one document: packs of shorter periods are read instead, or the sources."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Which documents are copied, and into which pack."""

    source: str
    """The source collection below the org."""
    packs: str
    """The collection of packs."""
    model: type[Record]
    place_of: Callable[[Copy], str | None]
    """The name of the copy's pack, or None."""
    described: Callable[[str], Mapping[str, Any]] | None = None
    """Extra fields of the pack with this name."""
    beside: Callable[[str, str, datetime], tuple[Any, dict[str, Any]] | None] | None = None
    """Given org, pack name and time: what to merge into another document in the same commit."""

    @property
    def fields(self) -> list[str]:
        """The source fields that the record model uses."""
        own = {"id", "documentCreatedAt"}
        return [str(one.alias) for one in self.model.model_fields.values() if one.alias not in own]

    @property
    def format(self) -> str:
        """Changes with the record's fields; packs of another format are rebuilt."""
        return f"1-{hex_digest(','.join(sorted(self.fields)), digits=12)}"

    def folder(self, org_id: str) -> str:
        return org_path(org_id, self.source)

    def reference(self, org_id: str, name: str) -> Any:
        return clients.firestore().document(org_path(org_id, self.packs, name))


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack as read; `version` is the precondition for writing it."""

    state: State
    version: Any
    copies: Copies = field(default_factory=dict)


Scan = Callable[[], Iterable[Copy]]


def parsed(kind: Kind, org_id: str, snapshot: Any) -> Pack:
    """Parses a snapshot; an unreadable pack or one of another format must be rebuilt."""
    fields = snapshot.to_dict() or {}
    if fields.get("state") == State.TOO_LARGE:
        return Pack(State.TOO_LARGE, snapshot.update_time)
    if fields.get("format") == kind.format and fields.get("state") in (State.BUILDING, State.COMPLETE):
        try:
            copies = unpacked(fields.get("packed") or b"", kind.folder(org_id))
            return Pack(State(fields["state"]), snapshot.update_time, copies)
        except ValueError as error:
            log.warning("rebuilding a pack", extra={"path": snapshot.reference.path, "reason": str(error)})
    return Pack(State.BUILDING, snapshot.update_time)


def read(kind: Kind, org_id: str, name: str) -> Pack | None:
    snapshot = kind.reference(org_id, name).get()
    return parsed(kind, org_id, snapshot) if snapshot.exists else None


def copy_of(found: Any, kind: Kind) -> Copy:
    known = found.to_dict() or {}
    fields = {name: known[name] for name in kind.fields if name in known}
    return Copy(found.id, found.reference.path, fields, found.update_time.rfc3339(), found.create_time)


def bring_up(kind: Kind, org_id: str, name: str, ids: Iterable[str], now: datetime) -> list[Copy] | None:
    """Updates the pack's copies of these sources and returns the sources as they are now.

    A missing pack stays missing and None is returned: its builder reads the sources later than this.

    Raises:
        TransientError: others keep writing the pack.
    """
    wanted = sorted(set(ids))
    client = clients.firestore()
    for _ in _tries():
        pack = read(kind, org_id, name)
        if pack is None:
            return None
        if pack.state is State.TOO_LARGE:
            return []
        references = [client.document(f"{kind.folder(org_id)}/{one}") for one in wanted]
        found = {one.id: copy_of(one, kind) for one in client.get_all(references, kind.fields) if one.exists}
        copies = dict(pack.copies)
        for one in wanted:
            copy = found.get(one)
            if copy is not None and kind.place_of(copy) == name:
                copies[one] = copy
            elif pack.state is State.BUILDING:
                copies[one] = None
            else:
                copies.pop(one, None)
        if _same(copies, pack.copies) or _write(kind, org_id, name, pack, pack.state, copies, now):
            return list(found.values())
    raise TransientError(f"{kind.packs}/{name} is being written by others", code=ErrorCode.BUSY)


def settle(kind: Kind, org_id: str, names: Iterable[str], scan: Scan, now: datetime) -> int:
    """Creates or corrects the packs to match the scan; returns how many were wrong.

    Packs are created before the scan, so that no write falls in between.

    Raises:
        TransientError: too many concurrent writes to a pack.
    """
    known = {name: _begun(kind, org_id, name, now) for name in names}
    if all(one.state is State.TOO_LARGE for one in known.values()):
        return 0
    found: dict[str, dict[str, Copy]] = {name: {} for name in known}
    for copy in scan():
        place = kind.place_of(copy)
        if place in found:
            found[place][copy.id] = copy
    differed = 0
    for name, pack in known.items():
        if pack.state is State.COMPLETE:
            wrong = _differing(pack.copies, found[name])
            differed += bool(wrong)
            if wrong:
                bring_up(kind, org_id, name, wrong, now)
        elif pack.state is State.BUILDING:
            differed += 1
            _complete(kind, org_id, name, found[name], now)
    return differed


def _begun(kind: Kind, org_id: str, name: str, now: datetime) -> Pack:
    from google.api_core.exceptions import AlreadyExists

    pack = read(kind, org_id, name)
    if pack is not None:
        return pack
    try:
        kind.reference(org_id, name).create(_document(kind, name, State.BUILDING, packed({}), 0, now))
    except AlreadyExists:
        return read(kind, org_id, name) or Pack(State.BUILDING, None)
    return Pack(State.BUILDING, None)


def _complete(kind: Kind, org_id: str, name: str, scanned: Mapping[str, Copy], now: datetime) -> None:
    """Writes made since the pack was created are newer than the scan."""
    for _ in _tries():
        pack = read(kind, org_id, name)
        if pack is None or pack.state is not State.BUILDING:
            return
        there = {key: copy for key, copy in {**scanned, **pack.copies}.items() if copy is not None}
        if _write(kind, org_id, name, pack, State.COMPLETE, there, now, is_counted=True):
            return
    raise TransientError(f"{kind.packs}/{name} is being written by others", code=ErrorCode.BUSY)


def _write(
    kind: Kind,
    org_id: str,
    name: str,
    before: Pack,
    state: State,
    copies: Copies,
    now: datetime,
    *,
    is_counted: bool = False,
) -> bool:
    """False if the pack changed since it was read. `is_counted`: all its sources were read."""
    from google.api_core.exceptions import FailedPrecondition, NotFound

    data, count = packed(copies), sum(one is not None for one in copies.values())
    if len(data) > MAX_BYTES:
        log.warning("a pack is too large", extra={"pack": f"{kind.packs}/{name}", "documents": count})
        state, data = State.TOO_LARGE, b""
    option = clients.firestore().write_option(last_update_time=before.version)
    batch = clients.firestore().batch()
    counted = {"countedAt": now} if is_counted else {}
    batch.update(
        kind.reference(org_id, name), {**_document(kind, name, state, data, count, now), **counted}, option
    )
    extra_write = kind.beside(org_id, name, now) if kind.beside else None
    if extra_write is not None:
        batch.set(*extra_write, merge=True)
    try:
        batch.commit()
    except (FailedPrecondition, NotFound):
        return False
    return True


def _document(kind: Kind, name: str, state: State, data: bytes, count: int, now: datetime) -> dict[str, Any]:
    known = {"format": kind.format, "state": state.value, "packed": data, "count": count, "updatedAt": now}
    return {**known, **(kind.described(name) if kind.described else {})}


def _differing(copies: Copies, found: Mapping[str, Copy]) -> list[str]:
    versions = {key: copy.version for key, copy in copies.items() if copy is not None}
    current = {key: copy.version for key, copy in found.items()}
    return [key for key in {**versions, **current} if versions.get(key) != current.get(key)]


def _same(one: Copies, other: Copies) -> bool:
    return one.keys() == other.keys() and all(
        (copy.version if copy else None) == (known.version if (known := other[key]) else None)
        for key, copy in one.items()
    )


def _tries() -> Iterator[int]:
    """Retries with short random pauses in between."""
    for number in range(TRIES):
        if number:
            time.sleep(random.uniform(0, _LONGEST_PAUSE * number))  # noqa: S311 - not for secrets
        yield number
