"""The HTTP request of a task or job: validated on creation, sent when due."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import jwt
from google.cloud.tasks_v2 import HttpMethod

from local.cloud.refusal import invalid, unimplemented

MAX_URL_LENGTH = 2083
HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
SET_BY_THE_SERVICE = ("host", "content-length", "user-agent", "connection", "transfer-encoding")
RESERVED_PREFIXES = ("x-google-", "x-appengine-", "x-cloudtasks-", "x-cloudscheduler")
METHODS_WITH_BODY = {"POST", "PUT", "PATCH"}


@dataclass(frozen=True, slots=True)
class Identity:
    """An OIDC token's account and audience."""

    email: str
    audience: str


@dataclass(frozen=True, slots=True)
class HttpCall:
    """A request without the parts that differ per attempt."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    identity: Identity | None

    def headers_with(self, of_service: Mapping[str, str]) -> list[tuple[str, str]]:
        """The caller's headers, the service's own, and the identity's token."""
        headers = [*self.headers.items(), *of_service.items()]
        if self.identity is not None:
            headers.append(("Authorization", f"Bearer {unsigned_token(self.identity)}"))
        return headers

    @property
    def size(self) -> int:
        """Size in bytes for the limit."""
        return len(self.body) + len(self.url) + sum(len(k) + len(v) for k, v in self.headers.items())


def parse_http_call(field: str, message: Any, url_field: str) -> HttpCall:
    """Parses the raw protobuf of a tasks_v2.HttpRequest or scheduler_v1.HttpTarget; `field` is its name.

    Raw, because proto-plus costs more per field than everything else done to a task.

    Raises:
        Refusal: INVALID_ARGUMENT naming the field that is wrong.
    """
    url = getattr(message, url_field)
    _check_url(f"{field}.{url_field}", url)
    method = HttpMethod(message.http_method).name if message.http_method else "POST"
    if message.body and method not in METHODS_WITH_BODY:
        raise invalid(f"{field}.http_method", method, "POST, PUT or PATCH for a request with a body")
    headers = _usable_headers(f"{field}.headers", message.headers)
    if message.body and not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = "application/octet-stream"
    return HttpCall(method, url, headers, message.body, _identity(field, message, url))


def unsigned_token(identity: Identity) -> str:
    """An OIDC token like Google's, without a signature."""
    now = datetime.now(UTC)
    claims = {
        "iss": "https://accounts.google.com",
        "aud": identity.audience,
        "azp": identity.email,
        "sub": identity.email,
        "email": identity.email,
        "email_verified": True,
        "iat": now,
        "exp": now + timedelta(hours=1),
    }
    return jwt.encode(claims, key="", algorithm="none")


def _check_url(field: str, url: str) -> None:
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna")
        usable = parts.scheme in {"http", "https"} and bool(host) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not url.isascii() or not url.isprintable() or " " in url:
        raise invalid(field, url, "an ASCII URL that begins with http:// or https:// and names a host")
    if len(url) > MAX_URL_LENGTH:
        raise invalid(field, f"{len(url)} characters long", f"at most {MAX_URL_LENGTH} characters")


def _usable_headers(field: str, headers: Mapping[str, str]) -> dict[str, str]:
    usable = {}
    for name, value in headers.items():
        if HEADER_NAME.fullmatch(name) is None:
            raise invalid(field, name, "header names made of letters, digits and hyphens")
        if HEADER_VALUE.fullmatch(value) is None:
            raise invalid(f"{field}.{name}", "a value with control or non-Latin-1 characters", "a header value")
        lower = name.lower()
        if lower not in SET_BY_THE_SERVICE and not lower.startswith(RESERVED_PREFIXES):
            usable[name] = value
    return usable


def _identity(field: str, message: Any, url: str) -> Identity | None:
    kind = message.WhichOneof("authorization_header")
    if kind is None:
        return None
    if kind == "oauth_token":
        raise unimplemented(f"{field}.oauth_token is not served locally; expected oidc_token")
    token = message.oidc_token
    if not token.service_account_email:
        raise invalid(f"{field}.oidc_token.service_account_email", "", "a service account's email address")
    if any(name.lower() == "authorization" for name in message.headers):
        raise invalid(f"{field}.headers", "Authorization", "no Authorization header beside an oidc_token")
    return Identity(token.service_account_email, token.audience or url)
