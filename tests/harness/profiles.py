"""How hard Hypothesis tries: the same few examples on every `make test`, many new ones where somebody asks."""

from __future__ import annotations

import os

from hypothesis import settings

CI = "ci"
DEEP = "deep"
_EXAMPLES = 50
_DEEPER = 50


def register() -> None:
    """Make the profiles known. How long an example takes says something of the machine, and nothing of the code."""
    settings.register_profile(CI, deadline=None, derandomize=True, max_examples=_EXAMPLES)
    settings.register_profile(DEEP, deadline=None, max_examples=_EXAMPLES * _DEEPER, print_blob=True)


def examples(count: int) -> int:
    """For a test that needs more or fewer examples than others: `count` by default, in proportion when deep."""
    return count * (_DEEPER if os.environ.get("HYPOTHESIS_PROFILE") == DEEP else 1)
