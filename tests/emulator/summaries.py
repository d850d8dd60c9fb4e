"""Helpers of the tests of summaries, shared with other tests."""

from __future__ import annotations

from typing import Any

from shared.gcp import clients
from shared.runs import summaries


def summary(execution_id: str) -> dict[str, Any]:
    return clients.firestore().document(summaries.path_of(execution_id)).get().to_dict() or {}
