"""Builds files: text or JSON data as bytes in a format, with a safe name."""

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
    """File formats; the value is the file extension."""

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
    """A file with a safe name."""

    name: str
    format: FileFormat
    data: bytes

    @property
    def content_type(self) -> str:
        return CONTENT_TYPES[self.format]


def build_file(name: str, content: Any, file_format: FileFormat | None, max_bytes: int = MAX_BYTES) -> FileContent:
    """Builds the file `name` from `content`: text or any JSON value.

    Without a format, the name's extension decides; otherwise text becomes `txt` and anything else `json`. As `csv`,
    a list of objects becomes rows, cells that a spreadsheet would treat as formulas get a leading apostrophe, and
    the file starts with a byte order mark, which Excel needs.

    Raises:
        PermanentError: names the field: unusable name, content that doesn't fit the format, or too many bytes.
    """
    chosen = file_format or _format_of(name, content)
    data = _encoded(content, chosen)
    if len(data) > max_bytes:
        raise PermanentError(
            f"content has {len(data):,} bytes as {chosen}; expected at most {max_bytes:,}", code=ErrorCode.TOO_LARGE
        )
    return FileContent(safe_name(name, chosen), chosen, data)


def is_html(written: Mapping[str, Any]) -> bool:
    """Whether the params `name` and `format` as written mean an HTML file."""
    ending = str(written.get("name", "")).rpartition(".")[2].lower()
    return (written.get("format") or ending) in {FileFormat.HTML.value, "htm"}


def safe_name(name: str, file_format: FileFormat) -> str:
    """`name` on one line, without characters special to file systems, with the format's extension.

    Raises:
        PermanentError: nothing is left.
    """
    composed = unicodedata.normalize("NFC", name.encode(errors="replace").decode())
    readable = "".join(sign if sign.isprintable() else " " for sign in composed)
    plain = " ".join(_NOT_IN_NAMES.sub("-", readable).split())
    ending = f".{file_format}"
    stem = plain[: -len(ending)] if plain.lower().endswith(ending) else plain
    stem = stem[: MAX_NAME_CHARS - len(ending)].strip(" .-")
    if not stem:
        raise PermanentError(f"name: found {shape_of(name)}; expected a file name, like report.csv")
    return stem + ending


def _format_of(name: str, content: Any) -> FileFormat:
    ending = name.rpartition(".")[2].lower()
    if ending in {each.value for each in FileFormat}:
        return FileFormat(ending)
    return FileFormat.TXT if isinstance(content, str) else FileFormat.JSON


def _encoded(content: Any, file_format: FileFormat) -> bytes:
    text = content
    if file_format is FileFormat.CSV:
        # Without the mark, Excel uses the user's locale and garbles accents.
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
        raise PermanentError(f"content can't be encoded as UTF-8: {error.reason}") from None


def _json(content: Any) -> str:
    """Text that is already JSON is kept."""
    if isinstance(content, str) and _is_json(content):
        return content
    try:
        return json.dumps(content, ensure_ascii=False, allow_nan=False, indent=2)
    except ValueError as error:
        raise PermanentError(f"content can't be encoded as JSON: {error}") from None


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
        raise PermanentError(f"content can't be read as CSV: {error}") from None
    return out.getvalue()


def _cell(value: Any) -> Any:
    """A spreadsheet cell. Text that looks like a formula gets an apostrophe; numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, bool | list | dict):
        return json.dumps(value, ensure_ascii=False)
    if (
        isinstance(value, str)
        and value.lstrip(_BYTE_ORDER_MARK).startswith(_FORMULA_STARTS)
        and not _NEGATIVE_NUMBER.fullmatch(value)
    ):
        return f"'{value}"
    return value
