"""What a pydantic error means to the author of a document: field path, what was found, what was expected."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

MAX_SHOWN = 60

_TYPE_UNKNOWN = frozenset({"union_tag_invalid", "union_tag_not_found"})


def field_path(location: Iterable[int | str]) -> str:
    """`("steps", 1, "params", "to")` as `steps[1].params.to`."""
    path = ""
    parts = list(location)
    if parts[:1] == ["triggers"]:
        del parts[2:3]  # pydantic names the trigger's type there, which the document does not
    path = ""
    for part in parts:
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            path += f".{part}" if path else part
    return path


def problem_lines(error: ValidationError, prefix: str = "") -> list[str]:
    """One line a wrong field, like `triggers[0].cron: found '61 * * * *'; the minute field holds '61'; …`."""
    return [problem_line(detail, prefix) for detail in error.errors(include_url=False)]


def problem_line(detail: Any, prefix: str = "") -> str:
    """The line of one entry of `ValidationError.errors()`."""
    path = field_path(detail["loc"]) + (".type" if detail["type"] in _TYPE_UNKNOWN else "")
    if prefix:
        path = f"{prefix}.{path}" if path and not path.startswith("[") else f"{prefix}{path}"
    return f"{path or 'document'}: {_meaning(detail)}"


def _meaning(detail: Any) -> str:
    kind = detail["type"]
    if kind == "union_tag_invalid":
        return f"found {_shown(detail['ctx']['tag'])}; expected {detail['ctx']['expected_tags']}"
    if kind in {"missing", "union_tag_not_found"}:
        return "is missing; it is required"
    if kind == "extra_forbidden":
        return "is not a known field here; expected none of that name"
    if kind == "value_error":
        return str(detail["ctx"]["error"])
    expected = detail["msg"].removeprefix("Input should be ").removeprefix("Value error, ")
    return f"found {_shown(detail['input'])}; expected {expected}"


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return f"a list of {len(value)}"
    text = f"an object with {', '.join(list(value)[:5]) or 'no fields'}" if isinstance(value, dict) else repr(value)
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"
