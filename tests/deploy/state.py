"""What a Google Cloud project holds, as far as a deployment reads and changes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

PROJECT = "thrive-prod"
NUMBER = "424242424242"
REGION = "europe-west1"
"""Not the local stack's, so that a region that is written down somewhere is found."""
LOCATION = f"projects/{PROJECT}/locations/{REGION}"
COMPUTE_ACCOUNT = f"{NUMBER}-compute@developer.gserviceaccount.com"
# Google's own agents exist once something has asked for them, or for their API.
AGENTS = {
    "eventarc.googleapis.com": f"service-{NUMBER}@gcp-sa-eventarc.iam.gserviceaccount.com",
    "pubsub.googleapis.com": f"service-{NUMBER}@gcp-sa-pubsub.iam.gserviceaccount.com",
    "compute.googleapis.com": COMPUTE_ACCOUNT,
}


class RefusedError(Exception):
    """What Google answers instead of doing it."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Policy(dict[str, set[str]]):
    """Who may do what on one resource: role to members."""

    def to_json(self) -> Json:
        bindings = [{"role": role, "members": sorted(members)} for role, members in sorted(self.items()) if members]
        return {"version": 1, "etag": "BwY", "bindings": bindings}

    def replace(self, policy: Json) -> None:
        self.clear()
        for binding in policy.get("bindings", []):
            self.setdefault(binding["role"], set()).update(binding["members"])


@dataclass
class State:
    """A fresh project: it exists, somebody pays for it, and nothing else is there."""

    billing: bool = True
    apis: set[str] = field(default_factory=set)
    accounts: set[str] = field(default_factory=set)
    firebase: bool = False
    sites: dict[str, Json] = field(default_factory=dict)
    web_apps: list[Json] = field(default_factory=list)
    database: Json | None = None
    backups: dict[str, Json] = field(default_factory=dict)
    policies: dict[str, Policy] = field(default_factory=dict)
    """By resource; the project's own is under its id."""
    conditional: set[tuple[str, str, str, str]] = field(default_factory=set)
    """What holds on the project only under a condition: role, member, the condition's title and expression."""
    roles: dict[str, frozenset[str]] = field(default_factory=dict)
    """The project's own, with their permissions."""
    repositories: dict[str, Json] = field(default_factory=dict)
    functions: dict[str, Json] = field(default_factory=dict)
    queues: dict[str, Json] = field(default_factory=dict)
    secrets: dict[str, list[str]] = field(default_factory=dict)
    topics: set[str] = field(default_factory=set)
    subscriptions: dict[str, Json] = field(default_factory=dict)
    buckets: dict[str, Json] = field(default_factory=dict)
    jobs: dict[str, Json] = field(default_factory=dict)
    indexes: dict[str, list[Json]] = field(default_factory=dict)
    fields: dict[str, Json] = field(default_factory=dict)
    rulesets: dict[str, Json] = field(default_factory=dict)
    releases: dict[str, str] = field(default_factory=dict)
    versions: dict[str, Json] = field(default_factory=dict)
    live: str | None = None

    def policy(self, resource: str = PROJECT) -> Policy:
        return self.policies.setdefault(resource, Policy())

    def may(self, account: str, role: str, *resources: str) -> bool:
        """Whether `account` has `role` on the project or on one of `resources`."""
        member = f"serviceAccount:{account}"
        return any(member in self.policy(resource).get(role, set()) for resource in (PROJECT, *resources))

    def require_members(self, members: set[str]) -> None:
        """Google refuses a policy that names an account which is not there (or not there yet)."""
        for member in members:
            kind, _, account = member.partition(":")
            if kind == "serviceAccount" and account not in self.accounts:
                raise RefusedError(400, f"Service account {account} does not exist.")

    def require_api(self, api: str) -> None:
        if api not in self.apis:
            message = f"{api} has not been used in project {PROJECT} before or it is disabled."
            raise RefusedError(403, message)

    def enable(self, api: str) -> None:
        self.apis.add(api)
        if api == "compute.googleapis.com":
            self.accounts.add(AGENTS[api])

    def identify(self, api: str) -> str:
        """Make Google's agent for an API, which then has its role on the project."""
        agent = AGENTS[api]
        self.accounts.add(agent)
        if api == "eventarc.googleapis.com":
            self.policy().setdefault("roles/eventarc.serviceAgent", set()).add(f"serviceAccount:{agent}")
        return agent


def service_of(function: str) -> str:
    """The Cloud Run service behind a function: its id in lower case."""
    head, _, name = function.rpartition("/functions/")
    return f"{head}/services/{name.lower()}"
