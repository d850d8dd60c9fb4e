"""Validates playbook documents: shape, actions, params, and the names they use."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from shared.error_codes import ErrorCode
from shared.errors import PermanentError
from shared.playbooks.expressions import Expression, ExpressionError
from shared.playbooks.models import MAX_STEPS, Playbook, Step, name_parts, parse_steps
from shared.playbooks.nearest import nearest
from shared.playbooks.nesting import MAX_DEPTH, BlockSource, Deferred, NestingParams
from shared.playbooks.problems import problem_line, problem_lines
from shared.playbooks.secret_names import SECRETS, secret_problem
from shared.playbooks.sizes import playbook_size_problem
from shared.playbooks.templates import has_template, parse_condition, parse_template, texts

ParamsModel = Callable[[str], type[NestingParams]]
"""The params model of an action by its name; raises PermanentError for a name that no action has."""

_NAMES = ("id", "agent")
"""The fields of a step by which later ones name what it made."""
ALWAYS_IN_SCOPE = frozenset({"org", "user", "event", "trigger", "steps"})


class InvalidPlaybookError(PermanentError):
    """The playbook is invalid; `problems` has one line per field."""

    code = ErrorCode.INVALID_PLAYBOOK

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class CredentialInPlaybookError(InvalidPlaybookError):
    """The playbook is valid but contains a key or password."""

    code = ErrorCode.CREDENTIAL_IN_PLAYBOOK


def parse_playbook(org_id: str, data: Mapping[str, Any], params_model: ParamsModel) -> Playbook:
    """The playbook that the document holds.

    Raises:
        InvalidPlaybookError: with a line for every field that is wrong, or with its size, where that is too large.
    """
    try:
        playbook = Playbook.model_validate(dict(data))
    except ValidationError as error:
        lines = problem_lines(error, quoting=True, model=Playbook)
        raise InvalidPlaybookError([*lines, *_problems_of_whole_steps(data, params_model)]) from None
    check = _Check(params_model)
    check.steps("steps", playbook.steps, _Seen())
    problems = _org_problems(org_id, playbook) + _filter_problems(playbook) + check.problems
    # What nests without end is among the problems by now, and would not be measured.
    if not problems and (too_large := playbook_size_problem(data)):
        problems = [too_large]
    if problems:
        raise InvalidPlaybookError(problems)
    return playbook


def _org_problems(org_id: str, playbook: Playbook) -> list[str]:
    if playbook.org_id in (None, org_id):
        return []
    return [f"orgId: found {playbook.org_id!r}; expected {org_id!r}, the org that the document lies under"]


def _filter_problems(playbook: Playbook) -> list[str]:
    """A line for each filter that reads a secret: what it compares with would stand in the listener."""
    filters = ((index, getattr(trigger, "filter", None)) for index, trigger in enumerate(playbook.triggers))
    expressions = ((index, parse_condition(text)) for index, text in filters if text)
    return [
        f"triggers[{index}].filter: {secret_problem(one.source, allowed=False)}"
        for index, one in expressions
        if any(path[0] == SECRETS for path in one.paths())
    ]


def _problems_of_whole_steps(data: Mapping[str, Any], params_model: ParamsModel) -> list[str]:
    """What is wrong inside the steps that have the shape of one, where something else of the document has none."""
    written = data.get("steps")
    check, seen = _Check(params_model), _Seen()
    for index, part in enumerate(name_parts(written)[:MAX_STEPS] if isinstance(written, list | tuple) else ()):
        try:
            step = Step.model_validate(part)
        except ValidationError:
            if not isinstance(part, Mapping) or not all(isinstance(part.get(name) or "", str) for name in _NAMES):
                # What later steps may name cannot be told.
                break
            step = Step.model_construct(
                **{"id": "step", "action": "", **{name: part[name] for name in _NAMES if name in part}}
            )
        else:
            check.step(f"steps[{index}]", step, seen)
        seen = seen.after(step)
    return check.problems


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a step finds in scope: the steps before it, its outer ones' included, and the names of its blocks."""

    steps: tuple[Step, ...] = ()
    names: frozenset[str] = frozenset()
    depth: int = 0

    def after(self, step: Step) -> _Seen:
        return replace(self, steps=(*self.steps, step))

    def inside(self, names: frozenset[str]) -> _Seen:
        return replace(self, names=self.names | names, depth=self.depth + 1)

    def problem(self, path: tuple[str, ...]) -> str | None:
        """The problem with the path, if it uses an unknown name."""
        agents = {step.agent for step in self.steps if step.agent}
        root = path[0]
        if root == "steps" and len(path) > 1:
            ids = [step.id for step in self.steps]
            if path[1] not in ids:
                expected = f"expected one of {', '.join(ids) or 'none'}"
                return f"no step before this one has the id {path[1]!r}; {expected}{_hint(path[1], ids)}"
        elif root not in ALWAYS_IN_SCOPE | self.names | agents:
            names = sorted(ALWAYS_IN_SCOPE | self.names | agents)
            return f"{root!r} does not exist here; expected one of {', '.join(names)}{_hint(root, names)}"
        return None


