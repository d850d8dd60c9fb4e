"""Which model does which kind of work: the smallest that is good enough."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from shared.gcp.settings import settings

Effort = Literal["low", "medium"]

_WITHOUT_EFFORT = ("claude-haiku-4", "claude-sonnet-4-5")
"""Models that refuse a call that names an effort."""


class Task(StrEnum):
    """The kind of work that a model is asked for."""

    ROUTINE = "routine"
    """Prose around given facts, sorting, reading values out of a text."""
    ANALYSIS = "analysis"
    """Weighing many facts, judging a text by rules."""
    BEST = "best"
    """Only where a playbook asks for it."""


def model_for(task: Task) -> str:
    """The name of the model for the task: `MODEL_ROUTINE`, `MODEL_ANALYSIS` or `MODEL_BEST`, or its default."""
    known = settings()
    names = {Task.ROUTINE: known.model_routine, Task.ANALYSIS: known.model_analysis, Task.BEST: known.model_best}
    return names[task]


def effort_for(task: Task, model: str) -> Effort | None:
    """How hard the model should think, which is paid and waited for; None where the model knows no such thing."""
    if model.startswith(_WITHOUT_EFFORT):
        return None
    return "medium" if task is Task.BEST else "low"
