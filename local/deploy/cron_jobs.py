"""`python -m local.deploy.cron_jobs --project=ID --region=REGION`: the jobs that start the catalog playbooks.

They show the cron secret, which therefore must not stand on a command line: the client library carries it. After a
rotation a deployment puts in the newest secret again.
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
    """Make both jobs, or make those that are there the same, with the caller's own credentials."""
    parser = argparse.ArgumentParser(prog="python -m local.deploy.cron_jobs", description=__doc__)
    parser.add_argument("--project", required=True)
    parser.add_argument("--region", required=True)
    given = parser.parse_args(arguments)
    os.environ.update({**settings_of(given.project), "FUNCTION_REGION": given.region})
    put_jobs(settings())


def put_jobs(config: Settings) -> None:
    """The jobs call where the functions say that the product is reached: see their dotenv file."""
    secret = newest_secret()
    for frequency in Frequency:
        put_job(build_job(frequency, secret, config))


if __name__ == "__main__":
    main()
