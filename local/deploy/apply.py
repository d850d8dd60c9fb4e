"""Carry out a plan, or print it."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from local.deploy.steps import Step

Run = Callable[..., "subprocess.CompletedProcess[str]"]


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
        source = f"  # reads {step.stdin_from}" if step.stdin else ""
        lines.append(shlex.join(step.command) + source)
    return "\n".join(lines)


def apply(steps: Sequence[Step], run: Run = subprocess.run) -> None:
    """Carry out each step that is needed.

    Raises:
        DeployError: a command failed, or a secret's value is not in the environment.
    """
    for step in steps:
        command = step.command
        if step.unless and _is_there(step.unless, run):
            if not step.when_there:
                print(f"there     {step.what}", flush=True)
                continue
            command = step.when_there
        print(f"doing     {step.what}", flush=True)
        done = run(command, input=_input(step), text=True, check=False)
        if done.returncode != 0:
            raise DeployError(f"{step.what}: `{shlex.join(command)}` failed with exit code {done.returncode}")


def merge_environment_file(path: Path, values: Mapping[str, str]) -> None:
    """Add what is missing; a value that is there stays, because a person may have set it."""
    text = path.read_text() if path.exists() else ""
    present = {line.split("=", 1)[0].strip() for line in text.splitlines() if "=" in line}
    missing = [f"{name}={value}\n" for name, value in values.items() if name not in present]
    if missing:
        separator = "" if not text or text.endswith("\n") else "\n"
        path.write_text(text + separator + "".join(missing))


def _is_there(command: Sequence[str], run: Run) -> bool:
    done = run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    return done.returncode == 0 and bool(done.stdout.strip())


def _input(step: Step) -> str | None:
    if step.stdin is None:
        return None
    try:
        return step.stdin()
    except KeyError as missing:
        name = missing.args[0]
        raise DeployError(f"{step.what}: set the environment variable {name} to its value once") from None


def is_dry_run() -> bool:
    """Whether DRY_RUN asks for the plan alone."""
    return os.environ.get("DRY_RUN", "").lower() in {"1", "true", "yes"}
