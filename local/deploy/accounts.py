"""Who may do what: Google's own agents, the builder, and the accounts of the product."""

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
    # The sweep asks whether a run's task still waits in its queue.
    "roles/cloudtasks.viewer",
    "roles/cloudscheduler.admin",
    "roles/firebaseauth.viewer",
    # The CLI ignores eventTrigger.serviceAccountEmail: a function's own account receives its events.
    "roles/eventarc.eventReceiver",
)
ACCOUNTS_ROLES = ("roles/datastore.user", "roles/firebaseauth.admin")
SECRETS_ROLES = ("roles/datastore.user", "roles/firebaseauth.viewer")
TRACES_ROLE = "roles/telemetry.tracesWriter"
"""Of every account that a function runs as: spans go to Cloud Trace by the Telemetry API."""
_BUILDER_ROLE = "roles/cloudbuild.builds.builder"
_AGENTS = ("eventarc", "pubsub")


def agents(target: Target) -> Iterable[Step]:
    """Made early: the first trigger of a project fails until the role of Eventarc's agent is known everywhere."""
    for agent in _AGENTS:
        yield Step(
            f"Google's agent for {agent}",
            gcloud(target, "beta", "services", "identity", "create", f"--service={agent}.googleapis.com"),
        )
    eventarc = f"service-{target.number}@gcp-sa-eventarc.iam.gserviceaccount.com"
    yield grant(target, "roles/eventarc.serviceAgent", eventarc)


def accounts(target: Target) -> Iterable[Step]:
    """The product's accounts and their roles, and the builder's, which new organizations no longer give it."""
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
    """What receives a function's events may call it. Cloud Run knows a function by its id in lower case.

    Only these services: the private functions that tasks and jobs call stay the invoker's alone.
    """
    for function in functions:
        yield grant(target, "roles/run.invoker", target.account(RUNTIME), "run", "services", function.lower())
