"""The functions' resources: database, bucket, topic, secrets and image registry."""

from __future__ import annotations

import functools
import os
import secrets
from collections.abc import Iterable

from local.deploy.steps import Step, gcloud, grant
from local.deploy.target import RUNTIME, SECRETS, Target
from local.setup.paths import ROOT
from local.stack.platform import CRON_SECRET, DEAD_LETTER_TOPIC
from shared.gcp.settings import UNSET, settings
from shared.secrets.ids import PREFIX

OPTIONAL_SECRETS = frozenset({"ANTHROPIC_API_KEY", "APIFY_TOKEN"})
"""Optional bound secrets: without a value they are set to `unset`, which means none."""
GENERATED_SECRETS = frozenset({CRON_SECRET, "MAILJET_EVENTS_SECRET", "SMS_INBOUND_SECRET", "UNSUBSCRIBE_SECRET"})
"""Secrets of our own: the first deployment generates random values."""
WRITER_ROLE = "playbooksSecretWriter"
WRITER_PERMISSIONS = (
    "secretmanager.secrets.create",
    "secretmanager.secrets.delete",
    "secretmanager.versions.add",
    "secretmanager.versions.destroy",
    "secretmanager.versions.list",
)
_LIFECYCLE = ROOT / "local" / "deploy" / "bucket_lifecycle.json"
_IMAGE_CLEANUP = ROOT / "local" / "deploy" / "image_cleanup.json"
# The repository Cloud Functions builds into.
IMAGES = "gcf-artifacts"


def database(target: Target) -> Iterable[Step]:
    """In one region, at half the cost of two; documents can be read as of any time in the last seven days."""
    databases = ("firestore", "databases")
    name = "--database=(default)"
    yield Step(
        "the Firestore database",
        gcloud(target, *databases, "create", name, f"--location={target.region}", "--type=firestore-native"),
        unless=gcloud(target, *databases, "describe", name),
    )
    yield Step(
        "the database can be read as of any minute of the last seven days, and cannot be deleted by mistake",
        gcloud(target, *databases, "update", name, "--enable-pitr", "--delete-protection"),
    )
    schedules = ("firestore", "backups", "schedules")
    yield Step(
        "a backup of the database each day, kept for seven days",
        gcloud(target, *schedules, "create", name, "--recurrence=daily", "--retention=7d"),
        # People may have set others; a database has one schedule per recurrence.
        unless=gcloud(target, *schedules, "list", name, "--format=value(name)"),
    )


def bucket(target: Target) -> Iterable[Step]:
    """Objects below `executions/` expire long after their executions."""
    url = f"gs://{settings({'GOOGLE_CLOUD_PROJECT': target.project}).storage_bucket}"
    options = ("--uniform-bucket-level-access", "--public-access-prevention")
    lifecycle = f"--lifecycle-file={_LIFECYCLE}"
    buckets = ("storage", "buckets")
    yield Step(
        f"bucket {url}",
        gcloud(target, *buckets, "create", url, f"--location={target.region}", *options),
        unless=gcloud(target, *buckets, "describe", url, "--format=value(name)"),
    )
    yield Step(f"what {url} keeps, and for how long", gcloud(target, *buckets, "update", url, lifecycle, *options))
    yield grant(target, "roles/storage.objectUser", target.account(RUNTIME), *buckets, url)


def dead_letters(target: Target) -> Iterable[Step]:
    """The topic, and a subscription that keeps dead letters while no function listens."""
    topics, subscriptions = ("pubsub", "topics"), ("pubsub", "subscriptions")
    yield Step(
        f"topic {DEAD_LETTER_TOPIC}",
        gcloud(target, *topics, "create", DEAD_LETTER_TOPIC),
        unless=gcloud(target, *topics, "describe", DEAD_LETTER_TOPIC),
    )
    archive = f"{DEAD_LETTER_TOPIC}-archive"
    yield Step(
        f"subscription {archive}: keeps each dead letter while no function listens",
        gcloud(
            target,
            *subscriptions,
            "create",
            archive,
            f"--topic={DEAD_LETTER_TOPIC}",
            "--message-retention-duration=7d",
            "--expiration-period=never",
        ),
        unless=gcloud(target, *subscriptions, "describe", archive),
    )
    yield grant(target, "roles/pubsub.publisher", target.account(RUNTIME), *topics, DEAD_LETTER_TOPIC)


