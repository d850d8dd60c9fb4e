"""`/api/settings/notifications`, `/api/settings/organization` and `/api/keys`: an org's settings."""

from __future__ import annotations

import flask

from functions._keys import key_revoked, keys
from functions._notifications import notifications
from functions._organization import organization
from shared.api import paths
from shared.api.auth import authenticate
from shared.api.http import door, not_found
from shared.api.paths import is_at


def _methods(path: str) -> tuple[str, ...]:
    return ("POST",) if is_at(path, paths.KEY_REVOKE) else ("GET", "POST")


@door(methods=_methods)
def settings(request: flask.Request) -> flask.Response:
    """The answer of the part that the path leads to."""
    if is_at(request.path, paths.NOTIFICATIONS):
        return notifications(request, authenticate(request))
    if is_at(request.path, paths.ORGANIZATION):
        return organization(request, authenticate(request))
    if is_at(request.path, paths.KEYS):
        return keys(request, authenticate(request))
    if is_at(request.path, paths.KEY_REVOKE):
        return key_revoked(request, authenticate(request))
    raise not_found("this address")
