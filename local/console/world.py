"""All that the console shows and moves, in one place."""

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
        """The parts that are not ready; a stack that names no part yet has not begun to start."""
        readiness = self.readiness()
        return [part for part, ready in readiness.items() if not ready] if readiness else ["stack"]
