"""gcloud, as far as the plan calls it: what each command finds in a project, and what it makes of it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.deploy.state import NUMBER, PROJECT, RefusedError, State

_APIS = {
    "artifacts": "artifactregistry",
    "firestore": "firestore",
    "iam": "iam",
    "pubsub": "pubsub",
    "run": "run",
    "scheduler": "cloudscheduler",
    "secrets": "secretmanager",
    "storage": "storage",
}
"""What a command needs, by its first word."""
COMPLETED = subprocess.CompletedProcess[str]


class KilledError(Exception):
    """The deployment's process died."""


@dataclass
class Command:
    """A gcloud command line, taken apart."""

    words: list[str]
    flags: dict[str, str]
    stdin: str | None

    @classmethod
    def parse(cls, argv: Sequence[str], stdin: str | None) -> Command:
        flags = dict(part.removeprefix("--").partition("=")[::2] for part in argv if part.startswith("--"))
        return cls([part for part in argv if not part.startswith("--")], flags, stdin)


@dataclass
class Gcloud:
    """Carries commands out on `state`: what it was asked is in `asked`, what it changed in `changes`."""

    state: State
    asked: list[tuple[str, ...]] = field(default_factory=list)
    changes: list[tuple[str, ...]] = field(default_factory=list)
    others: list[tuple[str, ...]] = field(default_factory=list)
    """Commands that are not gcloud's; they succeed."""
    dies_at: int | None = None
    """The command at which the deployment is killed: what it does is done, nobody hears of it."""
    unknown_for: int = 0
    """How many commands an account is still unknown to all others after it was made."""
    _young: dict[str, int] = field(default_factory=dict)

    def run(self, command: Sequence[str], **options: Any) -> COMPLETED:
        """A stand-in for `subprocess.run`."""
        if command[0] != "gcloud":
            self.others.append(tuple(command))
            return COMPLETED(command, 0, "", "")
        number = len(self.asked)
        code, output, complaint = self.answer(command[1:], options.get("input"))
        if number == self.dies_at:
            raise KilledError
        return COMPLETED(command, code, output, complaint)

    def answer(self, argv: Sequence[str], stdin: str | None) -> tuple[int, str, str]:
        """Exit code, output and complaint of `gcloud <argv>`."""
        self.asked.append(tuple(argv))
        command = Command.parse(argv, stdin)
        for size in range(len(command.words), 0, -1):
            handler = _COMMANDS.get(" ".join(command.words[:size]))
            if handler:
                break
        else:
            return 2, "", f"ERROR: (gcloud) Invalid choice: {' '.join(command.words)}"
        command.words = command.words[size:]
        try:
            with self._propagation():
                if argv[0] in _APIS:
                    self.state.require_api(f"{_APIS[argv[0]]}.googleapis.com")
                output = handler(self.state, command)
        except RefusedError as refused:
            return 1, "", f"ERROR: {refused.message}\n"
        if not any(word in argv for word in ("describe", "list", "print-access-token")):
            self.changes.append(tuple(argv))
        return 0, output or "", ""

    @contextmanager
    def _propagation(self) -> Iterator[None]:
        """Accounts that were just made are hidden from the next commands."""
        before = set(self.state.accounts)
        hidden = {account for account, until in self._young.items() if len(self.asked) <= until}
        self.state.accounts -= hidden
        try:
            yield
        finally:
            self.state.accounts |= hidden
            for account in self.state.accounts - before:
                self._young[account] = len(self.asked) + self.unknown_for


Handler = Callable[[State, Command], str | None]
_COMMANDS: dict[str, Handler] = {}


def _command(*names: str) -> Callable[[Handler], Handler]:
    def add(handler: Handler) -> Handler:
        _COMMANDS.update(dict.fromkeys(names, handler))
        return handler

    return add


def _new(there: bool, what: str) -> None:
    if there:
        raise RefusedError(409, f"{what} already exists")


def _needed(there: bool, what: str) -> None:
    if not there:
        raise RefusedError(404, f"NOT_FOUND: {what}")


