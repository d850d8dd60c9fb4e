"""Pages whose data, not their looks, hold the menu, and what a person would read there."""

from __future__ import annotations

import json
from typing import Any

BLUE_DREAM, OG_KUSH, RUNTZ = ("Blue Dream", "34.00"), ("OG Kush", "38.50"), ("Runtz", "44.00")
THREE = (BLUE_DREAM, OG_KUSH, RUNTZ)
Right = tuple[tuple[str, str | None], ...]


def ld(*documents: Any) -> str:
    return "".join(f'<script type="application/ld+json">{json.dumps(one)}</script>' for one in documents)


def offered(offers: Any, **more: Any) -> str:
    return ld(
        {"@context": "https://schema.org", "@type": "Product", "name": "Blue Dream", "offers": offers, **more}
    )


def offer(price: Any = "34.00", **more: Any) -> dict[str, Any]:
    return {"@type": "Offer", "price": price, "priceCurrency": "USD", **more}


def script(text: str, kind: str = "", **attributes: str) -> str:
    said = "".join(f' {name}="{value}"' for name, value in attributes.items()) + (f' type="{kind}"' if kind else "")
    return f'<html><body><div id="root"></div><script{said}>{text}</script></body></html>'


ONE = json.dumps({"@type": "Product", "name": "Blue Dream", "offers": offer()})
LIST = [{"id": n, "name": name, "price": float(price)} for n, (name, price) in enumerate(THREE)]
_GROUP = {"@type": "ProductGroup", "name": "Blue Dream"}
_CARDS = "".join(f'<div class="card"><h3>{name}</h3><p>${price}</p></div>' for name, price in THREE)
_OUT = "https://schema.org/OutOfStock"
_UNIT = {"@type": "UnitPriceSpecification", "price": 9.71, "priceCurrency": "USD", "unitText": "g"}

