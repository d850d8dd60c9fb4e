"""More structured data of other systems and themes, with what a person reads there."""

from __future__ import annotations

from tests.unit.competitors.menus.json_ld_pages import BLUE, TWO, Right, ld, product
from tests.unit.competitors.menus.markup_pages import og

_OG = product('{"@type":"Offer","price":"38.50","priceCurrency":"USD"}', "OG Kush")
_BD = product('{"@type":"Offer","price":"34.00","priceCurrency":"USD"}')

STRUCTURED: dict[str, tuple[str, Right]] = {
    "BigCommerce's product with a range and a weight": (
        ld(
            '{"@context":"https://schema.org/","@type":"Product","name":"Blue Dream","sku":"BD","url":"https://g.co/bd/",'
            '"brand":{"@type":"Brand","name":"Cresco"},"weight":{"@type":"QuantitativeValue","value":3.5,"unitCode":"GRM"},'
            '"offers":{"@type":"AggregateOffer","lowPrice":34,"highPrice":60,"priceCurrency":"USD","offerCount":2,'
            '"itemCondition":"https://schema.org/NewCondition","availability":"https://schema.org/InStock",'
            '"priceValidUntil":"2027-11-29"}}'
        ),
        BLUE,
    ),
    "a list's items by id, their nodes in the graph": (
        ld(
            '{"@context":"https://schema.org","@graph":[{"@type":"ItemList","itemListElement":[{"@type":"ListItem",'
            '"position":1,"item":{"@id":"https://g.co/#1"}},{"@type":"ListItem","position":2,"item":{"@id":'
            '"https://g.co/#2"}}]},{"@id":"https://g.co/#1","@type":"Product","name":"Blue Dream","offers":{"@id":'
            '"https://g.co/#1o"}},{"@id":"https://g.co/#2","@type":"Product","name":"OG Kush","offers":[{"@id":'
            '"https://g.co/#2o"}]},{"@id":"https://g.co/#1o","@type":"Offer","price":34,"priceCurrency":"USD"},{"@id":'
            '"https://g.co/#2o","@type":"Offer","price":38.5,"priceCurrency":"USD"}]}'
        ),
        TWO,
    ),
    "nodes that refer to each other in a circle": (
        ld(
            '{"@graph":[{"@id":"#p","@type":"Product","name":"Blue Dream","offers":{"@id":"#o"},"isRelatedTo":{"@id":"#q"}},'
            '{"@id":"#o","@type":"Offer","price":34,"priceCurrency":"USD","itemOffered":{"@id":"#p"}},{"@id":"#q","@type":'
            '"Product","name":"OG Kush","isRelatedTo":{"@id":"#p"},"offers":{"@type":"Offer","price":38.5,"priceCurrency":'
            '"USD","itemOffered":{"@id":"#q"}}}]}'
        ),
        TWO,
    ),
    "a list price first and the sale's by its type second": (
        ld(
            product(
                '{"@type":"Offer","availability":"InStock","priceSpecification":[{"@type":"UnitPriceSpecification",'
                '"priceType":"ListPrice","price":"45.00","priceCurrency":"USD"},{"@type":"UnitPriceSpecification",'
                '"priceType":"SalePrice","price":"34.00","priceCurrency":"USD"}]}'
            )
        ),
        BLUE,
    ),
    "the offer's own price is the list price, a sale beside it": (
        ld(
            product(
                '{"@type":"Offer","price":"45.00","priceCurrency":"USD","priceSpecification":{"@type":'
                '"UnitPriceSpecification","priceType":"https://schema.org/SalePrice","price":"34.00","priceCurrency":"USD"}}'
            )
        ),
        BLUE,
    ),
    "a price per ounce and per piece": (
        ld(
            product(
                '{"@type":"Offer","price":"34.00","priceCurrency":"USD","priceSpecification":[{"@type":'
                '"UnitPriceSpecification","price":"275.43","priceCurrency":"USD","referenceQuantity":{"@type":'
                '"QuantitativeValue","value":"1","unitCode":"ONZ","valueReference":{"@type":"QuantitativeValue","value":'
                '"3.5","unitCode":"GRM"}}}]}'
            )
        ),
        BLUE,
    ),
    "members by their customer type": (
        ld(
            product(
                '[{"@type":"Offer","price":"29.00","priceCurrency":"USD","eligibleCustomerType":'
                '"http://purl.org/goodrelations/v1#Reseller"},{"@type":"Offer","price":"34.00","priceCurrency":"USD"}]'
            )
        ),
        BLUE,
    ),
    "two stores' prices, one far away in pesos": (
        ld(
            product(
                '[{"@type":"Offer","price":"600","priceCurrency":"MXN","areaServed":"MX"},{"@type":"Offer","price":"34.00",'
                '"priceCurrency":"USD","areaServed":"US"}]'
            )
        ),
        BLUE,
    ),
    "sold out in every way but one": (
        ld(
            product(
                '[{"@type":"Offer","price":10,"priceCurrency":"USD","availability":"https://schema.org/Discontinued"},'
                '{"@type":"Offer","price":12,"priceCurrency":"USD","availability":"sold_out"},{"@type":"Offer","price":14,'
                '"priceCurrency":"USD","availability":"out-of-stock"},{"@type":"Offer","price":34,"priceCurrency":"USD",'
                '"availability":"https://schema.org/LimitedAvailability"}]'
            )
        ),
        BLUE,
    ),
    "names with markup and a soft hyphen": (
        ld(product('{"price":34,"priceCurrency":"USD"}', "<b>Blue</b> Dream")),
        BLUE,
    ),
    "the document in a list of lists": (ld(f"[[{_BD}],[{_OG}]]"), TWO),
    "one object a line": (ld(f"{_BD}\n\n{_OG}\n"), TWO),
    "single quotes and keys without quotes": (
        ld(
            "{'@context':'https://schema.org','@type':'Product',name:'Blue Dream',offers:{price:'34.00',priceCurrency:'USD'}}"
        ),
        BLUE,
    ),
    "comments between lines": (
        ld(_BD.replace('"offers"', '\n// the price of today\n"offers"').replace("{", "{ /* start */ ", 1)),
        BLUE,
    ),
    "an undefined value and one cut off": (
        ld(
            '{"@type":"Product","name":"Blue Dream","gtin":undefined,"offers":{"price":34}}', _OG, '{"@type":"Produ'
        ),
        TWO,
    ),
    "a script for a template engine before it": (
        '<script type="text/x-template"><div>{{ name }} ${{ price }}</div></script>' + ld(_BD),
        BLUE,
    ),
    "a type with blanks around it": (f'<script type=" application/ld+json ">{_BD}</script>', BLUE),
    "a script without quotes in the body": (f"<main><script type=application/ld+json>{_BD}</script></main>", BLUE),
    "escaped slashes and unicode": (
        ld(
            '{"@type":"http:\\/\\/schema.org\\/Product","name":"Jalape\\u00f1o \\u201cHaze\\u201d","offers":{"price":"34"}}'
        ),
        (("Jalapeño “Haze”", "34.00"),),
    ),
    "an end of a comment in the type's script": (ld(f"<!--//--><![CDATA[//><!--\n{_BD}\n//--><!]]>"), BLUE),
    "a car, a job and a course beside it": (
        ld(
            '{"@type":"Course","name":"Growing at home","offers":{"@type":"Offer","price":99,"priceCurrency":"USD"}}',
            '{"@type":"JobPosting","title":"Budtender","baseSalary":{"@type":"MonetaryAmount","value":18}}',
            '{"@type":"Service","name":"Delivery","offers":{"price":5,"priceCurrency":"USD"}}',
            _BD,
        ),
        BLUE,
    ),
    "accessories sold with it": (
        ld(
            '{"@type":"Product","name":"Blue Dream","offers":{"@type":"Offer","price":34,"priceCurrency":"USD","addOn":'
            '{"@type":"Offer","price":2,"itemOffered":{"@type":"Product","name":"Papers"}}},"isSimilarTo":[{"@type":'
            '"Product","name":"Runtz","offers":{"price":30,"priceCurrency":"EUR"}}]}'
        ),
        BLUE,
    ),
    "a price in a list, a currency in a list": (
        ld(product('[{"@type":["Offer"],"price":["34.00"],"priceCurrency":["USD"],"availability":["InStock"]}]')),
        BLUE,
    ),
    "microdata of two products that refer to what they share": (
        '<p id="shared"><link itemprop="brand" href="#c"></p><div itemscope itemtype="https://schema.org/Product" '
        'itemref="shared o1"><b itemprop="name">Blue Dream</b></div><div itemscope '
        'itemtype="https://schema.org/Product" itemref="shared o2"><b itemprop="name">OG Kush</b></div><table><tr id="o1" '
        'itemprop="offers" itemscope itemtype="https://schema.org/Offer"><td itemprop="price">34.00</td></tr><tr id="o2" '
        'itemprop="offers" itemscope itemtype="https://schema.org/Offer"><td itemprop="price">38.50</td></tr></table>',
        TWO,
    ),
    "microdata with sizes in rows": (
        '<article itemscope itemtype="http://schema.org/Product"><h2 itemprop="name">Blue Dream</h2><table>'
        '<tr itemprop="offers" itemscope itemtype="http://schema.org/Offer"><td itemprop="name">7g</td><td>$<span '
        'itemprop="price">60.00</span></td></tr><tr itemprop="offers" itemscope itemtype="http://schema.org/Offer"><td '
        'itemprop="name">3.5g</td><td>$<span itemprop="price">34.00</span></td></tr></table></article>',
        BLUE,
    ),
    "microdata in a store that is an item itself": (
        '<body itemscope itemtype="https://schema.org/Store"><h1 itemprop="name">Green Leaf</h1><span '
        'itemprop="priceRange">$$</span><div itemscope itemtype="https://schema.org/Product"><a itemprop="url" '
        'href="/1" title="x"><span itemprop="name">Blue Dream</span></a><div itemprop="offers" itemscope '
        'itemtype="https://schema.org/Offer"><meta itemprop="price" content="34"><meta itemprop="priceCurrency" '
        'content="USD"></div></div></body>',
        BLUE,
    ),
    "microdata with a list price and a sale": (
        '<div itemscope itemtype="https://schema.org/Product"><h1 itemprop="name">Blue Dream</h1><div itemprop="offers" '
        'itemscope itemtype="https://schema.org/Offer"><del>$50.00</del> <ins itemprop="price" content="34.00">$34.00</ins>'
        '<meta itemprop="priceCurrency" content="USD"></div></div>',
        BLUE,
    ),
    "RDFa with a resource named apart": (
        '<div vocab="http://schema.org/"><div resource="#p" typeof="Product"><span property="name">Blue Dream</span><span '
        'property="brand" typeof="Brand"><span property="name">Cresco</span></span><div property="offers" resource="#o" '
        'typeof="AggregateOffer"><span property="lowPrice" content="34">from $34</span><meta property="priceCurrency" '
        'content="USD"></div></div></div>',
        BLUE,
    ),
    "Open Graph, the price with its sign": (
        og(
            "og:type=product",
            "og:title=Blue Dream – Green Leaf",
            "og:site_name=Green Leaf",
            "og:price:amount=$34.00",
        ),
        BLUE,
    ),
    "Open Graph, a sale that costs more and a price of nothing": (
        og(
            "og:type=product",
            "og:title=Blue Dream",
            "product:price:amount=34.00",
            "product:price:currency=USD",
            "product:sale_price:amount=0.00",
        ),
        BLUE,
    ),
    "the card that a message shows": (
        og("og:type=product", "og:title=Blue Dream")
        + '<meta name="twitter:card" content="product"><meta name="twitter:label1" content="Price"><meta '
        'name="twitter:data1" content="&#36;34.00"><meta name="twitter:label2" content="Availability"><meta '
        'name="twitter:data2" content="In stock"><h1>Blue Dream</h1>',
        BLUE,
    ),
}
