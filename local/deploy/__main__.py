"""`python -m local.deploy PROJECT`; with DRY_RUN=1 the plan is printed and nothing is touched."""

from __future__ import annotations

import re
import shutil
import sys

from local.deploy.apply import DeployError, apply, describe, is_dry_run, merge_environment_file
from local.deploy.plan import environment_file, plan

_PROJECT_ID = re.compile(r"[a-z][a-z0-9-]{4,28}[a-z0-9]")


def main(arguments: list[str]) -> int:
    project = arguments[0] if arguments else ""
    if not _PROJECT_ID.fullmatch(project) or project.startswith("demo-"):
        print(f"PROJECT is {project!r}; expected the id of a real Google Cloud project", file=sys.stderr)
        return 2
    steps = plan(project)
    path, values = environment_file(project)
    if is_dry_run():
        print(f"# {path.name} gets what it lacks of: {', '.join(f'{k}={v}' for k, v in values.items())}")
        print(describe(steps))
        return 0
    if not shutil.which("gcloud"):
        print("gcloud is missing: install the Google Cloud SDK from https://cloud.google.com/sdk", file=sys.stderr)
        return 1
    merge_environment_file(path, values)
    try:
        apply(steps)
    except DeployError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Deployed: {values['PUBLIC_BASE_URL']}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
