"""How recent sales are stored: in `tenants/{orgId}/sold_lines/recent`, and in shards beside it if there are many.

The head, `recent`, has all lines while they fit one document. Beyond that it names a generation of shards,
`{generation}-{number}`, and says what was sold, so that nobody reads a shard for anything else. A line is in the
shard of its item, in that of its name, and in those of all items sold under that name. So the shard of an item has
all of its lines and, if it was sold under its name, who else was.

Shards are written before the head that names them, and the head only if nobody wrote it meanwhile. So a reader that
finds a generation finds all of it, or a newer head. Whoever replaces a generation deletes it; what a crash leaves
behind expires.
"""

from __future__ import annotations

import json
import uuid
import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.documents.inventory import Item
from shared.documents.org import org_path
from shared.gcp import clients, logging
from shared.retail.demand import SoldLine, same_name
from shared.retail.packs.pack import MAX_BYTES
from shared.retail.packs.stale_sales import COLLECTION, LOOKED_BACK, STALE, reference
from shared.values.digests import place_of
from shared.values.marks import mark_of, marks_in

log = logging.get_logger(__name__)

FORMAT = 2
ROOM_IN_HEAD = MAX_BYTES
"""Beyond this, lines are in shards."""
SHARD_BYTES = 400_000
"""How large a shard is meant to be: an alert reads one or two."""
MAX_SHARDS = 64
MAX_OF_A_NAME = 20
"""A name under which more other items were sold tells nothing about one of them."""
_MARK_BYTES = 3
"""Of a hundred things that were not sold, two are taken for one of 300,000 that were; that costs a read each."""
_MOST_MARKS = 250_000
"""Ids and names together; beyond, the head does not say what was sold."""
_SHARDS_A_COMMIT = 8
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class RecentSales:
    """Sold lines, and the times of unreadable orders. `crowded`: names whose lines aren't all here."""

    lines: tuple[SoldLine, ...] = ()
    malformed: tuple[datetime, ...] = ()
    crowded: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Head:
    """The head as read; `version` is the precondition for writing it, None if there is none.

    `until`: the sales end here; None if they are of no use. `generation`: of the shards; None if `sales` has all.
    `things`: marks of the item ids and the names in the shards; None if that isn't known.
    """

    version: Any
    until: datetime | None = None
    stale: Any = None
    generation: str | None = None
    shards: int = 0
    sales: RecentSales = RecentSales()
    things: bytes | None = None


def read_head(org_id: str) -> Head:
    """What is stored, in one read; of no use if it is of another format or can't be read."""
    found = reference(org_id).get()
    fields = found.to_dict() or {}
    version = found.update_time if found.exists else None
    until, generation, shards = fields.get("until"), fields.get("generation"), fields.get("shards")
    is_whole = generation is None or (isinstance(generation, str) and shards in range(1, MAX_SHARDS + 1))
    if fields.get("format") != FORMAT or not isinstance(until, datetime) or not is_whole:
        return Head(version)
    try:
        sales = _unpacked(fields.get("packed") or b"")
    except ValueError as error:
        log.warning("rebuilding recent sales", extra={"orgId": org_id, "reason": str(error)})
        return Head(version)
    return Head(version, until, fields.get(STALE), generation, shards or 0, sales, _things(fields, generation))


def _things(fields: Mapping[str, Any], generation: str | None) -> bytes | None:
    """None if they are of other shards: a release that knows nothing of them may have written these."""
    match fields.get("things"):
        case {"generation": str(of), "marks": bytes(marks)} if of == generation:
            return marks
    return None


def about(org_id: str, head: Head, items: Sequence[Item]) -> RecentSales | None:
    """The lines of these items and those under their names, and possibly others; None if a shard can't be read."""
    if head.generation is None:
        return head.sales
    ids, names = {item.id for item in items}, {same_name(item.name) for item in items}
    sold = _sold(head.things, ids | names)
    places = {place_of(one, head.shards) for one in ids & sold}
    found = _shards(org_id, head, places, ids, names)
    if found is None:
        return None
    there = {(line.item_id, line.name) for shard in found.values() for line in shard.lines}
    unknown = {same_name(item.name) for item in items if (item.id, same_name(item.name)) not in there}
    more = _shards(org_id, head, {place_of(one, head.shards) for one in unknown & sold} - places, ids, names)
    return None if more is None else _joined(head, {**found, **more})


