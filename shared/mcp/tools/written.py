"""The author-written fields of a playbook, taken from an agent's arguments."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import Field, JsonValue

from shared.api.body import Body, read_object
from shared.api.errors import InvalidFieldsError
from shared.api.masking import MASKED, masked
from shared.mcp.tools.shown import AuthorsStatus
from shared.steps.data._values import plain


class WrittenChanges(Body):
    """What may be changed. What has a shape is checked as everybody's, by the playbook's own models."""

    name: str = Field(default="", min_length=1, max_length=200)
    description: str | None = Field(default=None, max_length=5_000)
    triggers: JsonValue = None
    steps: JsonValue = None
    agent: str | None = Field(default=None, max_length=31)
    category: str | None = Field(default=None, max_length=100)
    on_failure: JsonValue = None
    concurrency: JsonValue = None
    retry_delays_seconds: JsonValue = None


class WrittenPlaybook(WrittenChanges):
    """A new playbook."""

    name: str = Field(min_length=1, max_length=200)
    status: AuthorsStatus = "draft"


def new_fields(written: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a new playbook.

    Raises:
        InvalidFieldsError: a field isn't one that authors write, or has the wrong shape.
    """
    sent = read_object(json.dumps(written), WrittenPlaybook)
    fields = {"status": sent.status, **sent.model_dump(by_alias=True, exclude_unset=True)}
    _refuse_masks(fields)
    return fields


def changed_fields(written: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that are to be changed. A step that is as it was shown stays as it is stored, keys and all.

    Raises:
        InvalidFieldsError: a field is none that an author writes, or a masked value was put into another step.
    """
    fields = read_object(json.dumps(written), WrittenChanges).model_dump(by_alias=True, exclude_unset=True)
    if not fields:
        raise _refused("changes", "nothing", "at least one field")
    if isinstance(fields.get("steps"), list):
        fields["steps"] = [_with_keys(step, stored.get("steps")) for step in fields["steps"]]
    _refuse_masks(fields)
    return fields


def _with_keys(step: JsonValue, stored: Any) -> Any:
    for one in stored if isinstance(stored, list) else ():
        # Where a template says who is called, another step could have the keys sent elsewhere.
        if step == masked(plain(one)) and "{{" not in str(_url(one)):
            return one
    return step


def _url(step: Any) -> Any:
    params = step.get("params") if isinstance(step, Mapping) else None
    return params.get("url") if isinstance(params, Mapping) else None


def _refuse_masks(fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        if MASKED in json.dumps(value, ensure_ascii=False, default=str):
            raise _refused(
                name, f"a masked value ({MASKED})", "the value itself, or the whole step as it was shown"
            )


def _refused(field: str, found: str, expected: str) -> InvalidFieldsError:
    return InvalidFieldsError(
        f"{field}: found {found}, expected {expected}", [{"field": field, "found": found, "expected": expected}]
    )
