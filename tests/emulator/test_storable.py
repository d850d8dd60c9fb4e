"""What the doors let through as storable, Firestore stores."""

from __future__ import annotations

import uuid
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from local.stack.running import Stack
from shared.api.storable import MAX_DEPTH, StorableObject
from shared.gcp import clients

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)
STORABLE: TypeAdapter[Any] = TypeAdapter(StorableObject)


def stored(value: Any) -> Any:
    reference = clients.firestore().collection("storable").document(uuid.uuid4().hex)
    reference.set({"eventData": value})
    return (reference.get().to_dict() or {})["eventData"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.text(max_size=8), VALUES, max_size=4))
def test_every_accepted_object_is_stored_as_it_is(on_emulators: Stack, value: dict[str, Any]) -> None:
    try:
        accepted = STORABLE.validate_python(value)
    except ValidationError:
        return
    assert stored(accepted) == accepted


def test_the_deepest_accepted_object_is_stored(on_emulators: Stack) -> None:
    value: dict[str, Any] = {}
    for _ in range(MAX_DEPTH - 1):
        value = {"a": value}
    assert stored(STORABLE.validate_python(value)) == value
