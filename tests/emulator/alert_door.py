"""What the tests of the alert center share: notifications, people, and calls of the two doors."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import flask

from functions.alerts import alerts
from functions.settings import settings
from local.stack.running import Stack
from shared.gcp.clients import firestore
from shared.notices import inbox
from shared.notices.inbox import InboxNotification
from tests.accounts import Account, sign_up

ORG, OTHER = "org_alerts", "org_elsewhere"
LIST, ALL = "alerts", "alerts/mark-all-read"
PREFERENCES = "settings/notifications"
_APP = flask.Flask(__name__)


def now() -> datetime:
    return datetime.now(UTC)


def put(alert_id: str, age: timedelta = timedelta(), org: str = ORG, **fields: Any) -> None:
    """A notification that was written so long ago."""
    one = InboxNotification(
        org_id=org, type="usage_alert", title=f"Alert {alert_id}", body="B", created_at=now() - age
    )
    path, document = inbox.document(alert_id, one)
    firestore().document(path).set({**document, **fields})


def put_many(count: int, org: str = ORG, **fields: Any) -> None:
    """So many unread ones, one a second."""
    writer: Any = firestore().bulk_writer()
    for number in range(count):
        one = InboxNotification(
            org_id=org,
            type="usage_alert",
            title="T",
            body="",
            created_at=now() - timedelta(seconds=number),
        )
        path, document = inbox.document(f"{org}-{number}", one)
        writer.set(firestore().document(path), {**document, **fields})
    writer.close()


def stored(alert_id: str) -> dict[str, Any]:
    return firestore().document(f"{inbox.COLLECTION}/{alert_id}").get().to_dict() or {}


def person(stack: Stack, role: str = "viewer", org: str = ORG) -> dict[str, str]:
    """The headers of somebody who is signed in."""
    return bearer(sign_up(stack, orgId=org, role=role))


def bearer(account: Account) -> dict[str, str]:
    return {"Authorization": f"Bearer {account.id_token}"}


def call(
    path: str, headers: dict[str, str], body: dict[str, Any] | None = None, method: str = "POST"
) -> flask.Response:
    """The answer of the door that the path leads to."""
    data = None if method == "GET" else json.dumps(body or {})
    with _APP.test_request_context(
        f"/api/{path}", method=method, headers=headers, data=data, content_type="application/json"
    ):
        door = alerts if path.startswith("alerts") else settings
        return door(flask.request)


def get(path: str, headers: dict[str, str]) -> dict[str, Any]:
    """What the door answers to a GET that works."""
    answer = call(path, headers, method="GET")
    assert answer.status_code == 200, answer.get_json()
    found: dict[str, Any] = answer.get_json()
    return found
