"""An item that flaps starts a run each time; the staff get one text of it, and one of the rest an hour later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from google.api_core.exceptions import ServiceUnavailable

from local.demo.seed import DEMO_ORG_ID
from local.stack.running import Stack
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.notices import outbox
from shared.notices.policy import WINDOWS, Window
from shared.runs.parts import PinnedUser, TriggerRef
from shared.runs.pinning import StartRequest
from shared.runs.start import start_execution
from tests.emulator.alerted_org import waiting_tasks
from tests.emulator.demo_runs import Demo, demo_org
from tests.emulator.executions import execution, run

PHONES = 2
TELL = {
    "id": "tell",
    "action": "notify",
    "params": {"subject": "Low", "body": "{{event.name | default('It')}} flaps", "channels": ["sms", "dashboard"]},
}
ITEM = {"itemId": "blue-dream", "name": "Blue Dream"}


@pytest.fixture
def demo(on_emulators: Stack) -> Iterator[Demo]:
    with demo_org(on_emulators) as made:
        made.put_playbook("flaps", [TELL])
        phones = ["+13155550123", "+13155550124"]
        clients.firestore().document(f"tenants/{DEMO_ORG_ID}").update({"staffPhones": phones})
        yield made


def texts(demo: Demo) -> list[str]:
    return [sent["text"] for sent in demo.outbox() if sent["channel"] == "sms"]


def lines() -> int:
    return len(list(clients.firestore().collection("inbox_notifications").stream()))


def start(number: int, cause: str, data: dict[str, Any]) -> str:
    trigger = TriggerRef.model_validate({"type": cause, "id": cause, "eventId": f"e{number}"})
    request = StartRequest(
        org_id=DEMO_ORG_ID,
        playbook_id="flaps",
        execution_id=f"run-{number}",
        trigger=trigger,
        user=PinnedUser(id="u1"),
        event_data=data,
    )
    return start_execution(request, Clock()).execution_id


def happen(number: int, cause: str = "event", **data: Any) -> dict[str, Any]:
    """One run to its end; what its step says."""
    execution_id = start(number, cause, data or ITEM)
    run(execution_id)
    done = execution(execution_id)
    assert done.status == "completed", done.status_reason
    output = done.step_results[0].output
    assert output is not None
    return output


def test_twenty_crossings_are_two_texts_to_each_phone(demo: Demo) -> None:
    outputs = [happen(number) for number in range(20)]
    assert texts(demo) == ["Low: Blue Dream flaps"] * PHONES
    assert lines() == 20
    assert "within the hour" in outputs[-1]["skipped"][0]["reason"]
    (window,) = clients.firestore().collection(WINDOWS).stream()
    counted = Window.model_validate(window.to_dict())
    assert counted is not None
    later = counted.ends_at + timedelta(minutes=1)
    for _ in range(2):
        outbox.send_digest(window.id, counted.started, later)
    assert len(texts(demo)) == 2 * PHONES
    assert "19 more: Low" in texts(demo)[-1]


@pytest.mark.parametrize(
    ("cause", "data"),
    [("event", {"orderId": "o1", "name": "An order"}), ("manual", ITEM)],
)
def test_what_is_about_no_thing_or_was_asked_for_is_reported_each_time(
    demo: Demo, cause: str, data: dict[str, Any]
) -> None:
    for number in range(2):
        happen(number, cause, **data)
    assert len(texts(demo)) == 2 * PHONES


def test_another_item_is_not_a_repeat(demo: Demo) -> None:
    happen(0)
    happen(1, itemId="og-kush", name="OG Kush")
    assert texts(demo) == ["Low: Blue Dream flaps"] * PHONES + ["Low: OG Kush flaps"] * PHONES


def test_a_first_one_that_fails_is_tried_again_and_not_taken_for_a_repeat_of_itself(demo: Demo) -> None:
    body = {"provider": "blackleaf", "status": 503, "times": PHONES}
    httpx.post(f"{demo.stack.console_url}/api/faults", json=body).raise_for_status()
    execution_id = start(0, "event", ITEM)
    run(execution_id)
    assert (execution(execution_id).status, texts(demo)) == ("retrying", [])
    run(execution_id, attempt=2, later=10)
    assert (execution(execution_id).status, len(texts(demo))) == ("completed", PHONES)


def test_a_run_that_fails_between_the_count_and_the_task_has_its_digest_told(
    demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    happen(0)
    with monkeypatch.context() as dying:
        dying.setattr(outbox, "call_at", _unavailable)
        execution_id = start(1, "event", ITEM)
        run(execution_id)
        assert execution(execution_id).status == "retrying"
    run(execution_id, attempt=2, later=10)
    assert execution(execution_id).status == "completed"
    assert len(texts(demo)) == PHONES
    assert [name for name in waiting_tasks() if "digest" in name]
    (window,) = clients.firestore().collection(WINDOWS).stream()
    counted = Window.model_validate(window.to_dict())
    assert counted is not None
    assert counted.repeats == 1


def _unavailable(*_: Any, **__: Any) -> None:
    raise ServiceUnavailable("it is not there")  # type: ignore[no-untyped-call]
