"""`python -m local.setup.audit`: checks locked packages against PyPI's advisories with pip-audit.

Only an advisory fails the check. If advisories can't be reached or pip-audit fails, it says so and passes, so that
machines without a network can still run checks.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict, ValidationError

from local.setup.paths import CACHE, ROOT

_LISTS = ("requirements.txt", "requirements-dev.txt")
_UNREACHED = re.compile(r"requests\.exceptions\.\w+|Could not connect to|redirecting properly|\bServiceError\b")
_TIMEOUT_SECONDS = 10
_PATIENCE_SECONDS = 180


class _Advisory(BaseModel):
    id: str
    fix_versions: list[str] = []


class _Package(BaseModel):
    model_config = ConfigDict(extra="ignore")

    name: str
    version: str = ""
    skip_reason: str | None = None
    vulns: list[_Advisory] = []


class _Report(BaseModel):
    model_config = ConfigDict(extra="ignore")

    dependencies: list[_Package]


def audit() -> int:
    """Returns 1 if a package has an advisory."""
    options = [argument for name in _LISTS for argument in ("--requirement", name)]
    command = [sys.executable, "-m", "pip_audit", "--require-hashes", "--disable-pip", "--format=json"]
    limits = ["--progress-spinner=off", f"--timeout={_TIMEOUT_SECONDS}", f"--cache-dir={CACHE / 'pip-audit'}"]
    try:
        done = subprocess.run(
            [*command, *limits, *options],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=_PATIENCE_SECONDS,
        )
    except subprocess.TimeoutExpired:
        print(f"pip-audit: skipped, no answer within {_PATIENCE_SECONDS} s")
        return 0
    status, lines = judge(done.stdout, done.stderr)
    print("\n".join(lines), file=sys.stderr if status else sys.stdout)
    return status


def judge(report: str, errors: str) -> tuple[int, list[str]]:
    """The exit status and output, from pip-audit's JSON report and stderr."""
    try:
        packages = _Report.model_validate_json(report).dependencies
    except ValidationError:
        if _UNREACHED.search(errors):
            return 0, ["pip-audit: skipped, PyPI's advisories cannot be reached from here"]
        return 0, ["pip-audit: skipped, it failed:", *errors.strip().splitlines()[-15:]]
    if bad := list(_advisories(packages)):
        return 1, ["pip-audit: these packages have advisories; see the pin, then `make lock`:", *bad]
    audited = [package for package in packages if package.skip_reason is None]
    if not audited:
        return 0, ["pip-audit: skipped, the package index in use has no advisories"]
    return 0, [f"pip-audit: no advisory for {len(audited)} of {len(packages)} packages"]


def _advisories(packages: list[_Package]) -> Iterator[str]:
    for package in packages:
        for one in package.vulns:
            fixed = f"fixed in {', '.join(one.fix_versions)}" if one.fix_versions else "not fixed yet"
            yield f"  {package.name} {package.version}: {one.id}, {fixed}"


if __name__ == "__main__":
    sys.exit(audit())
