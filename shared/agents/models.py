"""Chooses the model for a task: the smallest that is good enough."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from shared.gcp.settings import settings

Effort = Literal["low", "medium"]

_WITHOUT_EFFORT = ("claude-haiku-4", "claude-sonnet-4-5")
"""Models that reject the `effort` parameter."""


class Task(StrEnum):
    ROUTINE = "routine"
    """Prose from given facts, classification, extraction."""
    ANALYSIS = "analysis"
    """Weighing many facts, checking text against rules."""
    BEST = "best"
    """Only if a playbook asks for it."""


def model_for(task: Task) -> str:
    """The task's model: `MODEL_ROUTINE`, `MODEL_ANALYSIS` or `MODEL_BEST`, or its default."""
    known = settings()
    names = {Task.ROUTINE: known.model_routine, Task.ANALYSIS: known.model_analysis, Task.BEST: known.model_best}
    return names[task]


def effort_for(task: Task, model: str) -> Effort | None:
    """How hard the model should think (costs money and time); None if the model doesn't support it."""
    if model.startswith(_WITHOUT_EFFORT):
        return None
    return "medium" if task is Task.BEST else "low"
