"""Triggers in words: what people read never has the source of a filter in it."""

from __future__ import annotations

import pytest

from shared.chat.topics.drafts import event_trigger
from shared.chat.understood import Event
from shared.playbooks.events import EVENTS
from shared.playbooks.trigger_words import when_in_words


@pytest.mark.parametrize("name", EVENTS)
def test_a_filter_is_never_shown_as_source(name: str) -> None:
    words = when_in_words(
        [event_trigger(Event(name=name, product="Blue Dream"))], names={"blue dream": "Blue Dream"}
    )
    assert not [part for part in ("event.", "lower", "{", "((") if part in words]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("inventory.restocked", "when a sold-out item matching “Blue Dream” is back in stock"),
        ("inventory.out_of_stock", "when an item matching “Blue Dream” is sold out"),
        ("inventory.price_changed", "when the price of an item matching “Blue Dream” changes"),
        ("inventory.new_product", "when a product matching “Blue Dream” is new in the inventory"),
        ("order.completed", "when an order is completed, if its filter matches,"),
    ],
)
def test_an_event_of_one_product_names_it(name: str, words: str) -> None:
    trigger = event_trigger(Event(name=name, product="Blue Dream"))
    assert when_in_words([trigger], names={"blue dream": "Blue Dream"}) == words


@pytest.mark.parametrize(
    ("op", "words"), [(">", "more than"), (">=", "at least"), ("<", "less than"), ("<=", "at most")]
)
def test_the_amount_of_an_order_is_told(op: str, words: str) -> None:
    trigger = {"type": "event", "eventName": "order.completed", "filter": f"(event.total | default(0)) {op} 250"}
    assert when_in_words([trigger]) == f"when an order of {words} $250 is completed"
