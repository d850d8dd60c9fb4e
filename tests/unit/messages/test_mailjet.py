"""Mailjet over real HTTP: what is sent, and what each kind of failure means for a retry."""

from __future__ import annotations

import datetime
import ipaddress
import logging
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from shared.errors import OutcomeUnknownError, PermanentError, ThrottledError, TransientError
from shared.messages.channels import mailjet
from shared.messages.email import compose
from shared.messages.template.drawing import InlinePicture
from shared.web.provider import _transport
from tests.unit.messages.conftest import use_mailjet_at
from tests.unit.messages.provider import DROPPED, Answer, Provider, running_provider

MESSAGE = compose("owner@shop.example", "Prices", text="They went lower.", html="<p>They went <b>lower</b>.</p>")
ACCEPTED = Answer(
    200,
    {
        "Messages": [
            {
                "Status": "success",
                "CustomID": "run1:mail",
                "To": [
                    {
                        "Email": "owner@shop.example",
                        "MessageUUID": "u",
                        "MessageID": 576460752303,
                        "MessageHref": "",
                    }
                ],
            }
        ]
    },
)
REFUSED = Answer(
    400,
    {
        "Messages": [
            {
                "Status": "error",
                "Errors": [
                    {
                        "ErrorIdentifier": "f987008f",
                        "ErrorCode": "mj-0013",
                        "StatusCode": 400,
                        "ErrorMessage": '"owner@shop" is an invalid email address.',
                        "ErrorRelatedTo": ["To[0].Email"],
                    }
                ],
            }
        ]
    },
)


def test_a_message_goes_out_in_the_shape_of_v3_1(mailjet_provider: Provider) -> None:
    mailjet_provider.will_answer(ACCEPTED)
    assert mailjet.send(MESSAGE, "run1:mail") == "576460752303"
    (request,) = mailjet_provider.received
    assert (request.method, request.path) == ("POST", "/v3.1/send")
    assert request.body == {
        "Messages": [
            {
                "From": {"Email": "robot@bakedbot.example", "Name": "Robot"},
                "To": [{"Email": "owner@shop.example"}],
                "Subject": "Prices",
                "TextPart": "They went lower.",
                "HTMLPart": "<p>They went <b>lower</b>.</p>",
                "CustomID": "run1:mail",
            }
        ]
    }


