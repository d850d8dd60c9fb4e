"""What a trigger may say of its pace, and what is wrong with what it says."""

from __future__ import annotations

from typing import Any

import pytest

from shared.playbooks.pace import Debounce, Throttle
from shared.playbooks.validation import InvalidPlaybookError, parse_playbook
from shared.steps.registry import params_model


def playbook(trigger: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    event = {"type": "event", "eventName": "order.placed", **(trigger or {})}
    step = {"action": "set", "params": {"values": {"x": 1}}}
    return {"name": "P", "status": "active", "triggers": [event], "steps": [step], **fields}


def problems(data: dict[str, Any]) -> str:
    with pytest.raises(InvalidPlaybookError) as caught:
        parse_playbook("o1", data, params_model)
    return str(caught.value)


def test_a_trigger_with_both_and_a_playbook_with_a_concurrency_are_read() -> None:
    found = parse_playbook(
        "o1",
        playbook(
            {
                "throttle": {"runs": 10, "per": "hour"},
                "debounce": {"seconds": 30, "by": "{{ event.customerId }}"},
            },
            concurrency=3,
        ),
        params_model,
    )
    (trigger,) = found.event_triggers()
    assert found.concurrency == 3
    assert trigger.throttle == Throttle(runs=10, per="hour")
    assert trigger.debounce == Debounce(seconds=30, by="{{ event.customerId }}")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (playbook(concurrency=0), "concurrency"),
        (playbook(concurrency="2"), "concurrency"),
        (playbook(concurrency=1_001), "concurrency"),
        (playbook({"throttle": {"runs": 0, "per": "hour"}}), "triggers[0].throttle.runs"),
        (playbook({"throttle": {"runs": 5, "per": "week"}}), "triggers[0].throttle.per"),
        (playbook({"throttle": {"runs": 5}}), "triggers[0].throttle.per"),
        (playbook({"debounce": {"seconds": 3_601}}), "triggers[0].debounce.seconds"),
        (playbook({"debounce": {"seconds": 1.5}}), "triggers[0].debounce.seconds"),
        (playbook({"debounce": {"seconds": 5, "by": "customer.id"}}), "such as event.customerId"),
        (playbook({"debounce": {"seconds": 5, "by": "event."}}), "triggers[0].debounce.by"),
        (playbook({"debounce": {"seconds": 5, "wait": 3}}), "triggers[0].debounce.wait"),
    ],
)
def test_a_problem_names_its_field(data: dict[str, Any], said: str) -> None:
    assert said in problems(data)


def test_it_is_said_in_words() -> None:
    assert Throttle(runs=1, per="day").words() == "1 run a day"
    assert Throttle(runs=1_000, per="hour").words() == "1,000 runs an hour"
