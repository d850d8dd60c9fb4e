"""How a figure is printed."""

from __future__ import annotations

import json
import sys
from typing import Any


def report(figure: str, value: Any, *, unit: str, target: str | None = None, **details: Any) -> None:
    """One JSON line: `{figure, value, unit, target?, …}`."""
    line = {"figure": figure, "value": value, "unit": unit, **({"target": target} if target else {}), **details}
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def percentile(values: list[float], share: float) -> float:
    """The value that `share` (0 to 1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]
