"""The deployment target: project, region and accounts."""

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
"""The default share of traces exported completely; failed and retried runs always are."""
NUMBER_IN_A_PLAN = "PROJECT_NUMBER"
"""Placeholder for the project number in a DRY_RUN plan."""
_PROJECT_ID = re.compile(r"[a-z][a-z0-9-]{4,28}[a-z0-9]")
_REGION = re.compile(r"[a-z]+-[a-z]+[0-9]{1,2}")
_REGION_KEY = "DEPLOY_REGION"


class TargetError(ValueError):
    """The project or region is invalid; the message says what was found and expected."""


@dataclass(frozen=True, slots=True)
class Target:
    """One project and the region of everything in it."""

    project: str
    region: str = DEFAULT_REGION
    number: str = NUMBER_IN_A_PLAN

    def account(self, name: str) -> str:
        """The email of a service account in the project."""
        return f"{name}@{self.project}.iam.gserviceaccount.com"

    def function_url(self, function_id: str) -> str:
        return f"https://{self.region}-{self.project}.cloudfunctions.net/{function_id}"

    @property
    def builder(self) -> str:
        """Cloud Build's default account, which builds the functions."""
        return f"{self.number}-compute@developer.gserviceaccount.com"

    @property
    def environment_file(self) -> Path:
        """The settings of this project's functions."""
        return ROOT / f".env.{self.project}"

    def settings(self) -> dict[str, str]:
        """Required settings in the environment file. Existing values stay, because people may have set them."""
        return {
            "PUBLIC_BASE_URL": f"https://{self.project}.web.app",
            "INVOKER_SERVICE_ACCOUNT": self.account(INVOKER),
            "TRACE_SAMPLE_RATIO": TRACE_SAMPLE_RATIO,
            _REGION_KEY: self.region,
        }


def choose(project: str, region: str) -> Target:
    """The chosen target; an empty `region` means the earlier or default one.

    Raises:
        TargetError: the project or region is invalid, or the project is deployed to another region.
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
    """Adds missing values and keeps existing ones."""
    text = path.read_text() if path.exists() else ""
    present = read_environment_file(path)
    missing = [f"{name}={value}\n" for name, value in values.items() if name not in present]
    if missing:
        separator = "" if not text or text.endswith("\n") else "\n"
        path.write_text(text + separator + "".join(missing))


def settings_of(project: str) -> dict[str, str]:
    """A deployed project's settings and region, for commands."""
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
