"""What `functions.yaml` says of one function, as far as running it outside of the emulator needs it."""

from __future__ import annotations

import functools
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from local.setup.paths import ROOT


class Endpoint(BaseModel):
    """One function of the manifest."""

    model_config = ConfigDict(alias_generator=to_camel, extra="ignore")

    entry_point: str
    environment_variables: dict[str, str] = {}
    event_trigger: dict[str, Any] | None = None

    @property
    def signature(self) -> str:
        """What functions-framework calls the function's kind."""
        return "cloudevent" if self.event_trigger is not None else "http"


@functools.cache
def endpoints() -> dict[str, Endpoint]:
    """Every function by its id."""
    manifest = yaml.safe_load((ROOT / "functions.yaml").read_text())
    return {name: Endpoint.model_validate(endpoint) for name, endpoint in manifest["endpoints"].items()}
