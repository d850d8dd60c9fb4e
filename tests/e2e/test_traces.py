"""The console shows a run as one trace, from the sentence or the call to the receipt, over all its functions."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from local.stack.running import Stack
from shared.gcp import clients
from tests.e2e.chat import Person
from tests.e2e.conftest import eventually
from tests.e2e.org import OWNER_EMAIL, Org, email_step, set_step
from tests.harness.eventually import PATIENCE_SECONDS
from tests.harness.traces import RETRIED_RUN

_SECRETS = re.compile(r"pbk_|eyJ[A-Za-z0-9_-]{10}|Bearer |demo-[a-z]+-(?:key|secret)|@|\+1\d{10}")

Trace = dict[str, Any]
ReadTrace = Callable[[str], Trace]


@pytest.fixture
def trace_of(on_stack: Stack) -> ReadTrace:
    """The run's trace, once its own span and the door's have come: functions export them half a second later."""

    def read(execution_id: str) -> Trace:
        def whole() -> Trace | None:
            found = httpx.get(
                f"{on_stack.console_url}/api/traces", params={"executionId": execution_id}, timeout=PATIENCE_SECONDS
            ).json()
            names = {(span["depth"], span["name"]) for span in found[0]["spans"]} if found else set()
            is_whole = (1, "run") in names and any(depth == 0 for depth, name in names if name != "run")
            return found[0] if is_whole else None

        return eventually(whole, what=f"the trace of {execution_id}")

    return read


def lines(trace: Trace) -> list[str]:
    return [f"{'  ' * span['depth']}{span['name']}" for span in trace["spans"]]


def test_a_retried_run_is_one_trace(org: Org, agent: dict[str, str], trace_of: ReadTrace, on_stack: Stack) -> None:
    org.playbook(set_step(), email_step())
    org.console.fail("mailjet", status=503)
    execution_id = org.start()
    due = org.until_failed_attempt(execution_id, 1)["nextAttemptAt"]
    org.advance_to(due)
    org.until(execution_id, "completed")
    trace = trace_of(execution_id)
    assert lines(trace) == RETRIED_RUN
    first, second = [span for span in trace["spans"] if span["name"] == "attempt"]
    assert (first["status"], second["status"]) == ("error", "ok")
    page = httpx.get(f"{on_stack.console_url}/runs/{execution_id}", timeout=PATIENCE_SECONDS)
    assert page.status_code == httpx.codes.OK
    assert page.text.count('<tr id="') == len(trace["spans"])
    assert f"/runs/{execution_id}" in page.text


def test_a_run_that_a_sentence_starts_is_in_the_sentences_trace(
    org: Org, on_stack: Stack, trace_of: ReadTrace
) -> None:
    answer = Person(on_stack, org, "editor").say("run a menu health check now")
    execution_id = answer["executionId"]
    org.until(execution_id, "completed", "failed", "waiting")
    assert lines(trace_of(execution_id))[0] == "chat"


def test_the_first_run_of_a_playbook_links_to_the_sentence_that_wrote_it(
    org: Org, on_stack: Stack, trace_of: ReadTrace
) -> None:
    made = Person(on_stack, org, "editor").say("every day at 9 email me yesterday's sales")
    sentence = (
        clients.firestore().document(f"tenants/{org.id}/playbooks/{made['playbookId']}").get().to_dict() or {}
    )
    execution_id = org.start(made["playbookId"])
    org.until(execution_id, "completed", "failed")
    trace = trace_of(execution_id)
    (run,) = [span for span in trace["spans"] if span["name"] == "run"]
    assert run["links"] == [sentence["traceparent"].split("-")[1]]
    assert trace["traceId"] not in run["links"]


def test_an_event_and_what_it_starts_are_one_trace(org: Org, trace_of: ReadTrace) -> None:
    org.playbook(set_step(), name="pb", triggers=[{"type": "event", "eventName": "shelf.counted"}])
    org.until_listening()
    org.publish("e1", "shelf.counted", missing=2)
    execution_id = org.first_execution()
    org.until(execution_id, "completed")
    assert lines(trace_of(execution_id))[:3] == ["on_domain_event", "  run", "    attempt"]


def test_a_dead_letter_belongs_to_its_runs_trace(org: Org, trace_of: ReadTrace) -> None:
    org.playbook(email_step())
    org.console.fail("mailjet", status=400)
    execution_id = org.start()
    org.until(execution_id, "failed")

    def told() -> list[str]:
        names = lines(trace_of(execution_id))
        return names if "    on_dead_letter" in names else []

    names = eventually(told, what="the span of the dead letter")
    assert "      send playbook-dlq" in names


def test_no_secret_address_or_text_is_in_any_span_of_the_stack(org: Org, on_stack: Stack) -> None:
    org.playbook(email_step(), name="Hush")
    org.run("Hush")
    Person(on_stack, org, "editor").say("email me when stock of Blue Dream runs low")
    found = httpx.get(f"{on_stack.console_url}/api/traces", timeout=PATIENCE_SECONDS).json()
    assert found
    for trace in found:
        for span in trace["spans"]:
            said = json.dumps([span["name"], span["attributes"], span["events"]])
            assert not _SECRETS.search(said), said
            for unwanted in (OWNER_EMAIL, "Hello", "How are you", "Blue Dream", "Playbook Hush"):
                assert unwanted not in said