def _sold(marks: bytes | None, things: Set[str]) -> set[str]:
    """Of these ids and names those that may be in the shards."""
    if marks is None:
        return set(things)
    known = marks_in(marks, _MARK_BYTES)
    return {one for one in things if mark_of(one, _MARK_BYTES) in known}


def _marks(lines: Iterable[SoldLine]) -> bytes | None:
    """Of all ids and names of the lines; None if they are too many."""
    things = {thing for line in lines for thing in (line.item_id, line.name)}
    return b"".join(sorted({mark_of(one, _MARK_BYTES) for one in things})) if len(things) <= _MOST_MARKS else None


def everything(org_id: str, head: Head) -> RecentSales | None:
    """All lines; None if a shard can't be read."""
    if head.generation is None:
        return head.sales
    found = _shards(org_id, head, range(head.shards))
    return None if found is None else replace(_joined(head, found), crowded=frozenset())


def keep(org_id: str, before: Head, sales: RecentSales, until: datetime, now: datetime) -> None:
    """Replaces what is stored, unless somebody wrote it since or there is too much of one item."""
    from google.api_core.exceptions import AlreadyExists, FailedPrecondition, NotFound

    packed = _packed(sales)
    shards: Sequence[bytes] = ()
    if len(packed) > ROOM_IN_HEAD:
        shards = _split(sales.lines, len(packed))
        packed = _packed(RecentSales(malformed=sales.malformed))
        if not shards or len(packed) > MAX_BYTES:
            log.warning("recent sales are too large to keep", extra={"orgId": org_id, "lines": len(sales.lines)})
            return
    generation = uuid.uuid4().hex[:8] if shards else None
    if generation is not None:
        _write_shards(org_id, generation, shards, until)
    fields = {
        "format": FORMAT,
        "until": until,
        STALE: None,
        "packed": packed,
        "generation": generation,
        "shards": len(shards),
        "things": {"generation": generation, "marks": _marks(sales.lines)} if shards else None,
        "updatedAt": now,
    }
    try:
        if before.version is None:
            reference(org_id).create(fields)
        else:
            option = clients.firestore().write_option(last_update_time=before.version)
            reference(org_id).update(fields, option)
    except (AlreadyExists, FailedPrecondition, NotFound):
        # It may have been this very write, sent again by the client because its answer was lost.
        if generation is None or read_head(org_id).generation != generation:
            log.info("recent sales were already rebuilt", extra={"orgId": org_id})
            _delete_shards(org_id, generation, len(shards))
            return
    _delete_shards(org_id, before.generation, before.shards)


def _write_shards(org_id: str, generation: str, shards: Sequence[bytes], until: datetime) -> None:
    for first in range(0, len(shards), _SHARDS_A_COMMIT):
        batch = clients.firestore().batch()
        for number, packed in enumerate(shards[first : first + _SHARDS_A_COMMIT], first):
            fields = {"packed": packed, "expireAt": until + LOOKED_BACK}
            batch.set(_reference(org_id, generation, number), fields)
        batch.commit()


def _delete_shards(org_id: str, generation: str | None, count: int) -> None:
    if generation is not None:
        batch = clients.firestore().batch()
        for number in range(count):
            batch.delete(_reference(org_id, generation, number))
        batch.commit()


def _reference(org_id: str, generation: str, number: int) -> Any:
    return clients.firestore().document(org_path(org_id, COLLECTION, f"{generation}-{number:02}"))


def _shards(
    org_id: str,
    head: Head,
    numbers: Iterable[int],
    ids: Collection[str] | None = None,
    names: Collection[str] | None = None,
) -> dict[int, RecentSales] | None:
    """These shards by number, as `_unpacked` reads them; None if one is gone or unreadable."""
    references = {_reference(org_id, head.generation or "", number): number for number in sorted(numbers)}
    if not references:
        return {}
    by_path = {one.path: number for one, number in references.items()}
    found: dict[int, RecentSales] = {}
    for one in clients.firestore().get_all(list(references)):
        try:
            found[by_path[one.reference.path]] = _unpacked((one.to_dict() or {}).get("packed") or b"", ids, names)
        except ValueError as error:
            log.info("a shard of recent sales is missing", extra={"path": one.reference.path, "reason": str(error)})
            return None
    return found


