"""`python -m shared.compliance.numbers_command`: writes `phoneE164` beside every customer's phone that lacks it."""

from __future__ import annotations

import sys

from shared.compliance.customer_numbers import keep_all_up
from shared.errors import TransientError
from shared.gcp.settings import SettingsError


def run() -> int:
    """Fixes all customers' numbers, prints the counts and returns the exit code."""
    try:
        counts = keep_all_up()
    except (SettingsError, TransientError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{counts.done} customers checked, {counts.failed} couldn't be read\n")
    return 1 if counts.failed else 0


if __name__ == "__main__":
    sys.exit(run())
