"""Any address below `/api` without a function: a 404 as JSON, where Hosting would answer with a page."""

from __future__ import annotations

import flask

from shared.api.http import door, not_found


@door(methods=("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
def unknown_address(request: flask.Request) -> flask.Response:
    """404."""
    raise not_found(f"{request.path:.200}")
