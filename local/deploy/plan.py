"""The steps of a deployment, in order."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from local.deploy.steps import Step, gcloud
from local.setup.paths import FIREBASE_CLI, ROOT, VENV
from local.stack.platform import CRON_SECRET, DEAD_LETTER_TOPIC, PLATFORM_JOBS
from local.stack.ports import REGION
from shared.gcp.settings import UNSET, settings

RUNTIME, INVOKER, EVENTS = "playbooks-runtime", "playbooks-invoker", "playbooks-events"
_ACCOUNTS = {
    RUNTIME: "Playbooks: what the functions run as",
    INVOKER: "Playbooks: the only caller of the private functions",
    EVENTS: "Playbooks: delivers events to the triggers",
}
_RUNTIME_ROLES = (
    "roles/datastore.user",
    "roles/cloudtasks.enqueuer",
    "roles/cloudtasks.taskDeleter",
    "roles/cloudscheduler.admin",
    "roles/pubsub.publisher",
    "roles/secretmanager.secretAccessor",
    "roles/secretmanager.viewer",
    "roles/firebaseauth.viewer",
)
_EVENTS_ROLES = ("roles/eventarc.eventReceiver",)
_APIS = (
    "artifactregistry",
    "cloudbuild",
    "cloudfunctions",
    "cloudscheduler",
    "cloudtasks",
    "drive",
    "eventarc",
    "firebasehosting",
    "firebaserules",
    "firestore",
    "identitytoolkit",
    "pubsub",
    "run",
    "secretmanager",
    "storage",
)
_FIRESTORE_LOCATION = "nam5"
OPTIONAL_SECRETS = frozenset({"ANTHROPIC_API_KEY", "APIFY_TOKEN"})
"""Bound, and not needed: without a value they are made as `unset`, which the product reads as none."""
GENERATED_SECRETS = frozenset({CRON_SECRET, "MAILJET_EVENTS_SECRET", "UNSUBSCRIBE_SECRET"})
"""Nobody outside gives these out: the first deployment makes random ones."""
_BUCKET_LOCATION = "US"
_LIFECYCLE = ROOT / "local" / "deploy" / "bucket_lifecycle.json"


def plan(project: str) -> list[Step]:
    """Everything that `project` needs, in the order in which it is needed."""
    endpoints: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "functions.yaml").read_text())["endpoints"]
    return [
        _enable_apis(project),
        *_accounts(project),
        _database(project),
        *_bucket(project),
        *_dead_letters(project),
        *_secrets(project, bound_secrets(endpoints)),
        _firebase(project),
        *_event_invokers(project, endpoints),
        *_jobs(project),
        _cron_jobs(project),
    ]


def bound_secrets(endpoints: dict[str, dict[str, Any]]) -> list[str]:
    """Names of the secrets that functions.yaml binds: a deployment fails when one has no version."""
    return sorted(
        {
            str(secret["key"])
            for endpoint in endpoints.values()
            for secret in endpoint.get("secretEnvironmentVariables", [])
        }
    )


def address(account: str, project: str) -> str:
    """The email address of a service account of `project`."""
    return f"{account}@{project}.iam.gserviceaccount.com"


def environment_file(project: str) -> tuple[Path, dict[str, str]]:
    """The dotenv file that the CLI deploys with `project`, and what must be in it."""
    values = {
        "PUBLIC_BASE_URL": f"https://{project}.web.app",
        "INVOKER_SERVICE_ACCOUNT": address(INVOKER, project),
    }
    return ROOT / f".env.{project}", values


def _enable_apis(project: str) -> Step:
    return Step(
        "enable the APIs", gcloud(project, "services", "enable", *(f"{api}.googleapis.com" for api in _APIS))
    )


def _accounts(project: str) -> Iterable[Step]:
    for account, title in _ACCOUNTS.items():
        yield Step(
            f"service account {account}",
            gcloud(project, "iam", "service-accounts", "create", account, f"--display-name={title}"),
            unless=gcloud(project, "iam", "service-accounts", "describe", address(account, project)),
        )
    for account, roles in ((RUNTIME, _RUNTIME_ROLES), (EVENTS, _EVENTS_ROLES)):
        for role in roles:
            yield Step(
                f"{account} gets {role}",
                gcloud(
                    project,
                    "projects",
                    "add-iam-policy-binding",
                    project,
                    f"--member=serviceAccount:{address(account, project)}",
                    f"--role={role}",
                    "--condition=None",
                ),
            )
    yield Step(
        f"{RUNTIME} may send tasks and jobs as {INVOKER}",
        gcloud(
            project,
            "iam",
            "service-accounts",
            "add-iam-policy-binding",
            address(INVOKER, project),
            f"--member=serviceAccount:{address(RUNTIME, project)}",
            "--role=roles/iam.serviceAccountUser",
        ),
    )


def _database(project: str) -> Step:
    return Step(
        "the Firestore database",
        gcloud(project, "firestore", "databases", "create", f"--location={_FIRESTORE_LOCATION}"),
        unless=gcloud(project, "firestore", "databases", "describe", "--database=(default)"),
    )


def _bucket(project: str) -> Iterable[Step]:
    """Objects below `executions/` go when the executions that name them are long gone."""
    url = f"gs://{settings({'GOOGLE_CLOUD_PROJECT': project}).storage_bucket}"
    options = ("--uniform-bucket-level-access", "--public-access-prevention")
    lifecycle = f"--lifecycle-file={_LIFECYCLE}"
    buckets = ("storage", "buckets")
    yield Step(
        f"bucket {url}",
        gcloud(project, *buckets, "create", url, f"--location={_BUCKET_LOCATION}", *options),
        unless=gcloud(project, *buckets, "describe", url, "--format=value(name)"),
    )
    yield Step(f"what {url} keeps, and for how long", gcloud(project, *buckets, "update", url, lifecycle, *options))
    yield Step(
        f"{RUNTIME} may keep and fetch objects of {url}",
        gcloud(
            project,
            *buckets,
            "add-iam-policy-binding",
            url,
            f"--member=serviceAccount:{address(RUNTIME, project)}",
            "--role=roles/storage.objectUser",
        ),
    )


def _dead_letters(project: str) -> Iterable[Step]:
    yield Step(
        f"topic {DEAD_LETTER_TOPIC}",
        gcloud(project, "pubsub", "topics", "create", DEAD_LETTER_TOPIC),
        unless=gcloud(project, "pubsub", "topics", "describe", DEAD_LETTER_TOPIC),
    )
    archive = f"{DEAD_LETTER_TOPIC}-archive"
    yield Step(
        f"subscription {archive}: keeps each dead letter while no function listens",
        gcloud(
            project,
            "pubsub",
            "subscriptions",
            "create",
            archive,
            f"--topic={DEAD_LETTER_TOPIC}",
            "--message-retention-duration=7d",
            "--expiration-period=never",
        ),
        unless=gcloud(project, "pubsub", "subscriptions", "describe", archive),
    )


def _secrets(project: str, names: list[str]) -> Iterable[Step]:
    sources = {name: (lambda name=name: _secret_value(name)) for name in names}
    for name, source in {CRON_SECRET: lambda: _secret_value(CRON_SECRET), **sources}.items():
        yield Step(
            f"secret {name}",
            gcloud(project, "secrets", "create", name, "--replication-policy=automatic"),
            unless=gcloud(project, "secrets", "describe", name),
        )
        yield Step(
            f"a first version of {name}",
            gcloud(project, "secrets", "versions", "add", name, "--data-file=-"),
            unless=gcloud(
                project, "secrets", "versions", "list", name, "--filter=state=ENABLED", "--format=value(name)"
            ),
            stdin=source,
            stdin_from=_source_in_words(name),
        )


def _secret_value(name: str) -> str:
    if name in GENERATED_SECRETS:
        return secrets.token_urlsafe(32)
    return os.environ.get(name) or UNSET if name in OPTIONAL_SECRETS else os.environ[name]


def _source_in_words(name: str) -> str:
    if name in GENERATED_SECRETS:
        return "a random value"
    return f"the environment variable {name}{f', or “{UNSET}”' if name in OPTIONAL_SECRETS else ''}"


def _firebase(project: str) -> Step:
    return Step(
        "functions, queues, rules, indexes, TTL policies and hosting",
        (
            "node",
            str(FIREBASE_CLI),
            "deploy",
            f"--project={project}",
            "--only=functions,firestore,hosting",
            "--non-interactive",
        ),
    )


def _event_invokers(project: str, endpoints: dict[str, dict[str, Any]]) -> Iterable[Step]:
    """Cloud Run knows a function by its id in lower case."""
    for function in [name for name, endpoint in endpoints.items() if "eventTrigger" in endpoint]:
        yield Step(
            f"{EVENTS} may call {function}",
            gcloud(
                project,
                "run",
                "services",
                "add-iam-policy-binding",
                function.lower(),
                f"--region={REGION}",
                f"--member=serviceAccount:{address(EVENTS, project)}",
                "--role=roles/run.invoker",
            ),
        )


def _jobs(project: str) -> Iterable[Step]:
    for job in PLATFORM_JOBS:
        url = f"https://{REGION}-{project}.cloudfunctions.net/{job.function}"
        options = (
            job.name,
            f"--location={REGION}",
            f"--schedule={job.cron}",
            "--time-zone=Etc/UTC",
            f"--uri={url}",
            "--http-method=POST",
            f"--oidc-service-account-email={address(INVOKER, project)}",
            f"--oidc-token-audience={url}",
        )
        yield Step(
            f"scheduler job {job.name} calls {job.function}",
            gcloud(project, "scheduler", "jobs", "create", "http", *options),
            unless=gcloud(project, "scheduler", "jobs", "describe", job.name, f"--location={REGION}"),
            when_there=gcloud(project, "scheduler", "jobs", "update", "http", *options),
        )


def _cron_jobs(project: str) -> Step:
    return Step(
        "scheduler jobs playbooks-daily and playbooks-weekly call cron, with the newest CRON_SECRET",
        (str(VENV / "bin" / "python"), "-m", "local.deploy.cron_jobs", f"--project={project}"),
    )
