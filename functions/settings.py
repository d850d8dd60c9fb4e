"""`/api/settings/notifications`, `/api/settings/organization` and `/api/keys`: how an org wants things to be."""

from __future__ import annotations

import flask

from functions._keys import key_revoked, keys
from functions._notifications import notifications
from functions._organization import organization
from shared.api.auth import authenticate
from shared.api.http import door, not_found


def _methods(path: str) -> tuple[str, ...]:
    return ("POST",) if path.endswith("/revoke") else ("GET", "POST")


@door(methods=_methods)
def settings(request: flask.Request) -> flask.Response:
    """The answer of the part that the path leads to."""
    path = request.path.rstrip("/")
    if path.endswith("/settings/notifications"):
        return notifications(request, authenticate(request))
    if path.endswith("/settings/organization"):
        return organization(request, authenticate(request))
    if path.endswith("/keys"):
        return keys(request, authenticate(request))
    if path.endswith("/revoke"):
        return key_revoked(request, authenticate(request))
    raise not_found("this address")
