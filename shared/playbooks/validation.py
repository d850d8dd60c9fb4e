"""Whether a document is a playbook that can run: its shape, its actions, their params, the names it uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from shared.errors import PermanentError
from shared.playbooks.expressions import Expression
from shared.playbooks.models import Playbook, Step
from shared.playbooks.problems import field_path, problem_line, problem_lines
from shared.playbooks.templates import has_template, parse_condition, parse_template, texts

ParamsModel = Callable[[str], type[BaseModel]]
"""The params model of an action by its name; raises PermanentError for a name that no action has."""

ALWAYS_IN_SCOPE = frozenset({"org", "user", "event", "trigger", "steps"})


class InvalidPlaybookError(PermanentError):
    """The document cannot run; `problems` has one line a field."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def parse_playbook(org_id: str, data: Mapping[str, Any], params_model: ParamsModel) -> Playbook:
    """The playbook that the document holds.

    Raises:
        InvalidPlaybookError: with a line for every field that is wrong.
    """
    try:
        playbook = Playbook.model_validate(dict(data))
    except ValidationError as error:
        raise InvalidPlaybookError(problem_lines(error)) from None
    problems = _org_problems(org_id, playbook)
    known_steps: list[Step] = []
    for index, step in enumerate(playbook.steps):
        problems += _params_problems(index, step, params_model)
        problems += _name_problems(index, step, known_steps)
        known_steps.append(step)
    if problems:
        raise InvalidPlaybookError(problems)
    return playbook


def _org_problems(org_id: str, playbook: Playbook) -> list[str]:
    if playbook.org_id in (None, org_id):
        return []
    return [f"orgId: found {playbook.org_id!r}; expected {org_id!r}, the org that the document lies under"]


def _params_problems(index: int, step: Step, params_model: ParamsModel) -> list[str]:
    try:
        model = params_model(step.action)
    except PermanentError as error:
        return [f"steps[{index}].action: {error}"]
    try:
        model.model_validate(step.params)
    except ValidationError as error:
        return [
            problem_line(detail, f"steps[{index}].params")
            for detail in error.errors(include_url=False)
            if not _waits_for_a_value(detail)
        ]
    return []


def _waits_for_a_value(detail: Any) -> bool:
    """Whether the refused value still holds a template, so that its type shows only in a run."""
    return detail["type"] not in {"missing", "extra_forbidden"} and has_template(detail["input"])


def _name_problems(index: int, step: Step, before: list[Step]) -> list[str]:
    sources: list[tuple[str, Expression]] = []
    if step.condition is not None:
        sources.append((f"steps[{index}].condition", parse_condition(step.condition)))
    for path, text in texts(step.params):
        if "{{" in text:
            where = field_path(("steps", index, "params")) + f".{path}"
            sources += [(where, piece) for piece in parse_template(text) if isinstance(piece, Expression)]
    return [
        f"{where}: {problem}"
        for where, expression in sources
        for path in expression.paths()
        if (problem := _unknown_name(path, before))
    ]


def _unknown_name(path: tuple[str, ...], before: list[Step]) -> str | None:
    agents = {step.agent for step in before if step.agent}
    root = path[0]
    if root == "steps" and len(path) > 1:
        ids = [step.id for step in before]
        if path[1] not in ids:
            return f"no step before this one has the id {path[1]!r}; expected one of {', '.join(ids) or 'none'}"
    elif root not in ALWAYS_IN_SCOPE and root not in agents:
        names = ", ".join(sorted(ALWAYS_IN_SCOPE | agents))
        return f"{root!r} does not exist here; expected one of {names}"
    return None
