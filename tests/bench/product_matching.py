"""Which products the matcher calls the same, against labeled pairs; and how long two large menus take."""

from __future__ import annotations

import time
from decimal import Decimal

from shared.competitors.models import Product
from shared.competitors.products.matching import THRESHOLD, match_offers
from shared.competitors.products.offers import on_sale
from shared.values.size_reading import parse_size
from tests.bench.figures import report
from tests.matching.measuring import SETS, load_pairs, measure

LEAST_PRECISION, LEAST_RECALL = 0.98, 0.9
NAMES = 5_000
_STRAINS = ("Blue Dream", "Sour Diesel", "Wedding Cake", "Gelato 41", "Ice Cream Cake", "Super Lemon Haze", "Runtz")
_BRANDS = ("Stiiizy", "Cresco", "Rythm", "Kiva", "Jeeter", "Ayrloom", "")
_SIZES = ("3.5g", "1/8 oz", "7g", "500mg", "5pk 0.5g each", "10 x 10mg = 100mg")


def run() -> None:
    """Measure both sets, then the time of sizes and of a comparison."""
    for name in SETS:
        found = measure(load_pairs(name))
        report(
            f"product_matching.{name.replace(' ', '_')}",
            round(found.precision, 4),
            unit="precision",
            target=f">= {LEAST_PRECISION} at recall >= {LEAST_RECALL}",
            recall=round(found.recall, 4),
            pairs=found.pairs,
            threshold=THRESHOLD,
        )
    products = [_product(number) for number in range(NAMES)]
    parse_size.cache_clear()
    started = time.process_time()
    for product in products:
        parse_size(product.name, "weight")
    read = time.process_time()
    match_offers(on_sale(products), on_sale(products[::2]))
    compared = time.process_time()
    report("product_matching.sizes", round((read - started) * 1000), unit=f"ms for {NAMES} names", target="<= 500")
    report(
        "product_matching.menus",
        round((compared - read) * 1000),
        unit=f"ms to compare {NAMES} products with {NAMES // 2}",
        target="<= 5000",
    )


def _product(number: int) -> Product:
    brand, strain = _BRANDS[number % len(_BRANDS)], _STRAINS[number // 7 % len(_STRAINS)]
    name = f"{brand} {strain} No. {number // 49} {_SIZES[number % len(_SIZES)]}".strip()
    return Product(name=name, category="Flower", price=Decimal(10 + number % 50))
