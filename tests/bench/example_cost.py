"""What the daily competitive playbook costs a run: estimated, and counted by a real run."""

from __future__ import annotations

import logging
import os
from decimal import Decimal
from typing import Any

from local.demo.seed import DEMO_ORG_ID, seed_demo_org
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.playbooks.validation import parse_playbook
from shared.runs.parts import PinnedUser, TriggerRef
from shared.runs.pinning import StartRequest
from shared.runs.runner import deliver
from shared.runs.start import start_execution
from shared.runs.state import Delivery
from shared.runs.store import read
from shared.steps.estimate import estimate
from shared.steps.registry import params_model
from tests.bench.figures import report
from tests.bench.stack import bench_stack

MOST_USD = Decimal("0.05")
COMPETITORS = 4
DAILY_INTEL: dict[str, Any] = {
    "name": "Daily competitive intelligence",
    "status": "active",
    "triggers": [{"type": "schedule", "cron": "0 9 * * *", "timezone": "America/New_York"}],
    "steps": [
        {"action": "scan_competitors", "agent": "ezal", "params": {"top": COMPETITORS}},
        {"action": "analyze_pricing", "agent": "money_mike"},
        {"id": "report", "action": "generate_competitor_report"},
        {
            "action": "send_email",
            "params": {
                "to": "{{org.ownerEmail}}",
                "subject": "{{steps.report.subject}}",
                "text": "{{steps.report.text}}",
                "html": "{{steps.report.html}}",
            },
        },
    ],
}
"""Four competitors, one report, one email."""


def measure() -> None:
    """The estimate, then runs on the demo org: with the computed report, and with one that Claude opens."""
    logging.disable(logging.WARNING)
    with bench_stack() as stack:
        os.environ["PORT_OFFSET"] = str(stack.ports.offset)
        seed_demo_org()
        clients.firestore().document(f"tenants/{DEMO_ORG_ID}/playbooks/daily-intel").set(DAILY_INTEL)
        playbook = parse_playbook(DEMO_ORG_ID, DAILY_INTEL, params_model)
        expected = estimate(playbook, "America/New_York", Clock().now(), competitors=COMPETITORS)
        report(
            "example_cost.estimate",
            float(expected.per_run_usd),
            unit="USD a run",
            target=f"<= {MOST_USD}",
            monthlyUsd=float(expected.monthly_usd or 0),
        )
        _count_a_run("example_cost.computed")
        os.environ |= {
            "ANTHROPIC_API_KEY": "opens-nothing",
            "ANTHROPIC_BASE_URL": f"{stack.console_url}/providers/anthropic",
        }
        _count_a_run("example_cost.narrated")
    logging.disable(logging.NOTSET)


def _count_a_run(figure: str) -> None:
    clock = Clock()
    request = StartRequest(DEMO_ORG_ID, "daily-intel", TriggerRef(type="manual"), user=PinnedUser(id="bench"))
    execution_id = start_execution(request, clock).execution_id
    outcome = deliver(Delivery(execution_id, 1), clock)
    stored = read(execution_id)
    assert stored is not None
    report(
        figure,
        stored.execution.cost_usd,
        unit="USD a run by its own counters, without Apify",
        target=f"<= {MOST_USD}",
        status=outcome,
        used={line.item: {"quantity": line.quantity, "usd": line.usd} for line in stored.execution.costs},
    )
