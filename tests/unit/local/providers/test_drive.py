import json
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from typing import Any

import pytest
from starlette.testclient import TestClient

UPLOAD = "/providers/drive/upload/drive/v3/files"
BOUNDARY = "===============8273"
BINARY = bytes(range(256)) + b"\r\n--not the boundary\n\r"


def upload(console: TestClient, metadata: dict[str, Any], media: bytes, media_type: str = "application/pdf") -> Any:
    body = (
        f"--{BOUNDARY}\r\nContent-Type: application/json\r\nMIME-Version: 1.0\r\n\r\n"
        f"{json.dumps(metadata)}\r\n--{BOUNDARY}\r\n"
        f"Content-Type: {media_type}\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: binary\r\n\r\n"
    ).encode()
    return console.post(
        UPLOAD,
        params={"uploadType": "multipart", "alt": "json"},
        content=body + media + f"\r\n--{BOUNDARY}--".encode(),
        headers={"Content-Type": f'multipart/related; boundary="{BOUNDARY}"'},
    )


def test_an_upload_reads_back_byte_for_byte(console: TestClient) -> None:
    file = upload(console, {"name": "report.pdf"}, BINARY).json()

    read = console.get(f"/providers/drive/drive/v3/files/{file['id']}", params={"alt": "media"})

    assert read.content == BINARY
    assert (file["name"], file["mimeType"], file["size"]) == ("report.pdf", "application/pdf", str(len(BINARY)))


def test_a_files_metadata_can_be_read(console: TestClient) -> None:
    file = upload(console, {"name": "report.pdf", "parents": ["folder-1"]}, b"x").json()

    assert console.get(f"/providers/drive/drive/v3/files/{file['id']}").json() == file


def test_a_base64_part_is_decoded(console: TestClient) -> None:
    related = MIMEMultipart("related", boundary=BOUNDARY)
    related.attach(MIMEApplication(b'{"name": "a.bin"}', "json"))
    related.attach(MIMEApplication(BINARY))
    body = related.as_bytes().partition(b"\n\n")[2]

    file = console.post(
        UPLOAD,
        params={"uploadType": "multipart"},
        content=body,
        headers={"Content-Type": f'multipart/related; boundary="{BOUNDARY}"'},
    ).json()

    read = console.get(f"/providers/drive/drive/v3/files/{file['id']}", params={"alt": "media"})
    assert read.content == BINARY


def test_an_upload_reaches_the_outbox(console: TestClient) -> None:
    metadata = {
        "name": "report.txt",
        "parents": ["folder-1"],
        "appProperties": {"executionId": "exec-1", "stepId": "save"},
    }
    upload(console, metadata, "Blue Dream – 15 %".encode(), "text/plain")

    (message,) = console.get("/api/outbox", params={"channel": "drive"}).json()
    assert (message["to"], message["subject"], message["text"]) == (
        "folder-1",
        "report.txt",
        "Blue Dream – 15 %",
    )
    assert (message["executionId"], message["stepId"]) == ("exec-1", "save")


def test_a_web_page_is_shown_as_html(console: TestClient) -> None:
    upload(console, {"name": "report.html"}, b"<h1>Report</h1>", "text/html")

    (message,) = console.get("/api/outbox").json()
    assert (message["html"], message["text"]) == ("<h1>Report</h1>", None)


@pytest.mark.parametrize(
    ("upload_type", "content_type", "body", "named"),
    [
        ("media", "text/plain", b"x", "uploadType"),
        ("multipart", "text/plain", b"x", "multipart/related"),
        ("multipart", f'multipart/related; boundary="{BOUNDARY}"', b"", "two parts"),
        (
            "multipart",
            f'multipart/related; boundary="{BOUNDARY}"',
            f'--{BOUNDARY}\r\n\r\n{{"name": 7}}\r\n--{BOUNDARY}\r\n\r\nx\r\n--{BOUNDARY}--'.encode(),
            "metadata.name",
        ),
    ],
)
def test_a_bad_upload_is_refused_with_what_was_expected(
    console: TestClient, upload_type: str, content_type: str, body: bytes, named: str
) -> None:
    answer = console.post(
        UPLOAD, params={"uploadType": upload_type}, content=body, headers={"Content-Type": content_type}
    )

    assert answer.status_code == 400
    assert named in answer.json()["error"]["message"]


def test_an_unknown_file_is_not_found(console: TestClient) -> None:
    answer = console.get("/providers/drive/drive/v3/files/none")

    assert (answer.status_code, answer.json()["error"]["code"]) == (404, 404)
