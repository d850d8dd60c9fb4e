"""What a scan spares: pages that have not changed, pages that it may not read, and what Apify is paid for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from pydantic import ValidationError

from shared.competitors import scan as scan_module
from shared.competitors.models import Competitor
from shared.competitors.scan import WORD_IS_TAKEN_FOR
from shared.competitors.snapshots.snapshot import KEPT_FOR
from shared.errors import PermanentError
from shared.steps.competitive.scan_competitors import ScanCompetitors, ScanCompetitorsParams
from tests.unit.steps.shelf import Shelf, broken_store, open_store, site_without_rules, stocked_shelf
from tests.unit.steps.surroundings import NOW, dumped, step_context
from tests.unit.web.conftest import Site

BLUE_DREAM = ("Blue Dream", "Flower", "34.00")
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Shelf:
    return stocked_shelf(monkeypatch)


@pytest.fixture
def site() -> Iterator[Site]:
    yield from site_without_rules()


def _scan(execution: str = "exec1", now: datetime = NOW, **params: Any) -> tuple[list[dict[str, Any]], list[Any]]:
    """The entries, and what it cost."""
    from dataclasses import replace

    context = replace(step_context(), execution_id=execution, now=now)
    output = dumped(ScanCompetitors().run(ScanCompetitorsParams.model_validate(params), context))
    return output["competitors"], [(one.item, one.quantity) for one in context.costs]


def _tagged(site: Site, path: str, tag: str, body: bytes) -> str:
    """A page that answers 304 to who has its tag."""

    def answer(handler: BaseHTTPRequestHandler, _body: bytes) -> None:
        known = handler.headers.get("If-None-Match") == tag
        handler.send_response(304 if known else 200)
        handler.send_header("ETag", tag)
        handler.send_header("Content-Length", "0" if known else str(len(body)))
        handler.end_headers()
        handler.wfile.write(b"" if known else body)

    site.routes[path] = answer
    return site.base + path


def _page(price: str = "34.00", extra: str = "") -> bytes:
    data = {"@type": "Product", "name": "Blue Dream", "category": "Flower", "offers": {"price": price}}
    return f'<script type="application/ld+json">{json.dumps(data)}</script>{extra}'.encode()


def test_an_unchanged_page_is_not_parsed_again(shelf: Shelf, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    open_store(shelf, site, "a", BLUE_DREAM)
    _scan()

    def refuse(_html: str) -> None:
        raise AssertionError("the page was parsed")

    monkeypatch.setattr(scan_module, "parse_menu", refuse)
    (entry,), costs = _scan("exec2", LATER)
    assert (entry["unchanged"], entry["products"][0]["name"], costs) == (True, "Blue Dream", [("menu_page", 1)])
    (kept,) = shelf.snapshots.values()
    assert (kept.taken_at, kept.seen_at, kept.expires_at) == (NOW, LATER, LATER + KEPT_FOR)


def test_a_site_that_says_so_itself_sends_no_page(shelf: Shelf, site: Site) -> None:
    url = _tagged(site, "/a", '"v1"', _page())
    shelf.competitors.append(Competitor(id="a", name="A", menu_url=url))
    _scan()
    (entry,), costs = _scan("exec2", LATER)
    assert (entry["unchanged"], entry["products"][0]["name"], costs) == (True, "Blue Dream", [])
    _tagged(site, "/a", '"v2"', _page("30.00"))
    (entry,), costs = _scan("exec3", LATER)
    assert (entry["unchanged"], entry["products"][0]["price"], costs) == (False, 30.0, [("menu_page", 1)])


def test_a_sites_not_modified_is_not_trusted_forever(shelf: Shelf, site: Site) -> None:
    url = _tagged(site, "/a", '"v1"', _page())
    shelf.competitors.append(Competitor(id="a", name="A", menu_url=url))
    _scan()
    _tagged(site, "/a", '"v1"', _page("30.00"))
    assert _scan("exec2", NOW + WORD_IS_TAKEN_FOR - timedelta(hours=1))[0][0]["products"][0]["price"] == 34.0
    assert _scan("exec3", NOW + WORD_IS_TAKEN_FOR)[0][0]["products"][0]["price"] == 30.0


def test_another_address_is_requested_without_the_old_etag(shelf: Shelf, site: Site) -> None:
    shelf.competitors.append(Competitor(id="a", name="A", menu_url=_tagged(site, "/a", '"v1"', _page())))
    _scan()
    shelf.competitors[0] = Competitor(id="a", name="A", menu_url=_tagged(site, "/b", '"v1"', _page("30.00")))
    assert _scan("exec2")[0][0]["products"][0]["price"] == 30.0


def test_a_tag_that_no_header_can_carry_is_not_kept(shelf: Shelf, site: Site) -> None:
    url = site.page("/a", _page(), headers={"ETag": '"caf\xe9"', "Last-Modified": "x" * 300})
    shelf.competitors.append(Competitor(id="a", name="A", menu_url=url))
    _scan()
    assert _scan("exec2")[0][0]["unchanged"] is True


def test_not_modified_without_a_condition_is_an_error_of_its_entry(shelf: Shelf, site: Site) -> None:
    open_store(shelf, site, "a", BLUE_DREAM)
    broken_store(shelf, site, "odd", 304)
    assert "304" in _scan()[0][1]["error"]


def test_a_page_with_other_bytes_and_the_same_menu_takes_no_new_snapshot(shelf: Shelf, site: Site) -> None:
    shelf.competitors.append(Competitor(id="a", name="A", menu_url=site.page("/a", _page(extra="<p>one</p>"))))
    _scan()
    site.page("/a", _page(extra="<p>two</p>"))
    assert _scan("exec2")[0][0]["unchanged"] is True
    assert len(shelf.snapshots) == 1
    site.page("/a", _page(extra="<p>BOGO today</p>"))
    assert _scan("exec3")[0][0]["unchanged"] is False
    assert len(shelf.snapshots) == 2


def test_a_snapshot_that_cannot_be_loaded_is_taken_again(
    shelf: Shelf, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = _tagged(site, "/a", '"v1"', _page())
    shelf.competitors.append(Competitor(id="a", name="A", menu_url=url))
    _scan()
    monkeypatch.setattr("shared.competitors.snapshots.store.load_snapshots", lambda _org, _ids: {})
    (entry,), costs = _scan("exec2")
    assert (entry["products"][0]["name"], entry["error"], costs) == ("Blue Dream", None, [("menu_page", 1)])


def test_a_menu_that_goes_back_to_what_it_was_is_a_state_of_its_own(shelf: Shelf, site: Site) -> None:
    for number, price in enumerate(("34.00", "30.00", "34.00", "30.00")):
        url = site.page("/a", _page(price))
        shelf.competitors[:] = [Competitor(id="a", name="A", menu_url=url)]
        _scan(f"exec{number}", NOW + timedelta(hours=number))
    assert len(shelf.snapshots) == 4


def test_a_page_that_robots_may_not_read_is_never_asked_for(shelf: Shelf, site: Site) -> None:
    open_store(shelf, site, "a", BLUE_DREAM)
    open_store(shelf, site, "b", BLUE_DREAM)
    site.page("/robots.txt", b"User-agent: *\nDisallow: /b")
    entries, costs = _scan()
    assert (entries[0]["error"], "robots.txt" in entries[1]["error"]) == (None, True)
    assert [request.path for request in site.received] == ["/robots.txt", "/a"]
    assert costs == [("menu_page", 1)]


def test_a_scan_that_robots_may_not_make_at_all_fails_permanently(shelf: Shelf, site: Site) -> None:
    open_store(shelf, site, "b", BLUE_DREAM)
    site.page("/robots.txt", b"User-agent: *\nDisallow: /")
    with pytest.raises(PermanentError, match=r"robots\.txt"):
        _scan()


def test_a_snapshot_knows_its_categories_and_a_scan_shows_them(shelf: Shelf, site: Site) -> None:
    open_store(shelf, site, "a", BLUE_DREAM, ("Gummies", "Edibles", "20"), ("OG Kush", "flower", "30"))
    (entry,), _ = _scan()
    assert (entry["categories"], entry["categoryCount"], entry["productCount"]) == (["Flower", "Edibles"], 2, 3)
    assert (entry["promotions"], entry["deepPromotion"]) == (["BOGO today"], "BOGO today")


def _apify(site: Site, monkeypatch: pytest.MonkeyPatch, *htmls: bytes) -> None:
    monkeypatch.setenv("APIFY_TOKEN", "secret")
    monkeypatch.setenv("APIFY_API_URL", site.base)
    items = [{"index": index, "status": 200, "html": html.decode()} for index, html in enumerate(htmls)]
    site.page("/v2/acts/apify~web-scraper/run-sync-get-dataset-items", json.dumps(items).encode(), status=201)


def test_with_a_token_apify_fetches_all_pages_and_is_paid_for_them(
    shelf: Shelf, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for slug in ("a", "b"):
        shelf.competitors.append(Competitor(id=slug, name=slug, menu_url=f"{site.base}/{slug}"))
    _apify(site, monkeypatch, _page(), _page("30.00"))
    entries, costs = _scan()
    assert [one["products"][0]["price"] for one in entries] == [34.0, 30.0]
    assert costs == [("apify_page", 2)]
    assert [request.method for request in site.received] == ["GET", "POST"]
    assert [one["unchanged"] for one in _scan("exec2")[0]] == [True, True]


@pytest.mark.parametrize("token", [None, "secret"])
def test_the_usual_use_is_a_page_for_each_competitor(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, token: str | None
) -> None:
    if token:
        monkeypatch.setenv("APIFY_TOKEN", token)
    item = "apify_page" if token else "menu_page"
    assert ScanCompetitors().typical_use({"top": 3}) == {item: 3}
    assert ScanCompetitors().typical_use({"competitorIds": ["a", "b"]}) == {item: 2}
    assert ScanCompetitors().typical_use({"top": "{{ event.count }}"}) == {item: 4}


@pytest.mark.parametrize("params", [{"top": 2, "competitorIds": ["a"]}, {"top": 0}, {"top": 101}])
def test_the_top_ones_are_a_number_and_the_only_way_to_choose(params: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ScanCompetitorsParams.model_validate(params)
