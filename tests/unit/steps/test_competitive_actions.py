"""Scan, analysis and report, from real pages on loopback; only Firestore is stood in for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from shared.competitors.models import Competitor, CompetitorMenu, ParsedMenu, PriceRange, Product, Undercut
from shared.competitors.snapshots import store as snapshot_store
from shared.competitors.snapshots.snapshot import take_snapshot
from shared.errors import PermanentError, TransientError
from shared.messages.template.models import Chart, Figures, Table
from shared.steps.competitive import scan_competitors as scan_module
from shared.steps.competitive.analyze_pricing import AnalyzePricing, AnalyzePricingParams
from shared.steps.competitive.compare_price import ComparePrice, ComparePriceParams
from shared.steps.competitive.generate_competitor_report import (
    GenerateCompetitorReport,
    GenerateCompetitorReportOutput,
    GenerateCompetitorReportParams,
)
from shared.steps.competitive.scan_competitors import (
    ScanCompetitors,
    ScanCompetitorsOutput,
    ScanCompetitorsParams,
)
from tests.unit.steps.shelf import Shelf, broken_store, open_store, site_without_rules, stocked_shelf
from tests.unit.steps.surroundings import NOW, PerformingEffects, dumped, step_context
from tests.unit.web.conftest import Site


@pytest.fixture(autouse=True)
def no_snapshots(monkeypatch: pytest.MonkeyPatch) -> None:
    """Competitors whose menus were never kept."""
    monkeypatch.setattr(snapshot_store, "walk_back", lambda *_: iter(()))


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Shelf:
    return stocked_shelf(monkeypatch)


@pytest.fixture
def site() -> Iterator[Site]:
    yield from site_without_rules()


def _scan(effects: PerformingEffects | None = None, **params: Any) -> ScanCompetitorsOutput:
    return ScanCompetitors().run(ScanCompetitorsParams.model_validate(params), step_context(effects))


def test_a_scan_reads_every_store(shelf: Shelf, site: Site) -> None:
    open_store(shelf, site, "higher-level", ("Blue Dream", "Flower", "34.00"), ("OG Kush", "Flower", "50"))
    open_store(shelf, site, "green-leaf", ("Runtz", "Flower", "44"))
    output = dumped(_scan())
    first, second = output["competitors"]
    assert first["competitorId"] == "higher-level"
    assert first["products"][0] == {"name": "Blue Dream", "category": "Flower", "price": 34.0}
    assert first["priceRange"] == {"min": 34.0, "max": 50.0, "median": 42.0}
    assert (second["name"], second["error"]) == ("Green Leaf", None)


def test_all_snapshots_are_kept_in_one_write_under_ids_that_a_retry_repeats(shelf: Shelf, site: Site) -> None:
    open_store(shelf, site, "a", ("Blue Dream", "Flower", "34.00"))
    open_store(shelf, site, "b", ("Blue Dream", "Flower", "35.00"))
    _scan()
    _scan()
    assert shelf.commits == 2
    assert [one.partition("_")[0] for one in sorted(shelf.snapshots)] == ["a", "b"]
    kept = next(one for one in shelf.snapshots.values() if one.competitor_id == "a")
    assert (kept.taken_at, kept.expires_at) == (NOW, NOW + timedelta(days=30))
    assert (kept.promo_count, len(kept.content_hash)) == (1, 64)


def test_the_pages_read_are_counted_as_a_cost(shelf: Shelf, site: Site) -> None:
    open_store(shelf, site, "a", ("Blue Dream", "Flower", "34.00"))
    open_store(shelf, site, "b", ("Blue Dream", "Flower", "35.00"))
    context = step_context()
    ScanCompetitors().run(ScanCompetitorsParams(), context)
    assert [(cost.item, cost.quantity) for cost in context.costs] == [("menu_page", 2)]


def test_one_failing_store_is_reported_in_its_entry(shelf: Shelf, site: Site) -> None:
    open_store(shelf, site, "a", ("Blue Dream", "Flower", "34.00"))
    broken_store(shelf, site, "gone", 404)
    shelf.competitors.append(Competitor(id="blank", name="Blank"))
    errors = [entry.error for entry in _scan().competitors]
    assert errors[0] is None
    assert "404" in (errors[1] or "")
    assert "menuUrl" in (errors[2] or "")


def test_a_page_without_products_is_an_error_of_its_entry(shelf: Shelf, site: Site) -> None:
    open_store(shelf, site, "a", ("Blue Dream", "Flower", "34.00"))
    open_store(shelf, site, "empty")
    assert "no products" in (_scan().competitors[1].error or "")


@pytest.mark.parametrize(("statuses", "error"), [((404, 503), TransientError), ((404, 410), PermanentError)])
def test_all_failing_fails_the_scan(
    shelf: Shelf, site: Site, statuses: tuple[int, ...], error: type[Exception]
) -> None:
    for status in statuses:
        broken_store(shelf, site, f"store{status}", status)
    with pytest.raises(error, match="Store404"):
        _scan()


def test_without_competitors_the_error_says_where_to_add_one(shelf: Shelf) -> None:
    with pytest.raises(PermanentError, match="add one under Competitors"):
        _scan()


def test_an_unknown_competitor_is_named(shelf: Shelf, site: Site) -> None:
    open_store(shelf, site, "a", ("Blue Dream", "Flower", "34.00"))
    with pytest.raises(PermanentError, match="competitorIds: found 'nobody'"):
        _scan(competitorIds=["a", "nobody"])


def test_only_the_named_competitors_are_read(shelf: Shelf, site: Site) -> None:
    open_store(shelf, site, "a-store", ("Blue Dream", "Flower", "34.00"))
    open_store(shelf, site, "b-store", ("Blue Dream", "Flower", "35.00"))
    assert [entry.name for entry in _scan(competitorIds=["b-store"]).competitors] == ["B Store"]
    assert [entry.name for entry in _scan(competitors=["b store", "b-store"]).competitors] == ["B Store"]


def test_two_ways_of_naming_competitors_at_once_are_refused() -> None:
    with pytest.raises(ValidationError, match="one of them"):
        ScanCompetitorsParams.model_validate({"competitorIds": ["a"], "competitors": ["a"]})


def test_a_fresh_snapshot_saves_the_fetch(shelf: Shelf, site: Site) -> None:
    open_store(shelf, site, "a", ("Blue Dream", "Flower", "34.00"))
    menu = ParsedMenu(products=(Product(name="Kept", price=Decimal(1)),), source="json-ld", found=1)
    shelf.snapshots["old_a"] = take_snapshot("a", menu, NOW - timedelta(hours=3))
    assert _scan(maxAgeHours=4).competitors[0].products[0].name == "Kept"
    assert "/a" not in [request.path for request in site.received]
    assert _scan(maxAgeHours=2).competitors[0].products[0].name == "Blue Dream"


def test_a_dry_run_fetches_and_stores_nothing(shelf: Shelf, site: Site) -> None:
    open_store(shelf, site, "a", ("Blue Dream", "Flower", "34.00"))
    effects = PerformingEffects(dry=True)
    assert _scan(effects).competitors[0].products
    assert shelf.snapshots == {}
    assert [kind for kind, _, _ in effects.done] == ["write"]


def test_an_analysis_finds_the_undercut(shelf: Shelf, site: Site) -> None:
    open_store(shelf, site, "higher-level", ("Blue Dream 1/8 oz", "Flower", "34.00"))
    shelf.ours = [Product(name="Blue Dream 3.5g", category="Flower", price=Decimal(40))]
    output = dumped(
        AnalyzePricing().run(AnalyzePricingParams(), step_context(outputs={"scan_competitors": _scan()}))
    )
    assert output["price_gap"] == 15.0
    (cut,) = output["undercut"]
    assert {key: cut[key] for key in ("competitor", "product", "ourPrice", "theirPrice", "percent")} == {
        "competitor": "Higher Level",
        "product": "Blue Dream 3.5g",
        "ourPrice": 40.0,
        "theirPrice": 34.0,
        "percent": 15.0,
    }
    assert output["summary"] == "Higher Level sells Blue Dream 3.5g for $34, $6 below you."


def test_a_gram_of_theirs_is_not_an_undercut_of_our_eighth_in_any_output(shelf: Shelf, site: Site) -> None:
    open_store(shelf, site, "higher-level", ("Blue Dream 1g", "Flower", "12.00"))
    shelf.ours = [Product(name="Blue Dream 3.5g", category="Flower", price=Decimal(35))]
    outputs: dict[str, Any] = {"scan_competitors": dumped(_scan())}
    outputs["analyze_pricing"] = dumped(AnalyzePricing().run(AnalyzePricingParams(), step_context(outputs=outputs)))
    assert (outputs["analyze_pricing"]["price_gap"], outputs["analyze_pricing"]["undercut"]) == (0.0, [])
    report = GenerateCompetitorReport().run(GenerateCompetitorReportParams(), step_context(outputs=outputs))
    assert "65" not in report.text
    moved = {"product": "Blue Dream", "category": "Flower", "size": "1g", "price": 12}
    against = ComparePrice().run(ComparePriceParams.model_validate(moved), step_context())
    assert (against.percent, against.our_price, against.our_price_text) == (Decimal(-20), None, "$10.00/g")


@pytest.mark.parametrize(
    ("moved", "our_price", "percent"),
    [
        ({"product": "Blue Dream 1/8 oz"}, Decimal(40), Decimal(15)),
        ({"product": "Blue Dream", "size": "eighth", "category": "Specials"}, Decimal(40), Decimal(15)),
        ({"product": "Blue Dream"}, None, Decimal(0)),
        ({"product": "OG Kush 3.5g"}, None, Decimal(0)),
    ],
)
def test_a_price_that_moved_is_compared_with_ours_for_the_same_size(
    shelf: Shelf, moved: dict[str, Any], our_price: Decimal | None, percent: Decimal
) -> None:
    shelf.ours = [Product(name="Blue Dream", size="3.5g", category="Flower", price=Decimal(40))]
    params = ComparePriceParams.model_validate({**moved, "price": 34})
    found = ComparePrice().run(params, step_context())
    assert (found.our_price, found.percent) == (our_price, percent)


def test_an_analysis_loads_the_whole_menu_if_the_scan_was_too_large(
    shelf: Shelf, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    products = [(f"Strain Number {n}", "Flower", "20") for n in range(20)]
    open_store(shelf, site, "big", *products)
    monkeypatch.setattr(scan_module, "MAX_PRODUCT_BYTES", 300)
    scan = _scan()
    assert len(scan.competitors[0].products) < scan.competitors[0].product_count == 20
    shelf.ours = [Product(name="Strain Number 19", category="Flower", price=Decimal(40))]
    output = AnalyzePricing().run(AnalyzePricingParams(), step_context(outputs={"scan_competitors": scan}))
    assert (output.price_gap, output.notes) == (Decimal(50), ())


def test_an_analysis_says_what_it_left_out(shelf: Shelf, site: Site) -> None:
    open_store(shelf, site, "a", ("Blue Dream", "Flower", "34.00"))
    broken_store(shelf, site, "gone", 404)
    output = AnalyzePricing().run(AnalyzePricingParams(), step_context(outputs={"scan_competitors": _scan()}))
    assert any("Gone couldn't be read" in note for note in output.notes)
    assert any("inventory" in note for note in output.notes)


def test_an_analysis_without_a_scan_says_which_step_is_missing(shelf: Shelf) -> None:
    with pytest.raises(PermanentError, match="scan_competitors step before"):
        AnalyzePricing().run(AnalyzePricingParams(), step_context())


def test_an_analysis_of_something_else_says_what_is_wrong(shelf: Shelf) -> None:
    with pytest.raises(PermanentError, match=r"competitors\.0\.competitorId"):
        AnalyzePricing().run(
            AnalyzePricingParams(), step_context(outputs={"scan_competitors": {"competitors": [{}]}})
        )


def _report(**outputs: Any) -> GenerateCompetitorReportOutput:
    return GenerateCompetitorReport().run(GenerateCompetitorReportParams(), step_context(outputs=outputs))


def _menu(name: str, product: str = "Blue Dream") -> CompetitorMenu:
    products = (Product(name=product, price=Decimal(34)),)
    return CompetitorMenu(competitor_id="x", name=name, products=products, product_count=1)


def _undercuts(count: int, product: str = "Blue Dream") -> list[dict[str, Any]]:
    cut = Undercut(
        competitor="Higher Level",
        product=product,
        our_price=Decimal(40),
        their_price=Decimal(34),
        percent=Decimal(15),
    )
    return [cut.model_dump(mode="json", by_alias=True)] * count


def test_a_report_shows_the_undercuts() -> None:
    scan = ScanCompetitorsOutput(competitors=[_menu("Higher Level")])
    report = _report(scan_competitors=scan, analyze_pricing={"undercut": _undercuts(1), "summary": "In short."})
    assert report.subject == "Competitor report for Thrive Syracuse: 1 price below yours"
    assert "- Blue Dream: Higher Level, their price $34.00, your price $40.00, below you 15%\n" in report.text
    assert '<td align="right">$34.00</td><td align="right">$40.00</td><td align="right">15%</td>' in report.html
    assert report.text.startswith("In short.")
    assert "Look at Blue Dream first" in report.text


def test_a_report_is_shown_with_key_figures_bars_and_tables() -> None:
    prices = PriceRange(min=Decimal(20), max=Decimal(50), median=Decimal(34))
    menus = [_menu(name).model_copy(update={"price_range": prices}) for name in ("Higher Level", "<b>Gone</b>")]
    scan = ScanCompetitorsOutput(competitors=menus)
    report = _report(scan_competitors=scan, analyze_pricing={"undercut": _undercuts(2), "summary": "In short."})
    shown = {section.kind: section for section in report.message.sections}
    figures, chart = shown["figures"], shown["chart"]
    assert isinstance(figures, Figures)
    assert [(each.label, each.value) for each in figures.figures] == [
        ("Menus read", "2 of 2"),
        ("Prices below yours", "2"),
        ("Largest undercut", "15%"),
    ]
    assert isinstance(chart, Chart)
    assert [(bar.label, bar.value, bar.amount) for bar in chart.bars] == [
        ("Higher Level", "$34.00", 34),
        ("<b>Gone</b>", "$34.00", 34),
    ]
    assert isinstance(shown["table"], Table)


def test_a_report_without_analysis_shows_the_menus() -> None:
    failed = CompetitorMenu(competitor_id="y", name="Gone", error="answered 404")
    report = _report(scan_competitors=ScanCompetitorsOutput(competitors=[_menu("Higher Level"), failed]))
    assert report.subject.endswith("1 menu checked")
    assert "Gone: couldn't be read: answered 404" in report.text


def test_a_long_report_says_how_much_it_leaves_out() -> None:
    scan = ScanCompetitorsOutput(competitors=[_menu("Higher Level")])
    analysis = {"undercut": _undercuts(120), "undercutCount": 700, "summary": "In short."}
    report = _report(scan_competitors=scan, analyze_pricing=analysis)
    assert "700 prices below yours" in report.subject
    assert "and 600 more" in report.text
    assert "and 600 more" in report.html


def test_hostile_names_stay_inert_in_a_report() -> None:
    evil = "<script>alert(1)</script>{{ 7 * 7 }}"
    scan = ScanCompetitorsOutput(competitors=[_menu(evil)])
    report = _report(scan_competitors=scan, analyze_pricing={"undercut": _undercuts(1, evil), "summary": evil})
    assert "<script" not in report.html
    assert "&lt;script&gt;" in report.html
    assert "49" not in report.text + report.html


def test_a_report_without_a_scan_says_which_step_is_missing() -> None:
    with pytest.raises(PermanentError, match="scan_competitors step before"):
        _report()
