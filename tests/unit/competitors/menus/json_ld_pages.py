"""JSON-LD as shop systems, plugins and themes write it, with what a person reads there."""

from __future__ import annotations

Right = tuple[tuple[str, str | None], ...]

BLUE: Right = (("Blue Dream", "34.00"),)
TWO: Right = (("Blue Dream", "34.00"), ("OG Kush", "38.50"))


def ld(*blocks: str) -> str:
    """A page whose head has these blocks."""
    scripts = "".join(f'<script type="application/ld+json">{block}</script>' for block in blocks)
    return f"<!doctype html><html><head><title>Menu | Green Leaf</title>{scripts}</head><body></body></html>"


def product(offers: str, name: str = "Blue Dream", more: str = "") -> str:
    """A product's block with these offers."""
    return f'{{"@context":"https://schema.org","@type":"Product","name":"{name}",{more}"offers":{offers}}}'


JSON_LD: dict[str, tuple[str, Right]] = {
    "Yoast's graph of a WooCommerce product": (
        ld(
            '{"@context":"https://schema.org","@graph":[{"@type":["WebPage","ItemPage"],"@id":"https://g.co/p/","name":'
            '"Blue Dream - Green Leaf","breadcrumb":{"@id":"https://g.co/p/#breadcrumb"}},{"@type":"BreadcrumbList",'
            '"@id":"https://g.co/p/#breadcrumb","itemListElement":[{"@type":"ListItem","position":1,"name":"Home","item":'
            '"https://g.co/"},{"@type":"ListItem","position":2,"name":"Flower"}]},{"@type":"WebSite","name":"Green Leaf",'
            '"potentialAction":[{"@type":"SearchAction"}]},{"@type":"Organization","name":"Green Leaf","logo":'
            '{"@type":"ImageObject","caption":"Green Leaf"}},{"@type":"Product","@id":"https://g.co/p/#product","name":'
            '"Blue Dream","sku":"BD35","offers":[{"@type":"Offer","priceSpecification":[{"@type":"UnitPriceSpecification",'
            '"price":"34.00","priceCurrency":"USD","valueAddedTaxIncluded":false,"validThrough":"2027-12-31"}],'
            '"priceValidUntil":"2027-12-31","availability":"https://schema.org/InStock","seller":{"@type":"Organization",'
            '"name":"Green Leaf"}}],"mainEntityOfPage":{"@id":"https://g.co/p/"}}]}'
        ),
        BLUE,
    ),
    "a sale in WooCommerce's specifications, its list price second": (
        ld(
            product(
                '[{"@type":"Offer","priceSpecification":[{"@type":"UnitPriceSpecification","price":"34.00",'
                '"priceCurrency":"USD","validThrough":"2026-12-31"},{"@type":"UnitPriceSpecification","price":"50.00",'
                '"priceCurrency":"USD","priceType":"https://schema.org/ListPrice"}]}]'
            )
        ),
        BLUE,
    ),
    "a struck price in the specification": (
        ld(
            product(
                '{"@type":"Offer","price":34,"priceCurrency":"USD","priceSpecification":{"@type":"UnitPriceSpecification",'
                '"priceType":"https://schema.org/StrikethroughPrice","price":50,"priceCurrency":"USD"}}'
            )
        ),
        BLUE,
    ),
    "a sale price and a list price by their types alone": (
        ld(
            product(
                '{"@type":"Offer","priceCurrency":"USD","priceSpecification":[{"@type":"UnitPriceSpecification","priceType":'
                '"http://schema.org/MSRP","price":60.0},{"@type":"UnitPriceSpecification","priceType":'
                '"http://schema.org/SalePrice","price":34.0}]}'
            )
        ),
        BLUE,
    ),
    "a member's price beside everybody's": (
        ld(
            product(
                '{"@type":"Offer","price":34.00,"priceCurrency":"USD","priceSpecification":[{"@type":'
                '"UnitPriceSpecification","price":29.00,"priceCurrency":"USD","validForMemberTier":{"@type":'
                '"MemberProgramTier","@id":"#gold","name":"Gold"},"membershipPointsEarned":20}]}'
            )
        ),
        BLUE,
    ),
    "a member's price and everybody's in one list of specifications": (
        ld(
            product(
                '{"@type":"Offer","priceSpecification":[{"@type":"PriceSpecification","price":"29.00","priceCurrency":'
                '"USD","validForMemberTier":[{"@id":"#silver"},{"@id":"#gold"}]},{"@type":"PriceSpecification","price":'
                '"34.00","priceCurrency":"USD"}]}'
            )
        ),
        BLUE,
    ),
    "Shopify's group with variants": (
        ld(
            '{"@context":"http://schema.org/","@id":"/products/blue-dream#product","@type":"ProductGroup","brand":{"@type":'
            '"Brand","name":"Cresco"},"category":"Flower","hasVariant":[{"@id":"/products/blue-dream?variant=1#variant",'
            '"@type":"Product","name":"Blue Dream - 3.5g","offers":{"@id":"/products/blue-dream?variant=1#offer","@type":'
            '"Offer","availability":"http://schema.org/InStock","price":"34.00","priceCurrency":"USD","url":'
            '"https://g.co/products/blue-dream?variant=1"}},{"@id":"/products/blue-dream?variant=2#variant","@type":'
            '"Product","name":"Blue Dream - 7g","offers":{"@type":"Offer","availability":"http://schema.org/InStock",'
            '"price":"60.00","priceCurrency":"USD"}}],"name":"Blue Dream","productGroupID":"8","url":"/products/blue-dream"}'
        ),
        (("Blue Dream - 3.5g", "34.00"), ("Blue Dream - 7g", "60.00")),
    ),
    "a group whose variants are referred to by id": (
        ld(
            '{"@context":"https://schema.org","@graph":[{"@type":"ProductGroup","@id":"#g","name":"Blue Dream","variesBy":'
            '["https://schema.org/size"],"hasVariant":[{"@id":"#v1"},{"@id":"#v2"}]},{"@type":"Product","@id":"#v1","size":'
            '"7g","name":"Blue Dream 7g","isVariantOf":{"@id":"#g"},"offers":{"@type":"Offer","price":60,"priceCurrency":'
            '"USD"}},{"@type":"Product","@id":"#v2","size":"3.5g","name":"Blue Dream 3.5g","isVariantOf":{"@id":"#g"},'
            '"offers":{"@type":"Offer","price":34,"priceCurrency":"USD"}}]}'
        ),
        (("Blue Dream 7g", "60.00"), ("Blue Dream 3.5g", "34.00")),
    ),
    "variants in scripts of their own that name their group": (
        ld(
            '{"@context":"https://schema.org","@type":"ProductGroup","@id":"#pg","name":"Blue Dream"}',
            '{"@context":"https://schema.org","@type":"Product","name":"Blue Dream, eighth","isVariantOf":{"@id":"#pg"},'
            '"offers":{"@type":"Offer","price":"34.00","priceCurrency":"USD"}}',
            '{"@context":"https://schema.org","@type":"Product","name":"Blue Dream, quarter","isVariantOf":{"@id":"#pg"},'
            '"offers":{"@type":"Offer","price":"60.00","priceCurrency":"USD"}}',
        ),
        (("Blue Dream, eighth", "34.00"), ("Blue Dream, quarter", "60.00")),
    ),
    "variants without offers, the group with a range": (
        ld(
            '{"@type":"ProductGroup","name":"Blue Dream","offers":{"@type":"AggregateOffer","lowPrice":34,"highPrice":60,'
            '"offerCount":2,"priceCurrency":"USD"},"hasVariant":[{"@type":"Product","name":"3.5g"},{"@type":"Product",'
            '"name":"7g"}]}'
        ),
        BLUE,
    ),
    "a list of items": (
        ld(
            '{"@context":"https://schema.org","@type":"CollectionPage","name":"Flower","mainEntity":{"@type":"ItemList",'
            '"numberOfItems":2,"itemListElement":[{"@type":"ListItem","position":1,"item":'
            + product('{"@type":"Offer","price":34,"priceCurrency":"USD"}')
            + '},{"@type":"ListItem","position":2,"item":'
            + product('{"@type":"Offer","price":38.5,"priceCurrency":"USD"}', "OG Kush")
            + "}]}}"
        ),
        TWO,
    ),
    "a list of addresses, the cards with the prices": (
        '<script type="application/ld+json">{"@context":"https://schema.org","@type":"ItemList","itemListElement":['
        '{"@type":"ListItem","position":1,"name":"Blue Dream","url":"https://g.co/p/1"},{"@type":"ListItem","position":2,'
        '"name":"OG Kush","url":"https://g.co/p/2"}]}</script><ul><li class="item"><a href="/p/1">Blue Dream</a>'
        '<b>$34.00</b></li><li class="item"><a href="/p/2">OG Kush</a><b>$38.50</b></li></ul>',
        TWO,
    ),
    "products right in the list": (
        ld(
            '{"@type":"ItemList","itemListElement":['
            + product('{"price":"34.00","priceCurrency":"USD"}')
            + ","
            + product('{"price":"38.50","priceCurrency":"USD"}', "OG Kush")
            + "]}"
        ),
        TWO,
    ),
    "a store's catalog of catalogs": (
        ld(
            '{"@context":"https://schema.org","@type":"Store","name":"Green Leaf","priceRange":"$$","hasOfferCatalog":'
            '{"@type":"OfferCatalog","name":"Menu","itemListElement":[{"@type":"OfferCatalog","name":"Flower",'
            '"itemListElement":[{"@type":"Offer","price":"34.00","priceCurrency":"USD","itemOffered":{"@type":"Product",'
            '"name":"Blue Dream"}}]},{"@type":"OfferCatalog","name":"Kush","itemListElement":[{"@type":"Offer",'
            '"priceSpecification":{"price":"38.50","priceCurrency":"USD"},"itemOffered":{"@type":"Product","name":'
            '"OG Kush"}}]}]}}'
        ),
        TWO,
    ),
    "a business that makes offers": (
        ld(
            '{"@type":["LocalBusiness","Store"],"name":"Green Leaf","makesOffer":[{"@type":"Offer","itemOffered":{"@type":'
            '"Product","name":"Blue Dream"},"price":34,"priceCurrency":"USD"},{"@type":"Offer","itemOffered":{"@type":'
            '"Product","name":"OG Kush"},"price":38.5,"priceCurrency":"USD"}]}'
        ),
        TWO,
    ),
    "a range of which the low end is sold out": (
        ld(
            product(
                '{"@type":"AggregateOffer","lowPrice":"12.00","highPrice":"60.00","priceCurrency":"USD","offerCount":3,'
                '"offers":[{"@type":"Offer","name":"1g","price":"12.00","availability":"https://schema.org/SoldOut"},'
                '{"@type":"Offer","name":"3.5g","price":"34.00","availability":"https://schema.org/InStock"},{"@type":'
                '"Offer","name":"7g","price":"60.00","availability":"https://schema.org/LimitedAvailability"}]}'
            )
        ),
        BLUE,
    ),
    "a range by its offers alone": (
        ld(
            product(
                '{"@type":"AggregateOffer","priceCurrency":"USD","offers":[{"@type":"Offer","price":"60.00"},{"@type":'
                '"Offer","price":"34.00"}]}'
            )
        ),
        BLUE,
    ),
    "a restaurant's menu": (
        ld(
            '{"@context":"https://schema.org","@type":"Restaurant","name":"Green Leaf","hasMenu":{"@type":"Menu",'
            '"hasMenuSection":[{"@type":"MenuSection","name":"Flower","hasMenuItem":[{"@type":"MenuItem","name":'
            '"Blue Dream","description":"Sweet","offers":{"@type":"Offer","price":"34","priceCurrency":"USD"}}]},{"@type":'
            '"MenuSection","name":"More","hasMenuSection":{"@type":"MenuSection","name":"Kush","hasMenuItem":{"@type":'
            '"MenuItem","name":"OG Kush","offers":[{"@type":"Offer","name":"Eighth","price":38.50,"priceCurrency":"USD"},'
            '{"@type":"Offer","name":"Quarter","price":70,"priceCurrency":"USD"}]}}}]}}'
        ),
        TWO,
    ),
    "types as full addresses": (
        ld(
            '{"@type":"http://schema.org/Product","name":"Blue Dream","offers":{"@type":"http://schema.org/Offer","price":'
            '"34.00","priceCurrency":"USD"}}'
        ),
        BLUE,
    ),
    "the expanded form": (
        ld(
            '[{"@type":["http://schema.org/Product"],"http://schema.org/name":[{"@value":"Blue Dream"}],'
            '"http://schema.org/offers":[{"@type":["http://schema.org/Offer"],"http://schema.org/price":[{"@value":'
            '"34.00"}],"http://schema.org/priceCurrency":[{"@value":"USD"}]}]}]'
        ),
        BLUE,
    ),
    "a prefix before each word": (
        ld(
            '{"@context":{"schema":"https://schema.org/"},"@type":"schema:Product","schema:name":"Blue Dream",'
            '"schema:offers":{"@type":"schema:Offer","schema:price":"34.00","schema:priceCurrency":"USD"}}'
        ),
        BLUE,
    ),
    "a list of types and names in two languages": (
        ld(
            '{"@type":["Product","IndividualProduct"],"name":[{"@value":"Blue Dream","@language":"en"},{"@value":'
            '"Sueño azul","@language":"es"}],"offers":{"@type":"Offer","price":{"@value":"34.00","@type":"xsd:decimal"},'
            '"priceCurrency":"USD"}}'
        ),
        BLUE,
    ),
}
