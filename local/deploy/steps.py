"""Deployment steps: a command each, and how to tell that it isn't needed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

from local.deploy.target import Target


@dataclass(frozen=True, slots=True)
class Step:
    """One change to the project. Repeatable: an interrupted deployment restarts from the top.

    `unless`: an optional command. If it succeeds with output, the thing already exists, and `when_there` (if any)
    runs in place of `command`.
    """

    what: str
    command: tuple[str, ...]
    unless: tuple[str, ...] | None = None
    when_there: tuple[str, ...] | None = None
    stdin: Callable[[], str] | None = None
    stdin_from: str = ""
    runs: tuple[str, ...] = ()
    """The commands that `command` runs itself, for display."""
    makes: tuple[str, ...] = ()
    """What `command` creates, for our own programs, whose names don't say so."""


def gcloud(target: Target, *arguments: str) -> tuple[str, ...]:
    """A noninteractive gcloud command for the target's project."""
    return ("gcloud", *arguments, f"--project={target.project}", "--quiet")


def module(target: Target, name: str, *arguments: str) -> tuple[str, ...]:
    """A command that runs a module of this package."""
    return (
        sys.executable,
        "-m",
        f"local.deploy.{name}",
        *arguments,
        f"--project={target.project}",
        f"--region={target.region}",
    )


def grant(target: Target, role: str, account: str, *resource: str, condition: str | None = None) -> Step:
    """Grants `role` to `account` on the project or on a `resource` (its gcloud command words and name).

    `condition`: for a project role, in gcloud's format.
    """
    where = resource or ("projects", target.project)
    words, name = where[:-1], where[-1]
    options = (f"--condition={condition}",) if words == ("projects",) else ()
    region = (f"--region={target.region}",) if words[0] == "run" else ()
    return Step(
        f"{account.partition('@')[0]} gets {role} on {name}{', where the name fits' if condition else ''}",
        gcloud(
            target,
            *words,
            "add-iam-policy-binding",
            name,
            f"--member=serviceAccount:{account}",
            f"--role={role}",
            *options,
            *region,
        ),
    )
