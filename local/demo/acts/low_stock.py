"""An inventory write starts the listening playbook when stock falls below its threshold, not while it stays low."""

from __future__ import annotations

from typing import Any

from google.cloud.firestore_v1.base_query import FieldFilter

from local.demo.executions import executions_of, step_lines, until_ended
from local.demo.menus import PRODUCTS, DemoProduct
from local.demo.seed import DEMO_ORG_ID
from local.demo.story_error import expect, only
from local.demo.world import World, as_text
from shared.documents.executions import path_of
from shared.documents.org import INVENTORY, PLAYBOOKS, org_path
from shared.gcp import clients
from shared.triggers import listeners

LOW_STOCK_ID = "low-stock-alert"


def low_stock_starts_a_playbook(world: World) -> None:
    """One item falls below its reorder point and stays there, and another falls: two runs."""
    world.say.act("A low-stock write starts one of the tier's event playbooks")
    path = org_path(DEMO_ORG_ID, PLAYBOOKS, LOW_STOCK_ID)
    listener = only(
        world.eventually(_listeners, "the listener appears", lambda: as_text(world.read(path))), "listeners"
    )
    world.say.happened(f"“{world.read(path)['name']}” listens to {listener['eventName']}", path)
    first, second = PRODUCTS[0], PRODUCTS[1]
    _set_quantity(world, first, first.reorder_point - 4)
    _one_run(world, first)
    # The run is over when the text is handed over; the provider has it a moment later.
    found = world.eventually(lambda: _texts(world), "the text of low stock arrives", lambda: as_text(world.texts()))
    text = only(found, "texts of low stock")
    world.say.happened(f"The staff phone {text['to']} got: {text['text']}", f"{world.stack.console_url}/")
    _set_quantity(world, first, first.reorder_point - 5)
    _set_quantity(world, second, second.reorder_point - 1)
    _one_run(world, second)
    # Events are delivered in order, so the last write's run proves that the one before started none.
    expect(len(_runs()) == 2, "staying low should start nothing", lambda: as_text(_runs()))
    world.say.happened(f"{first.name} was written again while still low: nothing started")


def _texts(world: World) -> list[dict[str, Any]]:
    return [each for each in world.texts() if each["text"].startswith("Low stock")]


def _listeners() -> list[dict[str, Any]]:
    query = (
        clients.firestore()
        .collection(listeners.COLLECTION)
        .where(filter=FieldFilter("orgId", "==", DEMO_ORG_ID))
        .where(filter=FieldFilter("playbookId", "==", LOW_STOCK_ID))
    )
    return [found.to_dict() or {} for found in query.stream()]


def _runs() -> dict[str, dict[str, Any]]:
    return executions_of(DEMO_ORG_ID, LOW_STOCK_ID)


def _set_quantity(world: World, product: DemoProduct, quantity: int) -> None:
    path = org_path(DEMO_ORG_ID, INVENTORY, product.item_id)
    world.document(path).update({"quantity": quantity})
    world.say.happened(f"{product.name} is down to {quantity} (reorder point {product.reorder_point})", path)


def _one_run(world: World, product: DemoProduct) -> None:
    def started() -> list[str]:
        return [name for name, run in _runs().items() if run["eventData"]["itemId"] == product.item_id]

    found = world.eventually(started, f"low stock of {product.name} starts a run", lambda: as_text(_runs()))
    execution_id = only(found, f"runs for {product.name}")
    execution = until_ended(world, execution_id, "completed")
    world.say.happened("The crossing started one run", path_of(execution_id))
    world.say.details(step_lines(execution))
