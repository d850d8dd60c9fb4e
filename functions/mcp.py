"""`POST /api/mcp`: the Model Context Protocol (Streamable HTTP, without sessions), for agents."""

from __future__ import annotations

from urllib.parse import urlsplit

import flask

from shared.api.auth import authenticate
from shared.api.errors import ForbiddenError, MalformedRequestError
from shared.api.http import door
from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.gcp.settings import settings


@door(methods=("POST",))
def mcp(request: flask.Request) -> flask.Response:
    """200 with a JSON-RPC answer, 202 for a notification. For users and agent keys.

    Which tools there are, and what they show, follows from the caller's role or scopes.
    """
    _require_own_origin(request)
    principal = authenticate(request)
    if principal.kind == "cron" or principal.org_id is None:
        raise ForbiddenError("found a credential of no org; expected a signed-in user's, or an agent key")
    if request.mimetype != "application/json":
        raise MalformedRequestError(f"Content-Type: found {request.mimetype[:80]!r}; expected application/json")
    # Imported where it is used: a refused request need not wait for the protocol's package.
    from shared.mcp.tool import Caller
    from shared.mcp.transport import answer

    with logging.bind(orgId=principal.org_id):
        return answer(request, Caller(principal, principal.org_id, Clock()))


def _require_own_origin(request: flask.Request) -> None:
    """Browsers name the page that sends a request; a page of another site may not reach an agent's tools.

    Raises:
        ForbiddenError: it is another site's.
    """
    origin = request.headers.get("Origin")
    own = urlsplit(settings().public_base_url)
    if origin is not None and origin != f"{own.scheme}://{own.netloc}":
        raise ForbiddenError(f"Origin: found another site's; expected none, or {own.scheme}://{own.netloc}")
