"""The process's one firebase-admin app, created when it is first needed."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from shared.gcp.settings import settings

if TYPE_CHECKING:
    from firebase_admin import App

APP_NAME = "doors"

_lock = threading.Lock()


def firebase_app() -> App:
    import firebase_admin

    with _lock:
        try:
            return firebase_admin.get_app(APP_NAME)
        except ValueError:
            return firebase_admin.initialize_app(options={"projectId": settings().project}, name=APP_NAME)
