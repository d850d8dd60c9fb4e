from collections.abc import Iterator

import pytest

from tests.unit.local.cloud.receiver import Receiver, receiving
from tests.unit.local.cloud.running_cloud import LoopThread, RunningCloud, running


@pytest.fixture(scope="session")
def loop_thread() -> Iterator[LoopThread]:
    loop = LoopThread()
    yield loop
    loop.stop()


@pytest.fixture
def cloud(loop_thread: LoopThread) -> Iterator[RunningCloud]:
    with running(loop_thread) as running_cloud:
        yield running_cloud


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one
