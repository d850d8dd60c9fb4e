"""Google's own Cloud Storage client, unchanged, against the local server."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator

import httpx
import pytest
from google.api_core.exceptions import (
    BadRequest,
    Conflict,
    NotFound,
    PreconditionFailed,
    RequestRangeNotSatisfiable,
)
from google.cloud.storage import Bucket, Client
from hypothesis import given
from hypothesis import strategies as st

from local.cloud.storage_objects import ObjectMetadata, Objects, Preconditions, StorageRefusalError
from local.cloud.storage_uploads import split_related
from tests.unit.local.fakes import START, FakeCloud, make_app, served

BINARY = bytes(range(256)) * 3 + b"\r\n--no boundary\r\n\r\n"
MIB = 1024 * 1024


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with served(make_app(FakeCloud())) as url:
        yield f"{url}/cloud/storage"


@pytest.fixture
def client(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", endpoint)
    return Client(project="demo-playbooks")


@pytest.fixture
def bucket(client: Client, request: pytest.FixtureRequest) -> Bucket:
    name = hashlib.sha256(request.node.name.encode()).hexdigest()[:20]
    return client.create_bucket(f"b-{name}")


def test_an_object_reads_back_byte_for_byte(bucket: Bucket) -> None:
    blob = bucket.blob("executions/e1/each/0 %2F ü.json")
    blob.metadata = {"stepId": "each/0"}
    blob.upload_from_string(BINARY, content_type="application/json")
    again = bucket.get_blob(blob.name)
    assert again.download_as_bytes() == BINARY
    assert (again.content_type, again.size, again.metadata) == (
        "application/json",
        len(BINARY),
        {"stepId": "each/0"},
    )
    assert again.time_created == START


@pytest.mark.parametrize("checksum", ["md5", "crc32c"])
def test_both_checksums_hold_on_the_way_in_and_out(bucket: Bucket, checksum: str) -> None:
    blob = bucket.blob("a")
    blob.upload_from_string(BINARY, checksum=checksum)
    assert blob.download_as_bytes(checksum=checksum) == BINARY


@pytest.mark.parametrize("size", [0, 1, 9 * MIB])
def test_an_object_of_any_size_goes_up(bucket: Bucket, size: int) -> None:
    data = b"x" * size
    bucket.blob("large").upload_from_string(data)
    assert bucket.blob("large").download_as_bytes() == data


def test_a_stream_of_unknown_length_goes_up_in_chunks(bucket: Bucket) -> None:
    data = bytes(range(256)) * 3_000
    blob = bucket.blob("chunks", chunk_size=256 * 1024)
    with blob.open("wb") as out:
        out.write(data)
    assert bucket.blob("chunks").download_as_bytes() == data


def test_a_download_in_chunks_and_ranges(bucket: Bucket) -> None:
    blob = bucket.blob("ranges", chunk_size=256 * 1024)
    data = bytes(range(256)) * 2_000
    blob.upload_from_file(io.BytesIO(data), size=len(data))
    assert blob.download_as_bytes() == data
    assert bucket.blob("ranges").download_as_bytes(start=10, end=19) == data[10:20]
    with pytest.raises(RequestRangeNotSatisfiable):
        bucket.blob("ranges").download_as_bytes(start=len(data))


def test_an_object_that_must_be_new_is_refused_when_it_is_there(bucket: Bucket) -> None:
    bucket.blob("a").upload_from_string(b"1", if_generation_match=0)
    with pytest.raises(PreconditionFailed):
        bucket.blob("a").upload_from_string(b"2", if_generation_match=0)
    assert bucket.blob("a").download_as_bytes() == b"1"


def test_a_generation_is_matched_and_counts_up(bucket: Bucket) -> None:
    first = bucket.blob("a")
    first.upload_from_string(b"1")
    second = bucket.blob("a")
    second.upload_from_string(b"2", if_generation_match=first.generation)
    assert second.generation > first.generation
    with pytest.raises(PreconditionFailed):
        second.delete(if_generation_match=first.generation)
    with pytest.raises(NotFound):
        bucket.blob("a", generation=first.generation).download_as_bytes()


def test_what_is_deleted_is_gone(bucket: Bucket) -> None:
    bucket.blob("a").upload_from_string(b"1")
    bucket.blob("a").delete()
    assert not bucket.blob("a").exists()
    with pytest.raises(NotFound):
        bucket.blob("a").delete()
    with pytest.raises(NotFound):
        bucket.blob("a").download_as_bytes()


def test_objects_are_listed_by_prefix_in_pages(bucket: Bucket, client: Client) -> None:
    for name in ("e/2", "e/1", "e/sub/3", "f/1"):
        bucket.blob(name).upload_from_string(name)
    assert [blob.name for blob in client.list_blobs(bucket, prefix="e/", page_size=2)] == ["e/1", "e/2", "e/sub/3"]
    listing = client.list_blobs(bucket, prefix="e/", delimiter="/")
    assert [blob.name for blob in listing] == ["e/1", "e/2"]
    assert listing.prefixes == {"e/sub/"}


def test_a_bucket_that_is_missing_is_not_found_and_one_that_exists_is_not_made_again(
    bucket: Bucket, client: Client
) -> None:
    with pytest.raises(NotFound):
        client.bucket("nowhere").blob("a").upload_from_string(b"1")
    with pytest.raises(NotFound):
        list(client.list_blobs("nowhere"))
    assert client.get_bucket(bucket.name).name == bucket.name
    with pytest.raises(Conflict):
        client.create_bucket(bucket.name)


@pytest.mark.parametrize("name", ["..", "a\nb", "x" * 1025])
def test_a_name_that_cloud_storage_refuses_is_refused(bucket: Bucket, name: str) -> None:
    with pytest.raises(BadRequest):
        bucket.blob(name).upload_from_string(b"1")


def test_a_chunk_that_comes_again_is_taken_once_and_a_gap_is_refused(endpoint: str, bucket: Bucket) -> None:
    with httpx.Client() as http:
        begun = http.post(
            f"{endpoint}/upload/storage/v1/b/{bucket.name}/o?uploadType=resumable", json={"name": "a"}
        )
        location = begun.headers["location"]

        def chunk(data: bytes, where: str) -> httpx.Response:
            return http.put(location, content=data, headers={"Content-Range": f"bytes {where}"})

        assert chunk(b"abc", "0-2/*").headers["range"] == "bytes=0-2"
        assert chunk(b"gh", "6-7/8").status_code == 503
        assert chunk(b"bcde", "1-4/*").headers["range"] == "bytes=0-4"
        assert chunk(b"", "*/8").status_code == 308
        assert chunk(b"fgh", "5-7/8").json()["size"] == "8"
        assert chunk(b"", "*/8").status_code == 200
    assert bucket.blob("a").download_as_bytes() == b"abcdefgh"


def test_bytes_that_were_damaged_on_the_way_are_refused() -> None:
    objects = Objects(lambda: START)
    objects.make_bucket("bbb")
    with pytest.raises(StorageRefusalError, match="doesn't match calculated CRC32C"):
        objects.put("bbb", ObjectMetadata(name="a", crc32c="AAAAAA=="), "text/plain", b"1", Preconditions())
    assert objects.named("bbb", "") == []


def test_a_full_store_drops_its_oldest_objects() -> None:
    objects = Objects(lambda: START, capacity=10)
    objects.make_bucket("bbb")
    for name in ("a", "b", "a", "c"):
        objects.put("bbb", ObjectMetadata(name=name), "text/plain", b"1234", Preconditions())
    assert [each.name for each in objects.named("bbb", "")] == ["a", "c"]


@given(st.binary())
def test_any_media_comes_out_of_its_body_unchanged(media: bytes) -> None:
    head = b'--==x==\r\ncontent-type: application/json\r\n\r\n{"name": "a"}\r\n--==x==\r\n'
    body = head + b"content-type: text/csv\r\n\r\n"
    given, media_type, found = split_related('multipart/related; boundary="==x=="', body + media + b"\r\n--==x==--")
    assert (given.name, media_type, found) == ("a", "text/csv", media)
