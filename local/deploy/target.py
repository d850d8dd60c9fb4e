"""Where a deployment goes: a project, its region, and the accounts that it has there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local.setup.paths import ROOT

RUNTIME, INVOKER, ACCOUNTS = "playbooks-runtime", "playbooks-invoker", "playbooks-accounts"
SECRETS = "playbooks-secrets"
DEFAULT_REGION = "us-central1"
TRACE_SAMPLE_RATIO = "0.1"
"""Of how many traces all spans are exported, where nobody says otherwise; failed and retried runs always are."""
NUMBER_IN_A_PLAN = "PROJECT_NUMBER"
"""Stands for the project's number where nothing is asked: in the plan that DRY_RUN prints."""
_PROJECT_ID = re.compile(r"[a-z][a-z0-9-]{4,28}[a-z0-9]")
_REGION = re.compile(r"[a-z]+-[a-z]+[0-9]{1,2}")
_REGION_KEY = "DEPLOY_REGION"


class TargetError(ValueError):
    """The project or the region cannot be one; the message says what was found and expected."""


@dataclass(frozen=True, slots=True)
class Target:
    """One project and the region of everything in it."""

    project: str
    region: str = DEFAULT_REGION
    number: str = NUMBER_IN_A_PLAN

    def account(self, name: str) -> str:
        """The email address of a service account of the project."""
        return f"{name}@{self.project}.iam.gserviceaccount.com"

    def function_url(self, function_id: str) -> str:
        """Where Cloud Functions serves a function."""
        return f"https://{self.region}-{self.project}.cloudfunctions.net/{function_id}"

    @property
    def builder(self) -> str:
        """The account that Cloud Build runs as where nobody chose another: it builds the functions."""
        return f"{self.number}-compute@developer.gserviceaccount.com"

    @property
    def environment_file(self) -> Path:
        """The settings that the functions of this project get."""
        return ROOT / f".env.{self.project}"

    def settings(self) -> dict[str, str]:
        """What must be in the environment file. What is there stays, because a person may have set it."""
        return {
            "PUBLIC_BASE_URL": f"https://{self.project}.web.app",
            "INVOKER_SERVICE_ACCOUNT": self.account(INVOKER),
            "TRACE_SAMPLE_RATIO": TRACE_SAMPLE_RATIO,
            _REGION_KEY: self.region,
        }


def choose(project: str, region: str) -> Target:
    """The target that a person names; an empty `region` is the one deployed to before, or the default.

    Raises:
        TargetError: there is no such project or region, or the project is deployed to another region.
    """
    if not _PROJECT_ID.fullmatch(project) or project.startswith("demo-"):
        raise TargetError(f"PROJECT is {project!r}; expected the id of a real Google Cloud project")
    target = Target(project)
    before = read_environment_file(target.environment_file).get(_REGION_KEY)
    chosen = region or before or DEFAULT_REGION
    if not _REGION.fullmatch(chosen):
        raise TargetError(f"REGION is {chosen!r}; expected a region of Google Cloud, like {DEFAULT_REGION}")
    if before and chosen != before:
        raise TargetError(
            f"REGION is {chosen!r}, but {target.environment_file.name} says {before}; expected the same, or none"
        )
    return Target(project, chosen)


def read_environment_file(path: Path) -> dict[str, str]:
    """The assignments of a dotenv file; empty if there is none."""
    lines = path.read_text().splitlines() if path.exists() else []
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.lstrip().startswith("#"))
    return {name.strip(): value.strip().strip("\"'") for name, value in pairs}


def merge_environment_file(path: Path, values: Mapping[str, str]) -> None:
    """Add what is missing; what is there stays."""
    text = path.read_text() if path.exists() else ""
    present = read_environment_file(path)
    missing = [f"{name}={value}\n" for name, value in values.items() if name not in present]
    if missing:
        separator = "" if not text or text.endswith("\n") else "\n"
        path.write_text(text + separator + "".join(missing))


def settings_of(project: str) -> dict[str, str]:
    """What commands against a deployed project need to know of it: its settings, and its region."""
    target = Target(project)
    found = read_environment_file(target.environment_file)
    region = found.pop(_REGION_KEY, DEFAULT_REGION)
    return {
        **found,
        "GOOGLE_CLOUD_PROJECT": project,
        "GOOGLE_CLOUD_QUOTA_PROJECT": project,
        "RUNTIME_SERVICE_ACCOUNT": target.account(RUNTIME),
        "FUNCTION_REGION": region,
    }
