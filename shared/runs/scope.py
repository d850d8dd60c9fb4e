"""The names that steps can use: the trigger, earlier outputs, and their own filled params."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from shared.playbooks.budget import Budget
from shared.playbooks.models import Step
from shared.playbooks.nesting import NestingParams
from shared.playbooks.secret_names import SECRETS
from shared.playbooks.templates import render, render_markup
from shared.runs.outputs import event_of
from shared.runs.parts import StepResult
from shared.runs.record import Execution
from shared.secrets.filling import StepSecrets

Values = Callable[[StepResult], Mapping[str, Any]]
"""A result's output, fetched where it does not lie in the document."""

FIXED_NAMES = ("org", "user", "event", "trigger", "steps")


class LazyMapping(Mapping[str, Any]):
    """A mapping of which some values are made when they are first asked for: outputs may lie far away."""

    def __init__(self, ready: Mapping[str, Any], made: Mapping[str, Callable[[], Any]]) -> None:
        self._ready = ready
        self._made = made

    def __getitem__(self, name: str) -> Any:
        return self._made[name]() if name in self._made else self._ready[name]

    def __contains__(self, name: object) -> bool:
        return name in self._made or name in self._ready

    def __iter__(self) -> Iterator[str]:
        yield from self._ready
        yield from (name for name in self._made if name not in self._ready)

    def __len__(self) -> int:
        return len(self._ready.keys() | self._made.keys())


@dataclass(frozen=True, slots=True)
class Place:
    """Steps that run one after the other: a playbook's own, or those of one block of a step."""

    steps: tuple[Step, ...]
    prefix: str = ""
    """What stands before a step's id in its path: `each/0/`."""
    names: Mapping[str, Any] = field(default_factory=dict)
    """What is in scope here before any of the steps has run."""
    outputs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """By action, what ran before this place was entered."""

    def path(self, step: Step) -> str:
        """The step's id with the way to it."""
        return f"{self.prefix}{step.id}"


def top_place(execution: Execution, steps: tuple[Step, ...]) -> Place:
    """The playbook's own steps."""
    return Place(
        steps,
        names={
            "org": execution.org.model_dump(mode="json", by_alias=True),
            "user": execution.user.model_dump(mode="json", by_alias=True),
            "event": event_of(execution),
            "trigger": execution.trigger.model_dump(mode="json", by_alias=True),
            "steps": {},
        },
    )


def scope_in(
    place: Place, execution: Execution, values: Values, writes_html: Callable[[str], bool]
) -> Mapping[str, Any]:
    """The names that the place's next step may use.

    `writes_html`: whether an action's output declares `html`, which may then stand unescaped in other markup.
    """
    finished = _finished(place, execution)
    by_step = {
        step.id: _maker(result, _with_markup(values) if writes_html(step.action) else values)
        for step, result in finished
    }
    by_agent = {
        step.agent: by_step[step.id] for step, _ in finished if step.agent and step.agent not in FIXED_NAMES
    }
    return LazyMapping({**place.names, "steps": LazyMapping(place.names["steps"], by_step)}, by_agent)


def outputs_in(place: Place, execution: Execution, values: Values) -> Mapping[str, Mapping[str, Any]]:
    """The last output of each action, as the place's next step sees them."""
    made = {step.action: _maker(result, values) for step, result in _finished(place, execution)}
    return LazyMapping(place.outputs, made)


def filled(
    model: type[NestingParams], written: Mapping[str, Any], scope: Mapping[str, Any], secrets: StepSecrets
) -> dict[str, Any]:
    """The params with their templates filled, but for those that the action reads as they are written.

    In those that take secrets, marks stand for them.
    """
    with_secrets = ChainMap({SECRETS: secrets.in_scope}, scope)  # type: ignore[arg-type]  # both are only read
    markup = model.markup(written)
    budget = Budget()
    values = {}
    for name, value in written.items():
        if name in model.keeps_written:
            values[name] = value
        elif name in markup and isinstance(value, str):
            values[name] = render_markup(value, scope, budget)
        else:
            values[name] = render(value, with_secrets if name in model.takes_secrets else scope, budget)
    return values


def _finished(place: Place, execution: Execution) -> list[tuple[Step, StepResult]]:
    found = ((step, execution.result_of(place.path(step))) for step in place.steps)
    return [(step, result) for step, result in found if result is not None and result.status == "completed"]


def _with_markup(values: Values) -> Values:
    def marked(result: StepResult) -> Mapping[str, Any]:
        output = values(result)
        html = output.get("html")
        return {**output, "html": Markup(html)} if isinstance(html, str) else output  # noqa: S704 - an action's own

    return marked


def _maker(result: StepResult, values: Values) -> Callable[[], Mapping[str, Any]]:
    return lambda: values(result)
