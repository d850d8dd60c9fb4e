"""Running one action by itself, with params as a playbook writes them."""

from __future__ import annotations

import dataclasses
from typing import Any

from hypothesis import strategies as st

from shared.steps.registry import load_action
from tests.unit.steps.fakes import step_context

SCALARS = st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=2)
NUMBERS = st.integers(-(10**9), 10**9) | st.floats(allow_nan=False, allow_infinity=False, width=32)
ROWS = [
    {"name": "Blue Dream", "category": "Flower", "price": 40.1},
    {"name": "mango gummies", "category": "Edibles", "price": 24},
    {"name": "OG Kush", "category": "Flower", "price": 75.2},
    {"name": "Mystery", "category": None},
]


def run(name: str, scope: dict[str, Any] | None = None, **params: Any) -> dict[str, Any]:
    action = load_action(name)
    context = dataclasses.replace(step_context(), scope=scope or {})
    dumped: dict[str, Any] = action.run(action.params.model_validate(params), context).model_dump(
        mode="json", by_alias=True
    )
    return dumped
