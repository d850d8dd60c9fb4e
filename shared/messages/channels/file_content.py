"""What a file holds: text or any JSON value as bytes in a format, and a name that any system takes."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from shared.error_codes import ErrorCode
from shared.errors import PermanentError
from shared.redaction import shape_of

MAX_BYTES = 10 * 1024 * 1024
MAX_NAME_CHARS = 120

_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|#\[\]~]+')
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_BYTE_ORDER_MARK = "\ufeff"
_NEGATIVE_NUMBER = re.compile(r"-\d+(?:\.\d+)?")


class FileFormat(StrEnum):
    """What the bytes are; the value is the name's ending."""

    TXT = "txt"
    CSV = "csv"
    JSON = "json"
    HTML = "html"
    MD = "md"


CONTENT_TYPES = {
    FileFormat.TXT: "text/plain; charset=utf-8",
    FileFormat.CSV: "text/csv; charset=utf-8",
    FileFormat.JSON: "application/json",
    FileFormat.HTML: "text/html; charset=utf-8",
    FileFormat.MD: "text/markdown; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class FileContent:
    """A file that can be handed on: its safe name, its format and its bytes."""

    name: str
    format: FileFormat
    data: bytes

    @property
    def content_type(self) -> str:
        return CONTENT_TYPES[self.format]


def build_file(name: str, content: Any, file_format: FileFormat | None, max_bytes: int = MAX_BYTES) -> FileContent:
    """The file `name` with `content`: text, or any JSON value.

    Without a format the name's ending says it; else text becomes `txt` and everything else `json`. As `csv`, a
    list of objects becomes one row each, and a cell that a spreadsheet would compute gets a leading apostrophe. The
    file begins with a byte order mark, which Excel needs.

    Raises:
        PermanentError: naming the field: no usable name, content that the format cannot hold, too many bytes.
    """
    chosen = file_format or _format_of(name, content)
    data = _encoded(content, chosen)
    if len(data) > max_bytes:
        raise PermanentError(
            f"content has {len(data):,} bytes as {chosen}; expected at most {max_bytes:,}", code=ErrorCode.TOO_LARGE
        )
    return FileContent(safe_name(name, chosen), chosen, data)


def is_html(written: Mapping[str, Any]) -> bool:
    """Whether the params `name` and `format`, as written, make it a file of HTML."""
    ending = str(written.get("name", "")).rpartition(".")[2].lower()
    return (written.get("format") or ending) in {FileFormat.HTML.value, "htm"}


def safe_name(name: str, file_format: FileFormat) -> str:
    """`name` on one line, without what paths and file systems use, and with the format's ending.

    Raises:
        PermanentError: nothing is left of it.
    """
    composed = unicodedata.normalize("NFC", name.encode(errors="replace").decode())
    readable = "".join(sign if sign.isprintable() else " " for sign in composed)
    plain = " ".join(_NOT_IN_NAMES.sub("-", readable).split())
    ending = f".{file_format}"
    stem = plain[: -len(ending)] if plain.lower().endswith(ending) else plain
    stem = stem[: MAX_NAME_CHARS - len(ending)].strip(" .-")
    if not stem:
        raise PermanentError(f"name: found {shape_of(name)}; expected a file's name, like report.csv")
    return stem + ending


def _format_of(name: str, content: Any) -> FileFormat:
    ending = name.rpartition(".")[2].lower()
    if ending in {each.value for each in FileFormat}:
        return FileFormat(ending)
    return FileFormat.TXT if isinstance(content, str) else FileFormat.JSON


def _encoded(content: Any, file_format: FileFormat) -> bytes:
    text = content
    if file_format is FileFormat.CSV:
        # Excel reads a file without the mark in the language of its user, and garbles every accent.
        text = _BYTE_ORDER_MARK + table if (table := _csv(content)) else ""
    elif file_format is FileFormat.JSON:
        text = _json(content)
    elif not isinstance(content, str):
        raise PermanentError(
            f"content is a {type(content).__name__}; expected text for the format {file_format} "
            "(json holds any value, csv a list of objects)"
        )
    try:
        return str(text).encode()
    except UnicodeEncodeError as error:
        raise PermanentError(f"content cannot be written as UTF-8: {error.reason}") from None


def _json(content: Any) -> str:
    """Text that is JSON already stays as it is."""
    if isinstance(content, str) and _is_json(content):
        return content
    try:
        return json.dumps(content, ensure_ascii=False, allow_nan=False, indent=2)
    except ValueError as error:
        raise PermanentError(f"content cannot be written as JSON: {error}") from None


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _csv(content: Any) -> str:
    if isinstance(content, str):
        return _lines(csv.reader(io.StringIO(content.removeprefix(_BYTE_ORDER_MARK), newline="")))
    rows = content if isinstance(content, list) else [content]
    for index, row in enumerate(rows):
        if not isinstance(row, dict):
            raise PermanentError(
                f"content[{index}] is a {type(row).__name__}; expected a list of objects, or text, for csv"
            )
    columns = list(dict.fromkeys(name for row in rows for name in row))
    if not columns:
        return ""
    return _lines([columns, *([row.get(name) for name in columns] for row in rows)])


def _lines(rows: Iterable[Iterable[Any]]) -> str:
    out = io.StringIO(newline="")
    try:
        csv.writer(out).writerows([_cell(value) for value in row] for row in rows)
    except csv.Error as error:
        raise PermanentError(f"content cannot be read as CSV: {error}") from None
    return out.getvalue()


def _cell(value: Any) -> Any:
    """As a spreadsheet shows it. Text that it would take for a formula gets an apostrophe; numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, bool | list | dict):
        return _json_cell(value)
    if (
        isinstance(value, str)
        and value.lstrip(_BYTE_ORDER_MARK).startswith(_FORMULA_STARTS)
        and not _NEGATIVE_NUMBER.fullmatch(value)
    ):
        return f"'{value}"
    return value


def _json_cell(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