DATA: dict[str, tuple[str, Right]] = {
    "CDATA": (f'<script type="application/ld+json">//<![CDATA[\n{ONE}\n//]]></script>', (BLUE_DREAM,)),
    "a trailing comma": (f'<script type="application/ld+json">[{ONE},]</script>', (BLUE_DREAM,)),
    "a byte order mark": (f'<script type="application/ld+json">\ufeff{ONE}</script>', (BLUE_DREAM,)),
    "escaped as HTML": (
        f'<script type="application/ld+json">{ONE.replace(chr(34), "&quot;")}</script>',
        (BLUE_DREAM,),
    ),
    "a line break in a string": (
        '<script type="application/ld+json">' + ONE.replace("}", ', "description": "a\nb"}', 1) + "</script>",
        (BLUE_DREAM,),
    ),
    "a broken block among good ones": (
        f'<script type="application/ld+json">{{"@type": oops</script>{offered(offer())}',
        (BLUE_DREAM,),
    ),
    "a broken node among good ones": (
        f'<script type="application/ld+json">[{{"@type": ,}},{ONE}]</script>',
        (BLUE_DREAM,),
    ),
    "a type in capitals": (f'<script type="Application/LD+JSON">{ONE}</script>', (BLUE_DREAM,)),
    "objects parted by commas": (
        f'<script type="application/ld+json">{ONE},{ONE.replace("Blue Dream", "Runtz")}</script>',
        (BLUE_DREAM, ("Runtz", "34.00")),
    ),
    "a graph with references": (
        ld(
            {
                "@graph": [
                    {"@type": "Product", "name": "Blue Dream", "offers": {"@id": "#o"}},
                    {"@id": "#o", **offer()},
                ]
            }
        ),
        (BLUE_DREAM,),
    ),
    "a reference into another block": (offered({"@id": "#o"}) + ld({"@id": "#o", **offer()}), (BLUE_DREAM,)),
    "a group of sizes": (
        ld(
            {
                **_GROUP,
                "hasVariant": [
                    {"@type": "Product", "size": s, "offers": offer(p)} for s, p in (("1g", 36), ("3.5g", 34))
                ],
            }
        ),
        (BLUE_DREAM,),
    ),
    "a group of variants with names": (
        ld(
            {
                **_GROUP,
                "hasVariant": [
                    {"@type": "Product", "name": f"Blue Dream {s}", "offers": offer(p)}
                    for s, p in (("1g", 12), ("3.5g", 34))
                ],
            }
        ),
        (("Blue Dream 1g", "12.00"), ("Blue Dream 3.5g", "34.00")),
    ),
    "an item list": (
        ld(
            {
                "@type": "ItemList",
                "itemListElement": [
                    {"@type": "ListItem", "item": {"@type": "Product", "name": n, "offers": offer(p)}}
                    for n, p in THREE
                ],
            }
        ),
        THREE,
    ),
    "an offer catalog": (
        ld(
            {
                "@type": "OfferCatalog",
                "itemListElement": [{**offer(p), "itemOffered": {"@type": "Product", "name": n}} for n, p in THREE],
            }
        ),
        THREE,
    ),
    "an aggregate of offers": (
        offered({"@type": "AggregateOffer", "lowPrice": 30, "priceCurrency": "USD", "offers": [offer()]}),
        (BLUE_DREAM,),
    ),
    "a list price beside it": (
        offered(offer(priceSpecification={"priceType": "https://schema.org/ListPrice", "price": 50})),
        (BLUE_DREAM,),
    ),
    "a struck price below it": (
        offered(offer(priceSpecification=[{"priceType": "StrikethroughPrice", "price": 20}])),
        (BLUE_DREAM,),
    ),
    "a member's price": (
        offered(offer(priceSpecification=[{"price": 30, "validForMemberTier": {"name": "Gold"}}])),
        (BLUE_DREAM,),
    ),
    "only a unit price specification": (
        offered(
            {"priceSpecification": {"@type": "UnitPriceSpecification", "price": "34.00", "priceCurrency": "USD"}}
        ),
        (BLUE_DREAM,),
    ),
    "unit price and price in specifications": (
        offered({"priceSpecification": [_UNIT, {"price": "34.00", "priceCurrency": "USD"}]}),
        (BLUE_DREAM,),
    ),
    "shipping": (
        offered(offer(shippingDetails={"shippingRate": {"@type": "MonetaryAmount", "value": 5}})),
        (BLUE_DREAM,),
    ),
    "a deposit": (offered([offer(), offer("1.20", name="Bottle deposit")]), (BLUE_DREAM,)),
    "a price for several": (
        offered(offer(priceSpecification=[{"price": 30, "eligibleQuantity": {"minValue": 2}}])),
        (BLUE_DREAM,),
    ),
    "all sold out": (offered(offer(availability=_OUT)), (BLUE_DREAM,)),
    "Canadian dollars by their code": (offered(offer(priceCurrency="CAD")), (("Blue Dream", None),)),
    "Canadian dollars by their sign": (offered({"price": "CA$34.00"}), (("Blue Dream", None),)),
    "Canadian dollars, and cards with bare signs": (
        offered(offer(priceCurrency="CAD")) + "<h3>Blue Dream</h3>" + _CARDS,
        tuple((n, None) for n, _ in THREE),
    ),
    "pounds": (offered({"price": "£34.00"}), (("Blue Dream", None),)),
    "a code in small letters": (offered(offer(priceCurrency="usd")), (BLUE_DREAM,)),
    "a decimal comma": (offered(offer("34,00")), (BLUE_DREAM,)),
    "thousands by an apostrophe": (offered(offer("1'299.00")), (("Blue Dream", "1299.00"),)),
    "a sum of cents alone": (offered(offer("$.99")), (("Blue Dream", "0.99"),)),
    "a code before the price": (offered(offer("USD 34.00")), (BLUE_DREAM,)),
    "a number with trailing words": (offered(offer("34.00 per 3.5g")), (BLUE_DREAM,)),
    "a name escaped twice": (
        ld({"@type": "Product", "name": "Ben &amp;amp; Jerry", "offers": offer()}),
        (("Ben & Jerry", "34.00"),),
    ),
    "names of several languages": (
        offered(offer()).replace('"Blue Dream"', '[{"@value": "Blue Dream", "@language": "en"}]'),
        (BLUE_DREAM,),
    ),
    "a related product": (
        offered(offer(), isRelatedTo={"@type": "Product", "name": "Other", "offers": offer(1)}),
        (BLUE_DREAM,),
    ),
    "one product's data on its own page": (f"<h1>Blue Dream</h1>{offered(offer())}{_CARDS}", (BLUE_DREAM,)),
    "one product's data on a menu": (f"<h1>Menu</h1>{offered(offer())}{_CARDS}", THREE),
    "data without prices beside cards": (offered(None) + _CARDS, THREE),
    "microdata with nested brand": (
        "".join(
            f'<div itemscope itemtype="http://schema.org/Product"><div itemprop="brand" itemscope itemtype="http://schema.org/Brand"><span itemprop="name">Cresco</span></div>'
            f'<b itemprop="name">{n}</b><div itemprop="offers" itemscope itemtype="http://schema.org/Offer"><meta itemprop="price" content="{p}"><link itemprop="availability" href="http://schema.org/InStock"></div></div>'
            for n, p in THREE
        ),
        THREE,
    ),
    "RDFa": (
        '<div vocab="https://schema.org/">'
        + "".join(
            f'<div typeof="Product"><span property="name">{n}</span><div property="offers" typeof="Offer"><span property="priceCurrency" content="USD">$</span><span property="price" content="{p}">{p}</span></div></div>'
            for n, p in THREE
        )
        + "</div>",
        THREE,
    ),
    "Open Graph with a site's name": (
        '<meta property="og:type" content="product"><meta property="og:title" content="Blue Dream | Green"><meta property="og:site_name" content="Green">'
        '<meta property="product:price:amount" content="34.00"><meta property="product:price:currency" content="USD">',
        (BLUE_DREAM,),
    ),
    "Open Graph in euros": (
        '<meta property="og:title" content="Blue Dream"><meta property="og:price:amount" content="34.00"><meta property="og:price:currency" content="EUR">',
        (("Blue Dream", None),),
    ),
    "Next's data": (
        script(
            json.dumps({"props": {"pageProps": {"menu": {"products": LIST}}}}),
            "application/json",
            id="__NEXT_DATA__",
        ),
        THREE,
    ),
    "Next's stream": (
        script(
            "self.__next_f.push([1,"
            + json.dumps('5:["$","div",null,' + json.dumps({"products": LIST}) + "]\n")
            + "])"
        ),
        THREE,
    ),
    "Nuxt 2": (
        script(
            'window.__NUXT__=(function(a,b){return {data:[{products:[{id:1,name:"Blue Dream",price:a},{id:2,name:b,price:38.5},{id:3,name:"Runtz",price:44}]}]}}(34,"OG Kush"));'
        ),
        THREE,
    ),
    "Nuxt 3": (
        script(
            json.dumps(
                [
                    ["Reactive", 1],
                    {"data": 2},
                    {"menu": 3},
                    [4, 8, 11],
                    {"id": 5, "name": 6, "price": 7},
                    1,
                    "Blue Dream",
                    34,
                    {"id": 5, "name": 9, "price": 10},
                    "OG Kush",
                    38.5,
                    {"id": 5, "name": 12, "price": 13},
                    "Runtz",
                    44,
                ]
            ),
            "application/json",
            id="__NUXT_DATA__",
        ),
        THREE,
    ),
    "a Redux state": (script(f"window.__INITIAL_STATE__ = {json.dumps({'menu': {'items': LIST}})};"), THREE),
    "a state of JavaScript": (
        script(
            "window.__PRELOADED_STATE__ = {items: ["
            + ",".join(f"{{id: {n}, name: '{name}', price: {price},}}" for n, (name, price) in enumerate(THREE))
            + "], /* end */};"
        ),
        THREE,
    ),
    "a state in a string": (
        script(f"window.__STATE__ = JSON.parse({json.dumps(json.dumps({'items': LIST}))});"),
        THREE,
    ),
    "an Apollo cache": (
        script(
            "window.__APOLLO_STATE__ = "
            + json.dumps(
                {
                    f"Product:{n}": {
                        "__typename": "Product",
                        "id": n,
                        "name": name,
                        "variants": [{"__ref": f"Variant:{n}"}],
                    }
                    for n, (name, _) in enumerate(THREE)
                }
                | {
                    f"Variant:{n}": {"option": "1/8oz", "price": {"amount": price}}
                    for n, (_, price) in enumerate(THREE)
                }
            )
        ),
        THREE,
    ),
    "Dutchie's products": (
        script(
            json.dumps(
                {
                    "filteredProducts": {
                        "products": [
                            {
                                "_id": str(n),
                                "Name": name,
                                "type": "Flower",
                                "Options": ["1/8oz", "1oz"],
                                "Prices": [float(p), 220],
                            }
                            for n, (name, p) in enumerate(THREE)
                        ]
                    }
                }
            ),
            "application/json",
        ),
        THREE,
    ),
    "Jane's products": (
        script(
            json.dumps(
                {
                    "products": [
                        {"id": n, "name": name, "kind": "flower", "price_eighth_ounce": p, "price_ounce": "220.0"}
                        for n, (name, p) in enumerate(THREE)
                    ]
                }
            ),
            "application/json",
        ),
        THREE,
    ),
    "cents of Shopify": (
        script(
            json.dumps(
                [
                    {
                        "id": n,
                        "title": name,
                        "handle": "x",
                        "price": int(p.replace(".", "")),
                        "price_varies": False,
                        "compare_at_price": 6000,
                    }
                    for n, (name, p) in enumerate(THREE)
                ]
            ),
            "application/json",
        ),
        THREE,
    ),
    "ways of shipping are no menu": (
        script(
            json.dumps(
                {
                    "menu": LIST,
                    "shippingMethods": [
                        {"id": 1, "name": "Standard", "price": 5},
                        {"id": 2, "name": "Express", "price": 9},
                    ],
                }
            ),
            "application/json",
        ),
        THREE,
    ),
    "a sale's price": (
        script(
            json.dumps(
                [{"id": n, "name": name, "price": 60, "salePrice": float(p)} for n, (name, p) in enumerate(THREE)]
            ),
            "application/json",
        ),
        THREE,
    ),
}
