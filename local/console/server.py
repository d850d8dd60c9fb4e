"""How uvicorn serves the console."""

import uvicorn
from starlette.types import ASGIApp

from local.providers.connections import TransportInScope

# Longer than the providers' clients keep an idle connection, so that none meets a closing one by chance.
_KEEP_ALIVE_SECONDS = 75

# An ordered fault may hold an answer back for an hour; stopping the stack does not wait for that.
_SHUTDOWN_SECONDS = 2


def server_config(app: ASGIApp, *, port: int, host: str = "127.0.0.1") -> uvicorn.Config:
    """For `uvicorn.Server(server_config(app, port=8025)).serve()`; port 0 takes any free one.

    Ordered faults of status 0 need this configuration: they close the client's TCP connection.
    """
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        http=TransportInScope,
        ws="none",
        lifespan="off",
        access_log=False,
        log_level="warning",
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
    )
