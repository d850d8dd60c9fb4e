"""Drive against the stand-in and against a provider that misbehaves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from shared.errors import OutcomeUnknownError, PermanentError, ThrottledError, TransientError
from shared.messages.channels import drive
from shared.messages.channels.drive import Upload
from shared.messages.channels.file_content import FileFormat, build_file
from shared.web.provider import Answer as WebAnswer
from shared.web.provider import ProviderApi, RefusedError
from tests.unit.local.fakes import FakeCloud, make_app, served
from tests.unit.messages.provider import Answer, Provider

KEY = "run_1:it's/0/save"
REPORT = build_file("Report.md", "# Woche 47 – 15 %", None)


@pytest.fixture
def console(monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    with served(make_app(FakeCloud())) as url, httpx.Client(base_url=url) as client:
        _use_drive_at(f"{url}/providers/drive", monkeypatch)
        yield client


@pytest.fixture
def broken(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> Provider:
    _use_drive_at(provider.url, monkeypatch)
    return provider


class Google:
    """Drive and its tokens as they are in production, without the network."""

    def __init__(self) -> None:
        self.scopes: list[Any] = []
        self.called: list[tuple[str, str]] = []
        self.refuses: str | None = None

    def default(self, scopes: Any) -> tuple[Any, str]:
        from google.oauth2.credentials import Credentials

        self.scopes.append(scopes)
        return Credentials(f"token-{len(self.scopes)}"), "project"  # type: ignore[no-untyped-call]

    def call(self, _method: str, url: str, *, headers: dict[str, str], **_options: Any) -> WebAnswer:
        self.called.append((url, headers["authorization"]))
        if headers["authorization"] == self.refuses:
            raise RefusedError("Drive answered 401: no", WebAnswer(401, {}, b""))
        return WebAnswer(200, {}, b'{"files": []}')


@pytest.fixture
def google(monkeypatch: pytest.MonkeyPatch) -> Iterator[Google]:
    import google.auth

    there = Google()
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo-playbooks")
    monkeypatch.delenv("DRIVE_API_URL", raising=False)
    monkeypatch.setattr(google.auth, "default", there.default)
    monkeypatch.setattr(ProviderApi, "call", lambda _api, *arguments, **options: there.call(*arguments, **options))
    drive._credentials.cache_clear()
    yield there
    drive._credentials.cache_clear()


def _use_drive_at(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo-playbooks")
    monkeypatch.setenv("DRIVE_API_URL", url)


def wanted(*, convert: bool = False, key: str = KEY, step_id: str = "it's/0/save") -> Upload:
    labels = {"executionId": "run_1", "stepId": step_id}
    return Upload(file=REPORT, folder_id="folder-1", convert=convert, effect_key=key, labels=labels)


def fault(console: httpx.Client, **order: Any) -> None:
    console.post("/api/faults", json={"provider": "drive", **order}).raise_for_status()


def outbox(console: httpx.Client) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = console.get("/api/outbox?channel=drive").json()
    return messages


def stored(console: httpx.Client, file_id: str) -> dict[str, Any]:
    resource: dict[str, Any] = console.get(f"/providers/drive/drive/v3/files/{file_id}").json()
    return resource


def test_a_file_arrives_in_its_folder_byte_for_byte(console: httpx.Client) -> None:
    receipt = drive.upload(wanted())
    media = console.get(f"/providers/drive/drive/v3/files/{receipt['fileId']}?alt=media")
    assert media.content == REPORT.data
    (message,) = outbox(console)
    assert (message["to"], message["subject"]) == ("folder-1", "Report.md")
    assert (message["executionId"], message["stepId"]) == ("run_1", "it's/0/save")
    assert receipt["link"] == f"https://drive.google.com/file/d/{receipt['fileId']}/view"


def test_a_file_is_found_again_by_its_key(console: httpx.Client) -> None:
    receipt = drive.upload(wanted())
    assert drive.find(KEY) == receipt
    assert drive.find("run_2:save") is None


def test_text_becomes_a_google_document_where_that_is_asked_for(console: httpx.Client) -> None:
    kept, converted = drive.upload(wanted()), drive.upload(wanted(convert=True))
    assert stored(console, kept["fileId"])["mimeType"] == "text/markdown"
    assert stored(console, converted["fileId"])["mimeType"] == "application/vnd.google-apps.document"


def test_json_has_no_google_form() -> None:
    with pytest.raises(PermanentError, match="convert: found the format json"):
        drive.google_form(FileFormat.JSON)


def test_a_label_that_drive_would_refuse_is_left_out(console: httpx.Client) -> None:
    receipt = drive.upload(wanted(step_id="x" * 200))
    assert set(stored(console, receipt["fileId"])["appProperties"]) == {"executionId", "effectKey"}


def test_an_upload_without_an_answer_is_sent_once_and_found_afterwards(console: httpx.Client) -> None:
    fault(console, status=0)
    with pytest.raises(OutcomeUnknownError, match="it may have accepted the file"):
        drive.upload(wanted())
    assert len(outbox(console)) == 1
    found = drive.find(KEY)
    assert found is not None
    assert stored(console, found["fileId"])["name"] == "Report.md"


def test_a_server_that_cannot_may_have_taken_the_file(console: httpx.Client) -> None:
    fault(console, status=503)
    with pytest.raises(OutcomeUnknownError, match="Drive answered 503"):
        drive.upload(wanted())
    assert drive.find(KEY) is None


def test_a_folder_that_is_missing_is_permanent(console: httpx.Client) -> None:
    fault(console, status=404)
    with pytest.raises(PermanentError, match="saved to the folder folder-1: Drive answered 404"):
        drive.upload(wanted())


def _error(reason: str) -> dict[str, Any]:
    return {"error": {"code": 403, "message": "no", "errors": [{"reason": reason}]}}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer(429, {}), ThrottledError),
        (
            Answer(403, _error("userRateLimitExceeded")),
            ThrottledError,
        ),
        (
            Answer(403, _error("storageQuotaExceeded")),
            PermanentError,
        ),
        (Answer(200, "<html>"), OutcomeUnknownError),
        (Answer(200, {}), OutcomeUnknownError),
    ],
)
def test_other_answers_to_an_upload(
    console: httpx.Client, monkeypatch: pytest.MonkeyPatch, answer: Answer, expected: type[Exception]
) -> None:
    with _answering(answer) as url:
        _use_drive_at(url, monkeypatch)
        with pytest.raises(expected) as raised:
            drive.upload(wanted())
    assert type(raised.value) is expected


@pytest.mark.parametrize("answer", [Answer(503, {}), Answer(0), Answer(200, {"files": [{}]})])
def test_a_question_that_is_not_answered_is_transient(broken: Provider, answer: Answer) -> None:
    broken.will_answer(answer)
    with pytest.raises(TransientError):
        drive.find(KEY)
    assert len(broken.received) == 1


def test_a_question_that_is_refused_is_permanent(broken: Provider) -> None:
    broken.will_answer(Answer(403, {"error": {"message": "no access"}}))
    with pytest.raises(PermanentError, match="no access"):
        drive.find(KEY)


def test_a_server_that_is_not_there_has_taken_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    _use_drive_at("http://127.0.0.1:9", monkeypatch)
    with pytest.raises(TransientError, match="could not be reached") as raised:
        drive.upload(wanted())
    assert not isinstance(raised.value, OutcomeUnknownError)


def test_without_credentials_drive_cannot_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    import google.auth
    from google.auth.exceptions import DefaultCredentialsError

    def none_there(**_options: Any) -> None:
        raise DefaultCredentialsError("none")  # type: ignore[no-untyped-call]

    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo-playbooks")
    monkeypatch.delenv("DRIVE_API_URL", raising=False)
    monkeypatch.setattr(google.auth, "default", none_there)
    with pytest.raises(PermanentError, match=r"Drive can.t be used"):
        drive.upload(wanted())


def test_in_production_google_gets_a_token_for_its_own_files(google: Google) -> None:
    assert drive.find(KEY) is None
    assert drive.find(KEY) is None
    assert google.called == [("https://www.googleapis.com/drive/v3/files", "Bearer token-1")] * 2
    assert google.scopes == [("https://www.googleapis.com/auth/drive.file",)]


def test_a_token_that_google_takes_no_more_is_asked_for_again(google: Google) -> None:
    google.refuses = "Bearer token-1"
    with pytest.raises(TransientError, match="Drive answered 401"):
        drive.find(KEY)
    assert drive.find(KEY) is None
    assert google.called[-1][1] == "Bearer token-2"


def _answering(answer: Answer) -> Any:
    """A server that reads any body, which the JSON provider of the other tests does not."""
    from contextlib import contextmanager

    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import JSONResponse, Response
    from starlette.routing import Route

    async def endpoint(_request: Request) -> Response:
        if isinstance(answer.body, str):
            return Response(answer.body, answer.status)
        return JSONResponse(answer.body, answer.status)

    @contextmanager
    def serving() -> Iterator[str]:
        with served(Starlette(routes=[Route("/{path:path}", endpoint, methods=["POST"])])) as url:
            yield url

    return serving()
