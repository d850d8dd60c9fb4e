"""Marks stand for secrets until the call; nothing from outside is taken for a mark; no exception says a value."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import PermanentError, TransientError
from shared.gcp.secret_manager import MissingSecretError, SecretCache
from shared.playbooks.templates import render
from shared.secrets.filling import StepSecrets, UnknownSecretError

VALUE = "sk_live_0123456789"


def step_secrets(**values: str) -> StepSecrets:
    def read(secret_id: str) -> str:
        name = secret_id.removeprefix("org-org_1-")
        if name not in values:
            raise MissingSecretError(f"there is no secret {secret_id}")
        return values[name]

    return StepSecrets("org_1", SecretCache(read))


def filled(secrets: StepSecrets, value: Any, **scope: Any) -> Any:
    return render(value, {**scope, "secrets": secrets.in_scope})


def test_a_secret_is_filled_in_wherever_its_template_stands() -> None:
    secrets = step_secrets(KEY=VALUE)
    params = filled(secrets, {"Authorization": "Bearer {{secrets.KEY}}", "list": ["{{secrets.KEY}}", 1]})
    assert VALUE not in str(params)
    assert secrets.fill(params) == {"Authorization": f"Bearer {VALUE}", "list": [VALUE, 1]}


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=40))
def test_a_secret_in_the_query_of_an_address_stays_one_value(key: str) -> None:
    secrets = step_secrets(KEY=key)
    url = secrets.fill_url(filled(secrets, "https://api.example/a?key={{secrets.KEY}}&page=2#top"))
    parts = urlsplit(url)
    assert parse_qs(parts.query, keep_blank_values=True) == {"key": [key], "page": ["2"]}
    assert (parts.netloc, parts.path, parts.fragment) == ("api.example", "/a", "top")


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("{{secrets.BASE}}", "https://hooks.example/T0/B0?x=1&y=2"),
        ("{{secrets.BASE}}&key={{secrets.KEY}}", "https://hooks.example/T0/B0?x=1&y=2&key=a%2Fb%3Fc%26d%23e"),
        ("https://{{secrets.HOST}}/v1", "https://shop.example:8443/v1"),
        ("https://api.example/{{secrets.KEY}}/x", "https://api.example/a/b%3Fc%26d%23e/x"),
        ("https://api.example/x?{{secrets.KEY}}", "https://api.example/x?a%2Fb%3Fc%26d%23e"),
        ("https://api.example/x", "https://api.example/x"),
    ],
)
def test_where_a_secret_is_in_an_address_says_how_it_is_written(url: str, sent: str) -> None:
    secrets = step_secrets(BASE="https://hooks.example/T0/B0?x=1&y=2", HOST="shop.example:8443", KEY="a/b?c&d#e")
    assert secrets.fill_url(filled(secrets, url)) == sent


def test_people_read_the_template_instead_of_the_mark() -> None:
    secrets = step_secrets(KEY=VALUE)
    params = filled(secrets, "Bearer {{secrets.KEY}}")
    assert secrets.written(params) == "Bearer {{secrets.KEY}}"
    assert secrets.named_in([params, params]) == ["KEY"]


def test_secrets_are_never_filled_into_event_data() -> None:
    secrets = step_secrets(KEY=VALUE)
    mark = filled(step_secrets(KEY=VALUE), "{{secrets.KEY}}")
    params = filled(secrets, "{{event.name}} {{event.mark}}", event={"name": "{{secrets.KEY}}", "mark": mark})
    assert secrets.fill(params) == f"{{{{secrets.KEY}}}} {mark}"


@given(st.text(max_size=100))
def test_outside_text_never_counts_as_a_placeholder(text: str) -> None:
    secrets = step_secrets(KEY=VALUE)
    assert secrets.fill({"a": [text]}) == {"a": [text]}


def test_a_secret_that_is_not_set_is_named_with_what_to_do() -> None:
    secrets = step_secrets()
    with pytest.raises(
        UnknownSecretError, match="the secret KEY is not set; expected an owner to add it under Sett"
    ):
        secrets.fill(filled(secrets, "{{secrets.KEY}}"))


def test_used_secrets_are_hidden_in_answers() -> None:
    secrets = step_secrets(KEY=VALUE)
    secrets.fill(filled(secrets, "{{secrets.KEY}}"))
    assert secrets.hide({"echo": f"you sent {VALUE}"}) == {"echo": "you sent [secret KEY]"}


@pytest.mark.parametrize("kind", [PermanentError, TransientError, ValueError])
def test_no_exception_or_its_cause_contains_a_secret(kind: type[Exception]) -> None:
    secrets = step_secrets(KEY=VALUE)

    def call() -> None:
        try:
            raise RuntimeError(f"Illegal header value {secrets.fill(filled(secrets, '{{secrets.KEY}}'))}")
        except RuntimeError as error:
            raise kind(f"bad {VALUE}") from error

    with pytest.raises(kind, match=r"bad \[secret KEY\]") as raised, secrets.hiding():
        call()
    assert str(raised.value.__cause__) == "Illegal header value [secret KEY]"


def test_an_error_keeps_how_long_to_wait() -> None:
    secrets = step_secrets(KEY=VALUE)

    def call() -> None:
        secrets.fill(filled(secrets, "{{secrets.KEY}}"))
        raise TransientError(f"later: {VALUE}", retry_after_seconds=7)

    with pytest.raises(TransientError) as raised, secrets.hiding():
        call()
    assert raised.value.retry_after_seconds == 7


def test_a_secret_that_was_refused_is_read_again() -> None:
    values = {"KEY": "the old value"}
    cache = SecretCache(lambda _secret_id: values["KEY"])
    secrets = StepSecrets("org_1", cache)
    mark = filled(secrets, "{{secrets.KEY}}")
    assert secrets.fill(mark) == "the old value"
    values["KEY"] = "the new value"
    secrets.forget()
    assert secrets.fill(mark) == "the new value"
    assert secrets.hide("the old value, the new value") == "[secret KEY], [secret KEY]"
