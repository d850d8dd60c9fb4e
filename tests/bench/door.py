"""POSTs that ask for runs, over connections that are kept."""

from __future__ import annotations

import http.client
import json
import queue
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from local.stack.ports import HOST


@dataclass(frozen=True, slots=True)
class Door:
    """An address that answers 202 with an `executionId`."""

    port: int
    path: str
    body: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)

    def connect(self) -> http.client.HTTPConnection:
        """A connection for one thread."""
        return http.client.HTTPConnection(HOST, self.port)

    def post(self, connection: http.client.HTTPConnection) -> str:
        """Ask for one run; the execution's id."""
        headers = {"Content-Type": "application/json", **self.headers}
        connection.request("POST", self.path, json.dumps(self.body), headers)
        answer = connection.getresponse()
        content = answer.read()
        if answer.status != http.client.ACCEPTED:
            raise RuntimeError(f"{self.path} answered {answer.status}: {content!r}")
        execution_id: str = json.loads(content)["executionId"]
        return execution_id

    def post_many(self, count: int, concurrency: int) -> None:
        """Ask for so many, so many at a time."""
        left: queue.SimpleQueue[None] = queue.SimpleQueue()
        for _ in range(count):
            left.put(None)
        failures: list[Exception] = []
        workers = [threading.Thread(target=self._drain, args=(left, failures)) for _ in range(concurrency)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        if failures:
            raise failures[0]

    def _drain(self, left: queue.SimpleQueue[None], failures: list[Exception]) -> None:
        connection = self.connect()
        try:
            while not failures:
                left.get_nowait()
                self.post(connection)
        except queue.Empty:
            return
        except (OSError, RuntimeError, http.client.HTTPException) as error:
            failures.append(error)
        finally:
            connection.close()
