"""Authenticates a request: cron, a person, or an agent."""

from __future__ import annotations

from collections.abc import Callable

import flask

from shared.api import agent_keys, request_rate
from shared.api.cron_secret import CronSecret
from shared.api.errors import AuthError
from shared.api.id_tokens import looks_like_jwt, verify_id_token
from shared.api.principal import Principal
from shared.gcp.clock import Clock

__all__ = ["Authenticator", "Principal", "authenticate"]

EXPECTED = "Authorization: Bearer <cron secret or ID token>, or X-Api-Key: <agent key>"


class Authenticator:
    """Reads credentials; holds the cache of the cron secret."""

    def __init__(
        self,
        cron_secret: CronSecret | None = None,
        verify_token: Callable[[str], Principal] = verify_id_token,
    ) -> None:
        self._cron_secret = cron_secret or CronSecret()
        self._verify_token = verify_token

    def authenticate(self, request: flask.Request, clock: Clock | None = None) -> Principal:
        """The caller; a request carries exactly one credential.

        Raises:
            AuthError: no credential, two of them, or one that is not valid.
            TransientError: the credential cannot be checked just now.
        """
        authorization = request.headers.get("Authorization")
        api_key = request.headers.get("X-Api-Key")
        if authorization is not None and api_key is not None:
            raise AuthError(f"found two credentials; expected one of {EXPECTED}")
        if authorization is not None:
            return self._bearer(authorization)
        if api_key is not None:
            return _agent(api_key, clock or Clock())
        raise AuthError(f"found no credential; expected {EXPECTED}")

    def _bearer(self, authorization: str) -> Principal:
        scheme, _, credential = authorization.partition(" ")
        credential = credential.strip()
        if scheme.lower() != "bearer" or not credential:
            raise AuthError(f"the Authorization header is not usable; expected {EXPECTED}")
        # The cron secret has no dots (rotation makes it so), and only a token is worth loading firebase-admin for.
        if looks_like_jwt(credential):
            return self._verify_token(credential)
        if self._cron_secret.matches(credential):
            return Principal(kind="cron")
        raise AuthError("the bearer credential is not valid")


def _agent(api_key: str, clock: Clock) -> Principal:
    agent = agent_keys.verify(api_key, clock)
    if agent is None:
        raise AuthError("the agent key is not valid")
    return agent


_authenticator = Authenticator()


def authenticate(request: flask.Request, *, clock: Clock | None = None) -> Principal:
    """`Authenticator.authenticate` with the cache of this process.

    Raises:
        RateLimitedError: the credential has sent too many requests; see `request_rate`.
    """
    principal = _authenticator.authenticate(request, clock)
    request_rate.require_room(principal)
    return principal
