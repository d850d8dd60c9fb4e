"""Everything the console shows and controls."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from local.console.cloud import LocalCloud
from local.providers.faults import Faults
from local.providers.outbox import Outbox
from local.providers.stores import Stores


@dataclass(frozen=True)
class World:
    """`readiness` names each part of the stack and whether it is ready."""

    cloud: LocalCloud
    readiness: Callable[[], Mapping[str, bool]]
    outbox: Outbox
    faults: Faults
    stores: Stores

    def missing(self) -> list[str]:
        """The parts that aren't ready; a stack without any parts hasn't begun to start."""
        readiness = self.readiness()
        return [part for part, ready in readiness.items() if not ready] if readiness else ["stack"]
