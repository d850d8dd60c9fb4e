"""Applies a plan or prints it."""

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
"""Errors that pass: new accounts, roles and APIs take minutes to propagate at Google."""
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
    """The readable plan: each step, its command, and when it is skipped."""
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
    """Applies each step that is needed.

    Raises:
        DeployError: a command kept failing, or a secret's value is missing in the environment.
    """
    for step in steps:
        if step.unless and output_of(step.unless, run):
            _carry_out_on_what_is_there(step, run, sleep)
            continue
        print(f"doing     {step.what}", flush=True)
        code, complaint = _run_until_settled(step, step.command, run, sleep)
        if code != 0 and step.unless and any(word in complaint.lower() for word in _EXISTS):
            _carry_out_on_what_is_there(step, run, sleep)
        elif code != 0:
            raise _failure(step, step.command, code)


def output_of(command: Sequence[str], run: Run = subprocess.run) -> str | None:
    """The command's output, or None if it fails."""
    done = run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else None


def _carry_out_on_what_is_there(step: Step, run: Run, sleep: Sleep) -> None:
    print(f"there     {step.what}", flush=True)
    if step.when_there:
        code, _ = _run_until_settled(step, step.when_there, run, sleep)
        if code != 0:
            raise _failure(step, step.when_there, code)


def _run_until_settled(step: Step, command: Sequence[str], run: Run, sleep: Sleep) -> tuple[int, str]:
    """The exit code and gcloud's error output; retries errors that pass."""
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


def _input(step: Step) -> str | None:
    if step.stdin is None:
        return None
    try:
        return step.stdin()
    except KeyError as missing:
        name = missing.args[0]
        raise DeployError(f"{step.what}: set the environment variable {name} to its value once") from None


def is_set(name: str) -> bool:
    """Whether an environment flag is set, like DRY_RUN=1."""
    return os.environ.get(name, "").lower() in {"1", "true", "yes"}
