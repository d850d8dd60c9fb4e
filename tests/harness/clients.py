"""Which stack the Google clients of this process point at. They are kept from test to test: making them costs."""

from __future__ import annotations

import contextlib

import pytest

from local.stack.running import Stack
from shared.gcp.clients import forget_clients

_pointed_at: list[Stack] = []


def point_clients_at(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the stack's variables for one test; clients of another stack are dropped."""
    for name, value in stack.env.items():
        monkeypatch.setenv(name, value)
    if _pointed_at != [stack]:
        forget_clients()
        forget_firebase_app()
        _pointed_at[:] = [stack]


def forget_firebase_app() -> None:
    """Drop what checks ID tokens: it remembers the Auth emulator's address."""
    import firebase_admin

    from shared.doors.firebase_app import APP_NAME

    with contextlib.suppress(ValueError):  # no credential was checked yet
        firebase_admin.delete_app(firebase_admin.get_app(APP_NAME))
