"""`python -m local.deploy PROJECT`; with DRY_RUN=1 it only prints the plan.

REGION=… sets the region on the first deployment; PRUNE=1 deletes functions no longer in functions.yaml.
"""

from __future__ import annotations

import dataclasses
import os
import shutil
import subprocess
import sys

from local.deploy.apply import DeployError, Run, apply, describe, is_set, output_of
from local.deploy.plan import plan
from local.deploy.target import Target, TargetError, choose, merge_environment_file


def main(arguments: list[str], run: Run = subprocess.run) -> int:
    """The exit code: 2 for an invalid project or region, 1 for a deployment that failed."""
    try:
        target = choose(arguments[0] if arguments else "", os.environ.get("REGION", ""))
    except TargetError as error:
        print(error, file=sys.stderr)
        return 2
    if is_set("DRY_RUN"):
        settings = ", ".join(f"{name}={value}" for name, value in target.settings().items())
        print(f"# {target.environment_file.name} gets what it lacks of: {settings}")
        print(describe(plan(target)))
        return 0
    try:
        target = _checked(target, run)
        kept = {name: value for name, value in target.settings().items() if name != "PUBLIC_BASE_URL"}
        merge_environment_file(target.environment_file, kept)
        apply(plan(target), run)
    except DeployError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Deployed {target.project} to {target.region}")
    return 0


def _checked(target: Target, run: Run) -> Target:
    """The target with its project number, after checking the manual prerequisites.

    Raises:
        DeployError: something is missing; the message says how to do it.
    """
    if not shutil.which("gcloud"):
        raise DeployError("gcloud is missing: install the Google Cloud SDK from https://cloud.google.com/sdk")
    name = target.project
    number = output_of(("gcloud", "projects", "describe", name, "--format=value(projectNumber)"), run)
    if not number:
        raise DeployError(
            f"{name} cannot be read: sign in with `gcloud auth login`, as somebody who administers it"
        )
    if output_of(("gcloud", "auth", "application-default", "print-access-token"), run) is None:
        raise DeployError("no credentials for programs: sign in with `gcloud auth application-default login`")
    paid = output_of(("gcloud", "billing", "projects", "describe", name, "--format=value(billingEnabled)"), run)
    if (paid or "").lower() != "true":
        raise DeployError(
            f"nobody pays for {name}: link a billing account at "
            f"https://console.cloud.google.com/billing/linkedaccount?project={name}"
        )
    return dataclasses.replace(target, number=number)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
