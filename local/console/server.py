"""How uvicorn serves the console."""

import uvicorn
from starlette.types import ASGIApp

from local.providers.connections import TransportInScope

# Longer than providers' clients keep idle connections, so that none reuses a closing one.
_KEEP_ALIVE_SECONDS = 75

# A fault may delay an answer for an hour; stopping the stack doesn't wait for that.
_SHUTDOWN_SECONDS = 2


def server_config(app: ASGIApp, *, port: int, host: str = "127.0.0.1") -> uvicorn.Config:
    """For `uvicorn.Server(server_config(app, port=8025)).serve()`; port 0 takes any free one.

    Faults with status 0 need this configuration, because they close the client's TCP connection.
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