def test_a_mail_that_can_be_turned_off_says_so_to_mail_programs(mailjet_provider: Provider) -> None:
    mailjet_provider.will_answer(ACCEPTED)
    mailjet.send(
        MESSAGE.model_copy(update={"unsubscribe_url": "https://app.example/u?token=t", "payload": "p"}), "c"
    )
    wire = mailjet_provider.received[0].body["Messages"][0]
    assert wire["Headers"] == {
        "List-Unsubscribe": "<https://app.example/u?token=t>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert wire["EventPayload"] == "p"


def test_a_picture_goes_along_as_an_inlined_attachment_of_v3_1(mailjet_provider: Provider) -> None:
    mailjet_provider.will_answer(ACCEPTED)
    mailjet.send(MESSAGE.model_copy(update={"inlined": (InlinePicture(content_id="chart-1", png=b"PNG"),)}), "c")
    assert mailjet_provider.received[0].body["Messages"][0]["InlinedAttachments"] == [
        {"ContentType": "image/png", "Filename": "chart-1.png", "ContentID": "chart-1", "Base64Content": "UE5H"}
    ]


def test_a_text_mail_has_no_html_part(mailjet_provider: Provider) -> None:
    mailjet_provider.will_answer(ACCEPTED)
    mailjet.send(compose("a@shop.example", "S", text="only text"), "c")
    assert "HTMLPart" not in mailjet_provider.received[0].body["Messages"][0]


def test_an_html_mail_gets_a_text_part(mailjet_provider: Provider) -> None:
    mailjet_provider.will_answer(ACCEPTED)
    mailjet.send(compose("a@shop.example", "S", html="<p>Fish &amp; chips</p>"), "c")
    assert mailjet_provider.received[0].body["Messages"][0]["TextPart"] == "Fish & chips"


def test_the_same_words_in_two_runs_are_two_mails_to_mailjet(mailjet_provider: Provider) -> None:
    mailjet_provider.will_answer(ACCEPTED)
    mailjet.send(MESSAGE, "run1:mail")
    mailjet.send(MESSAGE, "run2:mail")
    keys = [request.headers["Idempotency-Key"] for request in mailjet_provider.received]
    assert keys[0] != keys[1]


def test_a_refusal_is_permanent_and_speaks_mailjets_words(mailjet_provider: Provider) -> None:
    mailjet_provider.will_answer(REFUSED)
    with pytest.raises(PermanentError, match=r'"\[email\]" is an invalid email address'):
        mailjet.send(MESSAGE, "c")


def test_a_refusal_inside_an_answer_of_200_is_permanent(mailjet_provider: Provider) -> None:
    mailjet_provider.will_answer(Answer(200, REFUSED.body))
    with pytest.raises(PermanentError, match="is an invalid email address"):
        mailjet.send(MESSAGE, "c")


def test_wrong_credentials_are_permanent(mailjet_provider: Provider) -> None:
    mailjet_provider.will_answer(Answer(401, {"StatusCode": 401, "ErrorMessage": "API key authentication failure"}))
    with pytest.raises(PermanentError, match="401: API key authentication failure"):
        mailjet.send(MESSAGE, "c")


@pytest.mark.parametrize("status", [408, 425, 429, 503])
def test_an_error_answer_that_may_pass_was_not_accepted(mailjet_provider: Provider, status: int) -> None:
    mailjet_provider.will_answer(Answer(status, {"ErrorMessage": "later"}))
    with pytest.raises(TransientError, match=f"{status}: later") as caught:
        mailjet.send(MESSAGE, "c")
    assert not isinstance(caught.value, OutcomeUnknownError)
    assert len(mailjet_provider.received) == 1


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_crash_or_a_gateway_may_come_after_the_mail_was_taken(mailjet_provider: Provider, status: int) -> None:
    mailjet_provider.will_answer(Answer(status, {"ErrorMessage": "sorry"}))
    with pytest.raises(OutcomeUnknownError, match=f"{status}: sorry; it may have accepted the email"):
        mailjet.send(MESSAGE, "c")


def test_what_becomes_of_each_message_of_a_batch_is_distinguished(mailjet_provider: Provider) -> None:
    accepted, refused = ACCEPTED.body["Messages"][0], REFUSED.body["Messages"][0]
    slow = {"Status": "error", "Errors": [{"StatusCode": 429, "ErrorMessage": "too many"}]}
    mailjet_provider.will_answer(Answer(200, {"Messages": [accepted, refused, slow, {"Status": "success"}]}))
    outcomes = mailjet.send_batch([(MESSAGE, f"run1:{place}") for place in range(4)])
    kinds = [PermanentError, ThrottledError, OutcomeUnknownError]
    assert outcomes[0] == "576460752303"
    assert [type(outcome) for outcome in outcomes[1:]] == kinds
    sent = mailjet_provider.received[0].body["Messages"]
    assert [message["CustomID"] for message in sent] == ["run1:0", "run1:1", "run1:2", "run1:3"]


def test_a_batch_that_is_refused_as_a_whole_says_of_each_why(mailjet_provider: Provider) -> None:
    mailjet_provider.will_answer(Answer(400, {"Messages": REFUSED.body["Messages"] * 2}))
    outcomes = mailjet.send_batch([(MESSAGE, "one"), (MESSAGE, "two")])
    assert [type(outcome) for outcome in outcomes] == [PermanentError, PermanentError]


def test_a_batch_that_says_nothing_of_some_is_unknown(mailjet_provider: Provider) -> None:
    mailjet_provider.will_answer(ACCEPTED)
    with pytest.raises(OutcomeUnknownError):
        mailjet.send_batch([(MESSAGE, "one"), (MESSAGE, "two")])


def test_a_connection_dropped_after_the_request_leaves_the_outcome_unknown(mailjet_provider: Provider) -> None:
    mailjet_provider.will_answer(DROPPED)
    with pytest.raises(OutcomeUnknownError):
        mailjet.send(MESSAGE, "c")
    assert len(mailjet_provider.received) == 1


def test_an_answer_of_200_that_cannot_be_read_leaves_the_outcome_unknown(mailjet_provider: Provider) -> None:
    mailjet_provider.will_answer(Answer(200, "<html>maintenance</html>"))
    with pytest.raises(OutcomeUnknownError):
        mailjet.send(MESSAGE, "c")


@pytest.mark.parametrize("failure", [DROPPED, Answer(503, {})])
def test_over_tls_a_post_is_not_repeated_by_the_library(
    failure: Answer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = _self_signed(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    _transport.cache_clear()
    with running_provider(context) as provider:
        provider.will_answer(failure)
        use_mailjet_at(provider.url, monkeypatch)
        with pytest.raises(TransientError):
            mailjet.send(MESSAGE, "c")
        assert len(provider.received) == 1
    _transport.cache_clear()


def test_an_untrusted_certificate_means_not_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_self_signed(tmp_path))
    with running_provider(context) as provider:
        use_mailjet_at(provider.url, monkeypatch)
        with pytest.raises(TransientError, match="was not sent"):
            mailjet.send(MESSAGE, "c")
        assert provider.received == []


@pytest.mark.parametrize("name", ["MAILJET_API_KEY", "MAILJET_API_SECRET"])
def test_missing_credentials_are_named(
    mailjet_provider: Provider, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.delenv(name)
    with pytest.raises(PermanentError, match=name):
        mailjet.send(MESSAGE, "c")


def test_no_credential_is_logged_or_raised(mailjet_provider: Provider, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "httpcore")
    mailjet_provider.will_answer(ACCEPTED, DROPPED)
    mailjet.send(MESSAGE, "c")
    with pytest.raises(OutcomeUnknownError) as caught:
        mailjet.send(MESSAGE, "c")
    assert caplog.records, "nothing was logged at all, so nothing was shown"
    for secret in ("jet-key-1a2", "jet-secret-9z8"):
        assert secret not in caplog.text + str(caught.value)


def _self_signed(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(minutes=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
            ),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    path = folder / "localhost.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path
