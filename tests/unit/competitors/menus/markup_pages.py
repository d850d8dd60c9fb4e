"""Microdata, RDFa and meta elements as themes write them, with what a person reads there."""

from __future__ import annotations

from tests.unit.competitors.menus.json_ld_pages import BLUE, TWO, Right


def og(*pairs: str) -> str:
    """Meta elements from "property=content"."""
    return "".join('<meta property="{}" content="{}">'.format(*pair.split("=", 1)) for pair in pairs)


MARKUP: dict[str, tuple[str, Right]] = {
    "microdata, a range": (
        '<div itemscope itemtype="http://schema.org/Product"><h1 itemprop="name">Blue Dream</h1><div itemprop="offers" '
        'itemscope itemtype="http://schema.org/AggregateOffer"><span itemprop="lowPrice">34.00</span> - <span '
        'itemprop="highPrice">60.00</span><meta itemprop="priceCurrency" content="USD"></div></div>',
        BLUE,
    ),
    "microdata, the offer elsewhere": (
        '<div itemscope itemtype="https://schema.org/Product" itemref="buy"><h1 itemprop="name">Blue Dream</h1></div>'
        '<aside id="buy"><div itemprop="offers" itemscope itemtype="https://schema.org/Offer"><b itemprop="price" '
        'content="34.00">34</b><meta itemprop="priceCurrency" content="USD"></div></aside>',
        BLUE,
    ),
    "microdata, the cheap size sold out": (
        '<div itemscope itemtype="https://schema.org/Product"><meta itemprop="name" content="Blue Dream">'
        '<div itemprop="offers" itemscope itemtype="https://schema.org/Offer"><meta itemprop="price" content="12.00">'
        '<meta itemprop="priceCurrency" content="USD"><link itemprop="availability" href="http://schema.org/OutOfStock">'
        '</div><div itemprop="offers" itemscope itemtype="https://schema.org/Offer"><meta itemprop="price" '
        'content="34.00"><meta itemprop="priceCurrency" content="USD"><link itemprop="availability" '
        'href="http://schema.org/InStock"></div></div>',
        BLUE,
    ),
    "microdata, names of the brand and of a reviewer": (
        '<div itemscope itemtype="https://schema.org/Product"><div itemprop="brand" itemscope '
        'itemtype="https://schema.org/Brand"><span itemprop="name">Cresco</span></div><h1 itemprop="name">Blue Dream</h1>'
        '<div itemprop="review" itemscope itemtype="https://schema.org/Review"><span itemprop="author" itemscope '
        'itemtype="https://schema.org/Person"><span itemprop="name">Ann</span></span><span itemprop="name">Great!</span>'
        '</div><p itemprop="offers" itemscope itemtype="https://schema.org/Offer"><span itemprop="priceCurrency" '
        'content="USD">$</span><span itemprop="price" content="34.00">34.00</span></p></div>',
        BLUE,
    ),
    "microdata, a list of products": (
        '<ul itemscope itemtype="https://schema.org/ItemList"><li itemprop="itemListElement" itemscope '
        'itemtype="https://schema.org/ListItem"><div itemprop="item" itemscope itemtype="https://schema.org/Product"><a '
        'itemprop="url" href="/1"><span itemprop="name">Blue Dream</span></a><span itemprop="offers" itemscope '
        'itemtype="https://schema.org/Offer"><span itemprop="price">$34.00</span></span></div></li><li '
        'itemprop="itemListElement" itemscope itemtype="https://schema.org/ListItem"><div itemprop="item" itemscope '
        'itemtype="https://schema.org/Product"><span itemprop="name">OG Kush</span><span itemprop="offers" itemscope '
        'itemtype="https://schema.org/Offer"><span itemprop="price">$38.50</span></span></div></li></ul>',
        TWO,
    ),
    "microdata, data elements": (
        '<article itemscope itemtype="https://schema.org/Product"><h2 itemprop="name">Blue Dream</h2><div '
        'itemprop="offers" itemscope itemtype="https://schema.org/Offer"><data itemprop="price" value="34.00">now '
        'thirty-four</data><data itemprop="priceCurrency" value="USD"></data></div></article>',
        BLUE,
    ),
    "microdata, a price per gram in a specification": (
        '<div itemscope itemtype="https://schema.org/Product"><span itemprop="name">Blue Dream</span><div '
        'itemprop="offers" itemscope itemtype="https://schema.org/Offer"><span itemprop="price" content="34">$34</span>'
        '<div itemprop="priceSpecification" itemscope itemtype="https://schema.org/UnitPriceSpecification"><span '
        'itemprop="price" content="9.71">$9.71</span> per <span itemprop="referenceQuantity" itemscope '
        'itemtype="https://schema.org/QuantitativeValue"><span itemprop="value">1</span><span itemprop="unitText">g</span>'
        "</span></div></div></div>",
        BLUE,
    ),
    "microdata, a menu in sections": (
        '<div itemscope itemtype="https://schema.org/Menu"><section itemprop="hasMenuSection" itemscope '
        'itemtype="https://schema.org/MenuSection"><h2 itemprop="name">Flower</h2><div itemprop="hasMenuItem" itemscope '
        'itemtype="https://schema.org/MenuItem"><h3 itemprop="name">Blue Dream</h3><p itemprop="offers" itemscope '
        'itemtype="https://schema.org/Offer">$<span itemprop="price">34.00</span></p></div><div itemprop="hasMenuItem" '
        'itemscope itemtype="https://schema.org/MenuItem"><h3 itemprop="name">OG Kush</h3><p itemprop="offers" itemscope '
        'itemtype="https://schema.org/Offer">$<span itemprop="price">38.50</span></p></div></section></div>',
        TWO,
    ),
    "microdata, the price on the product": (
        '<div itemscope itemtype="http://schema.org/Product"><h1 itemprop="name">Blue Dream</h1><span itemprop="price" '
        'content="34.00">$34.00</span><meta itemprop="priceCurrency" content="USD"/></div>',
        BLUE,
    ),
    "microdata in pounds": (
        '<div itemscope itemtype="https://schema.org/Product"><span itemprop="name">Blue Dream</span><div '
        'itemprop="offers" itemscope itemtype="https://schema.org/Offer"><span itemprop="priceCurrency" content="GBP">'
        '£</span><span itemprop="price" content="34.00">34.00</span></div></div>',
        (("Blue Dream", None),),
    ),
    "RDFa with a vocabulary": (
        '<div vocab="https://schema.org/" typeof="Product"><h1 property="name">Blue Dream</h1><div property="offers" '
        'typeof="Offer"><meta property="priceCurrency" content="USD">$<span property="price" content="34.00">34</span>'
        "</div></div>",
        BLUE,
    ),
    "RDFa with a prefix": (
        '<div prefix="schema: http://schema.org/"><div typeof="schema:Product" resource="#1"><a property="schema:url" '
        'href="/1"><span property="schema:name">Blue Dream</span></a><div property="schema:offers" '
        'typeof="schema:Offer"><span property="schema:price">34.00</span><span property="schema:priceCurrency" '
        'content="USD"></span></div></div><div typeof="schema:Product"><span property="schema:name">OG Kush</span><div '
        'rel="schema:offers"><div typeof="schema:Offer"><span property="schema:price" content="38.5">38.50</span></div>'
        "</div></div></div>",
        TWO,
    ),
    "RDFa with a prefix of its own and full addresses": (
        '<body prefix="s: http://schema.org/"><div typeof="s:Product"><b property="s:name">Blue Dream</b><i '
        'property="s:offers" typeof="s:Offer"><b property="s:price">34.00</b></i></div><div '
        'typeof="http://schema.org/Product"><b property="http://schema.org/name">OG Kush</b><i '
        'property="http://schema.org/offers" typeof="http://schema.org/Offer"><b '
        'property="http://schema.org/price" content="38.50"></b></i></div></body>',
        TWO,
    ),
    "Open Graph, the shop's name behind the title": (
        og(
            "og:site_name=Green Leaf",
            "og:type=og:product",
            "og:title=Blue Dream | Green Leaf",
            "product:price:amount=34.00",
            "product:price:currency=USD",
        )
        + "<h1>Blue Dream</h1><form><button>Add to cart</button></form>",
        BLUE,
    ),
    "Open Graph, a sale": (
        og(
            "og:type=product",
            "og:title=Blue Dream",
            "product:price:amount=50.00",
            "product:price:currency=USD",
            "product:sale_price:amount=34.00",
            "product:sale_price:currency=USD",
        ),
        BLUE,
    ),
    "Open Graph, the price before": (
        og(
            "og:type=product.item",
            "og:title=Blue Dream",
            "product:original_price:amount=50.00",
            "product:original_price:currency=USD",
            "product:price:amount=34.00",
            "product:price:currency=USD",
            "product:retailer_item_id=BD35",
        ),
        BLUE,
    ),
    "Open Graph in name attributes": (
        '<meta name="og:type" content="product"><meta name="og:title" content="Blue Dream"><meta '
        'name="product:price:amount" content="34"><meta name="product:price:currency" content="USD">',
        BLUE,
    ),
    "Open Graph in euros": (
        og("og:type=product", "og:title=Blue Dream", "og:price:amount=34,00", "og:price:currency=EUR"),
        (("Blue Dream", None),),
    ),
    "Open Graph, sold out": (
        og(
            "og:type=product",
            "og:title=Blue Dream",
            "og:price:amount=34.00",
            "og:price:currency=USD",
            "og:availability=oos",
        ),
        BLUE,
    ),
    "Open Graph of the shop above a menu": (
        og("og:type=website", "og:title=Green Leaf", "og:description=Eighths from $20")
        + "<main><div class=p><h3>Blue Dream</h3><i>$34.00</i></div><div class=p><h3>OG Kush</h3><i>$38.50</i></div></main>",
        TWO,
    ),
    "Open Graph with a thousand": (
        og("og:type=product", "og:title=Blue Dream", "og:price:amount=1,299.00", "og:price:currency=USD"),
        (("Blue Dream", "1299.00"),),
    ),
    "JSON-LD, microdata, Open Graph and the page say the same": (
        og("og:type=product", "og:title=Blue Dream", "og:price:amount=34.00", "og:price:currency=USD")
        + '<script type="application/ld+json">{"@type":"Product","name":"Blue Dream","offers":{"price":34}}</script>'
        '<div itemscope itemtype="https://schema.org/Product"><h1 itemprop="name">Blue Dream</h1><span itemprop="offers" '
        'itemscope itemtype="https://schema.org/Offer"><b itemprop="price" content="34.00">$34.00</b></span></div>',
        BLUE,
    ),
}
