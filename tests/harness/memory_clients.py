"""The process's one Firestore client, in memory: what all code gets that asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from unittest import mock

from shared.gcp import clients
from tests.harness.memory_firestore import MemoryFirestore, memory_client


def use_memory(documents: Mapping[str, Mapping[str, Any]]) -> MemoryFirestore:
    """Have it hold these documents until `clients.forget_clients` is called."""
    client, server = memory_client(documents)
    clients.forget_clients()
    # Made once in place of the real one, it is kept.
    with mock.patch("google.cloud.firestore.Client", return_value=client):
        clients.firestore()
    return server
