"""The other system that a run calls."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


async def stock(request: Request) -> JSONResponse:
    """Take the body, where there is one, and answer as a small API does."""
    await request.body()
    return JSONResponse({"item": "Blue Dream", "inStock": 12})


app = Starlette(routes=[Route("/stock", stock, methods=["GET", "POST"])])
