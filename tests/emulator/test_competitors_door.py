"""`/api/competitors` against real Firestore and the demo stores' pages: read, added to, removed from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import flask
import httpx
import pytest

from functions.competitors import competitors
from local.stack.running import Stack
from shared.api.agent_keys import create_agent_key
from shared.competitors import store
from shared.competitors.comparing import kept_comparison
from shared.errors import PermanentError, TransientError
from shared.gcp.clients import firestore
from tests.accounts import sign_up
from tests.emulator.competitive_market import CHEAPER, HOSTILE, MENU, ORG, SCAN, Market, documents, opened_market
from tests.unit.steps.surroundings import PerformingEffects

pytestmark = pytest.mark.usefixtures("market")

OTHER_ORG = "org_of_others"
NOW = datetime.now(UTC)
Headers = Mapping[str, str]


@pytest.fixture
def market(on_emulators: Stack, monkeypatch: pytest.MonkeyPatch) -> Market:
    for org in (ORG, OTHER_ORG):
        firestore().document(f"tenants/{org}").set({"name": "Thrive", "tierId": "growth"})
    return opened_market(on_emulators, monkeypatch)


def call(path: str, headers: Headers, method: str = "GET", body: Any = None) -> tuple[int, dict[str, Any]]:
    app = flask.Flask("door")
    given = {"json": body} if body is not None else {}
    with app.test_request_context(f"/api/{path}", method=method, headers=dict(headers), **given) as context:
        answer = competitors(context.request)
        return answer.status_code, answer.get_json()


def user(stack: Stack, role: str = "viewer", org: str = ORG) -> Headers:
    return {"Authorization": f"Bearer {sign_up(stack, orgId=org, role=role).id_token}"}


def agent(*scopes: str, org: str = ORG) -> Headers:
    return {"X-Api-Key": create_agent_key(org, "ezal", scopes or ("executions:read",))}


def fields_of(competitor: str) -> dict[str, Any]:
    return firestore().document(f"tenants/{ORG}/competitors/{competitor}").get().to_dict() or {}


def test_the_list_says_what_came_of_the_last_scan_and_who_undercuts_us_most(
    market: Market, on_emulators: Stack
) -> None:
    market.store("salt", *CHEAPER)
    market.store("green", *MENU)
    market.run(SCAN, now=NOW)
    status, answer = call("competitors", user(on_emulators))
    assert status == 200
    assert {name: answer[name] for name in ("tierId", "used", "limit")} == {
        "tierId": "growth",
        "used": 2,
        "limit": 3,
    }
    green, salt = answer["items"]
    assert (salt["id"], salt["name"], salt["products"]) == ("salt", "Salt", 3)
    assert salt["lastScan"]["status"] == "ok"
    assert datetime.fromisoformat(salt["lastScan"]["at"]) == NOW
    assert salt["comparison"] == {
        "matched": 3,
        "undercuts": 1,
        "biggest": {
            "product": "Blue Dream 3.5g",
            "size": "3.5g",
            "ourPrice": 40.0,
            "theirPrice": 30.0,
            "percent": 25.0,
        },
    }
    assert green["comparison"] == {"matched": 3, "undercuts": 0}


def test_a_scan_that_failed_says_why_and_keeps_what_was_found_before(market: Market, on_emulators: Stack) -> None:
    market.store("salt", *MENU)
    market.run(SCAN, now=NOW)
    fault = {"provider": "store", "status": 503, "times": 1}
    httpx.post(f"{on_emulators.console_url}/api/faults", json=fault).raise_for_status()
    with pytest.raises(TransientError, match="no competitor's menu could be read"):
        market.run(SCAN, "exec2", NOW + timedelta(hours=1))
    (item,) = call("competitors", user(on_emulators))[1]["items"]
    assert item["lastScan"]["status"] == "failed"
    assert "503" in item["lastScan"]["error"]
    assert item["lastScan"]["executionId"] == "exec2"
    assert item["products"] == 3
    detail = call("competitors/salt", user(on_emulators))[1]
    assert len(detail["rows"]) == 3
    assert detail["lastScan"]["error"] == item["lastScan"]["error"]


def test_a_competitor_that_was_never_scanned_or_has_no_address_is_listed_all_the_same(on_emulators: Stack) -> None:
    firestore().document(f"tenants/{ORG}/competitors/bare").set(
        {"name": 7, "lastScan": "yesterday", "lastMenu": {}}
    )
    (item,) = call("competitors", user(on_emulators))[1]["items"]
    assert item == {"id": "bare", "name": "bare"}
    status, detail = call("competitors/bare", user(on_emulators))
    assert status == 200
    assert detail["rows"] == []


def test_a_dry_run_leaves_no_word_on_the_competitor(market: Market) -> None:
    market.store("salt", *MENU)
    market.run(SCAN, effects=PerformingEffects(dry=True))
    assert fields_of("salt").keys() == {"name", "menuUrl"}


def test_one_that_is_removed_during_its_scan_stays_removed_and_the_others_are_reported(market: Market) -> None:
    market.store("salt", *MENU)
    market.store("green", *MENU)

    class Removing(PerformingEffects):
        def write(self, *args: Any, **given: Any) -> Any:
            firestore().document(f"tenants/{ORG}/competitors/salt").delete()
            return super().write(*args, **given)

    market.run(SCAN, effects=Removing())
    assert list(documents("competitors")) == ["green"]
    assert fields_of("green")["lastScan"]["status"] == "ok"


def test_a_comparison_is_kept_until_a_menu_or_a_price_of_ours_changes(
    market: Market, on_emulators: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    market.store("salt", *CHEAPER)
    market.run(SCAN, now=NOW)
    reads: list[str] = []
    load = store.load_our_products

    def counted(org_id: str) -> Any:
        reads.append(org_id)
        return load(org_id)

    monkeypatch.setattr(store, "load_our_products", counted)
    viewer = user(on_emulators)

    def biggest() -> float:
        return float(call("competitors", viewer)[1]["items"][0]["comparison"]["biggest"]["percent"])

    assert [biggest(), biggest()] == [25.0, 25.0]
    assert len(reads) == 1, "the second list read no inventory"
    firestore().document(f"tenants/{ORG}/inventory/i0").update({"price": 60})
    assert biggest() == 50.0
    market.store("salt", ("Blue Dream 3.5g", "Flower", 45.0))
    market.run(SCAN, "exec2", NOW + timedelta(hours=1))
    assert biggest() == 25.0
    assert len(reads) == 3
    monkeypatch.setattr(kept_comparison, "COUNTS_FOR", timedelta(0))
    assert biggest() == 25.0
    assert len(reads) == 4


def test_where_nothing_can_be_compared_the_list_and_the_menu_say_why(
    market: Market, on_emulators: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    market.store("salt", *CHEAPER)
    market.run(SCAN, now=NOW)
    monkeypatch.setattr(store, "MAX_INVENTORY", 2)
    answer = call("competitors", user(on_emulators))[1]
    assert answer["notCompared"].startswith("the inventory has more than 2 items")
    assert "comparison" not in answer["items"][0]
    detail = call("competitors/salt", user(on_emulators))[1]
    assert detail["notCompared"] == answer["notCompared"]
    assert len(detail["rows"]) == 3


def test_a_menu_is_next_to_ours_with_its_promotions(market: Market, on_emulators: Stack) -> None:
    market.store("salt", *CHEAPER, (f"BOGO gummies {HOSTILE}", "Edibles", 9.0))
    market.run(SCAN, now=NOW)
    status, answer = call("competitors/salt", user(on_emulators))
    assert status == 200
    assert answer["rows"][0] == {
        "product": "Blue Dream 3.5g",
        "category": "Flower",
        "size": "3.5g",
        "theirPrice": 30.0,
        "ourProduct": "Blue Dream 3.5g",
        "ourPrice": 40.0,
        "percent": 25.0,
    }
    name = re.sub("<[^>]+> ", "", f"BOGO gummies {HOSTILE}")
    assert answer["rows"][-1] == {"product": name, "category": "Edibles", "theirPrice": 9.0}
    assert [promotion.startswith("BOGO gummies") for promotion in answer["promotions"]] == [True]
    assert answer["priceRange"] == {"min": 9.0, "max": 60.0, "median": 40.0}


def test_prices_are_reported_over_time_for_one_product_or_for_all(market: Market, on_emulators: Stack) -> None:
    market.store("salt", *MENU)
    market.run(SCAN, now=NOW - timedelta(days=2))
    market.store("salt", *CHEAPER)
    market.run(SCAN, "exec2", NOW - timedelta(days=1))
    for headers in (user(on_emulators), agent()):
        status, answer = call("competitors/salt/prices", headers)
        assert status == 200
        assert answer.keys() == {"items"}
        assert [item["product"] for item in answer["items"]] == ["Blue Dream 3.5g", "OG Kush 3.5g", "Runtz 3.5g"]
        (item,) = call("competitors/salt/prices?product=blue%20dream%203.5g", headers)[1]["items"]
        assert item["size"] == "3.5g"
        assert [point["price"] for point in item["points"]] == [40.0, 30.0]
        assert datetime.fromisoformat(item["points"][1]["at"]) == NOW - timedelta(days=1)


def test_a_snapshot_of_another_shape_is_skipped_and_counted(market: Market, on_emulators: Stack) -> None:
    market.store("salt", *MENU)
    market.run(SCAN, now=NOW)
    broken = {"competitorId": "salt", "takenAt": NOW - timedelta(days=1), "products": "none"}
    firestore().document(f"tenants/{ORG}/competitor_snapshots/broken").set(broken)
    answer = call("competitors/salt/prices", user(on_emulators))[1]
    assert (answer["passedOver"], len(answer["items"])) == (1, 3)


def test_the_list_goes_on_where_it_ended(market: Market, on_emulators: Stack) -> None:
    for slug in ("a", "b", "c"):
        market.store(slug, *MENU)
    viewer = user(on_emulators)
    first = call("competitors?limit=2", viewer)[1]
    assert ([item["id"] for item in first["items"]], first["nextAfter"]) == (["a", "b"], "b")
    rest = call("competitors?limit=2&after=b", viewer)[1]
    assert [item["id"] for item in rest["items"]] == ["c"]
    assert "nextAfter" not in rest
    for wrong in ("limit=0", "limit=101", "after=a/b", "color=red"):
        assert call(f"competitors?{wrong}", viewer)[0] == 422


@pytest.mark.parametrize("path", ["competitors/salt", "competitors/salt/prices"])
def test_another_orgs_competitor_is_one_that_does_not_exist(market: Market, on_emulators: Stack, path: str) -> None:
    market.store("salt", *MENU)
    market.run(SCAN, now=NOW)
    stranger = user(on_emulators, "owner", OTHER_ORG)
    missing = call(path.replace("salt", "pepper"), stranger)
    assert missing[0] == 404
    for caller in (call(path, stranger), call(f"{path}?orgId={ORG}", stranger), call(path, agent(org=OTHER_ORG))):
        assert caller[0] == 404
        assert caller[1]["detail"].replace("salt", "pepper") == missing[1]["detail"]
    assert call("competitors", stranger)[1]["items"] == []
    assert call(f"competitors?orgId={ORG}", stranger)[0] == 404
    assert call("competitors/salt", stranger, "DELETE")[0] == 404
    assert fields_of("salt")


def test_who_may_do_what(market: Market, on_emulators: Stack) -> None:
    market.store("salt", *MENU)
    added = {"name": "Pepper", "menuUrl": "https://pepper.example/menu"}
    viewer, narrow = user(on_emulators), agent("chat")
    assert call("competitors", {})[0] == 401
    assert call("competitors", narrow)[0] == 403
    for caller in (viewer, agent()):
        assert call("competitors", caller, "POST", added)[0] == 403
        assert call("competitors/salt", caller, "DELETE")[0] == 403
    assert call("competitors", agent("competitors:write"), "POST", added)[0] == 201
    assert call("competitors/salt/prices", viewer, "DELETE")[0] == 405


def test_an_editor_adds_changes_and_removes_one(on_emulators: Stack) -> None:
    editor = user(on_emulators, "editor")
    status, answer = call(
        "competitors", editor, "POST", {"name": " Higher  Level ", "menuUrl": "https://higher.example/menu"}
    )
    assert status == 201
    assert {**answer, "id": ""} == {
        "id": "",
        "name": "Higher Level",
        "menuUrl": "https://higher.example/menu",
        "created": True,
        "used": 1,
        "limit": 3,
    }
    again = {"name": "higher level", "menuUrl": "https://higher.example/new"}
    status, changed = call("competitors", editor, "POST", again)
    assert (status, changed["id"], changed["created"]) == (200, answer["id"], False)
    assert fields_of(answer["id"])["menuUrl"] == "https://higher.example/new"
    assert call(f"competitors/{answer['id']}", editor, "DELETE") == (200, {"id": answer["id"]})
    assert documents("competitors") == {}
    assert call(f"competitors/{answer['id']}", editor, "DELETE")[0] == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"menuUrl": "https://a.example"}, "name"),
        ({"name": "\u200b", "menuUrl": "https://a.example"}, "name"),
        ({"name": "A", "menuUrl": "ftp://a.example"}, "menuUrl"),
        ({"name": "A", "menuUrl": 7}, "menuUrl"),
        ({"name": "A", "menuUrl": "https://a.example", "lastScan": {}}, "lastScan"),
    ],
)
def test_a_competitor_that_cannot_be_is_refused_by_the_field(
    on_emulators: Stack, body: dict[str, Any], field: str
) -> None:
    status, answer = call("competitors", user(on_emulators, "editor"), "POST", body)
    assert status == 422
    assert answer["errors"][0]["field"] == field
    assert documents("competitors") == {}


def test_one_more_than_the_tier_tracks_is_refused_in_words(on_emulators: Stack) -> None:
    editor = user(on_emulators, "editor")
    for number in range(3):
        body = {"name": f"Shop {number}", "menuUrl": f"https://shop{number}.example"}
        assert call("competitors", editor, "POST", body)[0] == 201
    status, answer = call("competitors", editor, "POST", {"name": "Shop 3", "menuUrl": "https://shop3.example"})
    assert status == 422
    assert "growth includes 3 tracked competitors and 3 are tracked; upgrade to pro (10)" in answer["detail"]
    assert len(documents("competitors")) == 3


def test_a_scan_that_never_works_says_so_too(market: Market, on_emulators: Stack) -> None:
    firestore().document(f"tenants/{ORG}/competitors/bare").set({"name": "Bare"})
    with pytest.raises(PermanentError):
        market.run(SCAN, now=NOW)
    (item,) = call("competitors", user(on_emulators))[1]["items"]
    assert item["lastScan"]["error"] == "its menuUrl is missing; expected an http(s) address"
