"""Runs that cost something, and what must be true of their costs together."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest

from local.stack.running import Stack
from shared.billing import ledger
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.runs.outputs import value_of
from shared.runs.record import TERMINAL, Execution
from tests.emulator import executions
from tests.emulator.executions import execution, put_org, put_playbook, run, start

GENERATE = {"id": "write", "action": "generate", "params": {"prompt": "Two sentences.", "input": {"left": 3}}}
MAIL = {"id": "mail", "action": "send_email", "params": {"to": "a@b.example", "subject": "S", "text": "T"}}
SUMMARY = {"id": "sum", "action": "summarize", "params": {"input": "Sales rose. Flower led. Vapes ran out."}}
LAST = {"id": "last", "action": "set", "params": {"values": {"x": 1}}}
STEPS = [GENERATE, MAIL, SUMMARY, LAST]
"""A model that the step is there for, a mail, a model that only words it better."""
LEASE_AND_MORE = 90.0


@contextmanager
def costly_org(stack: Stack) -> Iterator[httpx.Client]:
    """An org of the test's own (the Mailjet stand-in remembers what it sent in others), and the console.

    The stand-in for Claude answers in words that always cost the same.
    """
    with pytest.MonkeyPatch.context() as patch, httpx.Client(base_url=stack.console_url) as console:
        patch.setattr(executions, "ORG", f"org_{uuid.uuid4().hex[:8]}")
        patch.setenv("ANTHROPIC_API_KEY", "stand-in")
        patch.setenv("ANTHROPIC_BASE_URL", f"{stack.console_url}/providers/anthropic")
        console.delete("/api/anthropic/replies").raise_for_status()
        console.post("/api/anthropic/replies", json={"text": "All is well.", "times": 1000}).raise_for_status()
        put_org()
        put_playbook("costs", STEPS)
        yield console
        console.delete("/api/anthropic/replies").raise_for_status()
        console.delete("/api/faults").raise_for_status()


def month() -> float:
    """What the org's month has cost, as it stands this very moment; late on its last day, with what ended later."""
    now = Clock().now()
    months = {(one.year, one.month): one for one in (now, now + timedelta(hours=2))}
    return float(sum(ledger.spent(executions.ORG, "UTC", one) for one in months.values()))


def runs() -> list[Execution]:
    return [execution(found.id) for found in clients.firestore().collection("playbook_executions").stream()]


def require_balanced(*, alerts_usd: float = 0.0) -> None:
    """Each run's sum is that of its lines and of its steps, each ended run is billed, the month is all of them.

    `alerts_usd`: what alerts to the org's people have cost besides.
    """
    for one in runs():
        assert one.cost_usd == pytest.approx(sum(line.usd for line in one.costs)), one.id
        assert one.cost_usd == pytest.approx(sum(result.cost_usd for result in one.step_results)), one.id
        assert one.billed_usd == one.cost_usd or (one.billed_usd == 0 and one.status not in TERMINAL), one.id
    assert month() == pytest.approx(sum(one.billed_usd for one in runs()) + alerts_usd, abs=1e-9)


def quantities(execution_id: str) -> dict[str, int]:
    return {line.item.partition(":")[0]: line.quantity for line in execution(execution_id).costs}


def plain_run(execution_id: str = "plain") -> Execution:
    """One that nothing happens to."""
    start("costs", execution_id)
    assert run(execution_id) == "completed"
    return execution(execution_id)


def model_calls(console: httpx.Client) -> int:
    return len(console.get("/api/anthropic/calls").json())


def source(execution_id: str, step_id: str) -> Any:
    result = execution(execution_id).result_of(step_id)
    assert result is not None
    return value_of(result)["source"]
