"""`validate`: checks data, and fails the run or reports problems if it isn't as expected."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.error_codes import ErrorCode
from shared.errors import PermanentError
from shared.playbooks.budget import Budget
from shared.playbooks.expressions import ExpressionError
from shared.playbooks.models import Condition
from shared.playbooks.nesting import Deferred
from shared.playbooks.templates import holds, parse_condition, render
from shared.steps.base import Action, Effect, Output, Params, StepContext
from shared.steps.flow._rules import Rules, problems

MAX_PROBLEMS = 200
"""Maximum lines in a report or an error; the total is always included."""
INPUT, ITEM = "input", "item"
_NAMES = frozenset({INPUT, ITEM})
_QUOTED = re.compile(r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*\"""")
_READS_ITEM = re.compile(rf"(?<![\w.]){ITEM}\b")


class Check(BaseModel):
    """`that` must be true. `message` says what is wrong where it does not; it may hold templates."""

    model_config = ConfigDict(extra="forbid")

    that: Condition
    message: str | None = Field(default=None, max_length=2_000)


class ValidateParams(Params):
    """What to check: `schema` (a closed part of JSON Schema), `checks`, or both.

    In a check `input` is the whole input and `item` each of its items in turn, or the input itself where that is no
    list. A check that cannot be computed, as of a field that is missing, counts as failed.
    """

    keeps_written: ClassVar[frozenset[str]] = frozenset({"checks"})

    input: Any
    rules: Annotated[Rules | None, Field(alias="schema")] = None
    checks: list[Check] = Field(default_factory=list, max_length=50)
    on_invalid: Literal["fail", "report"] = "fail"

    @model_validator(mode="after")
    def _checks_something(self) -> ValidateParams:
        if self.rules is None and not self.checks:
            raise ValueError("neither schema nor checks is there; expected one of them")
        return self

    @classmethod
    def deferred(cls, written: Mapping[str, Any]) -> Sequence[Deferred]:
        """The templates in all of them, and each one's condition."""
        checks = written.get("checks")
        count = len(checks) if isinstance(checks, list) else 0
        conditions = (Deferred(f"checks[{index}].that", _NAMES, condition=True) for index in range(count))
        return (Deferred("checks", _NAMES), *conditions)


class ValidateOutput(Output):
    """`problems`: a line each, at most 200 of the `problemCount` that there are."""

    valid: bool
    problems: list[str] = Field(default_factory=list)
    problem_count: int = 0


class Validate(Action[ValidateParams, ValidateOutput]):
    """Checks data against rules and conditions; failures end the run with every reason, or are only reported."""

    effect: ClassVar[Effect] = Effect.NONE
    example: ClassVar[Mapping[str, Any]] = {
        "input": [{"name": "Blue Dream", "price": 40}],
        "schema": {"type": "array", "items": {"type": "object", "required": ["name", "price"]}},
        "checks": [{"that": "item.price > 0", "message": "{{ item.name }} has no price"}],
    }

    def run(self, params: ValidateParams, context: StepContext) -> ValidateOutput:
        """Check it.

        Raises:
            PermanentError: with every check that failed, unless `onInvalid` is `report`.
        """
        shown: list[str] = []
        count = 0
        for problem in _found(params, context):
            count += 1
            if count <= MAX_PROBLEMS:
                shown.append(problem)
        if count and params.on_invalid == "fail":
            more = f"; and {count - len(shown)} more" if count > len(shown) else ""
            plural = "check fails" if count == 1 else "checks fail"
            raise PermanentError(f"{count} {plural}: {'; '.join(shown)}{more}", code=ErrorCode.CHECK_FAILED)
        return ValidateOutput(valid=not count, problems=shown, problem_count=count)


def _found(params: ValidateParams, context: StepContext) -> Iterator[str]:
    if params.rules is not None:
        yield from problems(params.input, params.rules)
    budget = Budget()
    for check in params.checks:
        yield from _broken(check, params.input, context, budget)


def _broken(check: Check, value: Any, context: StepContext, budget: Budget) -> Iterator[str]:
    """A line for each item that the check fails for; one at most where it does not read `item`."""
    if isinstance(value, list) and _reads_item(check):
        for index, item in enumerate(value):
            yield from _failure(check, {**context.scope, INPUT: value, ITEM: item}, f"{INPUT}[{index}]", budget)
    else:
        yield from _failure(check, {**context.scope, INPUT: value, ITEM: value}, INPUT, budget)


def _reads_item(check: Check) -> bool:
    return bool(_READS_ITEM.search(_QUOTED.sub("''", parse_condition(check.that).source)))


def _failure(check: Check, scope: Mapping[str, Any], where: str, budget: Budget) -> Iterator[str]:
    try:
        if holds(check.that, scope, budget):
            return
        reason = ""
    except ExpressionError as error:
        reason = f" ({error})"
    yield f"{where}: {_message(check, scope, budget)}{reason}"


def _message(check: Check, scope: Mapping[str, Any], budget: Budget) -> str:
    """What the author says, or the condition itself where he says nothing or it cannot be filled."""
    if check.message is None:
        return f"expected {check.that}"
    try:
        return str(render(check.message, scope, budget))
    except ExpressionError as error:
        return f"expected {check.that} (its message cannot be filled: {error})"
