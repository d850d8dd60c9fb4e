"""What a query of Firestore finds among documents that are in this process."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from google.cloud.firestore_v1 import _helpers, types
from google.cloud.firestore_v1.field_path import FieldPath

_RANKS: tuple[type | tuple[type, ...], ...] = (type(None), bool, (int, float), datetime, str, bytes, list, dict)
_DESCENDING = types.StructuredQuery.Direction.DESCENDING
_ANY_OF = types.StructuredQuery.CompositeFilter.Operator.OR
_IS_NULL = types.StructuredQuery.UnaryFilter.Operator.IS_NULL
_NAME = "__name__"


class Row(NamedTuple):
    """A document: its name, itself as it is sent, and its fields."""

    name: str
    document: Any
    fields: dict[str, Any]


def found(query: Any, parent: str, rows: Iterable[Row]) -> list[Row]:
    """Those that the query below `parent` asks for, in its order, with the fields it selects."""
    (source,) = query.from_
    rows = [row for row in rows if _is_in(row.name, parent, source.collection_id, source.all_descendants)]
    if query.HasField("where"):
        rows = [row for row in rows if _matches(query.where, row)]
    orders = [(order.field.field_path, order.direction == _DESCENDING) for order in query.order_by]
    if not any(path == _NAME for path, _ in orders):
        orders.append((_NAME, orders[-1][1] if orders else False))
    rows = [row for row in rows if all(_has(row, path) for path, _ in orders)]
    for path, descending in reversed(orders):
        rows.sort(key=lambda row, path=path: _key(_at(row, path)), reverse=descending)  # type: ignore[misc]
    rows = [row for row in rows if _is_within(query, orders, row)][query.offset :]
    if query.HasField("limit"):
        rows = rows[: query.limit.value]
    return [row._replace(document=_selected(row.document, query)) for row in rows]


@cache
def _parts(path: str) -> tuple[str, ...]:
    parts: tuple[str, ...] = FieldPath.from_api_repr(path).parts
    return parts


def value_at(fields: Any, path: str) -> Any:
    """The value of a field, None where it is not there."""
    for part in _parts(path):
        fields = fields.get(part) if isinstance(fields, dict) else None
    return fields


def copy_field(source: Any, target: Any, path: str) -> None:
    """One field of a mask: copied, or removed where the source does not have it."""
    parts = _parts(path)
    for part in parts[:-1]:
        source = source[part].map_value.fields if part in source else {}
        target = target[part].map_value.fields
    if parts[-1] in source:
        target[parts[-1]].CopyFrom(source[parts[-1]])
    elif parts[-1] in target:
        del target[parts[-1]]


def decoded(value: Any) -> Any:
    """A value as Python has it."""
    return _helpers.decode_value(types.Value.wrap(value), None)


def _at(row: Row, path: str) -> Any:
    return row.name if path == _NAME else value_at(row.fields, path)


def _has(row: Row, path: str) -> bool:
    if path == _NAME:
        return True
    fields: Any = row.fields
    for part in _parts(path):
        if not isinstance(fields, dict) or part not in fields:
            return False
        fields = fields[part]
    return True


def _is_in(name: str, parent: str, collection: str, everywhere: bool) -> bool:
    if not name.startswith(f"{parent}/"):
        return False
    parts = name.removeprefix(f"{parent}/").split("/")
    return parts[-2:-1] == [collection] and (everywhere or len(parts) == 2)


def _is_within(query: Any, orders: list[tuple[str, bool]], row: Row) -> bool:
    """Whether the row lies between the query's cursors."""
    if query.HasField("start_at"):
        place = _place(query.start_at, orders, row)
        if place < 0 or (place == 0 and not query.start_at.before):
            return False
    if query.HasField("end_at"):
        place = _place(query.end_at, orders, row)
        return place < 0 or (place == 0 and not query.end_at.before)
    return True


def _place(cursor: Any, orders: list[tuple[str, bool]], row: Row) -> int:
    """Below zero: before the cursor; above: after it."""
    for (path, descending), value in zip(orders, cursor.values, strict=False):
        mine = _key(_at(row, path))
        theirs = _key(value.reference_value if path == _NAME else decoded(value))
        if mine != theirs:
            return -1 if (mine < theirs) != descending else 1
    return 0


def _matches(where: Any, row: Row) -> bool:
    kind = where.WhichOneof("filter_type")
    one = getattr(where, kind)
    if kind == "composite_filter":
        matches = (_matches(inner, row) for inner in one.filters)
        return any(matches) if one.op == _ANY_OF else all(matches)
    path = one.field.field_path
    if kind == "unary_filter":
        return _has(row, path) and (_at(row, path) is None) == (one.op == _IS_NULL)
    wanted = one.value.reference_value if path == _NAME else decoded(one.value)
    operator = types.StructuredQuery.FieldFilter.Operator(one.op).name
    return _has(row, path) and _compares(operator, _at(row, path), wanted)


def _compares(operator: str, value: Any, wanted: Any) -> bool:
    match operator:
        case "EQUAL":
            return _key(value) == _key(wanted)
        case "NOT_EQUAL":
            return value is not None and _key(value) != _key(wanted)
        case "IN":
            return value in wanted
        case "NOT_IN":
            return value is not None and value not in wanted
        case "ARRAY_CONTAINS":
            return isinstance(value, list) and wanted in value
        case "ARRAY_CONTAINS_ANY":
            return isinstance(value, list) and any(one in value for one in wanted)
    return _is_ordered(operator, _key(value), _key(wanted))


def _is_ordered(operator: str, mine: tuple[int, Any], theirs: tuple[int, Any]) -> bool:
    if mine[0] != theirs[0]:
        return False
    below, same = mine < theirs, mine == theirs
    return {
        "LESS_THAN": below,
        "LESS_THAN_OR_EQUAL": below or same,
        "GREATER_THAN": not below and not same,
        "GREATER_THAN_OR_EQUAL": not below,
    }[operator]


def _key(value: Any) -> tuple[int, Any]:
    """Values of all types in Firestore's order."""
    rank = next((rank for rank, kind in enumerate(_RANKS) if isinstance(value, kind)), len(_RANKS))
    if value is None:
        return rank, 0
    return rank, str(value) if isinstance(value, list | dict) or rank == len(_RANKS) else value


def _selected(document: Any, query: Any) -> Any:
    if not query.HasField("select"):
        return document
    shown = types.Document.pb(types.Document())
    shown.name = document.name
    shown.create_time.CopyFrom(document.create_time)
    shown.update_time.CopyFrom(document.update_time)
    for field in query.select.fields:
        if field.field_path != _NAME:
            copy_field(document.fields, shown.fields, field.field_path)
    return shown
