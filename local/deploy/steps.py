"""What a deployment consists of: one command each, and how to see that it is not needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One change of the project.

    `unless`, when given, is a command: if it succeeds and prints something, the thing is there already, and
    `when_there` runs instead of `command` (or nothing, when there is none).
    """

    what: str
    command: tuple[str, ...]
    unless: tuple[str, ...] | None = None
    when_there: tuple[str, ...] | None = None
    stdin: Callable[[], str] | None = None
    stdin_from: str = ""


def gcloud(project: str, *arguments: str) -> tuple[str, ...]:
    """A gcloud command on `project` that asks no questions."""
    return ("gcloud", *arguments, f"--project={project}", "--quiet")
