"""Runs of playbooks: `playbook_executions/{executionId}`, written by `runs`; other rooms read earlier runs.

What is pinned at a run's start never changes and nobody queries it, so it is stored as one JSON text: as a map it
would cost a tenth of a run's processor time and an index entry a field.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, BeforeValidator

from shared.gcp import clients
from shared.values import packed_results

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference

COLLECTION = "playbook_executions"
PINNED = "pinned"


def _from_json(text: Any) -> Any:
    if not isinstance(text, str):
        raise ValueError("expected JSON text")
    return json.loads(text)


class _Pinned(BaseModel, defer_build=True):
    pinned: Annotated[dict[str, Any], BeforeValidator(_from_json)]


def path_of(execution_id: str) -> str:
    """The document's path."""
    return f"{COLLECTION}/{execution_id}"


def reference(execution_id: str) -> DocumentReference:
    """The run's document."""
    return clients.firestore().collection(COLLECTION).document(execution_id)


def unpacked(data: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an execution document, with those that were pinned and the outputs that were compressed.

    Raises:
        ValidationError: what was pinned is no JSON object.
    """
    fields = {**data, **_Pinned.model_validate(data).pinned}
    results = packed_results.unpacked(data.get("stepResults"))
    return fields if results is None else {**fields, "stepResults": results}
