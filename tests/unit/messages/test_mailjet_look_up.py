"""Asking Mailjet whether a message arrived, over real HTTP."""

from __future__ import annotations

import pytest

from shared.errors import OutcomeUnknownError, PermanentError, TransientError
from shared.messages.channels import mailjet
from tests.unit.messages.provider import DROPPED, Answer, Provider


def test_find_asks_by_custom_id(mailjet_provider: Provider) -> None:
    mailjet_provider.will_answer(
        Answer(200, {"Count": 1, "Data": [{"ID": 576460752303, "Status": "sent"}], "Total": 1})
    )
    assert mailjet.find("run1:mail") == "576460752303"
    (request,) = mailjet_provider.received
    assert (request.method, request.path, request.query) == ("GET", "/v3/REST/message", {"CustomID": "run1:mail"})


def test_find_says_when_nothing_arrived(mailjet_provider: Provider) -> None:
    mailjet_provider.will_answer(Answer(200, {"Count": 0, "Data": [], "Total": 0}))
    assert mailjet.find("run1:mail") is None


@pytest.mark.parametrize(
    "failure", [DROPPED, Answer(503, {}), Answer(200, "not JSON"), Answer(200, {"Data": [{}]})]
)
def test_a_look_up_that_fails_is_transient_and_never_none(mailjet_provider: Provider, failure: Answer) -> None:
    mailjet_provider.will_answer(failure)
    with pytest.raises(TransientError) as caught:
        mailjet.find("run1:mail")
    assert not isinstance(caught.value, OutcomeUnknownError)


def test_a_refused_look_up_is_permanent(mailjet_provider: Provider) -> None:
    mailjet_provider.will_answer(Answer(403, {"ErrorMessage": "not allowed"}))
    with pytest.raises(PermanentError, match="not allowed"):
        mailjet.find("run1:mail")
