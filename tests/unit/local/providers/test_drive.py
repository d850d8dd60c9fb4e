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


def search(console: TestClient, query: str) -> Any:
    return console.get("/providers/drive/drive/v3/files", params={"q": query})


def test_a_file_is_found_by_an_app_property_the_newest_first(console: TestClient) -> None:
    first = upload(console, {"name": "a", "appProperties": {"effectKey": "it's \\ 1"}}, b"1").json()
    second = upload(console, {"name": "b", "appProperties": {"effectKey": "it's \\ 1"}}, b"2").json()
    upload(console, {"name": "c", "appProperties": {"effectKey": "2"}}, b"3")
    upload(console, {"name": "d"}, b"4")

    answer = search(console, r"appProperties has { key='effectKey' and value='it\'s \\ 1' }")

    assert answer.json()["files"] == [second, first]
    assert search(console, "appProperties has { key='effectKey' and value='none' }").json()["files"] == []


@pytest.mark.parametrize(
    "query", ["", "name = 'a'", "appProperties has { key='a' and value='b' } or trashed = true"]
)
def test_a_query_that_the_stand_in_does_not_know_is_refused(console: TestClient, query: str) -> None:
    assert search(console, query).status_code == 400


def test_a_search_passes_by_a_fault_unless_it_is_meant(console: TestClient) -> None:
    query = "appProperties has { key='a' and value='b' }"
    console.post("/api/faults", json={"provider": "drive", "status": 503})
    assert search(console, query).status_code == 200
    console.post("/api/faults", json={"provider": "drive", "status": 503, "lookups": True})
    assert [search(console, query).status_code for _ in range(2)] == [503, 200]
