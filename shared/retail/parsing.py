"""Parses documents into records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from shared.playbooks.problems import field_path
from shared.retail.records import Record

R = TypeVar("R", bound=Record)


def parsed(model: type[R], found: Any) -> tuple[R | None, list[str]]:
    """The record (None if the document is unusable) and its problems, which name fields but never values."""
    fields: Mapping[str, Any] = found.to_dict() or {}
    own = {"id": found.id, "documentCreatedAt": getattr(found, "create_time", None)}
    try:
        return model.read({**fields, **own})
    except ValidationError as error:
        details = error.errors(include_url=False)
        return None, [f"{field_path(detail['loc'])}: {detail['msg']}"[:200] for detail in details]
