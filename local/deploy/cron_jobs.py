"""`python -m local.deploy.cron_jobs --project=ID --region=REGION`: the jobs that start the catalog playbooks.

They contain the cron secret, which must not be on a command line, so the client library creates them. After a
rotation, the next deployment updates the secret.
"""

from __future__ import annotations

import argparse
import os

from local.deploy.target import settings_of
from shared.api.cron_secret import newest_secret
from shared.gcp.settings import Settings, settings
from shared.triggers.catalog_ticks import Frequency, build_job
from shared.triggers.jobs import put_job


def main(arguments: list[str] | None = None) -> None:
    """Creates or updates both jobs with the caller's credentials."""
    parser = argparse.ArgumentParser(prog="python -m local.deploy.cron_jobs", description=__doc__)
    parser.add_argument("--project", required=True)
    parser.add_argument("--region", required=True)
    given = parser.parse_args(arguments)
    os.environ.update({**settings_of(given.project), "FUNCTION_REGION": given.region})
    put_jobs(settings())


def put_jobs(config: Settings) -> None:
    """The jobs call the product's public URL from the functions' dotenv file."""
    secret = newest_secret()
    for frequency in Frequency:
        put_job(build_job(frequency, secret, config))


if __name__ == "__main__":
    main()
