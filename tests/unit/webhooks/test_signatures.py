"""Signatures against examples that others have published, and against everything that is not one."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import Headers

from shared.api.errors import AuthError
from shared.playbooks.models import SignatureForm
from shared.webhooks.signatures import FORMS, form_of, new_secret, standard_signature, verify

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)

# "Testing the webhook payload validation" on
# https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
GITHUB = (
    "It's a Secret to Everybody",
    b"Hello, World!",
    {"X-Hub-Signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"},
)
# The example of Shopify's header in SQLPage's documentation, which has an HMAC of its own (`sqlpage.hmac`).
SHOPIFY = (
    "test-webhook-secret",
    b'{"id":1234567890,"email":"customer@example.com","total_price":"123.45"}',
    {"X-Shopify-Hmac-Sha256": "QNyObTlKbMx2qDlPF/ZOZcBqg5OgPg+2oky3zldc0Gw="},
)
# tests/test_webhooks.py of the Standard Webhooks project's Python library; the README of Svix has the same.
STANDARD = (
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    b'{"test": 2432232314}',
    {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    },
)
STANDARD_NOW = datetime.fromtimestamp(1614265330, UTC)
SVIX = (*STANDARD[:2], {name.replace("webhook", "svix"): value for name, value in STANDARD[2].items()})


def _stripe_header(secret: str, body: bytes, at: datetime) -> str:
    import hashlib
    import hmac

    seconds = int(at.timestamp())
    return f"t={seconds},v1={hmac.new(secret.encode(), f'{seconds}.'.encode() + body, hashlib.sha256).hexdigest()}"


def _check(
    secret: str, body: bytes, headers: dict[str, str], now: datetime = NOW, form: SignatureForm | None = None
) -> SignatureForm:
    return verify(form, Headers(headers), body, ["another secret", secret], now)


@pytest.mark.parametrize(
    ("form", "example", "now"),
    [
        ("github", GITHUB, NOW),
        ("shopify", SHOPIFY, NOW),
        ("standard", STANDARD, STANDARD_NOW),
        ("standard", SVIX, STANDARD_NOW),
    ],
)
def test_an_example_that_others_have_published_is_accepted(
    form: SignatureForm, example: tuple[str, bytes, dict[str, str]], now: datetime
) -> None:
    secret, body, headers = example
    assert _check(secret, body, headers, now) == form
    assert _check(secret, body, headers, now, form) == form
    for wrong in ((secret + "x", body, headers), (secret, body + b" ", headers)):
        with pytest.raises(AuthError):
            _check(*wrong, now)


def test_stripes_form_signs_its_time_with_the_body() -> None:
    body = b'{"id": "evt_1"}'
    header = _stripe_header("whsec_test", body, NOW)
    assert _check("whsec_test", body, {"Stripe-Signature": header}) == "stripe"
    # While a secret is changed Stripe signs with both; v0 is a signature of test mode that proves nothing.
    rolled = header.replace("v1=", "v1=00,v0=11,v1=")
    assert _check("whsec_test", body, {"Stripe-Signature": rolled}) == "stripe"
    with pytest.raises(AuthError):
        _check("whsec_test", body, {"Stripe-Signature": header.replace("v1=", "v0=")})


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_signature_from_another_time_is_refused(seconds: int) -> None:
    then = NOW + timedelta(seconds=seconds)
    with pytest.raises(AuthError, match="300 seconds"):
        _check("s", b"{}", {"Stripe-Signature": _stripe_header("s", b"{}", then)})
    stamp = int(then.timestamp())
    signed = {
        "webhook-id": "m",
        "webhook-timestamp": str(stamp),
        "webhook-signature": standard_signature("s", "m", stamp, b"{}"),
    }
    with pytest.raises(AuthError, match="300 seconds"):
        _check("s", b"{}", signed)


def test_a_bearer_secret_is_compared_whole() -> None:
    assert _check("hush-hush-hush", b"", {"Authorization": "Bearer hush-hush-hush"}) == "bearer"
    for wrong in ("Bearer hush-hush-hus", "Basic hush-hush-hush", "Bearer", ""):
        with pytest.raises(AuthError):
            _check("hush-hush-hush", b"", {"Authorization": wrong})


def test_only_the_form_that_the_trigger_names_counts() -> None:
    with pytest.raises(AuthError, match="X-Hub-Signature-256"):
        _check("hush", b"", {"Authorization": "Bearer hush"}, form="github")


def test_without_any_proof_the_headers_that_could_carry_one_are_named() -> None:
    with pytest.raises(AuthError, match="Stripe-Signature"):
        _check("hush", b"", {})


def test_a_new_secret_has_256_random_bits_and_works_in_standard_webhooks() -> None:
    secret = new_secret()
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    assert secret != new_secret()


_TEXT = st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S", "Zs"]), max_size=60)


@given(
    headers=st.dictionaries(
        st.sampled_from([*GITHUB[2], *SHOPIFY[2], *STANDARD[2], *SVIX[2], "Stripe-Signature", "Authorization"]),
        _TEXT,
    ),
    body=st.binary(max_size=40),
)
def test_arbitrary_headers_prove_nothing_or_are_refused(headers: dict[str, Any], body: bytes) -> None:
    form = form_of(Headers(headers))
    assert form is None or form in FORMS
    with pytest.raises(AuthError):
        verify(None, Headers(headers), body, ["a secret that nobody has"], NOW)
