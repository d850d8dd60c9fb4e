"""A query is read page by page, each document once."""

from __future__ import annotations

import pytest
from google.cloud import firestore

from shared.gcp.pages import page_after, paged
from tests.harness.memory_firestore import memory_client

NAMES = ["a", "b", "c", "d", "e"]


@pytest.fixture
def client() -> firestore.Client:
    known, _ = memory_client({f"shops/{name}": {"size": index // 2} for index, name in enumerate(NAMES)})
    return known


@pytest.mark.parametrize("size", [1, 2, 4, 5, 6])
def test_every_document_comes_once_and_in_order_whatever_the_page(client: firestore.Client, size: int) -> None:
    assert [one.id for one in paged(client.collection("shops").order_by("__name__"), size)] == NAMES
    by_size = client.collection("shops").order_by("size", direction="DESCENDING")
    assert sorted(one.id for one in paged(by_size, size)) == NAMES


@pytest.mark.parametrize("size", [1, 2, 4, 5, 6])
def test_one_page_leads_to_the_next_until_none_is_left(client: firestore.Client, size: int) -> None:
    query = client.collection("shops").order_by("__name__")
    seen: list[str] = []
    after: str | None = None
    for _ in range(len(NAMES) + 1):
        found, last = page_after(query, after, size)
        seen += [one.id for one in found]
        if last is None:
            break
        after = last.id
    assert seen == NAMES
    assert last is None


def test_an_empty_collection_has_one_empty_page(client: firestore.Client) -> None:
    query = client.collection("nothing").order_by("__name__")
    assert page_after(query, None, 3) == ([], None)
    assert list(paged(query, 3)) == []
