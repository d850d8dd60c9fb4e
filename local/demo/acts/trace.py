"""The run with retries as one trace, as an operator sees it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from local.demo.acts.chat import PRICE_ALERT
from local.demo.executions import executions_of
from local.demo.seed import DEMO_ORG_ID
from local.demo.story_error import expect, only
from local.demo.world import World, as_text

ATTEMPTS = 3
_WIDTH = 46


def the_trace_tells_of_the_retries(world: World) -> None:
    """The retried run, from the call to the receipt, across all functions involved."""
    world.say.act("One trace shows the run that was tried three times")
    runs = executions_of(DEMO_ORG_ID, world.playbooks[PRICE_ALERT])
    climbed = [name for name, run in runs.items() if run["attempt"] == ATTEMPTS and run["status"] == "completed"]
    execution_id = only(climbed, "runs that were completed at the third attempt")
    trace = world.eventually(
        lambda: _whole_trace(world, execution_id),
        "the trace is whole",
        lambda: as_text(_trace(world, execution_id)),
    )
    attempts = [span for span in trace["spans"] if span["name"] == "attempt"]
    expect(len(attempts) == ATTEMPTS, "the trace should have three attempts", lambda: as_text(trace["spans"]))
    world.say.happened(
        f"{len(trace['spans'])} spans of {len({span['service'] for span in trace['spans']})} functions, one trace",
        f"{world.stack.console_url}/runs/{execution_id}",
    )
    world.say.details(trace_lines(trace))


def _trace(world: World, execution_id: str) -> dict[str, Any] | None:
    answer = world.console.get("/api/traces", params={"executionId": execution_id}).raise_for_status()
    found: list[dict[str, Any]] = answer.json()
    return found[0] if found else None


def _whole_trace(world: World, execution_id: str) -> dict[str, Any] | None:
    """Waits, because functions export separately, half a second later."""
    trace = _trace(world, execution_id)
    places = {(span["depth"], span["name"]) for span in trace["spans"]} if trace else set()
    return trace if {(0, "execute"), (1, "run")} <= places else None


def trace_lines(trace: dict[str, Any]) -> Iterator[str]:
    """One line per span, indented below its parent: name, duration and failure."""
    for span in trace["spans"]:
        about = span["attributes"]
        what = [span["name"], *_named(about)]
        became = about.get("playbooks.status") or about.get("playbooks.outcome")
        what += [f"({became})"] if became else []
        failed = "  failed" if span["status"] == "error" else ""
        receipt = "  receipt" if any(event["name"] == "receipt" for event in span["events"]) else ""
        line = f"{'  ' * span['depth']}{' '.join(what)}"
        yield f"{line:<{_WIDTH}}{_duration(span['durationMs']):>9}{failed}{receipt}"


def _named(about: dict[str, Any]) -> list[str]:
    names = ("playbooks.attempt", "playbooks.step_id", "http.response.status_code")
    return [str(about[name]) for name in names if about.get(name) is not None]


def _duration(milliseconds: float) -> str:
    return f"{milliseconds / 1_000:.1f} s" if milliseconds >= 1_000 else f"{milliseconds:.0f} ms"
