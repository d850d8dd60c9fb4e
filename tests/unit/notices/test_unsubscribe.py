"""Links to unsubscribe: who may sign them, what they say, and the page behind them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import NotFoundError
from shared.messages import unsubscribe_link
from shared.messages.alert_types import AlertType
from shared.messages.unsubscribe_link import Subscription
from shared.notices.unsubscribe import question, resumed, stopped

ALERT = Subscription(org_id="org_1", alert=AlertType.BILLING_ALERT)
ADDRESS = Subscription(org_id="org_1", address="maya@b.example")


@pytest.fixture(autouse=True)
def signing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo-playbooks")
    monkeypatch.setenv("PUBLIC_BASE_URL", "https://app.example")
    monkeypatch.setenv("UNSUBSCRIBE_SECRET", "signs-links")


def token(subscription: Subscription) -> str:
    address, _, signed = (unsubscribe_link.url(subscription) or "").partition("?token=")
    assert address == "https://app.example/api/unsubscribe"
    return signed


@pytest.mark.parametrize("subscription", [ALERT, ADDRESS])
def test_a_link_carries_its_subscription(subscription: Subscription) -> None:
    assert unsubscribe_link.read_token(token(subscription)) == subscription


def test_a_link_needs_no_escaping() -> None:
    assert set(token(ADDRESS)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


@given(st.data())
def test_a_token_with_any_character_changed_is_invalid(data: st.DataObject) -> None:
    signed = token(ALERT)
    at = data.draw(st.integers(0, len(signed) - 2))  # the last sign carries bits that are not read
    sign = data.draw(st.sampled_from("Az09-_.").filter(lambda other: other != signed[at]))
    with pytest.raises(NotFoundError):
        unsubscribe_link.read_token(signed[:at] + sign + signed[at + 1 :])


@pytest.mark.parametrize("made_up", ["", ".", "e30.x", "a" * 5_000, "\x00", "Maya"])
def test_a_made_up_token_is_invalid(made_up: str) -> None:
    with pytest.raises(NotFoundError):
        unsubscribe_link.read_token(made_up)


def test_a_token_signed_with_another_secret_is_invalid(monkeypatch: pytest.MonkeyPatch) -> None:
    signed = token(ALERT)
    monkeypatch.setenv("UNSUBSCRIBE_SECRET", "another")
    with pytest.raises(NotFoundError):
        unsubscribe_link.read_token(signed)


def test_a_signature_made_for_another_purpose_is_invalid() -> None:
    from itsdangerous import URLSafeSerializer

    with pytest.raises(NotFoundError):
        unsubscribe_link.read_token(
            str(URLSafeSerializer("signs-links", salt="other").dumps({"o": "org_1", "t": "x"}))
        )


@pytest.mark.parametrize(
    "content", [{"o": "org_1"}, {"o": "org_1", "t": "billing_alert", "a": "a@b.example"}, {}, [], "x"]
)
def test_a_signed_token_of_another_shape_is_invalid(content: object) -> None:
    with pytest.raises(NotFoundError):
        unsubscribe_link.read_token(unsubscribe_link._Signer("signs-links").sign(content))  # type: ignore[arg-type]


@pytest.mark.parametrize("secret", ["", "unset"])
def test_without_a_secret_no_link_is_made_or_accepted(secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    signed = token(ALERT)
    monkeypatch.setenv("UNSUBSCRIBE_SECRET", secret)
    assert unsubscribe_link.url(ALERT) is None
    with pytest.raises(NotFoundError):
        unsubscribe_link.read_token(signed)


@pytest.mark.parametrize("page", [question, stopped, resumed])
def test_the_page_shows_names_as_text(page: object) -> None:
    said = page(ADDRESS, "<script>alert(1)</script>")  # type: ignore[operator]
    assert "<script>" not in said
    assert "&lt;script&gt;" in said
    assert "maya@b.example" in said


def test_the_question_has_one_button_and_the_answer_an_undo() -> None:
    assert 'name="again"' not in question(ALERT, "Thrive")
    assert 'name="again"' in stopped(ALERT, "Thrive")
    assert "emails about billing (this applies to everyone at Thrive)" in question(ALERT, "Thrive")
