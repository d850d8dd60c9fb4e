"""`python -m local.deploy.cron_jobs --project=ID`: the two jobs that start every org's catalog playbooks.

They show the cron secret, which therefore must not stand on a command line: the client library carries it. After a
rotation a deployment puts in the newest secret again.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from local.setup.paths import ROOT
from shared.doors.cron_secret import newest_secret
from shared.gcp.settings import settings
from shared.scheduling.catalog_ticks import Frequency, build_job
from shared.scheduling.jobs import put_job


def main(arguments: list[str] | None = None) -> None:
    """Make both jobs, or make those that are there the same, with the caller's own credentials."""
    parser = argparse.ArgumentParser(prog="python -m local.deploy.cron_jobs", description=__doc__)
    parser.add_argument("--project", required=True)
    project = parser.parse_args(arguments).project
    os.environ["GOOGLE_CLOUD_PROJECT"] = project
    put_jobs(ROOT / f".env.{project}")


def put_jobs(environment_file: Path) -> None:
    """The jobs call where the functions say that the product is reached: see their dotenv file."""
    config = settings({**os.environ, **_assignments(environment_file)})
    secret = newest_secret()
    for frequency in Frequency:
        put_job(build_job(frequency, secret, config))


def _assignments(path: Path) -> dict[str, str]:
    lines = path.read_text().splitlines() if path.exists() else []
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.lstrip().startswith("#"))
    return {name.strip(): value.strip().strip("\"'") for name, value in pairs}


if __name__ == "__main__":
    main()
