"""Lossless, compressed serialization of document copies."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

_INSTANT, _BYTES, _MAP, _OTHER = "~t", "~b", "~m", "~o"


@dataclass(frozen=True, slots=True)
class Unstorable:
    """Placeholder for a value no record uses, such as a geo point."""

    kind: str


@dataclass(frozen=True, slots=True)
class Copy:
    """A document as of `version`, usable like a snapshot."""

    id: str
    path: str
    fields: Mapping[str, Any]
    version: str
    create_time: datetime | None = None

    @property
    def reference(self) -> SimpleNamespace:
        """Has the `path`, like a snapshot's reference."""
        return SimpleNamespace(path=self.path)

    def to_dict(self) -> dict[str, Any]:
        """The copied fields."""
        return dict(self.fields)


Copies = Mapping[str, Copy | None]
"""By id; None marks a document as deleted, whatever an earlier scan found."""


def packed(copies: Copies) -> bytes:
    rows = [_row(document_id, copies[document_id]) for document_id in sorted(copies)]
    return zlib.compress(json.dumps(rows, separators=(",", ":"), ensure_ascii=False).encode())


def unpacked(data: bytes, folder: str) -> dict[str, Copy | None]:
    """Reverses `packed`; `folder` is the path of the source collection.

    Raises:
        ValueError: the bytes are not packed copies.
    """
    try:
        rows = json.loads(zlib.decompress(data))
        return {row[0]: _copy(row, folder) for row in rows}
    except (zlib.error, ValueError, LookupError, TypeError, AttributeError) as error:
        raise ValueError(f"the copies cannot be read: {type(error).__name__}") from error


def _row(document_id: str, copy: Copy | None) -> list[Any]:
    if copy is None:
        return [document_id]
    created = copy.create_time.isoformat() if copy.create_time else None
    return [document_id, copy.version, created, {name: _plain(value) for name, value in copy.fields.items()}]


def _copy(row: list[Any], folder: str) -> Copy | None:
    if len(row) == 1:
        return None
    document_id, version, created, fields = row
    return Copy(
        document_id,
        f"{folder}/{document_id}",
        {name: _value(value) for name, value in fields.items()},
        version,
        datetime.fromisoformat(created) if created else None,
    )


def _plain(value: Any) -> Any:
    match value:
        case None | bool() | int() | float() | str():
            return value
        case datetime():
            return {_INSTANT: value.isoformat()}
        case bytes():
            return {_BYTES: base64.b64encode(value).decode()}
        case list() | tuple():
            return [_plain(one) for one in value]
        case dict():
            plain = {name: _plain(one) for name, one in value.items()}
            return {_MAP: plain} if any(name.startswith("~") for name in plain) else plain
    return {_OTHER: type(value).__name__}


def _value(plain: Any) -> Any:
    match plain:
        case list():
            return [_value(one) for one in plain]
        case {"~t": str(text)}:
            return datetime.fromisoformat(text)
        case {"~b": str(text)}:
            return base64.b64decode(text)
        case {"~m": dict(fields)}:
            return {name: _value(one) for name, one in fields.items()}
        case {"~o": str(kind)}:
            return Unstorable(kind)
        case dict():
            return {name: _value(one) for name, one in plain.items()}
    return plain
