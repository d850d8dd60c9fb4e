"""The product's bucket, through the real client, against the local Cloud Storage."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shared.errors import NotFoundError, PermanentError, TransientError
from shared.gcp import blobs, clients
from tests.unit.local.fakes import FakeCloud, make_app, served
from tests.unit.messages.provider import Answer, Provider, running_provider


def _use_storage_at(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo-playbooks")
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", url)
    monkeypatch.setattr(blobs, "RETRY_SECONDS", 0.5)
    clients.forget_clients()


@pytest.fixture
def storage(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with served(make_app(FakeCloud())) as url:
        _use_storage_at(f"{url}/cloud/storage", monkeypatch)
        clients.storage().create_bucket("demo-playbooks-playbooks")
        yield
    clients.forget_clients()


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    with running_provider() as provider:
        _use_storage_at(provider.url, monkeypatch)
        yield provider
    clients.forget_clients()


@pytest.mark.usefixtures("storage")
def test_a_stored_object_is_found_by_path_and_uri() -> None:
    uri = blobs.put("executions/e1/s1.json", b'{"a": 1}', "application/json", {"stepId": "s1"})
    assert uri == "gs://demo-playbooks-playbooks/executions/e1/s1.json"
    assert blobs.get(uri) == blobs.get("executions/e1/s1.json") == b'{"a": 1}'
    assert clients.storage().bucket("demo-playbooks-playbooks").get_blob("executions/e1/s1.json").metadata == {
        "stepId": "s1"
    }


@pytest.mark.usefixtures("storage")
def test_storing_the_same_again_changes_nothing() -> None:
    assert blobs.put("a/b", b"1", "text/plain") == blobs.put("a/b", b"1", "text/plain")
    assert blobs.get("a/b") == b"1"


@pytest.mark.usefixtures("storage")
def test_more_than_the_client_sends_in_one_request_is_kept_whole() -> None:
    data = bytes(range(256)) * 40_000
    assert blobs.get(blobs.put("large", data, "application/octet-stream")) == data


@pytest.mark.usefixtures("storage")
def test_a_missing_object_is_not_found() -> None:
    assert not blobs.exists("executions/none.json")
    with pytest.raises(NotFoundError, match=r"executions/none\.json cannot be read"):
        blobs.get("executions/none.json")
    blobs.put("executions/one.json", b"1", "application/json")
    assert blobs.exists("gs://demo-playbooks-playbooks/executions/one.json")


@pytest.mark.usefixtures("storage")
def test_another_bucket_is_refused() -> None:
    clients.storage().create_bucket("other").blob("secret").upload_from_string(b"1")
    with pytest.raises(PermanentError, match="is not in this product's bucket"):
        blobs.get("gs://other/secret")
    with pytest.raises(PermanentError, match="is not in this product's bucket"):
        blobs.exists("gs://demo-playbooks-playbooks.evil/secret")


@pytest.mark.parametrize(
    "path", ["", "/a", "a//b", "a/../b", ".", "a\n", "x" * 1025, "gs://demo-playbooks-playbooks/"]
)
@pytest.mark.usefixtures("storage")
def test_an_invalid_path_is_refused(path: str) -> None:
    with pytest.raises(PermanentError, match="expected"):
        blobs.get(path)


@pytest.mark.usefixtures("storage")
def test_a_missing_bucket_is_a_permanent_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORAGE_BUCKET", "never-made")
    with pytest.raises(PermanentError, match="never-made"):
        blobs.put("a", b"1", "text/plain")


def test_an_outage_is_transient_and_tried_for_a_bounded_time(broken: Provider) -> None:
    broken.will_answer(Answer(503, {"error": {"message": "busy"}}))
    with pytest.raises(TransientError, match="a cannot be read"):
        blobs.get("a")
    assert len(broken.received) > 1


def test_a_refusal_is_permanent(broken: Provider) -> None:
    broken.will_answer(Answer(403, {"error": {"message": "no access"}}))
    with pytest.raises(PermanentError, match="no access"):
        blobs.get("a")
    assert len(broken.received) == 1