def _hint(name: str, choices: Sequence[str]) -> str:
    near = nearest(name, choices)
    return f"; did you mean {near!r}?" if near is not None else ""


class _Check:
    """Walks steps, and steps within steps; `problems` has a line for every field that is wrong."""

    def __init__(self, params_model: ParamsModel) -> None:
        self._params_model = params_model
        self.problems: list[str] = []

    def steps(self, where: str, steps: tuple[Step, ...], seen: _Seen) -> None:
        for index, step in enumerate(steps):
            self.step(f"{where}[{index}]", step, seen)
            seen = seen.after(step)

    def step(self, where: str, step: Step, seen: _Seen) -> None:
        """Check one, with the steps within it."""
        if step.condition is not None:
            self._expression(f"{where}.condition", parse_condition(step.condition), seen)
        try:
            model = self._params_model(step.action)
        except PermanentError as error:
            self.problems.append(f"{where}.action: {error}")
            return
        params = f"{where}.params"
        self._shape(params, model, step.params)
        written = {name: value for name, value in step.params.items() if name not in model.keeps_written}
        self._templates(params, written, seen, model.takes_secrets)
        for deferred in model.deferred(step.params):
            self._deferred(params, deferred, _at(step.params, deferred.name), seen)
        for block in model.blocks(step.params):
            self._block(f"{params}.{block.path}", block, seen)

    def _shape(self, where: str, model: type[NestingParams], params: Mapping[str, Any]) -> None:
        try:
            model.model_validate(params)
        except ValidationError as error:
            details = error.errors(include_url=False)
            self.problems += [
                problem_line(one, where, quoting=True, model=model)
                for one in details
                if not _waits_for_a_value(one, model.keeps_written)
            ]

    def _deferred(self, where: str, deferred: Deferred, value: Any, seen: _Seen) -> None:
        inside = replace(seen, names=seen.names | deferred.names)
        if not deferred.condition:
            self._templates(where, {deferred.name: value}, inside)
        elif isinstance(value, str):
            self._condition(f"{where}.{deferred.name}", value, inside)

    def _block(self, where: str, block: BlockSource, seen: _Seen) -> None:
        if seen.depth >= MAX_DEPTH:
            self.problems.append(f"{where}: steps stand in steps; expected at most {MAX_DEPTH} levels of them")
            return
        if block.condition is not None:
            self._condition(f"{where.rpartition('.')[0]}.when", block.condition, seen)
        try:
            steps = parse_steps(block.steps)
        except ValueError:
            return  # the params' own model has said so
        self.steps(where, steps, seen.inside(block.names))

    def _templates(
        self, where: str, value: Mapping[str, Any], seen: _Seen, takes_secrets: frozenset[str] = frozenset()
    ) -> None:
        for name, written in value.items():
            for path, text in texts(written, name):
                for piece in parse_template(text) if "{{" in text else ():
                    if isinstance(piece, Expression):
                        self._expression(f"{where}.{path}", piece, seen, with_secrets=name in takes_secrets)

    def _condition(self, where: str, text: str, seen: _Seen) -> None:
        try:
            expression = parse_condition(text)
        except ExpressionError as error:
            self.problems.append(f"{where}: {error}")
            return
        self._expression(where, expression, seen)

    def _expression(self, where: str, expression: Expression, seen: _Seen, *, with_secrets: bool = False) -> None:
        paths = expression.paths()
        found = [seen.problem(path) for path in paths if path[0] != SECRETS]
        if len(found) < len(paths):
            found.append(secret_problem(expression.source, allowed=with_secrets))
        self.problems += [f"{where}: {problem}" for problem in found if problem]


def _at(params: Mapping[str, Any], path: str) -> Any:
    """The value at a path like `checks[0].that`, or None."""
    value: Any = params
    for name, index in re.findall(r"(\w+)|\[(\d+)\]", path):
        if name:
            value = value.get(name) if isinstance(value, Mapping) else None
        else:
            value = value[int(index)] if isinstance(value, list) and int(index) < len(value) else None
    return value


def _waits_for_a_value(detail: Any, keeps_written: frozenset[str]) -> bool:
    """Whether the refused value holds a template that is filled in a run, so that its type shows only there."""
    if detail["type"] in {"missing", "extra_forbidden"}:
        return False
    return detail["loc"][:1] not in [(name,) for name in keeps_written] and has_template(detail["input"])
