"""Calls of the doors behind the settings pages, as people of an org."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import flask

from functions.hooks import hooks
from functions.people import people
from functions.secrets import secrets
from functions.settings import settings
from functions.webhook_deliveries import webhook_deliveries
from functions.webhooks import webhooks
from local.stack.running import Stack
from shared.gcp.clients import firestore
from tests.accounts import Account, sign_up

ORG, OTHER = "org_settings", "org_elsewhere"


def open_org(org: str = ORG, **fields: Any) -> None:
    """Write an org."""
    firestore().document(f"tenants/{org}").set(
        {"name": "Green Leaf", "tierId": "pro", "status": "active", **fields}
    )


def person(stack: Stack, role: str, org: str = ORG) -> Account:
    """Somebody of the org, signed in."""
    return sign_up(stack, orgId=org, role=role)


def call(
    path: str,
    by: Account | dict[str, str],
    body: dict[str, Any] | None = None,
    method: str = "POST",
) -> flask.Response:
    """The answer of the door that the path leads to."""
    headers = by if isinstance(by, dict) else {"Authorization": f"Bearer {by.id_token}"}
    data = None if method == "GET" else json.dumps(body or {})
    app = flask.Flask(__name__)
    with app.test_request_context(
        f"/api/{path}", method=method, headers=headers, data=data, content_type="application/json"
    ):
        return _door_of(path)(flask.request)


def _door_of(path: str) -> Callable[[flask.Request], flask.Response]:
    if path.startswith("settings/secrets"):
        return secrets
    if path.startswith("webhooks/") and re.search(r"/(test|deliveries)", path):
        return webhook_deliveries
    if path.endswith("/secret") or path.startswith("webhooks"):
        return webhooks
    doors: dict[str, Callable[[flask.Request], flask.Response]] = {"people": people, "hooks": hooks}
    return doors.get(re.split(r"[/?]", path)[0], settings)


def get(path: str, by: Account) -> dict[str, Any]:
    """What the door answers to a GET that works."""
    answer = call(path, by, method="GET")
    assert answer.status_code == 200, answer.get_json()
    found: dict[str, Any] = answer.get_json()
    return found


def post(path: str, by: Account, body: dict[str, Any] | None = None, status: int = 200) -> dict[str, Any]:
    """What the door answers to a POST that has that outcome."""
    answer = call(path, by, body)
    assert answer.status_code == status, answer.get_json()
    found: dict[str, Any] = answer.get_json()
    return found
