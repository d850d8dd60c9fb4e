"""What a reply to a text means."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.doors.callers import is_secret
from shared.notices.sms_replies import InboundText, Keyword, keyword_of

STOPS = ["STOP", "StopAll", "stop all", "UNSUBSCRIBE", "Cancel", "end", "QUIT", "revoke", "opt-out", "optout"]
FORM = {"From": "+13155550177", "Body": "STOP", "MessageSid": "m1"}


@pytest.mark.parametrize(
    ("words", "keyword"),
    [(word, Keyword.STOP) for word in STOPS if word != "opt-out"]
    + [(word, Keyword.START) for word in ("START", "yes", "Unstop")]
    + [(word, Keyword.HELP) for word in ("help", "INFO")],
)
@pytest.mark.parametrize("written", ["{}", " {}.\n", '"{}"', "¡{}!!", "({})", "{} 🙏", "\u200b{}"])
def test_a_keyword_counts_in_any_case_and_punctuation(words: str, keyword: Keyword, written: str) -> None:
    assert keyword_of(written.format(words.upper())) is keyword
    assert keyword_of(written.format(words.lower())) is keyword


@pytest.mark.parametrize(
    "body", ["", "stopping by at 5", "can't stop smiling", "the end?", "👍", "yes please", "..."]
)
def test_anything_else_is_no_keyword(body: str) -> None:
    assert keyword_of(body) is None


@given(body=st.text(max_size=50))
def test_any_text_is_read(body: str) -> None:
    assert keyword_of(body) in {None, *Keyword}


@pytest.mark.parametrize(
    "fields",
    [
        FORM,
        {"from": "(315)-555-0177", "body": "STOP", "messageId": "m1", "sentAt": "2026-11-23T14:00:00Z"},
        {"From": 13155550177, "To": "1", "Body": "STOP", "MessageId": 17, "NumMedia": "0", "AccountSid": "x"},
    ],
)
def test_the_provider_s_form_is_read_by_its_usual_names(fields: dict[str, Any]) -> None:
    message = InboundText.model_validate(fields)
    assert (message.sender, message.body) == ("+13155550177", "STOP")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"From": "nobody"}, "From"),
        ({"From": None}, "From"),
        ({"Body": " "}, "Body"),
        ({"Body": "x" * 5_001}, "Body"),
        ({"MessageSid": ""}, "MessageSid"),
        ({"SentAt": "noon"}, "SentAt"),
    ],
)
def test_what_is_malformed_is_refused_by_the_field_s_name(change: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        InboundText.model_validate({**FORM, **change})
    assert [str(error["loc"][0]) for error in refused.value.errors()] == [field]


def test_only_the_secret_itself_opens_the_door() -> None:
    assert is_secret("s3cret", "s3cret")
    assert not any(is_secret(given, "s3cret") for given in ("", "s3cre", "s3cret ", "S3CRET"))
    assert not is_secret("", None)
    assert not is_secret("", "")


def test_times_are_instants() -> None:
    message = InboundText.model_validate({**FORM, "SentAt": "2026-11-23T09:00:00-05:00"})
    assert message.sent_at == datetime(2026, 11, 23, 14, tzinfo=UTC)
