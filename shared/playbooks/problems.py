"""What a pydantic error means to the author of a document: field path, what was found, what was expected.

Of what was found only the shape is told, since it may be a customer's data and others read the line. `quoting` is
for what its own author wrote (a playbook's definition): it shows short plain values, secrets excepted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from shared.playbooks.events import EVENTS
from shared.playbooks.nearest import did_you_mean, fields_beside, nearest
from shared.redaction import is_private, redact, shape_of

MAX_SHOWN = 60
MAX_PATH, MAX_MEANING = 300, 3_000
"""Characters of a line's two halves: it goes into documents, logs and answers, whatever it quotes."""

Model = TypeVar("Model", bound=BaseModel)

_EXPECTED = MappingProxyType(
    {
        "string_type": "a text",
        "bool_type": "true or false",
        "bool_parsing": "true or false",
        "int_type": "a whole number",
        "int_parsing": "a whole number",
        "int_from_float": "a whole number",
        "float_type": "a number",
        "float_parsing": "a number",
        "dict_type": "an object",
        "model_type": "an object",
        "list_type": "a list",
        "tuple_type": "a list",
    }
)
"""By pydantic's type of error, for which its message says `a valid dictionary` and the like."""
_TYPE_UNKNOWN = frozenset({"union_tag_invalid", "union_tag_not_found"})


def expected_words(detail: Mapping[str, Any]) -> str:
    """What pydantic's error `{type, msg, ctx?}` expected, as the end of a sentence."""
    if detail["type"] == "string_pattern_mismatch":
        return f"a text that matches {detail['ctx']['pattern']}"
    message: str = detail["msg"]
    for opening in ("Input should be ", "Value error, "):
        message = message.removeprefix(opening)
    return _EXPECTED.get(detail["type"], message)


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


def problem_lines(
    error: ValidationError, prefix: str = "", *, quoting: bool = False, model: type[BaseModel] | None = None
) -> list[str]:
    """One line a wrong field, like `params.to: found a number; expected a text`.

    `model`: what was validated, for the names of the fields that it has.
    """
    details = error.errors(include_url=False)
    # A list whose items are all wrong is also too short, which tells nobody anything.
    around_another = {detail["loc"][:depth] for detail in details for depth in range(1, len(detail["loc"]))}
    return [
        problem_line(detail, prefix, quoting=quoting, model=model)
        for detail in details
        if detail["type"] != "too_short" or detail["loc"] not in around_another
    ]


def without_malformed(
    model: type[Model], fields: Mapping[str, Any], defaults: Mapping[str, Any] = MappingProxyType({})
) -> tuple[Model, list[str]]:
    """The model of the fields that can be used, and a line for each that cannot: those have their defaults.

    Of a list only the wrong items are left out. `defaults`: for fields that the model requires.

    Raises:
        ValidationError: what is left is none either: a required field is missing, or fields contradict each other.
    """
    try:
        return model.model_validate({**defaults, **fields}), []
    except ValidationError as error:
        wrong = [detail["loc"] for detail in error.errors(include_url=False) if detail["loc"]]
        return model.model_validate({**defaults, **_without(fields, wrong)}), problem_lines(error)


def _without(fields: Mapping[str, Any], wrong: Iterable[tuple[int | str, ...]]) -> dict[str, Any]:
    left = dict(fields)
    items: dict[str, set[int]] = {}
    for name, *inside in wrong:
        if inside and isinstance(inside[0], int) and isinstance(fields.get(str(name)), list):
            items.setdefault(str(name), set()).add(inside[0])
        else:
            left.pop(str(name), None)
    for name, places in items.items():
        if name in left:
            left[name] = [item for place, item in enumerate(left[name]) if place not in places]
    return left


def problem_line(
    detail: Any, prefix: str = "", *, quoting: bool = False, model: type[BaseModel] | None = None
) -> str:
    """The line of one entry of `ValidationError.errors()`."""
    path = field_path(detail["loc"]) + (".type" if detail["type"] in _TYPE_UNKNOWN else "")
    if prefix:
        path = f"{prefix}.{path}" if path and not path.startswith("[") else f"{prefix}{path}"
    quoting = quoting and not is_private(str(detail["loc"][-1]) if detail["loc"] else "")
    # A name in the path may be data as well: a key that the document made up.
    where, meaning = redact(path) or "document", _meaning(detail, quoting=quoting, model=model)
    return f"{_without_its_middle(where, MAX_PATH)}: {_without_its_middle(meaning, MAX_MEANING)}"


def _without_its_middle(text: str, longest: int) -> str:
    """Both ends of a text that is too long: what was found stands at the one, what was expected at the other."""
    if len(text) <= longest:
        return text
    return f"{text[: longest // 2]}…{text[1 - longest // 2 :]}"


def _meaning(detail: Any, *, quoting: bool, model: type[BaseModel] | None) -> str:
    kind = detail["type"]
    if kind == "union_tag_invalid":
        return f"found {_shown(detail['ctx']['tag'], quoting=quoting)}; expected {detail['ctx']['expected_tags']}"
    if kind in {"missing", "union_tag_not_found"}:
        return f"is missing; it is required{_instead(detail, model)}"
    if kind == "extra_forbidden":
        known = fields_beside(model, detail["loc"]) if model is not None else []
        return (
            f"is not a known field here; {did_you_mean(detail['loc'][-1], known) or 'expected none of that name'}"
        )
    if kind == "string_pattern_mismatch" and detail["loc"][-1:] == ("eventName",):
        return f"found {_shown(detail['input'], quoting=quoting)}; expected {_event_name(detail['input'])}"
    if kind == "value_error":
        return str(detail["ctx"]["error"])
    return f"found {_shown(detail['input'], quoting=quoting)}; expected {expected_words(detail)}"


def _instead(detail: Any, model: type[BaseModel] | None) -> str:
    """The field that was written where this one belongs."""
    if detail["type"] != "missing" or model is None or not isinstance(detail["input"], Mapping):
        return ""
    known = {*fields_beside(model, detail["loc"])}
    others = [name for name in detail["input"] if isinstance(name, str) and name not in known]
    near = nearest(detail["loc"][-1], others)
    return f" (found {redact(near)!r} instead)" if near is not None else ""


def _event_name(found: object) -> str:
    """What an event's name must be, with the nearest of those that the product knows."""
    by_ending = {name.rpartition(".")[2]: name for name in EVENTS}
    near = nearest(found, EVENTS) or by_ending.get(nearest(found, by_ending) or "")
    return f"a dotted name like inventory.low_stock{f'; did you mean {near!r}?' if near else ''}"


def _shown(value: Any, *, quoting: bool) -> str:
    if not quoting or not isinstance(value, str | int | float | None):
        return shape_of(value)
    text = redact(repr(value))
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…"