def secret_values(target: Target, names: list[str]) -> Iterable[Step]:
    """Each secret with a first version. The CLI grants access to the accounts of functions that bind them."""
    for name in sorted({CRON_SECRET, *names}):
        yield Step(
            f"secret {name}",
            gcloud(target, "secrets", "create", name, "--replication-policy=automatic"),
            unless=gcloud(target, "secrets", "describe", name),
        )
        yield Step(
            f"a first version of {name}",
            gcloud(target, "secrets", "versions", "add", name, "--data-file=-"),
            unless=gcloud(
                target, "secrets", "versions", "list", name, "--filter=state=ENABLED", "--format=value(name)"
            ),
            stdin=functools.partial(_value, name),
            stdin_from=_source_in_words(name),
        )
    # Read at run time in all enabled versions, so that a rotation needs no deployment.
    for role in ("roles/secretmanager.viewer", "roles/secretmanager.secretAccessor"):
        yield grant(target, role, target.account(RUNTIME), "secrets", CRON_SECRET)


def org_secrets(target: Target) -> Iterable[Step]:
    """Orgs' secrets, identified by an id prefix: runs read them, and only one function writes them.

    Creation is checked on the project, whose name can't have the prefix.
    """
    roles, role = ("iam", "roles"), WRITER_ROLE
    permissions = f"--permissions={','.join(WRITER_PERMISSIONS)}"
    yield Step(
        f"role {role}: writes and deletes secrets and can read none",
        gcloud(target, *roles, "create", role, "--title=Playbooks: writes secrets", permissions),
        unless=gcloud(target, *roles, "describe", role, "--format=value(name)"),
        when_there=gcloud(target, *roles, "update", role, permissions),
    )
    named = f'resource.name.startsWith("projects/{target.number}/secrets/{PREFIX}")'
    on_project = 'resource.type == "cloudresourcemanager.googleapis.com/Project"'
    yield grant(
        target,
        "roles/secretmanager.secretAccessor",
        target.account(RUNTIME),
        condition=f"title=secrets-of-orgs,expression={named}",
    )
    yield grant(
        target,
        f"projects/{target.project}/roles/{role}",
        target.account(SECRETS),
        condition=f"title=secrets-of-orgs,expression={named} || {on_project}",
    )


def images(target: Target) -> Iterable[Step]:
    """The functions' image repository and its cleanup policy, without which the CLI's deploy fails."""
    repositories = ("artifacts", "repositories")
    location = f"--location={target.region}"
    yield Step(
        f"image repository {IMAGES}",
        gcloud(target, *repositories, "create", IMAGES, location, "--repository-format=docker"),
        unless=gcloud(target, *repositories, "describe", IMAGES, location, "--format=value(name)"),
    )
    yield Step(
        f"images of {IMAGES} go a day after they were built: what runs has its own copy",
        gcloud(
            target,
            *repositories,
            "set-cleanup-policies",
            IMAGES,
            location,
            f"--policy={_IMAGE_CLEANUP}",
            "--no-dry-run",
        ),
        # People may have set another number of days.
        unless=gcloud(target, *repositories, "describe", IMAGES, location, "--format=value(cleanupPolicies)"),
    )


def _value(name: str) -> str:
    if name in GENERATED_SECRETS:
        return secrets.token_urlsafe(32)
    return os.environ.get(name) or UNSET if name in OPTIONAL_SECRETS else os.environ[name]


def _source_in_words(name: str) -> str:
    if name in GENERATED_SECRETS:
        return "a random value"
    return f"the environment variable {name}{f', or “{UNSET}”' if name in OPTIONAL_SECRETS else ''}"
