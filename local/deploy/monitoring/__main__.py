"""`python -m local.deploy.monitoring --project=ID --region=REGION`: creates or updates monitoring.

ALERT_EMAIL (environment or the project's settings file) receives alerts.
"""

from __future__ import annotations

import argparse
import os
import sys
from urllib.parse import urlsplit

from google.api_core.exceptions import GoogleAPICallError

from local.deploy.monitoring.putting import Clients, Watching, put_all
from local.deploy.monitoring.quota import report_quota
from local.deploy.target import settings_of
from shared.gcp.settings import settings


def main(arguments: list[str] | None = None) -> int:
    """Uses the caller's credentials; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m local.deploy.monitoring", description=__doc__)
    parser.add_argument("--project", required=True)
    parser.add_argument("--region", required=True)
    given = parser.parse_args(arguments)
    found = settings_of(given.project)
    os.environ.update({**found, "FUNCTION_REGION": given.region})
    config = settings()
    host = urlsplit(config.public_base_url).hostname or f"{given.project}.web.app"
    email = os.environ.get("ALERT_EMAIL", "")
    try:
        put_all(Watching(given.project, host, email), Clients.make())
    except GoogleAPICallError as error:
        print(f"monitoring: {error}", file=sys.stderr)
        return 1
    report_quota(given.project, given.region, config.scheduler_job_limit)
    return 0


if __name__ == "__main__":
    sys.exit(main())
