import google_crc32c
import pytest
from google.api_core import exceptions
from google.cloud import secretmanager_v1

from tests.unit.local.cloud.running_cloud import PROJECT, RunningCloud

PARENT = f"projects/{PROJECT}"
SECRET = f"{PARENT}/secrets/CRON_SECRET"
State = secretmanager_v1.SecretVersion.State


def make_secret(cloud: RunningCloud, secret_id: str = "CRON_SECRET") -> secretmanager_v1.Secret:
    secret = secretmanager_v1.Secret(replication={"automatic": {}}, labels={"for": "jobs"})
    return cloud.secrets.create_secret(parent=PARENT, secret_id=secret_id, secret=secret)


def add(cloud: RunningCloud, *payloads: bytes) -> None:
    for payload in payloads:
        cloud.secrets.add_secret_version(parent=SECRET, payload=secretmanager_v1.SecretPayload(data=payload))


def access(cloud: RunningCloud, number: str) -> bytes:
    data: bytes = cloud.secrets.access_secret_version(name=f"{SECRET}/versions/{number}").payload.data
    return data


def test_a_version_is_accessed_by_number_and_the_newest_by_latest(cloud: RunningCloud) -> None:
    make_secret(cloud)
    add(cloud, b"one", b"two")

    assert [access(cloud, number) for number in ("1", "2", "latest")] == [b"one", b"two", b"two"]


def test_an_accessed_payload_carries_its_name_and_checksum(cloud: RunningCloud) -> None:
    make_secret(cloud)
    add(cloud, b"one")

    answer = cloud.secrets.access_secret_version(name=f"{SECRET}/versions/latest")

    assert answer.name == f"{SECRET}/versions/1"
    assert answer.payload.data_crc32c == google_crc32c.value(b"one")


def test_a_payload_that_does_not_match_its_checksum_is_refused(cloud: RunningCloud) -> None:
    make_secret(cloud)

    with pytest.raises(exceptions.InvalidArgument, match="data_crc32c"):
        cloud.secrets.add_secret_version(
            parent=SECRET, payload=secretmanager_v1.SecretPayload(data=b"x", data_crc32c=1)
        )


def test_a_disabled_version_is_refused_until_it_is_enabled(cloud: RunningCloud) -> None:
    make_secret(cloud)
    add(cloud, b"one")
    cloud.secrets.disable_secret_version(name=f"{SECRET}/versions/1")

    with pytest.raises(exceptions.FailedPrecondition, match="is in DISABLED state"):
        access(cloud, "latest")
    cloud.secrets.enable_secret_version(name=f"{SECRET}/versions/1")

    assert access(cloud, "1") == b"one"


def test_a_destroyed_version_stays_destroyed(cloud: RunningCloud) -> None:
    make_secret(cloud)
    add(cloud, b"one")

    destroyed = cloud.secrets.destroy_secret_version(name=f"{SECRET}/versions/1")

    assert destroyed.state == State.DESTROYED
    assert destroyed.destroy_time is not None
    with pytest.raises(exceptions.FailedPrecondition, match="is in DESTROYED state"):
        access(cloud, "1")
    with pytest.raises(exceptions.FailedPrecondition):
        cloud.secrets.enable_secret_version(name=f"{SECRET}/versions/1")


@pytest.mark.parametrize("filter_text", ["state:ENABLED", "state=ENABLED", "state = ENABLED"])
def test_versions_are_listed_by_state(cloud: RunningCloud, filter_text: str) -> None:
    make_secret(cloud)
    add(cloud, b"one", b"two", b"three")
    cloud.secrets.disable_secret_version(name=f"{SECRET}/versions/2")

    listed = cloud.secrets.list_secret_versions(request={"parent": SECRET, "filter": filter_text})

    assert [version.name[-1] for version in listed] == ["3", "1"]


def test_a_filter_that_is_not_served_is_refused(cloud: RunningCloud) -> None:
    make_secret(cloud)

    with pytest.raises(exceptions.InvalidArgument, match="state:ENABLED"):
        cloud.secrets.list_secret_versions(request={"parent": SECRET, "filter": "create_time>2020"})


def test_versions_are_listed_newest_first_page_by_page(cloud: RunningCloud) -> None:
    make_secret(cloud)
    add(cloud, *[b"x"] * 12)

    pages = list(cloud.secrets.list_secret_versions(request={"parent": SECRET, "page_size": 5}).pages)

    numbers = [[int(version.name.rsplit("/", 1)[1]) for version in page.versions] for page in pages]
    assert numbers == [[12, 11, 10, 9, 8], [7, 6, 5, 4, 3], [2, 1]]


def test_a_secret_is_created_once(cloud: RunningCloud) -> None:
    assert make_secret(cloud).labels == {"for": "jobs"}

    with pytest.raises(exceptions.AlreadyExists, match="CRON_SECRET"):
        make_secret(cloud)


def test_secrets_are_listed_page_by_page(cloud: RunningCloud) -> None:
    for secret_id in ("b", "a", "c"):
        make_secret(cloud, secret_id)

    pages = list(cloud.secrets.list_secrets(request={"parent": PARENT, "page_size": 2}).pages)

    assert [[secret.name[-1] for secret in page.secrets] for page in pages] == [["a", "b"], ["c"]]


def test_a_deleted_secret_is_gone_with_its_versions(cloud: RunningCloud) -> None:
    make_secret(cloud)
    add(cloud, b"old")
    cloud.secrets.delete_secret(name=SECRET)

    with pytest.raises(exceptions.NotFound, match="secrets/CRON_SECRET"):
        cloud.secrets.get_secret(name=SECRET)
    make_secret(cloud)
    with pytest.raises(exceptions.NotFound, match="versions/latest"):
        access(cloud, "latest")


@pytest.mark.parametrize("number", ["2", "latest"])
def test_a_version_that_does_not_exist_is_not_found(cloud: RunningCloud, number: str) -> None:
    make_secret(cloud)

    with pytest.raises(exceptions.NotFound):
        cloud.secrets.get_secret_version(name=f"{SECRET}/versions/{number}")


@pytest.mark.parametrize("number", ["0", "-1", "newest", ""])
def test_a_version_that_is_not_a_number_is_refused(cloud: RunningCloud, number: str) -> None:
    make_secret(cloud)

    with pytest.raises(exceptions.InvalidArgument, match="name is"):
        cloud.secrets.get_secret_version(name=f"{SECRET}/versions/{number}")


def test_a_secret_without_a_replication_policy_is_refused(cloud: RunningCloud) -> None:
    with pytest.raises(exceptions.InvalidArgument, match=r"secret\.replication"):
        cloud.secrets.create_secret(parent=PARENT, secret_id="X", secret=secretmanager_v1.Secret())


@pytest.mark.parametrize("size", [0, 64 * 1024 + 1])
def test_a_payload_of_the_wrong_size_is_refused(cloud: RunningCloud, size: int) -> None:
    make_secret(cloud)

    with pytest.raises(exceptions.InvalidArgument, match=r"payload\.data"):
        add(cloud, b"x" * size)
