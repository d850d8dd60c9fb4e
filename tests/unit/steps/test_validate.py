"""`validate`: rules and conditions over data, and what becomes of a run that they fail for."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.errors import PermanentError
from shared.playbooks.validation import parse_playbook
from shared.steps.flow._rules import Rules, problems
from shared.steps.flow.validate import MAX_PROBLEMS, Validate, ValidateParams
from shared.steps.registry import params_model
from tests.unit.steps.fakes import step_context

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
GOOD = {"valid": True, "problems": [], "problemCount": 0}


def run(value: Any, *, scope: dict[str, Any] | None = None, **params: Any) -> dict[str, Any]:
    context = dataclasses.replace(step_context(), scope=scope or {})
    parsed = ValidateParams.model_validate({"input": value, **params})
    dumped: dict[str, Any] = Validate().run(parsed, context).model_dump(mode="json", by_alias=True)
    return dumped


def reported(value: Any, **params: Any) -> list[str]:
    found: list[str] = run(value, onInvalid="report", **params)["problems"]
    return found


def broken(value: Any, **rules: Any) -> list[str]:
    return list(problems(value, Rules.model_validate(rules)))


def test_what_keeps_every_check_is_valid() -> None:
    assert run([{"price": 1}], checks=[{"that": "item.price > 0"}], schema={"type": "array"}) == GOOD


def test_every_check_that_fails_is_in_the_error() -> None:
    checks = [{"that": "item.price > 0", "message": "{{ item.name }} is free"}, {"that": "item.name != 'B'"}]
    with pytest.raises(PermanentError) as raised:
        run([{"name": "A", "price": 0}, {"name": "B", "price": 0}], checks=checks)
    assert str(raised.value) == (
        "3 checks fail: input[0]: A is free; input[1]: B is free; input[1]: expected item.name != 'B'"
    )


def test_a_report_does_not_stop_the_run() -> None:
    output = run({"price": 0}, checks=[{"that": "item.price > 0"}], onInvalid="report")
    assert output == {"valid": False, "problems": ["input: expected item.price > 0"], "problemCount": 1}


def test_a_check_of_the_whole_list_is_made_once() -> None:
    assert reported([1, 2, 3], checks=[{"that": "input | length > 5"}]) == ["input: expected input | length > 5"]


def test_a_check_of_each_item_of_no_items_holds() -> None:
    assert run([], checks=[{"that": "item.price > 0"}]) == GOOD


def test_a_text_or_a_field_called_item_is_not_the_item() -> None:
    value = [{"a": 1}, {"a": 2}]
    assert len(reported(value, checks=[{"that": "'item' == event.item"}], scope={"event": {"item": 1}})) == 1


def test_a_check_reads_the_runs_names() -> None:
    scope = {"steps": {"limit": {"most": 3}}}
    assert reported([2, 4], checks=[{"that": "item <= {{ steps.limit.most }}"}], scope=scope) == [
        "input[1]: expected item <= {{ steps.limit.most }}"
    ]


def test_a_check_that_cannot_be_computed_fails_and_says_why() -> None:
    (problem,) = reported({"name": "A"}, checks=[{"that": "item.price > 0", "message": "no price"}])
    assert problem.startswith("input: no price ('item.price' does not exist")


def test_a_message_that_cannot_be_rendered_falls_back_to_the_condition() -> None:
    (problem,) = reported({"price": 0}, checks=[{"that": "item.price > 0", "message": "{{ item.nme }}"}])
    assert problem.startswith("input: expected item.price > 0 (its message cannot be filled: 'item.nme'")


def test_problems_beyond_the_limit_are_counted() -> None:
    value = [0] * (MAX_PROBLEMS + 7)
    output = run(value, checks=[{"that": "item > 0"}], onInvalid="report")
    assert (len(output["problems"]), output["problemCount"]) == (MAX_PROBLEMS, MAX_PROBLEMS + 7)
    with pytest.raises(PermanentError, match=f"^{MAX_PROBLEMS + 7} checks fail: .*; and 7 more$"):
        run(value, checks=[{"that": "item > 0"}])


def test_it_says_which_of_its_texts_are_computed_with_which_names() -> None:
    deferred = ValidateParams.deferred({"checks": [{"that": "item > 1"}]})
    assert [(one.name, one.condition) for one in deferred] == [("checks", False), ("checks[0].that", True)]
    assert all(one.names == {"input", "item"} for one in deferred)
    assert ValidateParams.keeps_written == {"checks"}


@pytest.mark.parametrize("written", [{}, {"checks": "{{ steps.a }}"}, {"checks": None}])
def test_anything_other_than_a_list_of_checks_is_left_to_the_params_to_refuse(written: dict[str, Any]) -> None:
    assert [one.name for one in ValidateParams.deferred(written)] == ["checks"]


def test_a_message_that_names_what_is_not_there_is_refused_when_it_is_saved() -> None:
    step = {"action": "validate", "params": {"input": [], "checks": [{"that": "true", "message": "{{ itme.a }}"}]}}
    playbook = {"name": "P", "status": "active", "triggers": [], "steps": [step]}
    with pytest.raises(PermanentError, match=r"checks\[0\].message: 'itme' does not exist"):
        parse_playbook("org", playbook, params_model)
    step["params"]["checks"][0]["message"] = "{{ item.a }}"  # type: ignore[index]
    assert parse_playbook("org", playbook, params_model).steps


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"checks": []},
        {"checks": [{"that": "item >"}]},
        {"checks": [{"message": "no condition"}]},
        {"schema": {"type": "decimal"}},
        {"schema": {"pattern": "(a+)+$"}},
        {"schema": {"type": "array"}, "onInvalid": "ignore"},
    ],
)
def test_params_that_check_nothing_or_say_nonsense_are_refused(params: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        run([], **params)


@pytest.mark.parametrize(
    ("value", "rules", "problem"),
    [
        (1, {"type": "string"}, "input: found integer; expected string"),
        (1.5, {"type": ["integer", "null"]}, "input: found number; expected integer or null"),
        (True, {"type": "number"}, "input: found boolean; expected number"),
        ({}, {"required": ["a"]}, "input.a: missing; found no fields"),
        ({"a": 1}, {"properties": {"a": {"type": "string"}}}, "input.a: found integer; expected string"),
        ({"b": 1}, {"additionalProperties": False}, "input.b: unknown; expected only no fields"),
        ([1, "x"], {"items": {"type": "integer"}}, "input[1]: found string; expected integer"),
        ([], {"minItems": 1}, "input: found 0 items; expected at least 1"),
        ([1, 2], {"maxItems": 1}, "input: found 2 items; expected at most 1"),
        ("", {"minLength": 1}, "input: found 0 characters; expected at least 1"),
        ("ab", {"maxLength": 1}, "input: found 2 characters; expected at most 1"),
        (0, {"minimum": 0.5}, "input: found a number; expected at least 0.5"),
        (2, {"maximum": 1}, "input: found a number; expected at most 1"),
        (0, {"exclusiveMinimum": 0}, "input: found a number; expected more than 0"),
        (1, {"exclusiveMaximum": 1}, "input: found a number; expected less than 1"),
        (True, {"enum": [1, "a"]}, "input: found true or false; expected one of 1, 'a'"),
    ],
)
def test_each_rule_says_what_it_found_and_expected(value: Any, rules: dict[str, Any], problem: str) -> None:
    assert broken(value, **rules) == [problem]


@pytest.mark.parametrize(
    ("value", "rules"),
    [
        (1.0, {"type": "integer"}),
        (1, {"type": "number"}),
        (None, {"type": ["string", "null"]}),
        (1.0, {"enum": [1]}),
        ("x", {"minimum": 5, "required": ["a"], "minItems": 3}),
        ({"a": 1, "b": 2}, {"properties": {"a": {"minimum": 1}}}),
        (5, {"minimum": 5, "maximum": 5}),
    ],
)
def test_what_json_schema_accepts_is_accepted(value: Any, rules: dict[str, Any]) -> None:
    assert broken(value, **rules) == []


@given(JSON)
def test_no_rules_refuse_nothing(value: Any) -> None:
    assert broken(value) == []


@given(JSON, st.sampled_from(["object", "array", "string", "number", "integer", "boolean", "null"]))
def test_a_value_is_of_a_type_or_the_problem_is_reported(value: Any, kind: str) -> None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    expected = {
        "object": isinstance(value, dict),
        "array": isinstance(value, list),
        "string": isinstance(value, str),
        "number": is_number,
        "integer": is_number and value == int(value),
        "boolean": isinstance(value, bool),
        "null": value is None,
    }[kind]
    assert (broken(value, type=kind) == []) is expected
