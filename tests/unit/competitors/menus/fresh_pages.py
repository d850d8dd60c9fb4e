"""Menus of still other systems, tried after the reader knew the rest."""

from __future__ import annotations

from collections.abc import Sequence

from tests.unit.competitors.menus.whole_pages import THREE, Pages, each, shop

FRESH: Pages = {}


def _cards(
    name: str,
    card: str,
    *rows: tuple[str, ...],
    right: Sequence[tuple[str, str]] = (),
    before: str = "",
    after: str = "",
) -> None:
    FRESH[name] = (shop(before + each(card, *rows) + after), right or [(row[0], row[1]) for row in rows or THREE])


_cards(
    "badge inside the heading", '<div class="c"><h3>{name} <span class="badge">New</span></h3><p>${price}</p></div>'
)
_cards(
    "brand inside the heading",
    '<div class="c"><h3><span class="brand">Cresco</span> {name}</h3><p>${price}</p></div>',
)
_cards(
    "strain type inside the heading", '<div class="c"><h3>{name} <small>(Hybrid)</small></h3><p>${price}</p></div>'
)
_cards(
    "size inside the heading in small", '<div class="c"><h3>{name} <small>3.5g</small></h3><p>${price}</p></div>'
)
_cards(
    "price in a footer of the card",
    '<article class="c"><header><h3>{name}</h3></header><p>Sweet.</p><footer><span>${price}</span><button>Add</button></footer></article>',
)
_cards(
    "custom elements",
    "<product-card><product-title>{name}</product-title><product-brand>Cresco</product-brand><product-price><sale-price>${price}</sale-price><compare-at-price>$50.00</compare-at-price></product-price></product-card>",
)
_cards(
    "hproduct microformat",
    '<div class="hproduct"><span class="fn">{name}</span><span class="brand">Cresco</span><span class="price">${price}</span></div>',
)
_cards(
    "same name, a card for each size",
    '<div class="c"><h3>{name}</h3><span>{more}</span><p>${price}</p></div>',
    ("Blue Dream", "12.00", "1g"),
    ("Blue Dream", "34.00", "3.5g"),
    ("Blue Dream", "65.00", "7g"),
)
_cards(
    "countdown and viewers",
    '<div class="c"><span class="timer">Ends in 02:14:33</span><h3>{name}</h3><span>12 people are viewing this</span><p>${price}</p><span>Price drop!</span></div>',
)
_cards(
    "quantity select beside",
    '<div class="c"><h3>{name}</h3><p>${price}</p><select><option>1</option><option>2</option><option>3</option></select></div>',
)
_cards("one text: potency, price, size", '<div class="c"><h3>{name}</h3><p>THC 24.3% · ${price} · 3.5g</p></div>')
_cards(
    "small currency and cents",
    '<div class="c"><h3>{name}</h3><p class="price"><small>$</small>{d}<small>.{c}</small></p></div>',
)
_cards("no sign at all, class price", '<div class="c"><h3>{name}</h3><p class="price">{price}</p></div>')
_cards(
    "data-price and sign in css",
    '<div class="c" data-price="{price}"><div class="c-name">{name}</div><div class="c-price">{price}</div></div>',
)
_cards("sign with space", '<div class="c"><h3>{name}</h3><p>$ {price}</p></div>')
_cards("dollars in words", '<div class="c"><h3>{name}</h3><p>{d}.{c} dollars</p></div>')
_cards("USD$ prefix", '<div class="c"><h3>{name}</h3><p>USD${price}</p></div>')
_cards("only per gram", '<div class="c"><h3>{name}</h3><p>${price}/g</p></div>')
_cards("per ounce with unit", '<div class="c"><h3>{name}</h3><p>${price} per 1/8 oz</p></div>')
_cards(
    "delivery price beside pickup",
    '<div class="c"><h3>{name}</h3><p>Pickup ${price}</p><p>Delivery ${more}</p></div>',
    ("Blue Dream", "34.00", "36.00"),
    ("OG Kush", "38.50", "40.00"),
    ("Runtz", "44.00", "46.00"),
)
_cards(
    "upper case names and brands",
    '<div class="c"><div>CRESCO</div><div>{name}</div><div>INDICA</div><div>${price}</div></div>',
    ("BLUE DREAM", "34.00"),
    ("OG KUSH", "38.50"),
    ("RUNTZ", "44.00"),
)
_cards(
    "crosses and slashes",
    '<div class="c"><h3>{name}</h3><p>${price}</p></div>',
    ("GMO x Runtz (S/H)", "34.00"),
    ("Dosi-Do #22 / 1:1", "38.50"),
    ("Mac & Cheese 50/50", "44.00"),
)
_cards(
    "submit with value",
    '<form class="c"><h3>{name}</h3><p>${price}</p><input type="submit" value="Add to cart - $1.00"></form>',
)
FRESH["faq, atm fee, loyalty table and gift cards around"] = (
    shop(
        '<section class="hero"><h1>Portland\'s best deals</h1><p>Ounces from $99!</p></section><h2>Flower</h2>'
        + each('<div class="card"><h3>{name}</h3><p>${price}</p></div>')
        + '<section class="faq"><h2>FAQ</h2><h3>Do you deliver?</h3><p>Yes, with a $50 minimum. Delivery is $4.99, free above $100.</p><h3>Do you take cards?</h3><p>There is an ATM with a $3.00 fee.</p></section><section><h2>Rewards</h2><table><tr><th>Points</th><th>Reward</th></tr><tr><td>100 points</td><td>$5 off</td></tr><tr><td>250 points</td><td>$15 off</td></tr></table></section><section class="testimonials"><blockquote>Best $30 eighth in town! <cite>Sam P.</cite></blockquote></section>'
    ),
    THREE,
)
FRESH["blog teasers below"] = (
    shop(
        "<h2>Menu</h2>"
        + each('<div class="card"><h3>{name}</h3><p>${price}</p></div>')
        + '<section class="blog"><h2>From the blog</h2><article class="post"><h3>How to save $100 a year</h3><p>Read about budgets of $20 a week.</p></article><article class="post"><h3>5 strains under $25</h3><p>We compare five.</p></article></section>'
    ),
    THREE,
)
FRESH["shopify product page with recommendations"] = (
    shop(
        '<section class="product"><div class="product__info-wrapper"><p class="product__text caption-with-letter-spacing">Cresco</p><div class="product__title"><h1>Blue Dream</h1><a href="/p"><h2 class="h1">Blue Dream</h2></a></div><div class="price price--large price--on-sale price--show-badge"><div class="price__regular"><span class="visually-hidden">Regular price</span><span class="price-item price-item--regular">$34.00 USD</span></div><div class="price__sale"><span class="visually-hidden">Regular price</span><span><s class="price-item">$45.00 USD</s></span><span class="visually-hidden">Sale price</span><span class="price-item price-item--sale">$34.00 USD</span></div><span class="badge price__badge-sale">Sale</span><span class="badge price__badge-sold-out">Sold out</span></div><div class="product__tax caption">Taxes included. <a>Shipping</a> calculated at checkout.</div><variant-radios><fieldset><legend>Weight</legend><input type="radio"><label>3.5g</label><input type="radio"><label>7g</label></fieldset></variant-radios><button>Add to cart</button></div></section><product-recommendations><h2>You may also like</h2>'
        + each(
            '<li class="grid__item"><h3 class="card__heading"><a>{name}</a></h3><div class="price"><span class="visually-hidden">Regular price</span><span class="price-item">${price} USD</span></div></li>',
            *THREE[1:],
        )
        + "</product-recommendations>"
    ),
    THREE,
)
FRESH["woo single product with related"] = (
    shop(
        '<div id="product-11" class="product type-product"><div class="summary entry-summary"><h1 class="product_title entry-title">Blue Dream</h1><p class="price"><del><span class="amount">$45.00</span></del> <ins><span class="amount">$34.00</span></ins></p><div class="woocommerce-product-details__short-description"><p>Sweet berry aroma.</p></div><p class="stock in-stock">12 in stock</p><form class="cart"><div class="quantity"><label class="screen-reader-text">Blue Dream quantity</label><input value="1"></div><button class="single_add_to_cart_button button">Add to cart</button></form><div class="product_meta"><span class="sku_wrapper">SKU: <span class="sku">BD35</span></span><span class="posted_in">Category: <a>Flower</a></span></div></div><section class="related products"><h2>Related products</h2><ul class="products">'
        + each(
            '<li class="product"><a class="woocommerce-LoopProduct-link"><h2 class="woocommerce-loop-product__title">{name}</h2><span class="price"><span class="amount">${price}</span></span></a><a class="button">Add to cart</a></li>',
            *THREE[1:],
        )
        + "</ul></section></div>"
    ),
    THREE,
)
FRESH["a lone product page of a site builder"] = (
    shop(
        '<section><div class="gallery"><img alt="jar"></div><div class="details"><h1>Blue Dream</h1><div>$34.00</div><div>Sativa-dominant hybrid with a sweet aroma.</div><label>Quantity</label><input value="1"><button>Add to Cart</button></div></section>'
    ),
    THREE[:1],
)
FRESH["variant table on one product's page"] = (
    shop(
        "<h1>Blue Dream</h1><p>Sativa-dominant hybrid.</p><table><tr><th>Weight</th><th>Price</th></tr><tr><td>1g</td><td>$12.00</td></tr><tr><td>3.5g</td><td>$34.00</td></tr><tr><td>7g</td><td>$60.00</td></tr></table><button>Order now</button>"
    ),
    [("Blue Dream", "12.00")],
)
_cards(
    "sale with percent first",
    '<div class="c"><h3>{name}</h3><p><b>20% off</b> $50.00 ${price}</p></div>',
    right=[(n, p) for n, p in THREE],
)
_cards(
    "limited time and quantity badge",
    '<div class="c"><span>Limit 2 per customer</span><h3>{name}</h3><p>${price}</p><span>In stock: 14</span></div>',
)
_cards(
    "pre-roll pack names",
    '<div class="c"><h3>{name}</h3><p>${price}</p></div>',
    ("Infused Pre-Roll 5-Pack | 0.5g each", "34.00"),
    ("Blunt 2g", "18.00"),
    ("Live Rosin Badder 1g", "44.00"),
    ("Dog Walkers 12pk (0.35g)", "40.00"),
)
_cards(
    "edible potency line",
    '<div class="c"><h3>{name}</h3><p>100mg THC | 10 pieces</p><p>10mg/piece</p><p>${price}</p></div>',
    ("Sour Gummies", "18.00"),
    ("Dark Chocolate Bar", "22.00"),
    ("Mints", "16.00"),
)
_cards(
    "stars as unicode before and after",
    '<div class="c"><p>{name}</p><p>★ 4.8 · 120 reviews</p><p>${price}</p></div>',
)
_cards(
    "sr-only name label",
    '<div class="c"><span class="sr-only">Product name:</span><span>{name}</span><span class="sr-only">Price:</span><span>${price}</span></div>',
)
_cards(
    "tooltip terms",
    '<div class="c"><h3>{name}</h3><p>${price}*</p><div class="tooltip">*Prices exclude 20% excise tax. $0.50 bag fee.</div></div>',
)
_cards(
    "cta with name",
    '<div class="c"><a href="/p"><img alt="{name}"></a><h3>{name}</h3><p>${price}</p><a class="btn">Buy {name}</a></div>',
)
_cards(
    "name after price and button",
    '<div class="c"><p class="price">${price}</p><button>Add to cart</button><h4>{name}</h4></div>',
)
_cards(
    "italic description before name", '<div class="c"><em>Top shelf indoor</em><h4>{name}</h4><p>${price}</p></div>'
)
