"""Shared by all stand-ins: pending faults apply before the endpoint's own answer."""

import asyncio
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from local.providers.connections import DroppedConnection
from local.providers.faults import DROPPED, Fault, Faults, Provider

Handler = Callable[[Request], Awaitable[Response]]
Refusal = Callable[[int], Response]


def under_faults(
    provider: Provider, handler: Handler, faults: Faults, refusal: Refusal, *, lookup: bool = False
) -> Handler:
    """Wraps `handler` so that each call first gets the provider's next fault.

    `refusal` formats the provider's error for a status.
    """

    async def endpoint(request: Request) -> Response:
        fault = faults.take(provider, lookup=lookup, body=await request.body())
        if fault is None:
            return await handler(request)
        return await _meet(fault, handler, refusal, request)

    return endpoint


async def _meet(fault: Fault, handler: Handler, refusal: Refusal, request: Request) -> Response:
    if not fault.accepts_the_call:
        await asyncio.sleep(fault.delay_seconds)
        refused = refusal(fault.status)
        if fault.retry_after is not None:
            refused.headers["Retry-After"] = str(fault.retry_after)
        return refused
    answer = await handler(request)
    await asyncio.sleep(fault.delay_seconds)
    return DroppedConnection() if fault.status == DROPPED else answer
