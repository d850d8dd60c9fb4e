"""What a reply to a text means."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.api.callers import is_secret
from shared.messages.channels import blackleaf
from shared.messages.sms_text import is_gsm, segments
from shared.notices import sms_replies
from shared.notices.sms_replies import InboundText, Keyword, keyword_of
from shared.tenants.tenant import Tenant

STOPS = [
    "STOP",
    "StopAll",
    "stop all",
    "stop-all",
    "STOP\u00a0ALL",
    "S\u200bTOP",
    "UNSUBSCRIBE",
    "Cancel",
    "end",
    "QUIT",
    "revoke",
    "opt-out",
    "optout",
]
FORM = {"From": "+13155550177", "Body": "STOP", "MessageSid": "m1"}


@pytest.mark.parametrize(
    ("words", "keyword"),
    [(word, Keyword.STOP) for word in STOPS]
    + [(word, Keyword.START) for word in ("START", "yes", "Unstop")]
    + [(word, Keyword.HELP) for word in ("help", "INFO")],
)
@pytest.mark.parametrize("written", ["{}", " {}.\n", '"{}"', "¡{}!!", "({})", "{} 🙏", "\u200b{}"])
def test_a_keyword_counts_in_any_case_and_punctuation(words: str, keyword: Keyword, written: str) -> None:
    assert keyword_of(written.format(words.upper())) is keyword
    assert keyword_of(written.format(words.lower())) is keyword


@pytest.mark.parametrize(
    "body",
    [
        "Please stop",
        "stop texting me",
        "STOP sending me these messages, please!",
        "Unsubscribe me",
        "cancel pls",
        "STOP\n\nSent from my Galaxy",
        "stop.\r\n-- \r\nJane",
    ],
)
def test_stop_is_recognized_in_plain_words_and_above_a_signature(body: str) -> None:
    assert keyword_of(body) is Keyword.STOP


@pytest.mark.parametrize(
    "body",
    [
        "",
        "stopping by at 5",
        "can't stop smiling",
        "the end?",
        "👍",
        "yes please",
        "...",
        "start\nnow or never",
        "now",
    ],
)
def test_anything_else_is_not_a_keyword(body: str) -> None:
    assert keyword_of(body) is None


@given(body=st.text(max_size=50))
def test_any_text_can_be_parsed(body: str) -> None:
    assert keyword_of(body) in {None, *Keyword}


@pytest.mark.parametrize(
    "fields",
    [
        FORM,
        {"from": "(315)-555-0177", "body": "STOP", "messageId": "m1", "sentAt": "2026-11-23T14:00:00Z"},
        {"From": 13155550177, "To": "1", "Body": "STOP", "MessageId": 17, "NumMedia": "0", "AccountSid": "x"},
    ],
)
def test_the_providers_form_is_read_by_its_usual_field_names(fields: dict[str, Any]) -> None:
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
    ],
)
def test_a_malformed_reply_is_refused_by_field_name(change: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        InboundText.model_validate({**FORM, **change})
    assert [str(error["loc"][0]) for error in refused.value.errors()] == [field]


def test_only_the_exact_secret_is_accepted() -> None:
    assert is_secret("s3cret", "s3cret")
    assert not any(is_secret(given, "s3cret") for given in ("", "s3cre", "s3cret ", "S3CRET"))
    assert not is_secret("", None)
    assert not is_secret("", "")


@pytest.mark.parametrize("said", ["noon", "", "2026-11-23T09:00:00", ["2026"], "Mon, 99 Nov 2026"])
def test_an_unreadable_time_does_not_block_a_reply(said: Any) -> None:
    assert InboundText.model_validate({**FORM, "SentAt": said}).sent_at is None


def test_times_are_instants() -> None:
    posted = InboundText.model_validate({**FORM, "DateSent": "Mon, 23 Nov 2026 14:00:00 +0000"})
    assert posted.sent_at == datetime(2026, 11, 23, 14, tzinfo=UTC)
    message = InboundText.model_validate({**FORM, "SentAt": "2026-11-23T09:00:00-05:00"})
    assert message.sent_at == datetime(2026, 11, 23, 14, tzinfo=UTC)


@pytest.mark.parametrize("name", ["Green Leaf", "The Very Long Name of a Shop " * 9, "大麻の店" * 30])
@pytest.mark.parametrize(
    ("keyword", "ending"),
    [(Keyword.STOP, "Reply START to get them again."), (Keyword.HELP, "Reply STOP to opt out.")],
)
def test_a_long_shop_name_does_not_push_out_the_opt_out_words(
    name: str, keyword: Keyword, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    monkeypatch.setattr(sms_replies, "_shop_of", lambda _: Tenant(id="o", name=name, owner_email="o@shop.example"))
    monkeypatch.setattr(sms_replies, "in_transaction", lambda *_: True)
    monkeypatch.setattr(blackleaf, "send", lambda _, body: sent.append(body))
    sms_replies._answer(cast(Any, SimpleNamespace(id="reply")), "+13155550177", keyword)
    assert sent[0].startswith(name[:4])
    assert sent[0].endswith(ending)
    assert segments(sent[0]) == 1 or not is_gsm(name)
