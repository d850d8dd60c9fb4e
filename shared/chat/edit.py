"""A playbook document in the making: what becomes of it when somebody changes it in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Edit:
    """A document in the making: its new fields, what changed, and what could not."""

    before: Mapping[str, Any]
    fields: dict[str, Any] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)

    @property
    def steps(self) -> list[dict[str, Any]]:
        """The steps as they would be now."""
        current = self.fields.get("steps", self.before.get("steps"))
        return [dict(step) for step in current if isinstance(step, Mapping)] if isinstance(current, list) else []

    @property
    def triggers(self) -> list[dict[str, Any]]:
        """The triggers as they would be now."""
        current = self.fields.get("triggers", self.before.get("triggers"))
        return [dict(one) for one in current if isinstance(one, Mapping)] if isinstance(current, list) else []

    def put(self, name: str, value: Any, difference: str) -> None:
        """Change a field, if it is a change."""
        if value != self.fields.get(name, self.before.get(name)):
            self.fields[name] = value
            self.differences.append(difference)


def params_of(step: Mapping[str, Any]) -> dict[str, Any]:
    """The step's params; nothing where they are of another shape."""
    params = step.get("params")
    return dict(params) if isinstance(params, Mapping) else {}
