"""Who stands behind what a playbook's run has written: those people decide nothing that it asks or suggests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def people_behind(origin: Any) -> tuple[str, ...]:
    """The `causedBy` of what a document keeps of the run that wrote it; empty where it keeps none."""
    named = origin.get("causedBy") if isinstance(origin, Mapping) else None
    return tuple(person for person in named if isinstance(person, str)) if isinstance(named, list) else ()
