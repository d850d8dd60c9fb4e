"""Verifies senders of webhooks: HMAC-SHA256 over the body in four common forms, or a bearer secret.

GitHub: https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
Shopify: https://shopify.dev/docs/apps/build/webhooks/subscribe/https
Stripe: https://docs.stripe.com/webhooks/signature
Standard Webhooks, of which Svix has the same under other names:
https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, get_args

from shared.api.errors import AuthError
from shared.playbooks.models import SignatureForm

if TYPE_CHECKING:
    from werkzeug.datastructures import Headers

FORMS: tuple[SignatureForm, ...] = get_args(SignatureForm)

TOLERANCE_SECONDS = 300
"""How far the sender's signed time may be from ours, either way."""
PREFIX = "whsec_"
_NEW_SECRET_BYTES = 32
_MOST_SIGNATURES = 10
_LONGEST_TIMESTAMP = 15

HEADERS: dict[SignatureForm, tuple[str, ...]] = {
    "github": ("X-Hub-Signature-256",),
    "shopify": ("X-Shopify-Hmac-Sha256",),
    "stripe": ("Stripe-Signature",),
    "standard": ("Webhook-Signature", "Svix-Signature"),
    "bearer": ("Authorization",),
}
"""The header that carries the proof, by form; with any one of them a request is of that form."""


def new_secret() -> str:
    """A random secret that works in every form; Standard Webhooks' own way to write one."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_NEW_SECRET_BYTES)).decode()


def form_of(headers: Headers) -> SignatureForm | None:
    """The form that a request's headers say; the first one, where they say several."""
    return next((form for form in FORMS if any(name in headers for name in HEADERS[form])), None)


def verify(
    form: SignatureForm | None, headers: Headers, body: bytes, accepted: Iterable[str], now: datetime
) -> SignatureForm:
    """Pass when the request proves that its sender has one of the `accepted` secrets; the form in which it did.

    form: the only one that counts; None: the one that the headers say.

    Raises:
        AuthError: there is no proof, it does not match, or its time is too far from `now`.
    """
    chosen = form or form_of(headers)
    if chosen is None or not any(name in headers for name in HEADERS[chosen]):
        names = HEADERS[form] if form else [each[0] for each in HEADERS.values()]
        raise AuthError(f"found no signature; expected the header {' or '.join(names)}")
    # Each of the secrets is tried, whichever fits: how long it takes tells nothing.
    matches = [_CHECKS[chosen](headers, body, secret, now) for secret in accepted]
    if not any(matches):
        raise AuthError(f"the {HEADERS[chosen][0]} header does not match the body and this hook's secret")
    return chosen


def standard_signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The `webhook-signature` of a message: `v1,<base64>`."""
    return "v1," + _base64(_hmac(_standard_key(secret), f"{message_id}.{timestamp}.".encode() + body))


def _github(headers: Headers, body: bytes, secret: str, _now: datetime) -> bool:
    expected = "sha256=" + _hmac(secret.encode(), body).hex()
    return _equal(expected, headers.get("X-Hub-Signature-256", ""))


def _shopify(headers: Headers, body: bytes, secret: str, _now: datetime) -> bool:
    return _equal(_base64(_hmac(secret.encode(), body)), headers.get("X-Shopify-Hmac-Sha256", ""))


def _stripe(headers: Headers, body: bytes, secret: str, now: datetime) -> bool:
    parts = [part.strip().partition("=") for part in headers.get("Stripe-Signature", "").split(",")]
    timestamp = next((value for name, _, value in parts if name == "t"), "")
    _require_recent(timestamp, now)
    expected = _hmac(secret.encode(), f"{timestamp}.".encode() + body).hex()
    return _any_equal(expected, [value for name, _, value in parts if name == "v1"])


def _standard(headers: Headers, body: bytes, secret: str, now: datetime) -> bool:
    prefix = "Webhook" if "Webhook-Signature" in headers else "Svix"
    message_id, timestamp = headers.get(f"{prefix}-Id", ""), headers.get(f"{prefix}-Timestamp", "")
    _require_recent(timestamp, now)
    if not message_id:
        raise AuthError(f"found no {prefix.lower()}-id; expected the header that was signed")
    expected = standard_signature(secret, message_id, int(timestamp), body)
    return _any_equal(expected, headers.get(f"{prefix}-Signature", "").split(" "))


def _bearer(headers: Headers, _body: bytes, secret: str, _now: datetime) -> bool:
    scheme, _, presented = headers.get("Authorization", "").partition(" ")
    # Hashes of the same length: the comparison would else tell how long the secret is.
    given, expected = (hashlib.sha256(text.encode()).hexdigest() for text in (presented.strip(), secret))
    return _equal(expected, given) and scheme.lower() == "bearer"


_CHECKS: dict[SignatureForm, Callable[..., bool]] = {
    "github": _github,
    "shopify": _shopify,
    "stripe": _stripe,
    "standard": _standard,
    "bearer": _bearer,
}


def _require_recent(timestamp: str, now: datetime) -> None:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= _LONGEST_TIMESTAMP):
        raise AuthError("the signature's time cannot be read; expected seconds since 1970")
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE_SECONDS:
        raise AuthError(f"the signature's time is more than {TOLERANCE_SECONDS} seconds from ours")


def _standard_key(secret: str) -> bytes:
    """The bytes that a secret stands for; a text that is no base64 stands for itself."""
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        return secret.encode()


def _hmac(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _any_equal(expected: str, given: list[str]) -> bool:
    """Senders that change their secret sign with both for a while."""
    return any(_equal(expected, one) for one in given[:_MOST_SIGNATURES])


def _equal(expected: str, given: str) -> bool:
    return hmac.compare_digest(expected.encode(), given.encode())