def _joined(head: Head, shards: Mapping[int, RecentSales]) -> RecentSales:
    """Every line once if the shard of its item is among these; copies of others' lines may be there or not."""
    lines: list[SoldLine] = []
    copies: set[SoldLine] = set()
    for number, shard in shards.items():
        for line in shard.lines:
            home = place_of(line.item_id or line.name, head.shards)
            if home == number:
                lines.append(line)
            elif home not in shards:
                copies.add(line)
    crowded = frozenset().union(*(shard.crowded for shard in shards.values()))
    return RecentSales((*lines, *copies), head.sales.malformed, crowded)


def _split(lines: Iterable[SoldLine], size: int) -> list[bytes]:
    """The lines in packed shards; nothing if they fit no number of them. `size`: of all of them packed together."""
    by_name: defaultdict[str, list[SoldLine]] = defaultdict(list)
    for line in lines:
        by_name[line.name].append(line)
    # Most lines are in two shards.
    count = min(max(2, -(-2 * size // SHARD_BYTES)), MAX_SHARDS)
    while True:
        shards = [_packed(one) for one in _laid_out(by_name, count)]
        if max(map(len, shards)) <= MAX_BYTES:
            return shards
        if count == MAX_SHARDS:
            return []
        count = min(2 * count, MAX_SHARDS)


def _laid_out(by_name: Mapping[str, Sequence[SoldLine]], count: int) -> Iterator[RecentSales]:
    shards: list[list[SoldLine]] = [[] for _ in range(count)]
    crowded: list[set[str]] = [set() for _ in range(count)]
    for name, lines in by_name.items():
        sellers = {line.item_id for line in lines if line.item_id}
        places = {place_of(name, count), *(place_of(one, count) for one in sellers)}
        if not name or len(sellers) > MAX_OF_A_NAME + 1:
            for place in places:
                crowded[place].add(name)
            for line in lines:
                shards[place_of(line.item_id or line.name, count)].append(line)
        else:
            for place in places:
                shards[place] += lines
    return (RecentSales(tuple(some), crowded=frozenset(names)) for some, names in zip(shards, crowded, strict=True))


def _packed(sales: RecentSales) -> bytes:
    by_thing: dict[str, dict[str, list[tuple[int, float]]]] = {}
    for one in sales.lines:
        sold = by_thing.setdefault(one.item_id, {}).setdefault(one.name, [])
        sold.append(((one.placed_at - _EPOCH) // _MICROSECOND, one.quantity))
    malformed = [(one - _EPOCH) // _MICROSECOND for one in sales.malformed]
    plain = {"lines": by_thing, "malformed": malformed, "crowded": sorted(sales.crowded)}
    return zlib.compress(json.dumps(plain, separators=(",", ":"), ensure_ascii=False).encode())


def _unpacked(data: bytes, ids: Collection[str] | None = None, names: Collection[str] | None = None) -> RecentSales:
    """All lines, or only those of these items or under these names.

    Raises:
        ValueError: the bytes are not packed sales.
    """
    try:
        plain = json.loads(zlib.decompress(data))
        lines = tuple(_lines(plain["lines"], ids, names))
        return RecentSales(lines, tuple(map(_instant, plain["malformed"])), frozenset(plain["crowded"]))
    except (zlib.error, ValueError, LookupError, TypeError, AttributeError) as error:
        raise ValueError(f"the lines cannot be read: {type(error).__name__}") from error


def _lines(
    by_thing: Mapping[str, Mapping[str, Iterable[tuple[int, float]]]],
    ids: Collection[str] | None,
    names: Collection[str] | None,
) -> Iterator[SoldLine]:
    for item_id, sold_as in by_thing.items():
        for name, sold in sold_as.items():
            if ids is None or names is None or item_id in ids or name in names:
                for placed_at, quantity in sold:
                    yield SoldLine(_instant(placed_at), item_id, name, quantity)


def _instant(microseconds: int) -> datetime:
    return _EPOCH + microseconds * _MICROSECOND
