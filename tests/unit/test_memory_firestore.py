"""Firestore in this process answers as the real one does, as far as conversations need it."""

from __future__ import annotations

from typing import Any

import pytest
from google.api_core.exceptions import AlreadyExists, NotFound
from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter, Or

from tests.harness.memory_firestore import memory_client


@pytest.fixture
def client() -> firestore.Client:
    client, _ = memory_client(
        {
            "shops/a": {"size": 1, "at": {"city": "Syracuse", "zip": "13202"}, "tags": ["x"]},
            "shops/b": {"size": 3, "tags": ["x", "y"]},
            "shops/c": {"size": 2},
            "shops/a/orders/o1": {"total": 5.0},
            "shops/b/orders/o2": {"total": 7.0},
        }
    )
    return client


def test_a_query_filters_orders_limits_and_selects(client: firestore.Client) -> None:
    shops = client.collection("shops")
    large = shops.where(filter=FieldFilter("size", ">=", 2)).order_by("size", direction="DESCENDING")
    assert [one.id for one in large.stream()] == ["b", "c"]
    assert [one.id for one in shops.order_by("size").limit(1).stream()] == ["a"]
    assert [one.to_dict() for one in shops.select(["at.city"]).limit(1).stream()] == [{"at": {"city": "Syracuse"}}]
    either = Or([FieldFilter("size", "==", 1), FieldFilter("tags", "array_contains", "y")])
    assert [one.id for one in shops.where(filter=either).stream()] == ["a", "b"]
    assert [one.id for one in shops.order_by("size").start_after({"size": 1}).stream()] == ["c", "b"]


def _answer(query: Any) -> Any:
    return query.get()[0][0].value


def test_a_group_is_asked_across_its_parents_and_summed(client: firestore.Client) -> None:
    orders = client.collection_group("orders")
    assert sorted(one.id for one in orders.stream()) == ["o1", "o2"]
    assert _answer(orders.count()) == 2
    assert _answer(orders.sum("total")) == 12


def test_an_update_writes_its_fields_and_leaves_the_others(client: firestore.Client) -> None:
    reference = client.document("shops/a")
    reference.update({"at.city": "Utica", "size": firestore.Increment(4), "tags": firestore.ArrayUnion(["x", "z"])})
    expected = {"size": 5, "at": {"city": "Utica", "zip": "13202"}, "tags": ["x", "z"]}
    assert reference.get().to_dict() == expected
    reference.set({"at": {"zip": firestore.DELETE_FIELD}}, merge=True)
    assert reference.get().to_dict() == {**expected, "at": {"city": "Utica"}}


def test_a_document_is_created_once_and_updated_only_where_it_is(client: firestore.Client) -> None:
    with pytest.raises(AlreadyExists):
        client.document("shops/a").create({})
    with pytest.raises(NotFound):
        client.document("shops/none").update({"size": 1})
    client.document("shops/a").delete()
    assert not client.document("shops/a").get().exists


def test_a_batch_that_cannot_be_written_whole_is_not_written(client: firestore.Client) -> None:
    batch = client.batch()
    batch.set(client.document("shops/d"), {"size": 9})
    batch.create(client.document("shops/a"), {})
    with pytest.raises(AlreadyExists):
        batch.commit()
    assert not client.document("shops/d").get().exists


def test_a_transaction_reads_and_writes(client: firestore.Client) -> None:
    @firestore.transactional
    def grow(transaction: firestore.Transaction) -> None:
        reference = client.document("shops/a")
        size = reference.get(transaction=transaction).get("size")
        transaction.update(reference, {"size": size + 1})

    grow(client.transaction())
    assert client.document("shops/a").get().get("size") == 2
