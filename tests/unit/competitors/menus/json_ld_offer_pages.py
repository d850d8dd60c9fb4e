"""Offers and scripts of JSON-LD as they are really written, with what a person reads there."""

from __future__ import annotations

from tests.unit.competitors.menus.json_ld_pages import BLUE, TWO, Right, ld, product

OFFERS: dict[str, tuple[str, Right]] = {
    "a price with its sign": (ld(product('{"price":"$34.00","priceCurrency":"USD"}')), BLUE),
    "a price with its code and no currency": (ld(product('{"@type":"Offer","price":"USD 34.00"}')), BLUE),
    "a comma for thousands": (
        ld(product('{"price":"1,299.00","priceCurrency":"USD"}')),
        (("Blue Dream", "1299.00"),),
    ),
    "a decimal comma": (ld(product('{"price":"34,50","priceCurrency":"USD"}')), (("Blue Dream", "34.50"),)),
    "a number with noise of floating points": (
        ld(product('{"price":33.999999999999996,"priceCurrency":"USD"}')),
        BLUE,
    ),
    "availability in words": (
        ld(
            product(
                '[{"@type":"Offer","price":"12.00","priceCurrency":"USD","availability":"Out of stock"},{"@type":"Offer",'
                '"price":"34.00","priceCurrency":"USD","availability":"in stock"}]'
            )
        ),
        BLUE,
    ),
    "availability as an object": (
        ld(
            product(
                '[{"@type":"Offer","price":"12.00","priceCurrency":"USD","availability":{"@id":"schema:OutOfStock"}},'
                '{"@type":"Offer","price":"34.00","priceCurrency":"USD","availability":["http://schema.org/InStock"]}]'
            )
        ),
        BLUE,
    ),
    "all sizes sold out": (
        ld(product('{"price":"34.00","priceCurrency":"USD","availability":"http://schema.org/OutOfStock"}')),
        BLUE,
    ),
    "shipping, returns and a seller": (
        ld(
            product(
                '{"@type":"Offer","price":"34.00","priceCurrency":"USD","shippingDetails":[{"@type":'
                '"OfferShippingDetails","shippingRate":{"@type":"MonetaryAmount","value":"4.99","currency":"USD"}}],'
                '"hasMerchantReturnPolicy":{"@type":"MerchantReturnPolicy","restockingFee":{"@type":"MonetaryAmount",'
                '"value":5,"currency":"USD"}},"seller":{"@type":"Organization","name":"Green Leaf"}}'
            )
        ),
        BLUE,
    ),
    "a delivery charge among the specifications": (
        ld(
            product(
                '{"@type":"Offer","priceCurrency":"USD","priceSpecification":[{"@type":"DeliveryChargeSpecification",'
                '"price":5.00,"priceCurrency":"USD"},{"@type":"PriceSpecification","price":34.00,"priceCurrency":"USD"}]}'
            )
        ),
        BLUE,
    ),
    "a deposit as a component of the price": (
        ld(
            product(
                '{"@type":"Offer","priceSpecification":{"@type":"CompoundPriceSpecification","price":34,"priceCurrency":'
                '"USD","priceComponent":[{"@type":"UnitPriceSpecification","priceComponentType":'
                '"https://schema.org/Downpayment","price":10,"priceCurrency":"USD"}]}}'
            )
        ),
        BLUE,
    ),
    "cheaper by the four": (
        ld(
            product(
                '[{"@type":"Offer","price":34,"priceCurrency":"USD"},{"@type":"Offer","price":28,"priceCurrency":"USD",'
                '"eligibleQuantity":{"@type":"QuantitativeValue","minValue":4}}]'
            )
        ),
        BLUE,
    ),
    "an offer for patients": (
        ld(
            product(
                '[{"@type":"Offer","name":"Recreational","price":34,"priceCurrency":"USD"},{"@type":"Offer","name":'
                '"Medical","price":28,"priceCurrency":"USD"}]'
            )
        ),
        BLUE,
    ),
    "offers in another script by their id": (
        ld(
            '{"@context":"https://schema.org","@type":"Product","@id":"#p","name":"Blue Dream","offers":{"@id":"#o"}}',
            '{"@context":"https://schema.org","@type":"Offer","@id":"#o","price":"34.00","priceCurrency":"USD"}',
        ),
        BLUE,
    ),
    "offers that name what they offer by id": (
        ld(
            '{"@graph":[{"@type":"Product","@id":"#1","name":"Blue Dream"},{"@type":"Offer","price":34,"priceCurrency":'
            '"USD","itemOffered":{"@id":"#1"}},{"@type":"Product","@id":"#2","name":"OG Kush"},{"@type":"Offer",'
            '"itemOffered":{"@id":"#2"},"price":38.5,"priceCurrency":"USD"}]}'
        ),
        TWO,
    ),
    "euros": (ld(product('{"@type":"Offer","price":"34.00","priceCurrency":"EUR"}')), (("Blue Dream", None),)),
    "Canadian dollars in the specification": (
        ld(
            product(
                '{"@type":"Offer","price":"34.00","priceSpecification":{"price":"34.00","priceCurrency":"CAD"}}'
            )
        ),
        (("Blue Dream", None),),
    ),
    "US dollars by a sign": (ld(product('{"@type":"Offer","price":"34.00","priceCurrency":"US$"}')), BLUE),
    "no currency": (ld(product('{"@type":"Offer","price":"34.00"}')), BLUE),
    "a price of nothing": (
        ld(product('{"@type":"Offer","price":"0.00","priceCurrency":"USD"}')),
        (("Blue Dream", None),),
    ),
    "a call for the price": (ld(product('{"@type":"Offer","price":"Call for price"}')), (("Blue Dream", None),)),
    "entities in a name": (
        ld(product('{"price":34,"priceCurrency":"USD"}', "Papa&#8217;s Herb &amp; Co &#8211; Blue Dream")),
        (("Papa’s Herb & Co – Blue Dream", "34.00"),),
    ),
    "a quote too many in one of three blocks": (
        ld(
            product('{"price":"34.00","priceCurrency":"USD"}'),
            '{"@type":"Organization","name":"The "Green" Leaf","url":"/"}',
            product('{"price":"38.50","priceCurrency":"USD"}', "OG Kush"),
        ),
        TWO,
    ),
    "line breaks and tabs in a description": (
        ld(product('{"price":"34.00","priceCurrency":"USD"}', more='"description":"Sweet\n\tberry\r\nand pine",')),
        BLUE,
    ),
    "commas before brackets": (
        ld(
            '{"@type":"Product","name":"Blue Dream","image":["a.jpg",],"offers":{"price":"34.00","priceCurrency":"USD",},}'
        ),
        BLUE,
    ),
    "CDATA behind comments": (
        ld("\n//<![CDATA[\n" + product('{"price":"34.00","priceCurrency":"USD"}') + "\n//]]>\n"),
        BLUE,
    ),
    "a byte order mark and a type in capitals": (
        '<SCRIPT TYPE="APPLICATION/LD+JSON">\ufeff'
        + product('{"price":"34.00","priceCurrency":"USD"}')
        + "</SCRIPT>",
        BLUE,
    ),
    "a rating that is not a number": (
        ld(product('{"price":34.0,"priceCurrency":"USD"}', more='"aggregateRating":{"ratingValue":NaN},')),
        BLUE,
    ),
    "JSON escaped as if it were HTML": (
        ld(product('{"price":"34.00","priceCurrency":"USD"}').replace('"', "&quot;")),
        BLUE,
    ),
    "a review, questions, a post and an event around it": (
        ld(
            '{"@type":"FAQPage","mainEntity":[{"@type":"Question","name":"Do you deliver?","acceptedAnswer":{"@type":'
            '"Answer","text":"From $5"}}]}',
            '{"@type":"Event","name":"Glass night","offers":{"@type":"Offer","price":15,"priceCurrency":"USD"}}',
            '{"@type":"BlogPosting","headline":"Ten strains","name":"Ten strains"}',
            '{"@type":"Review","itemReviewed":{"@type":"Product","name":"Blue Dream"},"author":{"@type":"Person","name":'
            '"Ann"},"reviewRating":{"ratingValue":5}}',
            product('{"price":34,"priceCurrency":"USD"}'),
        ),
        BLUE,
    ),
    "promotions in the catalog": (
        ld(
            '{"@type":"OfferCatalog","name":"Deals","itemListElement":[{"@type":"Offer","name":"20% off edibles"},'
            '{"@type":"Offer","name":"Free joint over $100"}]}',
            product('{"price":34,"priceCurrency":"USD"}'),
        ),
        BLUE,
    ),
    "the same product in two sections": (
        ld(
            '{"@type":"Menu","hasMenuSection":[{"@type":"MenuSection","name":"Flower","hasMenuItem":[{"@type":"MenuItem",'
            '"name":"Blue Dream","offers":{"price":34}},{"@type":"MenuItem","name":"OG Kush","offers":{"price":38.5}}]},'
            '{"@type":"MenuSection","name":"Specials","hasMenuItem":[{"@type":"MenuItem","name":"Blue Dream","offers":'
            '{"price":34}}]}]}'
        ),
        TWO,
    ),
    "weights as properties of variants that have one name": (
        ld(
            '{"@type":"ProductGroup","name":"Blue Dream","hasVariant":[{"@type":"Product","name":"Blue Dream",'
            '"additionalProperty":{"@type":"PropertyValue","name":"Weight","value":"7g"},"offers":{"price":60,'
            '"priceCurrency":"USD"}},{"@type":"Product","name":"Blue Dream","weight":{"@type":"QuantitativeValue","value":'
            '3.5,"unitCode":"GRM"},"offers":{"price":34,"priceCurrency":"USD"}}]}'
        ),
        BLUE,
    ),
    "a smallest and a largest price": (
        ld(
            product(
                '{"@type":"Offer","priceSpecification":{"@type":"PriceSpecification","minPrice":34,"maxPrice":60,'
                '"priceCurrency":"USD"}}'
            )
        ),
        BLUE,
    ),
    "a price per gram where nothing is said of a gram but its unit": (
        ld(
            product(
                '{"@type":"Offer","priceCurrency":"USD","priceSpecification":[{"@type":"UnitPriceSpecification","price":'
                '9.71,"unitText":"g","priceCurrency":"USD","referenceQuantity":{"value":1,"unitText":"g"}},{"@type":'
                '"PriceSpecification","price":34,"priceCurrency":"USD"}]}'
            )
        ),
        BLUE,
    ),
}
