"""`python -m local.deploy.firebase WHAT --project=ID --region=REGION`: the Firebase CLI's part.

WHAT is `project` (Firebase, a Hosting site, a web app), `firestore` (rules, indexes, expiry) or `functions` (and
Hosting).

The CLI asks for confirmation before deploying a function with newly retried events and before deleting one, and
fails without a person. `--force` would confirm everything, including deletions, so it is only used when functions
are named one by one. Functions that are no longer in functions.yaml are listed here."""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.deploy.apply import DeployError, is_set
from local.deploy.plan import Endpoints, read_endpoints
from local.deploy.source import stage
from local.deploy.target import Target, merge_environment_file
from local.setup.paths import FIREBASE_CLI

_WAITS_SECONDS = (30, 60, 90, 120)
# Google's errors while recent changes propagate.
_PASSES = re.compile(
    r"take a few minutes before all necessary permissions are propagated|try again in a few minutes"
    r"|has not been used in project|eventarc\.events\.receiveEvent|or it may not exist"
    r"|service ?account \S+ (does not exist|was not found)|invalid service account"
    r"|permission denied on secret|missing permission on the build service account",
    re.IGNORECASE,
)
_OWN_CODEBASE = "default"
WEB_APP = "Playbooks"
"""The dashboard's name in the Firebase console."""

Sleep = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Deployed:
    """A deployed function, as listed by the CLI."""

    id: str
    region: str
    event_type: str | None
    retried: bool
    ours: bool
    """Whether the CLI deployed it from our codebase; a plain deploy deletes those we no longer have."""


class Cli:
    """The Firebase CLI for one project; retries failures caused by propagation delays."""

    def __init__(self, target: Target, config: Path, sleep: Sleep = time.sleep) -> None:
        self._options = (f"--project={target.project}", f"--config={config}", "--non-interactive")
        self._folder = config.parent
        # Default credentials use the project's own quota.
        self._environment = {"GOOGLE_CLOUD_QUOTA_PROJECT": target.project, **os.environ}
        self._sleep = sleep

    def run(self, *arguments: str) -> None:
        """Raises DeployError if the command fails permanently."""
        for wait in (*_WAITS_SECONDS, None):
            code, output = _stream(
                ("node", str(FIREBASE_CLI), *arguments, *self._options), self._folder, self._environment
            )
            if code == 0:
                return
            if wait is None or not _PASSES.search(output):
                break
            print(f"waiting   {wait} s, until Google knows of what was made", flush=True)
            self._sleep(wait)
        raise DeployError(f"`firebase {' '.join(arguments)}` failed with exit code {code}")

    def read(self, *arguments: str) -> Any:
        """The result of a command, parsed.

        Raises:
            DeployError: the command failed; includes its output.
        """
        command = ("node", str(FIREBASE_CLI), *arguments, *self._options, "--json")
        done = subprocess.run(
            command, cwd=self._folder, env=self._environment, stdout=subprocess.PIPE, text=True, check=False
        )
        try:
            answer = json.loads(done.stdout)
        except ValueError:
            answer = {}
        if done.returncode != 0 or answer.get("status") != "success":
            raise DeployError(f"`firebase {' '.join(arguments)}` failed: {answer.get('error') or done.stdout}")
        return answer["result"]


def add_to_project(cli: Cli, target: Target) -> None:
    """Adds Firebase, a Hosting site and a web app if missing, and tells the functions the site's address.

    Without a registered web app, Hosting's `/__/firebase/init.json` has no key, and nobody can sign in.
    """
    if not _has_firebase(cli, target):
        try:
            cli.run("projects:addfirebase", target.project)
        except DeployError:
            if not _has_firebase(cli, target):
                raise
    sites = cli.read("hosting:sites:list")["sites"] or [cli.read("hosting:sites:create", target.project)]
    # After the site, because without one the CLI asks for a site name before creating an app.
    if not cli.read("apps:list", "WEB"):
        cli.run("apps:create", "WEB", WEB_APP)
    default = next((site for site in sites if site.get("type") == "DEFAULT_SITE"), sites[0])
    merge_environment_file(target.environment_file, {"PUBLIC_BASE_URL": default["defaultUrl"]})


