"""SMS through Blackleaf, which can't be asked afterward whether a message arrived."""

from __future__ import annotations

from shared.error_codes import ErrorCode
from shared.errors import PermanentError
from shared.gcp.settings import settings
from shared.values.phone_number import parse_phone_number
from shared.web.provider import Answer, ProviderApi


def send(to_e164: str, body: str) -> str:
    """Texts `body` to `to_e164` (ten digits are a US number) and returns Blackleaf's message id.

    Raises:
        PermanentError: Blackleaf refused it (with its words), a bad number, or BLACKLEAF_API_KEY is missing.
        TransientError: Blackleaf wasn't reached, or didn't accept the text right now.
        OutcomeUnknownError: the request was sent but no usable answer came back.
    """
    try:
        number = parse_phone_number(to_e164)
    except ValueError as error:
        raise PermanentError(f"the text cannot be sent: to: {error}") from None
    known = settings()
    if not known.blackleaf_api_key:
        raise PermanentError(
            "BLACKLEAF_API_KEY is not set; expected the API key of the sending Blackleaf account",
            code=ErrorCode.NOT_CONFIGURED,
        )
    api = ProviderApi("Blackleaf", "BLACKLEAF_API_URL", _words, secrets=(known.blackleaf_api_key,))
    answer = api.call(
        "GET",
        f"{known.blackleaf_api_url.rstrip('/')}/api/messaging/send/",
        params={"apiKey": known.blackleaf_api_key, "to": number.removeprefix("+"), "body": body},
        sending="the text",
    )
    content = answer.json_object()
    if content.get("status") == "error":
        raise PermanentError(
            f"Blackleaf refused the text: {api.safe(_words(answer)) or 'no reason given'}",
            code=ErrorCode.PROVIDER_REFUSED,
        )
    if content.get("status") != "success" or not content.get("messageId"):
        raise api.unknown(f"answered {answer.status} without a message id", "the text")
    return str(content["messageId"])


def _words(answer: Answer) -> str:
    return str(answer.json_object().get("error") or "")
