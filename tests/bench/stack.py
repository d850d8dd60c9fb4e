"""The emulators that a benchmark runs against, with this process's clients pointing at them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from local.stack.ports import free_offset
from local.stack.running import WITHOUT_FUNCTIONS, Stack, running_stack
from shared.gcp.clients import forget_clients


@contextmanager
def bench_stack() -> Iterator[Stack]:
    """Firestore, Pub/Sub, Auth, the local cloud and the console, all empty."""
    with running_stack(free_offset(), only=WITHOUT_FUNCTIONS) as stack:
        os.environ.update(stack.env)
        forget_clients()
        yield stack
        forget_clients()