@_command("projects describe")
def _describe_project(_state: State, _command: Command) -> str:
    return f"{NUMBER}\n"


@_command("auth application-default print-access-token")
def _credentials(_state: State, _command: Command) -> str:
    return "ya29.token\n"


@_command("billing projects describe")
def _billing(state: State, _command: Command) -> str:
    return f"{state.billing}\n"


@_command("services enable")
def _enable(state: State, command: Command) -> None:
    if len(command.words) > 20:
        raise RefusedError(400, "at most 20 services can be enabled at once")
    for api in command.words:
        state.enable(api)


@_command("beta services identity create")
def _identify(state: State, command: Command) -> None:
    state.require_api(command.flags["service"])
    state.identify(command.flags["service"])


@_command("iam service-accounts create")
def _create_account(state: State, command: Command) -> None:
    account = f"{command.words[0]}@{PROJECT}.iam.gserviceaccount.com"
    _new(account in state.accounts, account)
    state.accounts.add(account)


@_command("iam service-accounts describe")
def _describe_account(state: State, command: Command) -> str:
    _needed(command.words[0] in state.accounts, command.words[0])
    return command.words[0]


def _bind(state: State, resource: str, command: Command) -> None:
    state.require_members({command.flags["member"]})
    state.policy(resource).setdefault(command.flags["role"], set()).add(command.flags["member"])


@_command("projects add-iam-policy-binding")
def _bind_project(state: State, command: Command) -> None:
    condition = command.flags["condition"]
    _needed(condition != "", "an answer to gcloud's question about conditions")
    if condition == "None":
        _bind(state, command.words[0], command)
        return
    state.require_members({command.flags["member"]})
    own = command.flags["role"].partition("/roles/")[2]
    _needed(not own or own in state.roles, command.flags["role"])
    parts = dict(part.split("=", 1) for part in condition.split(","))
    state.conditional.add((command.flags["role"], command.flags["member"], parts["title"], parts["expression"]))


@_command("iam roles describe")
def _describe_role(state: State, command: Command) -> str:
    _needed(command.words[0] in state.roles, command.words[0])
    return command.words[0]


@_command("iam roles create", "iam roles update")
def _set_role(state: State, command: Command) -> None:
    state.roles[command.words[0]] = frozenset(command.flags["permissions"].split(","))


@_command("iam service-accounts add-iam-policy-binding")
def _bind_account(state: State, command: Command) -> None:
    _needed(command.words[0] in state.accounts, command.words[0])
    _bind(state, f"serviceAccounts/{command.words[0]}", command)


@_command("secrets add-iam-policy-binding")
def _bind_secret(state: State, command: Command) -> None:
    _needed(command.words[0] in state.secrets, command.words[0])
    _bind(state, f"secrets/{command.words[0]}", command)


@_command("pubsub topics add-iam-policy-binding")
def _bind_topic(state: State, command: Command) -> None:
    _needed(command.words[0] in state.topics, command.words[0])
    _bind(state, f"topics/{command.words[0]}", command)


@_command("storage buckets add-iam-policy-binding")
def _bind_bucket(state: State, command: Command) -> None:
    _needed(command.words[0] in state.buckets, command.words[0])
    _bind(state, command.words[0], command)


@_command("run services add-iam-policy-binding")
def _bind_service(state: State, command: Command) -> None:
    service = f"projects/{PROJECT}/locations/{command.flags['region']}/services/{command.words[0]}"
    services = {function["serviceConfig"]["service"] for function in state.functions.values()}
    _needed(service in services or not services, service)
    _bind(state, service, command)


@_command("firestore databases create")
def _create_database(state: State, command: Command) -> None:
    _new(state.database is not None, "the database")
    _needed(command.flags["type"] == "firestore-native", "the kind of database")
    state.database = {
        "name": f"projects/{PROJECT}/databases/{command.flags['database']}",
        "locationId": command.flags["location"],
        "type": "FIRESTORE_NATIVE",
        "databaseEdition": "STANDARD",
    }


@_command("firestore databases describe")
def _describe_database(state: State, _command: Command) -> str:
    _needed(state.database is not None, "the database")
    return str(state.database)


