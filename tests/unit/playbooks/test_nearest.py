"""What is wrong names the nearest right thing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.playbooks.events import EVENTS
from shared.playbooks.nearest import did_you_mean, nearest
from shared.playbooks.validation import InvalidPlaybookError, parse_playbook
from shared.steps.registry import action_modules, params_model

SCAN = {"action": "scan_competitors", "agent": "ezal"}
NOTIFY = {"action": "notify", "params": {"subject": "Hello", "body": "Hi"}}


def problems(**fields: Any) -> list[str]:
    document = {"name": "Test", "status": "active", "triggers": [{"type": "manual"}], "steps": [NOTIFY], **fields}
    with pytest.raises(InvalidPlaybookError) as error:
        parse_playbook("org_a", document, params_model)
    return error.value.problems


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"steps": [{"action": "notfy"}]}, "steps[0].action: 'notfy' is not an action; did you mean notify"),
        (
            {"steps": [{"action": "notify", "params": {"subject": "x", "boddy": "y"}}]},
            "steps[0].params.boddy: is not a known field here; did you mean 'body'?",
        ),
        (
            {"steps": [{**NOTIFY, "conditon": "1 > 0"}]},
            "steps[0].conditon: is not a known field here; did you mean 'condition'?",
        ),
        (
            {"triggers": [{"type": "schedule", "cron": "0 9 * * *", "timezone": "UTC", "overlaps": "skip"}]},
            "triggers[0].overlaps: is not a known field here; did you mean 'overlap'?",
        ),
        (
            {"triggers": [{"type": "event", "eventname": "inventory.low_stock"}]},
            "triggers[0].eventName: is missing; it is required (found 'eventname' instead)",
        ),
        (
            {"triggers": [{"type": "event", "eventName": "low stock"}]},
            "triggers[0].eventName: found 'low stock'; expected a dotted name like inventory.low_stock; "
            "did you mean 'inventory.low_stock'?",
        ),
        (
            {"steps": [SCAN, {**NOTIFY, "condition": "{{ezall.count}} > 1"}]},
            "steps[1].condition: 'ezall' does not exist here; expected one of event, ezal, org, steps, trigger, "
            "user; did you mean 'ezal'?",
        ),
        (
            {
                "steps": [
                    {
                        "action": "for_each",
                        "params": {"items": [1], "as": "one", "steps": [{**NOTIFY, "onEror": "fail"}]},
                    }
                ]
            },
            "steps[0].params.steps[0].onEror: is not a known field here; did you mean 'onError'?",
        ),
    ],
)
def test_a_mistake_is_reported_with_what_was_meant(fields: dict[str, Any], line: str) -> None:
    assert any(problem.startswith(line) for problem in problems(**fields)), problems(**fields)


def test_a_name_without_a_near_match_lists_the_valid_names() -> None:
    (line,) = problems(steps=[{**NOTIFY, "xyzzy": 1}])
    assert (
        line == "steps[0].xyzzy: is not a known field here; "
        "expected one of action, agent, condition, id, onError, params"
    )


def test_all_problems_are_reported_at_once() -> None:
    found = problems(
        name="",
        triggers=[{"type": "schedul"}],
        steps=[{"action": "notfy"}, {"action": "notify", "params": {"subjct": "x"}}, {"action": 7}],
    )
    assert {line.partition(": ")[0] for line in found} >= {
        *("name", "triggers[0].type", "steps[0].action", "steps[1].params.subjct", "steps[2].action")
    }


def test_an_invalid_step_hides_what_later_ones_name() -> None:
    found = problems(steps=["scan", {**NOTIFY, "condition": "{{ezal.count}} > 1"}])
    assert [line.partition(": ")[0] for line in found] == ["steps[0]"]


@pytest.mark.parametrize("name", [*action_modules(), *EVENTS])
def test_a_name_without_one_letter_is_found_again(name: str) -> None:
    choices = [*EVENTS] if name in EVENTS else [*action_modules()]
    assert nearest(name[:-1], choices) in (name, name[:-1])


@given(st.text() | st.integers() | st.none(), st.lists(st.text(max_size=20), max_size=5))
def test_whatever_was_written_is_answered(name: object, choices: list[str]) -> None:
    near = nearest(name, choices)
    assert near is None or near in choices
    assert isinstance(did_you_mean(name, choices), str)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
STEPS = st.lists(
    JSON
    | st.sampled_from([NOTIFY, SCAN, {**NOTIFY, "agent": None, "id": 7}])
    | st.fixed_dictionaries({}, optional=dict.fromkeys(("id", "action", "params", "agent", "condition"), JSON)),
    max_size=4,
)


@given(JSON | STEPS, JSON, JSON)
def test_any_document_is_accepted_or_refused_with_problem_lines(steps: Any, triggers: Any, name: Any) -> None:
    document = {"name": name, "status": "active", "triggers": triggers, "steps": steps}
    found = [": "]
    try:
        parse_playbook("org_a", document, params_model)
    except InvalidPlaybookError as error:
        found = error.problems
    assert found
    assert all(": " in line for line in found)
