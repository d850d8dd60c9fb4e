"""This product: `execute` and `runExecution` as production runs them, on Firestore's emulator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.bench.door import Door
from tests.bench.executions import wait_for_all, wait_for_one
from tests.bench.peers.system import METHODS, Method
from tests.bench.processor_time import processor_seconds
from tests.bench.stack import bench_stack
from tests.harness.functions import FunctionProcess, running_functions
from tests.harness.playbooks import ORG_ID, playbook, write_org

FUNCTIONS = ("execute", "runExecution")


@dataclass(slots=True)
class OurFunctions:
    """See `System`."""

    functions: Mapping[str, FunctionProcess]
    cron_secret: str

    def door(self, method: Method) -> Door:
        """See `System`."""
        body = {"triggeredBy": "manual", "orgId": ORG_ID, "eventData": {"number": 1}}
        headers = {"Authorization": f"Bearer {self.cron_secret}"}
        return Door(self.functions["execute"].port, f"/api/playbooks/{_id_of(method)}/execute", body, headers)

    def ended(self, count: int) -> float:
        """See `System`."""
        return wait_for_all(count)

    def one_ended(self, run_id: str) -> float:
        """See `System`."""
        return wait_for_one(run_id)

    def processor_seconds(self) -> dict[str, float]:
        """Of the functions alone: the emulator and the local Cloud Tasks stand for services of the cloud."""
        return {name: processor_seconds(function.pid) for name, function in self.functions.items()}


@contextmanager
def our_functions(target: str) -> Iterator[OurFunctions]:
    """Both functions, ready, with a playbook for each method."""
    with bench_stack() as stack, running_functions(stack, FUNCTIONS) as functions:
        write_org({_id_of(method): playbook([_call(method, target)]) for method in METHODS})
        yield OurFunctions(functions, stack.cron_secret)


def _id_of(method: Method) -> str:
    return f"pb_{method.lower()}"


def _call(method: Method, target: str) -> dict[str, Any]:
    params: dict[str, Any] = {"method": method, "url": target}
    if method == "POST":
        params["body"] = {"number": "{{ event.number }}"}
    return {"id": "call", "action": "http_request", "condition": "{{ event.number }} > 0", "params": params}
