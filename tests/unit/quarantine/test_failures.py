"""A reason names fields, never what they hold; what may pass is nobody's fault."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest
import requests
from google.api_core import exceptions as google
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from shared.errors import PermanentError, TransientError
from shared.gcp.settings import SettingsError
from shared.quarantine.failures import describe, may_pass, stack_of
from shared.tenants.tenant import parse_tenant

VALUE = "Secret-Zone-5551234567"


def raised(call: Callable[[], object]) -> Exception:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - any
        call()
    return caught.value


def test_a_malformed_document_is_reported_by_its_fields() -> None:
    error = raised(lambda: parse_tenant("o1", {"timezone": VALUE, "tierId": VALUE}))
    assert describe(error) == "malformed: tierId (enum), timezone (value_error)"
    assert VALUE not in stack_of(error)


class Inner(BaseModel):
    phone: int


class Outer(BaseModel):
    inner: list[Inner]


@given(st.recursive(st.none() | st.text(min_size=8, max_size=40).map("zz".__add__), st.lists))
def test_no_value_of_a_document_is_quoted(value: object) -> None:
    with pytest.raises(ValidationError) as caught:
        Outer.model_validate({"inner": [{"phone": value}]})
    assert describe(caught.value).startswith("malformed: inner.0.phone (")
    assert not isinstance(value, str) or value not in describe(caught.value)


def test_any_other_error_is_reported_by_its_class_and_place() -> None:
    error = raised(lambda: int(VALUE))
    assert describe(error) == "ValueError"
    own = raised(lambda: parse_tenant("o1", 7))  # type: ignore[arg-type]
    assert describe(own).startswith("AttributeError at shared/tenants/tenant.py:")


def test_our_own_errors_are_reported_with_their_message() -> None:
    assert describe(PermanentError("attempt: found 7;\n expected 1 to 4")) == "attempt: found 7; expected 1 to 4"
    assert describe(PermanentError("")) == "PermanentError"
    assert len(describe(PermanentError("x" * 9_000))) == 500


def made(kind: Callable[[str], Exception]) -> Exception:
    return kind("x")


@pytest.mark.parametrize(
    ("error", "passing"),
    [
        (TransientError("x"), True),
        (made(google.ServiceUnavailable), True),
        (made(google.DeadlineExceeded), True),
        (made(google.ResourceExhausted), True),
        (made(google.Aborted), True),
        (made(google.PermissionDenied), True),  # the process may not: no document can help it
        (SettingsError("x"), True),
        (ConnectionResetError(), True),
        (requests.ConnectionError("x"), True),
        (socket.gaierror("x"), True),
        (made(google.Cancelled), True),
        (made(google.FailedPrecondition), True),  # an index that is still being built
        (made(google.InvalidArgument), False),
        (made(google.NotFound), False),
        (PermanentError("x"), False),
        (KeyError("x"), False),
        (RecursionError(), False),
    ],
)
def test_what_may_pass(error: Exception, passing: bool) -> None:
    assert may_pass(error) is passing
