"""The steps of a deployment, in order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import yaml

from local.deploy.accounts import accounts, agents, event_invokers
from local.deploy.monitoring.watched import WATCHED
from local.deploy.resources import bucket, database, dead_letters, images, org_secrets, secret_values
from local.deploy.steps import Step, gcloud, module
from local.deploy.target import INVOKER, Target
from local.setup.paths import ROOT
from local.stack.platform import PLATFORM_JOBS
from shared.triggers.jobs import retry_config

Endpoints = dict[str, dict[str, Any]]

_APIS = (
    "artifactregistry",
    "cloudbuild",
    "cloudfunctions",
    "cloudquotas",
    "cloudresourcemanager",
    "cloudscheduler",
    "cloudtasks",
    "cloudtrace",
    "compute",  # provides the account that builds the functions
    "drive",
    "eventarc",
    "firebase",
    "firebasehosting",
    "firebaserules",
    "firestore",
    "iam",
    "identitytoolkit",
    "logging",
    "monitoring",
    "pubsub",
    "run",
    "secretmanager",
    "serviceusage",
    "storage",
    "telemetry",
)
_APIS_AT_ONCE = 20


def plan(target: Target) -> list[Step]:
    """All steps for the target, in order."""
    endpoints = read_endpoints()
    return [
        *_enable_apis(target),
        *agents(target),
        *accounts(target),
        *database(target),
        *bucket(target),
        *dead_letters(target),
        *secret_values(target, bound_secrets(endpoints)),
        *org_secrets(target),
        *images(target),
        *_firebase(target),
        *event_invokers(target, (name for name, endpoint in endpoints.items() if "eventTrigger" in endpoint)),
        *_jobs(target),
        Step(
            "scheduler jobs playbooks-daily and playbooks-weekly call cron, with the newest CRON_SECRET",
            module(target, "cron_jobs"),
        ),
        Step(
            "metrics, alerts, uptime checks and the dashboard that watch all this; the quota of scheduler jobs",
            module(target, "monitoring"),
            makes=WATCHED,
        ),
    ]


def read_endpoints() -> Endpoints:
    """The functions of functions.yaml, by id."""
    endpoints: Endpoints = yaml.safe_load((ROOT / "functions.yaml").read_text())["endpoints"]
    return endpoints


def bound_secrets(endpoints: Endpoints) -> list[str]:
    """Secrets bound in functions.yaml; a deployment fails if one has no version."""
    return sorted(
        {
            str(secret["key"])
            for endpoint in endpoints.values()
            for secret in endpoint.get("secretEnvironmentVariables", [])
        }
    )


def _enable_apis(target: Target) -> Iterable[Step]:
    names = [f"{api}.googleapis.com" for api in _APIS]
    for start in range(0, len(names), _APIS_AT_ONCE):
        some = names[start : start + _APIS_AT_ONCE]
        yield Step("enable the APIs", gcloud(target, "services", "enable", *some))


def _firebase(target: Target) -> Iterable[Step]:
    yield Step(
        "Firebase, a Hosting site and a web app, where they are missing",
        module(target, "firebase", "project"),
        runs=(
            f"firebase projects:addfirebase {target.project}",
            f"firebase hosting:sites:create {target.project}",
            "firebase apps:create WEB Playbooks",
        ),
    )
    yield Step(
        "rules, indexes and TTL policies",
        module(target, "firebase", "firestore"),
        runs=("firebase deploy --only=firestore",),
    )
    yield Step(
        "functions, queues and hosting",
        module(target, "firebase", "functions"),
        runs=(
            "firebase deploy --only=functions:NAME,... --force, for functions whose events are newly retried",
            "firebase deploy --only=functions,hosting; by name where functions.yaml no longer has a deployed one",
            "firebase functions:delete NAME ... --force, for those, with PRUNE=1",
        ),
    )


def _jobs(target: Target) -> Iterable[Step]:
    retry = retry_config()
    for job in PLATFORM_JOBS:
        url = target.function_url(job.function)
        options = (
            job.name,
            f"--location={target.region}",
            f"--schedule={job.cron}",
            "--time-zone=Etc/UTC",
            f"--uri={url}",
            "--http-method=POST",
            f"--oidc-service-account-email={target.account(INVOKER)}",
            f"--oidc-token-audience={url}",
            f"--attempt-deadline={job.deadline_seconds}s",
            f"--max-retry-attempts={retry['retry_count']}",
            f"--min-backoff={retry['min_backoff_duration']['seconds']}s",
            f"--max-backoff={retry['max_backoff_duration']['seconds']}s",
            f"--max-doublings={retry['max_doublings']}",
        )
        yield Step(
            f"scheduler job {job.name} calls {job.function}",
            gcloud(target, "scheduler", "jobs", "create", "http", *options),
            unless=gcloud(target, "scheduler", "jobs", "describe", job.name, f"--location={target.region}"),
            when_there=gcloud(target, "scheduler", "jobs", "update", "http", *options),
        )
