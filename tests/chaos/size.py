"""How much of a storm blows: a tenth of it among all the tests, all of it in `make chaos`."""

from __future__ import annotations

import os

SEED = int(os.environ.get("CHAOS_SEED", "20261124"))
_SHARE = float(os.environ.get("CHAOS_SHARE", "0.1"))


def share_of(whole: int, least: int = 1) -> int:
    """The part of `whole` (runs, orgs, rounds, kills) that this storm has."""
    return max(least, round(whole * _SHARE))
