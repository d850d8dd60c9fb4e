"""Carry out a plan, or print it."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

from local.deploy.steps import Step

Run = Callable[..., "subprocess.CompletedProcess[str]"]
Sleep = Callable[[float], None]
WAITS_SECONDS = (5, 10, 20, 30, 60, 60)
"""An account, a role or an API that was just made is known everywhere at Google only minutes later."""
_PASSES = (
    "does not exist",
    "has not been used in project",
    "it is disabled",
    "concurrent policy changes",
    "aborted",
    "unavailable",
    "internal error",
    "deadline exceeded",
    "resource_exhausted",
    "quota exceeded",
)
_EXISTS = ("already exists", "already_exists")


class DeployError(RuntimeError):
    """A step failed, or something is missing; the message says which and what to do."""


def describe(steps: Sequence[Step]) -> str:
    """The plan as a person reads it: what, the command, and when it is left out."""
    lines = []
    for step in steps:
        lines.append(f"# {step.what}")
        if step.unless:
            then = shlex.join(step.when_there) if step.when_there else "nothing to do"
            lines.append(f"#   if it is there ({shlex.join(step.unless)}): {then}")
        lines += [f"#   runs {command}" for command in step.runs]
        lines += [f"#   makes {thing}" for thing in step.makes]
        source = f"  # reads {step.stdin_from}" if step.stdin else ""
        lines.append(shlex.join(step.command) + source)
    return "\n".join(lines)


def apply(steps: Sequence[Step], run: Run = subprocess.run, sleep: Sleep = time.sleep) -> None:
    """Carry out each step that is needed.

    Raises:
        DeployError: a command failed and went on failing, or a secret's value is not in the environment.
    """
    for step in steps:
        if step.unless and _is_there(step.unless, run):
            _carry_out_on_what_is_there(step, run, sleep)
            continue
        print(f"doing     {step.what}", flush=True)
        code, complaint = _run_until_settled(step, step.command, run, sleep)
        if code != 0 and step.unless and any(word in complaint.lower() for word in _EXISTS):
            _carry_out_on_what_is_there(step, run, sleep)
        elif code != 0:
            raise _failure(step, step.command, code)


def output_of(command: Sequence[str], run: Run = subprocess.run) -> str | None:
    """What a command prints; None where it fails."""
    done = run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else None


def _carry_out_on_what_is_there(step: Step, run: Run, sleep: Sleep) -> None:
    print(f"there     {step.what}", flush=True)
    if step.when_there:
        code, _ = _run_until_settled(step, step.when_there, run, sleep)
        if code != 0:
            raise _failure(step, step.when_there, code)


def _run_until_settled(step: Step, command: Sequence[str], run: Run, sleep: Sleep) -> tuple[int, str]:
    """The exit code and, of gcloud, what it complained of; again while the complaint is one that passes."""
    if command[0] != "gcloud":
        return run(command, text=True, check=False).returncode, ""
    text = _input(step)
    for wait in (*WAITS_SECONDS, None):
        done = run(command, input=text, stderr=subprocess.PIPE, text=True, check=False)
        complaint = done.stderr or ""
        print(complaint, end="", file=sys.stderr, flush=True)
        passes = any(word in complaint.lower() for word in _PASSES)
        if done.returncode == 0 or not passes or wait is None:
            break
        print(f"waiting   {wait} s, until Google knows of what was made", flush=True)
        sleep(wait)
    return done.returncode, complaint


def _failure(step: Step, command: Sequence[str], code: int) -> DeployError:
    return DeployError(f"{step.what}: `{shlex.join(command)}` failed with exit code {code}")


def _is_there(command: Sequence[str], run: Run) -> bool:
    return bool(output_of(command, run))


def _input(step: Step) -> str | None:
    if step.stdin is None:
        return None
    try:
        return step.stdin()
    except KeyError as missing:
        name = missing.args[0]
        raise DeployError(f"{step.what}: set the environment variable {name} to its value once") from None


def is_set(name: str) -> bool:
    """Whether the environment variable asks for something, like DRY_RUN=1."""
    return os.environ.get(name, "").lower() in {"1", "true", "yes"}
