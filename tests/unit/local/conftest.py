from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from tests.unit.local.fakes import FakeCloud, make_app, served


@pytest.fixture
def cloud() -> FakeCloud:
    return FakeCloud()


@pytest.fixture
def console(cloud: FakeCloud) -> Iterator[TestClient]:
    with TestClient(make_app(cloud), base_url="http://127.0.0.1:8025") as client:
        yield client


@pytest.fixture
def base_url(cloud: FakeCloud) -> Iterator[str]:
    """The console on a real socket, for the providers' own clients and for dropped connections."""
    with served(make_app(cloud)) as url:
        yield url
