"""What a run says that meant to write to people and reached none."""

from __future__ import annotations

from typing import Any

import pytest

from shared.runs.parts import StepResult
from shared.runs.reach import reach_fields, reached_nobody, with_inner_steps
from shared.steps.base import Reach


def result(step_id: str = "mail", **fields: Any) -> StepResult:
    return StepResult(step_id=step_id, action="send_email", status="completed", **fields)


def test_a_run_that_reached_nobody_says_how_many_and_why() -> None:
    some = [result(reached=0, skipped={"opted_out": 2}), result("text", reached=0, skipped={"no_consent": 1_000})]
    assert reached_nobody(some) == "Reached nobody: 1,002 skipped (1,000 no consent on record, 2 opted out)"


@pytest.mark.parametrize(
    "results",
    [
        [],
        [result()],
        [result(reached=1, skipped={"opted_out": 2})],
        [result(reached=0, skipped={"opted_out": 2}), result("text", reached=1)],
    ],
)
def test_there_is_no_note_if_somebody_was_reached_or_nobody_was_meant(results: list[StepResult]) -> None:
    assert reached_nobody(results) is None


def test_an_unknown_reason_is_reported_by_its_name() -> None:
    assert reached_nobody([result(reached=0, skipped={"sunspots": 1})]) == "Reached nobody: 1 skipped (1 sunspots)"


def test_the_steps_inside_a_step_count_with_it() -> None:
    inside = [
        result("each/0/mail", reached=1, skipped={}),
        result("each/1/mail", reached=0, skipped={"opted_out": 1}),
        result("each/1/note"),
    ]
    outer = with_inner_steps(result("each"), inside)
    assert (outer.reached, outer.skipped) == (1, {"opted_out": 1})
    assert with_inner_steps(result("each"), [result("each/0/note")]).reached is None


def test_a_step_that_contacts_nobody_adds_no_count() -> None:
    assert reach_fields(None) == {}
    assert reach_fields(Reach(0, {"opted_out": 1})) == {"reached": 0, "skipped": {"opted_out": 1}}
