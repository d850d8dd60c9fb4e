"""The calls that the documents show, as curl would make them, against the stack."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.cloud.scheduler_limits import JOBS_A_REGION
from local.stack.running import Stack
from tests.e2e.conftest import Console
from tests.e2e.org import Org, email_step, set_step

ROOT = Path(__file__).parents[2]
DOCUMENTS = ("docs/http-api.md", "docs/operations.md", "docs/deploy.md")
_CURL = re.compile(r"(?:(?<=\n)|(?<=\n  )|(?<=`))curl (?:[^`\\]|\\\n)+?(?=\n(?!.*\\)|`)")
FORM = "application/x-www-form-urlencoded"
OF_A_PROJECT = ("https://my-project.web.app", "https://identitytoolkit.googleapis.com")
"""What answers in a deployed project alone."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of curl."""

    method: str
    url: str
    headers: Mapping[str, str]
    data: str | None

    def make(self) -> httpx.Response:
        return httpx.request(self.method, self.url, headers=dict(self.headers), content=self.data, timeout=60)


def parsed(command: str) -> Call:
    """As curl understands it: data make it a POST of a form, whatever they look like."""
    words = iter(shlex.split(command.replace("\\\n", " "))[1:])
    method, url, headers, data = None, "", {}, []
    for word in words:
        match word:
            case "-X":
                method = next(words)
            case "-H":
                name, _, value = next(words).partition(":")
                headers[name.strip()] = value.strip()
            case "-d":
                data.append(next(words))
            case "-s":
                continue
            case _:
                url = word
    if data:
        headers.setdefault("Content-Type", FORM)
    return Call(method or ("POST" if data else "GET"), url, headers, "&".join(data) or None)


def written() -> Iterator[tuple[str, str]]:
    """Each call, with the document that shows it."""
    for document in DOCUMENTS:
        for found in _CURL.finditer((ROOT / document).read_text()):
            if not any(project in found[0] for project in OF_A_PROJECT):
                yield document, found[0]


CALLS = list(written())


@pytest.fixture
def values(org: Org, agent: dict[str, str], on_stack: Stack, console: Console) -> Iterator[dict[str, str]]:
    """What the documents leave to the reader, and the demo's names as this org's."""
    org.playbook(set_step(), email_step(), name="price-alert")
    # Dies at once, and can be sent back; the other is waiting, and can be stopped.
    org.playbook(set_step(who="{{event.nobody.at.all}}"), name="fails")
    org.playbook({"action": "wait", "id": "wait", "params": {"hours": 1}}, name="waits")
    failed, waiting = org.start("fails"), org.start("waits")
    org.until(failed, "failed")
    org.until(waiting, "waiting")
    yield {
        "$KEY": agent["X-Api-Key"],
        "$API": f"{on_stack.public_url}/api",
        "$PUBLIC_BASE_URL": on_stack.public_url,
        "$SECRET": on_stack.env["SMS_INBOUND_SECRET"],
        "http://127.0.0.1:8025": on_stack.console_url,
        "org_thrive_syracuse": org.id,
        "EXECUTION_ID/retry": f"{failed}/retry",
        "EXECUTION_ID/cancel": f"{waiting}/cancel",
    }
    console.clear()
    httpx.put(
        f"{on_stack.console_url}/api/scheduler/limits", json={"jobs": JOBS_A_REGION, "unknownZones": []}
    ).raise_for_status()


def test_every_call_of_the_documents_is_answered(values: dict[str, str]) -> None:
    assert len(CALLS) >= 11, CALLS
    refused: list[Any] = []
    for document, command in CALLS:
        for name, value in values.items():
            command = command.replace(name, value)
        answer = parsed(command).make()
        if not answer.is_success:
            refused.append((document, command, answer.status_code, answer.text))
    assert not refused


def test_a_key_that_is_sent_twice_is_one_run(values: dict[str, str], org: Org) -> None:
    (command,) = (one for _, one in CALLS if "Idempotency-Key" in one)
    for name, value in values.items():
        command = command.replace(name, value)
    first, second = (parsed(command).make().json() for _ in range(2))
    assert first["executionId"] == second["executionId"]
    org.until(first["executionId"], "completed")


def test_commands_are_read_as_a_shell_reads_them() -> None:
    call = parsed("curl -s -X PUT http://a/b -H 'X-Key: 1' \\\n  -d '{\"a\": 1}'")
    assert call == Call("PUT", "http://a/b", {"X-Key": "1", "Content-Type": FORM}, '{"a": 1}')
    assert parsed('curl "http://a/b?c=d"') == Call("GET", "http://a/b?c=d", {}, None)
    assert parsed("curl http://a -d x=1 -d y=2").data == "x=1&y=2"