def deploy_firestore(cli: Cli) -> None:
    """Deploys rules, indexes and TTL policies; indexes missing in the file stay, and the CLI lists them."""
    cli.run("deploy", "--only=firestore")


def deploy_functions(cli: Cli, target: Target, endpoints: Endpoints, *, prune: bool) -> None:
    """Deploys functions, queues and hosting.

    Deployed functions missing in functions.yaml are listed, and deleted with `prune`.

    Raises:
        DeployError: the CLI failed, or a function can only change by being deleted first.
    """
    there = [_deployed(one) for one in cli.read("functions:list")]
    _refuse_what_cannot_become(there, target, endpoints)
    gone = [one for one in there if one.ours and one.id not in endpoints]
    retried_before = {one.id for one in there if one.retried}
    newly_retried = [
        name
        for name, endpoint in endpoints.items()
        if endpoint.get("eventTrigger", {}).get("retry") and name not in retried_before
    ]
    if newly_retried:
        cli.run("deploy", f"--only={_named(newly_retried)}", "--force")
    # A full deploy would delete removed functions; a deploy by name doesn't.
    cli.run("deploy", f"--only={_named(endpoints) if gone else 'functions'},hosting")
    if gone:
        _delete_or_list(cli, gone, prune=prune)


def main(arguments: list[str] | None = None) -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(prog="python -m local.deploy.firebase", description=__doc__)
    parser.add_argument("what", choices=("project", "firestore", "functions"))
    parser.add_argument("--project", required=True)
    parser.add_argument("--region", required=True)
    given = parser.parse_args(arguments)
    target = Target(given.project, given.region)
    cli = Cli(target, stage(target))
    try:
        if given.what == "project":
            add_to_project(cli, target)
        elif given.what == "firestore":
            deploy_firestore(cli)
        else:
            deploy_functions(cli, target, read_endpoints(), prune=is_set("PRUNE"))
    except DeployError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _has_firebase(cli: Cli, target: Target) -> bool:
    return any(one.get("projectId") == target.project for one in cli.read("projects:list"))


def _deployed(one: dict[str, Any]) -> Deployed:
    trigger = one.get("eventTrigger", {})
    labels = one.get("labels", {})
    return Deployed(
        id=one["id"],
        region=one["region"],
        event_type=trigger.get("eventType"),
        retried=bool(trigger.get("retry")),
        ours=str(labels.get("deployment-tool", "")).startswith("cli-firebase")
        and one.get("codebase", _OWN_CODEBASE) == _OWN_CODEBASE,
    )


def _refuse_what_cannot_become(there: Iterable[Deployed], target: Target, endpoints: Endpoints) -> None:
    elsewhere = sorted({one.region for one in there if one.ours and one.id in endpoints} - {target.region})
    if elsewhere:
        raise DeployError(
            f"{target.project} has these functions in {', '.join(elsewhere)}, not in {target.region}: "
            f"deploy with REGION={elsewhere[0]}"
        )
    for one in there:
        wanted = endpoints.get(one.id, {}).get("eventTrigger", {}).get("eventType")
        if one.id in endpoints and one.event_type != wanted:
            raise DeployError(
                f"{one.id} listens to {one.event_type or 'no event'} and is to listen to {wanted or 'none'}: "
                "events would be lost while it is made anew. Give the function another name, or delete it with "
                f"`firebase functions:delete {one.id} --region {one.region} --project {target.project}`"
            )


def _delete_or_list(cli: Cli, gone: Sequence[Deployed], *, prune: bool) -> None:
    listed = ", ".join(f"{one.id} ({one.region})" for one in gone)
    if not prune:
        print(f"left      not in functions.yaml any more: {listed}. PRUNE=1 deletes them", flush=True)
        return
    print(f"deleting  not in functions.yaml any more: {listed}", flush=True)
    by_region: dict[str, list[str]] = defaultdict(list)
    for one in gone:
        by_region[one.region].append(one.id)
    for region, names in by_region.items():
        cli.run("functions:delete", *names, f"--region={region}", "--force")


def _named(functions: Iterable[str]) -> str:
    return ",".join(f"functions:{name}" for name in functions)


def _stream(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> tuple[int, str]:
    """Runs a command with live output; returns the exit code and the output."""
    lines = []
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            lines.append(line)
    return process.returncode, "".join(lines)


if __name__ == "__main__":
    sys.exit(main())
