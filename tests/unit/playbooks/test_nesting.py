"""Steps inside steps are checked like any others, each problem with the way to it."""

from __future__ import annotations

from typing import Any

import pytest

from shared.playbooks.validation import InvalidPlaybookError, parse_playbook
from shared.steps.registry import params_model


def problems(*steps: dict[str, Any]) -> list[str]:
    document = {"name": "P", "status": "active", "triggers": [], "steps": list(steps)}
    try:
        parse_playbook("o", document, params_model)
    except InvalidPlaybookError as error:
        return error.problems
    return []


def each(*steps: dict[str, Any], **params: Any) -> dict[str, Any]:
    return {"id": "each", "action": "for_each", "params": {"items": [1], "steps": list(steps), **params}}


def say(text: str, **fields: Any) -> dict[str, Any]:
    return {"action": "set", "params": {"values": {"text": text}}, **fields}


def test_what_is_in_scope_inside_is_not_in_scope_after() -> None:
    assert problems(say("x", id="a"), each(say("{{item}} {{index}} {{steps.a.text}}"), say("{{steps.set}}"))) == []
    assert problems(each(say("x", id="inner")), say("{{steps.inner.text}}")) == [
        "steps[1].params.values.text: no step before this one has the id 'inner'; expected one of each"
    ]
    assert problems(each(say("x")), say("{{item}}")) == [
        "steps[1].params.values.text: 'item' does not exist here; expected one of event, org, steps, trigger, user"
    ]


def test_the_items_name_is_the_one_that_was_given() -> None:
    assert problems(each(say("{{product}}"), **{"as": "product"})) == []
    assert "'item' does not exist here" in problems(each(say("{{item}}"), **{"as": "product"}))[0]
    assert "'event' means something else already" in problems(each(say("x"), **{"as": "event"}))[0]


def test_problems_inside_say_where() -> None:
    inner = {"action": "send_email", "params": {"to": "a@b.example", "text": "T"}}
    assert problems(each(say("x"), inner)) == [
        "steps[0].params.steps[1].params.subject: is missing; it is required"
    ]
    (problem,) = problems(each({"action": "sned_email"}))
    assert problem.startswith("steps[0].params.steps[0].action: 'sned_email' is not an action")


def test_a_block_without_steps_is_refused() -> None:
    (problem,) = problems({"action": "for_each", "params": {"items": [], "steps": []}})
    assert problem == "steps[0].params.steps: found a list of 0; expected a list of 1 to 50 steps"
    (problem,) = problems(each(say("a", id="x"), say("b", id="x")))
    assert "the id 'x' stands 2 times" in problem


def test_branches_and_cases_are_looked_into() -> None:
    branch = {"cases": [{"when": "{{nope}} > 1", "steps": [say("{{nope}}")]}], "else": [say("{{item}}")]}
    assert [line.partition(":")[0] for line in problems({"action": "branch", "params": branch})] == [
        "steps[0].params.cases[0].when",
        "steps[0].params.cases[0].steps[0].params.values.text",
        "steps[0].params.else[0].params.values.text",
    ]
    parallel = {"branches": [{"name": "a", "steps": [say("{{nope}}")]}]}
    (problem,) = problems({"action": "parallel", "params": parallel})
    assert problem.startswith("steps[0].params.branches[0].steps[0].params.values.text: 'nope'")


def test_steps_nest_three_levels_deep_and_no_more() -> None:
    step = say("x")
    for _ in range(3):
        step = each(step)
    assert problems(step) == []
    assert "expected at most 3 levels" in problems(each(step))[0]


def test_a_list_that_is_a_template_waits_for_its_value() -> None:
    assert problems(say("x", id="a"), each(say("{{item.name}}"), items="{{steps.a.rows}}")) == []


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"hours": 1, "until": "2026-01-01T00:00:00Z"}, "says both or neither"),
        ({}, "says both or neither"),
        ({"days": 61}, "less than or equal to 60"),
        ({"days": 60, "hours": 1}, "expected at most 60 days"),
    ],
)
def test_a_wait_says_one_thing(params: dict[str, Any], found: str) -> None:
    assert found in problems({"action": "wait", "params": params})[0]


def test_an_event_filter_reads_the_event_alone() -> None:
    params = {"eventName": "order.completed", "filter": "{{event.total}} > steps.a.n"}
    assert (
        "reads steps; expected event and org alone" in problems({"action": "wait_for_event", "params": params})[0]
    )
