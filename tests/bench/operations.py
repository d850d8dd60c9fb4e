"""What one clean run costs in operations."""

from __future__ import annotations

import logging

from tests.bench.figures import report
from tests.bench.stack import bench_stack
from tests.harness.one_run import MANUAL, SCHEDULED, STEPS_OWN_DATA, count_one_run
from tests.harness.playbooks import THREE_STEPS, write_org_and_playbook


def measure() -> None:
    """Count a manual and a scheduled run of three steps, beyond the steps' own data."""
    logging.disable(logging.WARNING)
    with bench_stack() as stack:
        write_org_and_playbook(THREE_STEPS)
        for name, asked in (("manual", MANUAL), ("scheduled", SCHEDULED)):
            execution, operations = count_one_run(stack, asked)
            report(
                f"operations.{name}",
                operations.beyond(STEPS_OWN_DATA).figures(),
                unit="operations per run, beyond the steps' own data",
                target="writes <= 4, reads <= 3, tasks <= 1" if name == "manual" else None,
                status=execution.status,
            )
    logging.disable(logging.NOTSET)
