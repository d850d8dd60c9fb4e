"""What the first visit costs: bounded JavaScript, and a frame that does not wait for the database's SDK."""

from __future__ import annotations

import gzip
import json
import sys

import pytest
from playwright.sync_api import Response, Route, expect

from tests.browser.shop import Shop

MOST_BYTES = 330_000
_LEVEL = 9


def test_the_first_load_is_small(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    page = shop.sign_in()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    scripts: dict[str, Response] = {}
    page.on("response", lambda answer: _keep(answer, scripts))
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_load_state("load")
    # The list of alerts in the menu is read by the database's SDK: once it has answered, everything is loaded.
    expect(page.get_by_role("banner")).to_contain_text("Shop")
    sizes = {name: len(gzip.compress(answer.body(), _LEVEL)) for name, answer in scripts.items()}
    total = sum(sizes.values())
    largest = dict(sorted(sizes.items(), key=lambda one: -one[1])[:8])
    with capsys.disabled():
        sys.stdout.write("\n" + json.dumps({"firstLoadGzippedBytes": total, "largest": largest}) + "\n")
    assert any("firestore" in name for name in sizes), sizes
    assert total <= MOST_BYTES, largest


def _keep(answer: Response, scripts: dict[str, Response]) -> None:
    if answer.request.resource_type == "script" and "/assets/" in answer.url:
        scripts[answer.url.rpartition("/")[2]] = answer


def test_the_frame_is_there_before_the_database_is_loaded(shop: Shop) -> None:
    page = shop.sign_in()
    held: list[Route] = []
    page.route("**/assets/firestore-*.js", lambda route: held.append(route))
    page.reload()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("banner")).not_to_contain_text("Shop")
    assert held
    for route in held:
        route.continue_()
    expect(page.get_by_role("banner")).to_contain_text("Shop")
