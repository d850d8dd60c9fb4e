"""Service accounts and their roles: Google's agents, the builder, and the product's accounts."""

from __future__ import annotations

from collections.abc import Iterable

from local.deploy.steps import Step, gcloud, grant
from local.deploy.target import ACCOUNTS, INVOKER, RUNTIME, SECRETS, Target

_ACCOUNTS = {
    RUNTIME: "Playbooks: what the functions run as, and what delivers events to them",
    INVOKER: "Playbooks: the only caller of the private functions",
    ACCOUNTS: "Playbooks: what the function runs as that adds people and changes what they may do",
    SECRETS: "Playbooks: what the function runs as that sets and deletes the secrets of orgs",
}
RUNTIME_ROLES = (
    "roles/datastore.user",
    "roles/cloudtasks.enqueuer",
    "roles/cloudtasks.taskDeleter",
    # The sweep checks whether a run's task is still queued.
    "roles/cloudtasks.viewer",
    "roles/cloudscheduler.admin",
    "roles/firebaseauth.viewer",
    # The CLI ignores eventTrigger.serviceAccountEmail, so a function's own account receives its events.
    "roles/eventarc.eventReceiver",
)
ACCOUNTS_ROLES = ("roles/datastore.user", "roles/firebaseauth.admin")
SECRETS_ROLES = ("roles/datastore.user", "roles/firebaseauth.viewer")
TRACES_ROLE = "roles/telemetry.tracesWriter"
"""For every function's account: spans go to Cloud Trace through the Telemetry API."""
_BUILDER_ROLE = "roles/cloudbuild.builds.builder"
_AGENTS = ("eventarc", "pubsub")


def agents(target: Target) -> Iterable[Step]:
    """Created early: a project's first trigger fails until the Eventarc agent's role has propagated."""
    for agent in _AGENTS:
        yield Step(
            f"Google's agent for {agent}",
            gcloud(target, "beta", "services", "identity", "create", f"--service={agent}.googleapis.com"),
        )
    eventarc = f"service-{target.number}@gcp-sa-eventarc.iam.gserviceaccount.com"
    yield grant(target, "roles/eventarc.serviceAgent", eventarc)


def accounts(target: Target) -> Iterable[Step]:
    """The product's accounts and roles, and the builder's roles, which new organizations no longer grant."""
    for account, title in _ACCOUNTS.items():
        yield Step(
            f"service account {account}",
            gcloud(target, "iam", "service-accounts", "create", account, f"--display-name={title}"),
            unless=gcloud(target, "iam", "service-accounts", "describe", target.account(account)),
        )
    for account, roles in ((RUNTIME, RUNTIME_ROLES), (ACCOUNTS, ACCOUNTS_ROLES), (SECRETS, SECRETS_ROLES)):
        for role in (*roles, TRACES_ROLE):
            yield grant(target, role, target.account(account))
    yield grant(
        target,
        "roles/iam.serviceAccountUser",
        target.account(RUNTIME),
        "iam",
        "service-accounts",
        target.account(INVOKER),
    )
    yield grant(target, _BUILDER_ROLE, target.builder)


def event_invokers(target: Target, functions: Iterable[str]) -> Iterable[Step]:
    """Lets event receivers call their functions. Cloud Run uses lowercase function ids.

    Only these services: private functions called by tasks and jobs remain limited to the invoker.
    """
    for function in functions:
        yield grant(target, "roles/run.invoker", target.account(RUNTIME), "run", "services", function.lower())
