"""What a campaign is delivered through: processes die, tasks come twice or out of order, providers fail."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from shared.quarantine.failures import may_pass
from shared.runs.campaign_pages import sweep_campaigns
from tests.emulator.campaign_shop import PATIENCE, Sending
from tests.emulator.executions import clock_in, run
from tests.harness.killing import Executioner, Killed, killing

MOST_DELIVERIES = 2_000
FAULTS: tuple[tuple[int, dict[str, int]], ...] = ((429, {"retryAfter": 30}), (503, {}), (504, {}), (500, {}))
HOUR = 3_600.0


@dataclass
class Storm:
    """`later`: seconds that have passed; `kills`: processes that died."""

    sending: Sending
    chance: random.Random
    provider: str
    later: float = 0.0
    deliveries: int = 0
    kills: int = 0

    def blow(self, steps: tuple[float, ...], between: Callable[[], None] = lambda: None) -> None:
        """Until the campaign has ended and its run with it. `steps`: seconds that may pass from one to the next."""
        pages = self.sending.campaign().pages
        while self.deliveries < MOST_DELIVERIES and self.sending.campaign().status != "completed":
            self.deliveries += 1
            self.later += self.chance.choice(steps)
            self._calm()
            if self.chance.random() < 0.25:
                self._fault()
            between()
            self._deliver(self.chance.randrange(pages))
            self._sweep()
        self.later += HOUR
        self._sweep()
        assert run(self.sending.execution_id, later=self.later + 1) == "completed"

    def _deliver(self, number: int) -> None:
        try:
            if self.chance.random() < 0.4:
                with killing(Executioner(self.chance.randrange(1, 30), after=self.chance.random() < 0.5)):
                    self.sending.page(number, self.later)
            else:
                self.sending.page(number, self.later)
        except Killed:
            self.kills += 1
        except Exception as error:  # noqa: BLE001 - what may pass is told from the rest below
            self._come_again(error)

    def _sweep(self) -> None:
        try:
            sweep_campaigns(clock_in(self.later))
        except Exception as error:  # noqa: BLE001 - what may pass is told from the rest below
            self._come_again(error)

    def _come_again(self, error: Exception) -> None:
        """As the queue and the scheduler do: an emulator under load is too slow at times."""
        if not may_pass(error):
            raise error
        self.later += 5

    def _fault(self) -> None:
        status, fields = self.chance.choice(FAULTS)
        body = {"provider": self.provider, "status": status, "times": 1, **fields}
        httpx.post(self._faults_url, json=body, timeout=PATIENCE).raise_for_status()

    def _calm(self) -> None:
        # Pages that wait or are done use no fault up: one left alone would hit whatever page is the last one.
        httpx.delete(self._faults_url, timeout=PATIENCE).raise_for_status()

    @property
    def _faults_url(self) -> str:
        return f"{self.sending.stack.console_url}/api/faults"
