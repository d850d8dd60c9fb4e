"""Over a whole run (success, retry, dead letter, dry run) no document, log, task or message says a secret."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import quote_plus

import httpx
import pytest
from google.cloud.pubsub_v1 import SubscriberClient

from local.stack.platform import DEAD_LETTER_TOPIC
from local.stack.running import Stack
from shared.secrets.echoes import forms_of
from tests.accounts import sign_up
from tests.e2e.conftest import eventually
from tests.e2e.org import Org
from tests.harness.eventually import PATIENCE_SECONDS
from tests.harness.everything import console_pages, every_document, every_log, every_object, waiting_tasks
from tests.unit.web.conftest import Answer, Site, running_site

CANARY = "canary-that-is-no-secret"
QUEUES = ("runExecution", "retryExecution", "deliverLater", "runEvent")
SUBSCRIPTION = f"projects/demo-playbooks/subscriptions/scan-{secrets.token_hex(4)}"


@pytest.fixture
def value() -> str:
    """A secret as a system might hand it out, with signs that URLs, JSON and HTML escape."""
    return f'key/{secrets.token_urlsafe(24)}+"&<{secrets.token_hex(4)}>='


def echo(*statuses: int) -> Answer:
    """Say whatever was sent, in every form; with each of the statuses in turn, the last one ever after."""
    left = list(statuses)

    def answer(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        key = str(handler.headers["X-Crm"])
        said = {
            "headers": dict(handler.headers.items()),
            "body": body.decode(),
            "address": handler.path,
            "encoded": [quote_plus(key), base64.b64encode(f"me:{key}".encode()).decode()],
        }
        content = json.dumps(said).encode()
        handler.send_response(left.pop(0) if len(left) > 1 else left[0])
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return answer


@pytest.fixture
def crm() -> Iterator[Site]:
    """Another system, which works, fails once, or refuses."""
    for site in running_site():
        site.routes |= {"/works": echo(200), "/flaky": echo(503, 200), "/refuses": echo(401)}
        yield site


@pytest.fixture
def dead_letters(on_stack: Stack) -> Iterator[list[str]]:
    """What the topic of dead letters carries; filled when the test asks for its length."""
    with SubscriberClient() as client:
        client.create_subscription(
            name=SUBSCRIPTION, topic=f"projects/{on_stack.project}/topics/{DEAD_LETTER_TOPIC}"
        )
        found: list[str] = []
        yield found
        client.delete_subscription(subscription=SUBSCRIPTION)


def pulled() -> list[str]:
    """The messages that lie in the subscription."""
    with SubscriberClient() as client:
        request = {"subscription": SUBSCRIPTION, "max_messages": 100}
        received = client.pull(request=request, timeout=PATIENCE_SECONDS).received_messages
        return [f"{one.message.data.decode()} {dict(one.message.attributes)}" for one in received]


def steps(crm: Site) -> list[dict[str, Any]]:
    headers = {"X-Crm": "{{secrets.CRM_KEY}}", "X-Canary": CANARY}
    calls = (
        ("works", "POST", {"password": "{{secrets.CRM_KEY}}"}),
        ("flaky", "PUT", "key={{secrets.CRM_KEY}}"),
        ("refuses", "GET", None),
    )
    return [
        {
            "id": path,
            "action": "http_request",
            "params": {
                "url": f"{crm.base}/{path}?key={{{{secrets.PLAIN_KEY}}}}",
                "method": method,
                "headers": headers,
                **({"body": body} if body else {}),
            },
        }
        for path, method, body in calls
    ]


@pytest.mark.usefixtures("dead_letters")
def test_no_document_log_task_or_message_says_a_secret(org: Org, on_stack: Stack, crm: Site, value: str) -> None:
    owner = {"Authorization": f"Bearer {sign_up(on_stack, orgId=org.id, role='owner').id_token}"}
    plain = secrets.token_urlsafe(24)
    with httpx.Client(base_url=on_stack.public_url, headers=owner, timeout=PATIENCE_SECONDS) as client:
        said: list[tuple[str, str]] = []

        def ask(method: str, path: str, **content: Any) -> dict[str, Any]:
            answer = client.request(method, f"/api/{path}", **content)
            assert answer.status_code < 300, answer.text
            said.append((f"{method} {path}", answer.text))
            found: dict[str, Any] = answer.json()
            return found

        for name, secret in (("CRM_KEY", value), ("PLAIN_KEY", plain)):
            ask("POST", "settings/secrets", json={"name": name, "value": secret})
        org.playbook(*steps(crm))
        tried = ask("POST", "playbooks/pb/execute", json={"triggeredBy": "manual", "orgId": org.id, "dryRun": True})
        assert [one["secrets"] for one in tried["effects"]] == [
            ["{{secrets.PLAIN_KEY}}", "{{secrets.CRM_KEY}}"]
        ] * 2
        crm.received.clear()

        run = org.start()
        due = org.until_failed_attempt(run, 1)["nextAttemptAt"]
        tasks = list(waiting_tasks(on_stack, *QUEUES))
        assert tasks
        org.advance_to(due)
        failed = org.until(run, "failed")
        letters = eventually(pulled, what="the dead letter")
        for path in ("executions", f"executions/{run}", "playbooks/pb", "alerts", "settings/secrets"):
            ask("GET", path)
        ask("POST", "chat", json={"orgId": org.id, "message": "why did playbook pb fail"})

        sent = [one.headers["x-crm"] for one in crm.received]
        assert sent == [value] * 4
        assert [one["status"] for one in failed["stepResults"]] == ["completed", "completed", "failed"]
        assert "[secret CRM_KEY]" in json.dumps(failed["stepResults"], default=str)

        places = [
            *every_document(on_stack),
            *every_object(),
            *tasks,
            *waiting_tasks(on_stack, *QUEUES),
            *(("pubsub", letter) for letter in letters),
            *every_log(on_stack),
            *console_pages(on_stack),
            *said,
        ]
    texts = dict(places)
    assert CANARY in texts["firestore"], "the search sees documents"
    assert run in texts["pubsub"]
    assert any(run in text for name, text in places if name.startswith("log ")), "the search sees logs"
    found = [
        (name, form)
        for name, text in places
        for secret in (value, plain)
        for form in forms_of(secret)
        if form in text
    ]
    assert [name for name, _ in found] == []
