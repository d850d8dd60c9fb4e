"""The bucket that the stack makes, reached as a function reaches it."""

from __future__ import annotations

import pytest

from local.stack.running import Stack
from shared.errors import NotFoundError
from shared.gcp import blobs


def test_the_stack_has_the_bucket_that_the_product_writes_to(on_emulators: Stack) -> None:
    uri = blobs.put("executions/e1/s1.json", b"[1]", "application/json")
    assert blobs.get(uri) == b"[1]"
    with pytest.raises(NotFoundError):
        blobs.get("executions/e1/s2.json")
