"""What a deployment consists of: one command each, and how to see that it is not needed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

from local.deploy.target import Target


@dataclass(frozen=True, slots=True)
class Step:
    """One change of the project. Each may be repeated: a deployment that was killed is started again from the top.

    `unless`, when given, is a command: if it succeeds and prints something, the thing is there already, and
    `when_there` runs instead of `command` (or nothing, when there is none).
    """

    what: str
    command: tuple[str, ...]
    unless: tuple[str, ...] | None = None
    when_there: tuple[str, ...] | None = None
    stdin: Callable[[], str] | None = None
    stdin_from: str = ""
    runs: tuple[str, ...] = ()
    """The commands that `command` runs in its turn, for a person to read."""
    makes: tuple[str, ...] = ()
    """What `command` makes, where it is a program of ours and not a command that says so itself."""


def gcloud(target: Target, *arguments: str) -> tuple[str, ...]:
    """A gcloud command on the target's project that asks no questions."""
    return ("gcloud", *arguments, f"--project={target.project}", "--quiet")


def module(target: Target, name: str, *arguments: str) -> tuple[str, ...]:
    """A module of this package, run by itself."""
    return (
        sys.executable,
        "-m",
        f"local.deploy.{name}",
        *arguments,
        f"--project={target.project}",
        f"--region={target.region}",
    )


def grant(target: Target, role: str, account: str, *resource: str, condition: str | None = None) -> Step:
    """`account` gets `role`: on the project, or on a `resource` (the words of its gcloud command and its name).

    `condition`: of a role on the project, the words that gcloud takes one in.
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
