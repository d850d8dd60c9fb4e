"""How long reading a menu page takes, in processor time, and how many of the tried pages are read right."""

from __future__ import annotations

import statistics
import time

from shared.competitors.menus.charset import decode_page
from shared.competitors.menus.reading import parse_menu
from tests.bench.figures import report
from tests.unit.competitors.menus.data_cases import DATA_CASES
from tests.unit.competitors.menus.every_whole_page import WHOLE_PAGES, read, right
from tests.unit.competitors.menus.given import CASES, GIVEN
from tests.unit.competitors.menus.shop_pages import PRODUCTS, SHOPS
from tests.unit.competitors.menus.trap_pages import TRAPS

ROUNDS = 15
TARGET_MILLISECONDS = 60
_STARS = '<svg viewBox="0 0 24 24"><polygon points="12,2 15,9 22,9"/></svg>' * 5
_CARD = (
    '<div class="product-card" data-id="{n}"><a href="/p/{n}"><img alt="Strain {n}"><div class="brand">Cresco</div>'
    '<h3 class="product-title">Strain {n}</h3></a><div class="meta"><span>Indica</span>'
    "<span>THC: 24.3%</span></div>"
    '{stars}<div class="price"><del>$50.00</del> <ins>${price}.00</ins></div><button>1/8 oz</button>'
    "<button>Add to cart</button></div>"
)


def measure() -> None:
    """Read a page of 120 products again and again; then every tried page once."""
    page = "<main>" + "".join(_CARD.format(n=n, stars=_STARS, price=30 + n % 9) for n in range(120)) + "</main>"
    parse_menu(page)
    times = []
    for _ in range(ROUNDS):
        started = time.process_time()
        found = parse_menu(page).found
        times.append((time.process_time() - started) * 1000)
    report(
        "menu_reading.milliseconds",
        round(statistics.median(times), 1),
        unit="milliseconds of processor time for a page of 120 products",
        target=f"<= {TARGET_MILLISECONDS}",
        products=found,
        characters=len(page),
    )
    given = [
        _read(decode_page((GIVEN / case["file"]).read_bytes())) in (case["right"], *case["alternatives"])
        for case in CASES
    ]
    own = [_read(html) == [list(pair) for pair in PRODUCTS] for html in (*SHOPS.values(), *TRAPS.values())]
    own += [_read(html) == [list(pair) for pair in listed] for _, html, listed in DATA_CASES]
    whole = [read(html) in right(page) for page, (html, _) in WHOLE_PAGES.items()]
    for name, results in (("given", given), ("own", own), ("whole", whole)):
        report(
            f"menu_reading.{name}",
            sum(results),
            unit=f"of {len(results)} pages read right",
            target=f"{len(results)}",
        )


def _read(html: str) -> list[list[str | None]]:
    return [[one.name, None if one.price is None else str(one.price)] for one in parse_menu(html).products]