@_command("firestore databases update")
def _update_database(state: State, command: Command) -> None:
    if state.database is None:
        raise RefusedError(404, "NOT_FOUND: the database")
    if "enable-pitr" in command.flags:
        state.database["pointInTimeRecoveryEnablement"] = "POINT_IN_TIME_RECOVERY_ENABLED"
    if "delete-protection" in command.flags:
        state.database["deleteProtectionState"] = "DELETE_PROTECTION_ENABLED"


@_command("firestore backups schedules create")
def _schedule_backups(state: State, command: Command) -> None:
    _needed(state.database is not None, "the database")
    _needed(
        command.flags["recurrence"] == "daily" and command.flags["retention"].endswith("d"),
        "how often and how long",
    )
    _new(bool(state.backups), "a daily backup schedule")
    state.backups["daily"] = dict(command.flags)


@_command("firestore backups schedules list")
def _list_backup_schedules(state: State, _command: Command) -> str:
    _needed(state.database is not None, "the database")
    return "\n".join(f"projects/{PROJECT}/databases/(default)/backupSchedules/{name}" for name in state.backups)


def _create(collection: str, named: Callable[[Command], str]) -> Handler:
    def create(state: State, command: Command) -> None:
        things, name = getattr(state, collection), named(command)
        _new(name in things, name)
        if isinstance(things, set):
            things.add(name)
        else:
            things[name] = [] if collection == "secrets" else dict(command.flags)

    return create


def _describe(collection: str, named: Callable[[Command], str]) -> Handler:
    def describe(state: State, command: Command) -> str:
        things, name = getattr(state, collection), named(command)
        _needed(name in things, name)
        asked = command.flags.get("format", "").removeprefix("value(").removesuffix(")")
        return str(things[name].get(asked, "")) if isinstance(things, dict) and asked not in {"", "name"} else name

    return describe


def _update(collection: str, named: Callable[[Command], str]) -> Handler:
    def update(state: State, command: Command) -> None:
        _needed(named(command) in getattr(state, collection), named(command))
        getattr(state, collection)[named(command)].update(command.flags)

    return update


def _first(command: Command) -> str:
    return command.words[0]


def _repository(command: Command) -> str:
    return f"projects/{PROJECT}/locations/{command.flags['location']}/repositories/{command.words[0]}"


for _group, _collection, _name in (
    ("storage buckets", "buckets", _first),
    ("pubsub topics", "topics", _first),
    ("pubsub subscriptions", "subscriptions", _first),
    ("secrets", "secrets", _first),
    ("artifacts repositories", "repositories", _repository),
    ("scheduler jobs", "jobs", _first),
):
    _COMMANDS[f"{_group} create"] = _create(_collection, _name)
    _COMMANDS[f"{_group} describe"] = _describe(_collection, _name)
_COMMANDS["storage buckets update"] = _update("buckets", _first)
_COMMANDS["scheduler jobs create http"] = _COMMANDS.pop("scheduler jobs create")
_COMMANDS["scheduler jobs update http"] = _update("jobs", _first)


@_command("secrets versions add")
def _add_version(state: State, command: Command) -> None:
    _needed(command.words[0] in state.secrets and bool(command.stdin), "the secret and its value")
    state.secrets[command.words[0]].append(command.stdin or "")


@_command("secrets versions list")
def _list_versions(state: State, command: Command) -> str:
    _needed(command.words[0] in state.secrets, command.words[0])
    return "\n".join(str(number) for number in range(1, len(state.secrets[command.words[0]]) + 1))


@_command("artifacts repositories set-cleanup-policies")
def _set_cleanup(state: State, command: Command) -> None:
    repository = state.repositories.get(_repository(command))
    if repository is None:
        raise RefusedError(404, "NOT_FOUND: the repository")
    policies = json.loads(Path(command.flags["policy"]).read_text())
    repository["cleanupPolicies"] = {policy["name"]: policy for policy in policies}
    repository["cleanupPolicyDryRun"] = "no-dry-run" not in command.flags
