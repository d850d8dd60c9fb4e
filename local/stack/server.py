"""The local server process: Cloud Tasks, Cloud Scheduler, Secret Manager, the stand-ins and the console.

`python -m local.stack.server` serves them on the ports of PORT_OFFSET until SIGTERM. `make up` starts it
next to the emulators; it also works with your own `npx firebase emulators:start`.
"""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import uvicorn

from local.cloud.server import LocalCloud
from local.console.app import create_app
from local.console.server import server_config
from local.setup.paths import ROOT
from local.stack.ports import PROJECT, REGION, Ports, offset_from_environment

READY_FILE_VARIABLE = "STACK_READY_FILE"


async def serve(ports: Ports, ready_file: Path | None) -> None:
    """Serves until SIGINT or SIGTERM.

    `/healthz` is 200 once `ready_file` exists, or immediately with None.
    """
    cloud = LocalCloud()
    await cloud.start(
        tasks_port=ports.of("cloud_tasks"),
        scheduler_port=ports.of("cloud_scheduler"),
        secrets_port=ports.of("secret_manager"),
        functions_yaml=ROOT / "functions.yaml",
        project=PROJECT,
        region=REGION,
    )
    try:
        app = create_app(
            cloud,
            lambda: {"stack": ready_file is None or ready_file.exists()},
            public_url=ports.url("hosting"),
            auth_url=ports.url("auth"),
        )
        await uvicorn.Server(server_config(app, port=ports.of("console"))).serve()
    finally:
        await cloud.stop()


def main() -> None:
    # uvicorn stops cleanly on SIGTERM and raises it again afterward; that must not look like a crash.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    ready = os.environ.get(READY_FILE_VARIABLE)
    asyncio.run(serve(Ports(offset_from_environment()), Path(ready) if ready else None))


if __name__ == "__main__":
    main()
