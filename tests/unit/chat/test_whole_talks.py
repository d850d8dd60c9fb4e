"""Whole talks, those that people reported among them: each turn is answered as the corpus says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.bench.chat_heard import faults_of
from tests.corpus.heard import WholeTalk, talks
from tests.corpus.heard.reader import Product


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    with Product() as product:
        yield product


@pytest.mark.parametrize("talk", talks(), ids=lambda talk: talk.name)
def test_each_turn_is_answered(product: Product, talk: WholeTalk) -> None:
    assert faults_of(product, talk) == []
