"""Menus of further shop systems and ordering services, and further notes beside prices."""

from __future__ import annotations

from collections.abc import Sequence

from tests.unit.competitors.menus.whole_pages import THREE, Pages, each, shop

FURTHER: Pages = {}


def _cards(
    name: str,
    card: str,
    *rows: tuple[str, ...],
    right: Sequence[tuple[str, str]] = (),
    before: str = "",
    after: str = "",
) -> None:
    FURTHER[name] = (shop(before + each(card, *rows) + after), right or [(row[0], row[1]) for row in rows or THREE])


_cards(
    "salesforce commerce cloud sfra",
    '<div class="product" data-pid="{n}"><div class="product-tile"><div class="image-container"><a href="/p"><img class="tile-image" alt="{name}, , large" title="{name}, "></a><a class="quickview hidden-sm-down" title="Quick View for {name}"><span class="fa-stack"></span></a></div><div class="tile-body"><div class="color-swatches"></div><div class="pdp-link"><a class="link" href="/p">{name}</a></div><div class="price"><span><del><span class="strike-through list"><span class="value" content="60.00"><span class="sr-only">Price reduced from</span>$60.00<span class="sr-only">to</span></span></span></del><span class="sales"><span class="value" content="{price}">${price}</span></span></span></div><div class="ratings"><span class="sr-only">4.2 out of 5 Customer Rating</span></div></div></div></div>',
)
_cards(
    "sylius",
    '<div class="column"><div class="ui fluid card"><a href="/p" class="blurring dimmable image"><div class="ui dimmer"><div class="content"><div class="center"><div class="ui inverted button">View more</div></div></div></div><img alt="{name}"></a><div class="content"><a href="/p" class="header sylius-product-name">{name}</a><div class="sylius-product-original-price"><del>$70.00</del></div><div class="sylius-product-price">${price}</div></div></div></div>',
)
_cards(
    "nopcommerce",
    '<div class="item-box"><div class="product-item" data-productid="{n}"><div class="picture"><a title="Show details for {name}"><img alt="Picture of {name}" title="Show details for {name}"></a></div><div class="details"><h2 class="product-title"><a href="/p">{name}</a></h2><div class="product-rating-box" title="0 review(s)"><div class="rating"><div style="width: 0%"></div></div></div><div class="description">Sweet.</div><div class="add-info"><div class="prices"><span class="price old-price">$60.00</span><span class="price actual-price">${price}</span></div><div class="buttons"><button>Add to cart</button><button title="Add to compare list">Add to compare list</button></div></div></div></div></div>',
)
_cards(
    "spree",
    '<div class="product-list-item"><a href="/p"><img class="d-block w-100"><span class="product-component-name" title="{name}">{name}</span></a><span class="product-component-price">${price}</span><div class="product-tag">Popular</div></div>',
)
_cards(
    "zencart rows",
    '<tr class="productListing-odd"><td class="productListing-data" align="center"><a><img alt="{name}" title=" {name} "></a></td><td class="productListing-data"><h3 class="itemTitle"><a href="/p">{name}</a></h3><div class="listingDescription">Great smoke...</div></td><td class="productListing-data" align="right"><span class="normalprice">$60.00 </span>&nbsp;<span class="productSpecialPrice">${price}</span><span class="productPriceDiscount"><br>Save:&nbsp;33% off</span><br><a href="/b"><input type="image" alt="Buy Now"></a></td></tr>',
    before='<table class="tabTable"><tr class="productListing-rowheading"><th>Product Image</th><th>Item Name</th><th>Price</th></tr>',
    after="</table>",
)
_cards(
    "x-cart",
    '<li class="product-cell box-product"><div class="product productid-{n}"><div class="labels"><div class="label-orange sale-price"><div class="content">15% OFF</div></div></div><h5 class="product-name"><a class="fn url" href="/p">{name}</a></h5><div class="product-price widget-fingerprint-product-price"><ul class="product-price"><li class="product-price-base"><span class="price product-price">${price}</span></li><li class="product-price-market">Old price: <span class="value">$60.00</span></li></ul></div></div></li>',
)
_cards(
    "shopify dawn 15 volume note",
    '<li class="grid__item"><div class="card-wrapper"><div class="card__information"><h3 class="card__heading"><a>{name}</a></h3><div class="price"><div class="price__regular"><span class="visually-hidden">Regular price</span><span class="price-item">${price}</span></div></div><div class="card-information__volume-pricing-note"><span>Volume pricing available</span></div></div></div></li>',
)
_cards(
    "shopify horizon",
    '<product-card class="product-card"><a class="product-card__link"><span class="visually-hidden">{name}</span></a><div class="card-gallery"><div class="product-badges"><div class="product-badges__badge">Sale</div></div></div><div class="product-card__content"><a><p class="text-block h4">{name}</p></a><product-price><div><span class="visually-hidden">Sale price</span><span class="price">${price}</span><span class="visually-hidden">Regular price</span><s class="compare-at-price">$60.00</s></div></product-price></div></product-card>',
)
_cards(
    "shopify broadcast/pipeline: title and price in one a",
    '<div class="product-grid-item"><div class="product-information"><a class="product-link" href="/p"><p class="product__grid__title">{name}</p><div class="product__grid__info"><span class="price sale"><span class="new-price">${price}</span> <span class="old-price">$60.00</span></span></div></a></div></div>',
)
_cards(
    "shopify with yotpo stars and swatch labels",
    '<div class="product-block"><div class="yotpo bottomLine"><span class="standalone-bottomline"><span class="text-m">27 Reviews</span></span></div><a class="title">{name}</a><div class="swatches"><span title="3.5g">3.5g</span><span title="7g">7g</span></div><span class="price"><span class="money conversion-bear-money">${price}</span></span></div>',
)
_cards(
    "woo kadence",
    '<li class="entry content-bg loop-entry product"><a class="woocommerce-loop-image-link"><img></a><div class="product-details content-bg entry-content-wrap"><h2 class="woocommerce-loop-product__title"><a>{name}</a></h2><span class="price"><span class="from">From: </span><span class="amount">${price}</span></span><div class="product-excerpt"><p>From $5 joints to ounces, we have it.</p></div><div class="product-action-wrap"><a class="button">Select options</a></div></div></li>',
)
_cards(
    "woo with vat suffix and per-unit",
    '<li class="product"><h2 class="woocommerce-loop-product__title">{name}</h2><span class="price"><span class="amount">${price}</span> <small class="woocommerce-price-suffix">ex. VAT</small></span><p class="price price-unit smaller"><span class="unit-price"><span class="amount">$9.71</span> / <span class="unit">g</span></span></p></li>',
)
_cards(
    "woo bricks builder",
    '<li class="brxe-product brxe-block"><a class="brxe-heading">{name}</a><div class="brxe-text-basic">Hybrid</div><div class="brxe-product-price"><span class="amount">${price}</span></div></li>',
)
_cards(
    "woo members plugin",
    '<li class="product"><h2>{name}</h2><span class="price"><span class="amount">${price}</span></span><span class="wc-memberships-member-discount">Member price: $28.00</span></li>',
)
_cards(
    "cova ecommerce",
    '<div class="cova-product-card"><div class="cova-brand">TOPS</div><div class="cova-title">{name}</div><div class="cova-thc">THC 24.3 %</div><div class="cova-price">${price}<span class="cova-unit"> / 3.5 g</span></div><button>ADD TO CART</button></div>',
)
_cards(
    "buddi / budbee rows",
    '<div class="row item"><div class="col name">{name}<br><small>by Cresco</small></div><div class="col type"><span class="pill">H</span></div><div class="col thc">24.3%</div><div class="col price">${price}</div></div>',
)
_cards(
    "leaflogix-like table rows",
    '<tr><td><img></td><td><div>{name}</div><div class="muted">Cresco Labs</div></td><td>Indica</td><td>24.30%</td><td>3.5 g</td><td><s>$50.00</s> ${price}</td><td><button>Add</button></td></tr>',
    before="<table><thead><tr><th></th><th>Product</th><th>Type</th><th>THC</th><th>Size</th><th>Price</th><th></th></tr></thead><tbody>",
    after="</tbody></table>",
)
_cards(
    "posabit tiles",
    '<div class="pb-tile"><div class="pb-tile-hd"><span class="pb-strain indica">Indica</span></div><div class="pb-tile-name">{name}</div><div class="pb-tile-brand">Phat Panda</div><div class="pb-tile-options"><div class="pb-opt"><span>3.5g</span><strong>${price}</strong></div><div class="pb-opt"><span>7g</span><strong>${more}</strong></div></div></div>',
    ("Blue Dream", "34.00", "65.00"),
    ("OG Kush", "38.50", "72.00"),
    ("Runtz", "44.00", "80.00"),
)
_cards(
    "olla tailwind",
    '<a class="group flex flex-col" href="/p"><div class="relative"><img alt="{name} by Wyld"><div class="absolute top-2 left-2 rounded-full px-2">-20%</div></div><div class="mt-2 text-xs uppercase text-gray-500">Wyld</div><div class="font-semibold line-clamp-2">{name}</div><div class="flex gap-1 text-xs"><span>Sativa</span><span>•</span><span>24% THC</span></div><div class="flex items-center gap-2"><span class="font-bold">${price}</span><span class="text-sm text-gray-400 line-through">$50.00</span><span class="text-xs">3.5g</span></div></a>',
)
_cards(
    "ih-menu with tax included",
    '<div class="menu-tile"><h3>{name}</h3><span>${price} <small>(tax incl.)</small></span></div>',
)
_cards("out-the-door price", '<div class="menu-tile"><h3>{name}</h3><span>${price} OTD</span></div>')
_cards(
    "regular then happy hour",
    '<div class="menu-tile"><h3>{name}</h3><span>${price}</span><em>Happy hour: $30.00</em></div>',
    right=THREE,
)
_cards(
    "first-time patient price",
    '<div class="menu-tile"><h3>{name}</h3><span>${price}</span><em>First-time patients: $25.00</em></div>',
)
_cards(
    "afterpay line",
    '<div class="menu-tile"><h3>{name}</h3><span>${price}</span><p>4 interest-free payments of $8.50 with <b>Afterpay</b></p></div>',
)
_cards(
    "from per month",
    '<div class="menu-tile"><h3>{name}</h3><span>${price}</span><p>Subscribe &amp; save: $30.60</p></div>',
)
_cards(
    "auction-like retail value",
    '<div class="menu-tile"><h3>{name}</h3><p>Retail value $60</p><p>Sale price ${price}</p></div>',
)
_cards(
    "with price history",
    '<div class="menu-tile"><h3>{name}</h3><p>${price}</p><p>Lowest price in the last 30 days: $31.00</p></div>',
)
_cards("coupon price", '<div class="menu-tile"><h3>{name}</h3><p>${price}</p><p>$30.00 with code LEAF</p></div>')
_cards("thc price per mg", '<div class="menu-tile"><h3>{name}</h3><p>${price}</p><p>$0.18/mg THC</p></div>')
_cards(
    "strikethrough inline css class name 'price-cut'",
    '<div class="menu-tile"><h3>{name}</h3><p><span style="text-decoration: line-through;">$50</span> <b style="color:red">${price}</b></p></div>',
)
_cards(
    "sold out with waitlist", '<div class="menu-tile"><h3>{name}</h3><p>${price}</p><a>Join the waitlist</a></div>'
)
_cards(
    "stock counters",
    '<div class="menu-tile"><h3>{name}</h3><p>${price}</p><p>Hurry! Only 3 left in stock - order soon</p></div>',
)
_cards(
    "favorites and share",
    '<div class="menu-tile"><button aria-label="Add to favorites">♡</button><a href="/p">{name}</a><p>${price}</p><a>Share</a></div>',
)
_cards(
    "hover description panel",
    '<div class="menu-tile"><a href="/p">{name}</a><div class="hover-panel"><p>Blue raspberry nose with a calm, clear-headed finish that our budtenders love.</p><a>Learn more</a></div><div>${price}</div></div>',
)
_cards(
    "lab table inside the card",
    '<div class="menu-tile"><h3>{name}</h3><table><tr><td>THC</td><td>24.3%</td></tr><tr><td>CBD</td><td>0.1%</td></tr></table><p>${price}</p></div>',
)
_cards(
    "price table inside the card",
    '<div class="menu-tile"><h3>{name}</h3><table><tr><td>3.5g</td><td>${price}</td></tr><tr><td>7g</td><td>${more}</td></tr></table></div>',
    ("Blue Dream", "34.00", "65.00"),
    ("OG Kush", "38.50", "72.00"),
    ("Runtz", "44.00", "80.00"),
)
_cards(
    "price list inside the card with links",
    '<div class="menu-tile"><h3>{name}</h3><ul><li><a>Eighth <b>${price}</b></a></li><li><a>Quarter <b>${more}</b></a></li></ul></div>',
    ("Blue Dream", "34.00", "65.00"),
    ("OG Kush", "38.50", "72.00"),
    ("Runtz", "44.00", "80.00"),
)
FURTHER["strain columns: categories side by side in a table"] = (
    shop(
        "<table><tr><th>Indica</th><th>Hybrid</th></tr><tr><td>OG Kush $38.50</td><td>Blue Dream $34</td></tr><tr><td>Purple Punch $40</td><td>Runtz $44</td></tr></table>"
    ),
    [("OG Kush", "38.50"), ("Blue Dream", "34.00"), ("Purple Punch", "40.00"), ("Runtz", "44.00")],
)
FURTHER["names bold, sizes as sublist, in one div by br"] = (
    shop(
        "<div>"
        + each(
            "<b>{name}</b> - Hybrid<br>&bull; 1/8: ${price}<br>&bull; 1/4: ${more}<br><br>",
            ("Blue Dream", "34.00", "65.00"),
            ("OG Kush", "38.50", "72.00"),
            ("Runtz", "44.00", "80.00"),
        )
        + "</div>"
    ),
    THREE,
)
FURTHER["markdown-like headings with two prices in a line"] = (
    shop(
        each(
            "<h3>{name}</h3><p>Eighth ${price} / Quarter ${more} / Ounce ${most}</p>",
            ("Blue Dream", "34.00", "65.00", "210.00"),
            ("OG Kush", "38.50", "72.00", "220.00"),
            ("Runtz", "44.00", "80.00", "250.00"),
        )
    ),
    THREE,
)
FURTHER["daily deals above: weekday lines"] = (
    shop(
        "<h2>Weekly deals</h2><ul><li>Monday: 20% off edibles</li><li>Tuesday: $25 eighths</li><li>Wednesday: $5 pre-rolls</li></ul><h2>Flower</h2>"
        + each('<div class="card"><h3>{name}</h3><p>${price}</p></div>')
    ),
    THREE,
)
FURTHER["delivery zones table below"] = (
    shop(
        "<h2>Flower</h2>"
        + each('<div class="card"><h3>{name}</h3><p>${price}</p></div>')
        + "<h2>Delivery zones</h2><table><tr><th>Zone</th><th>Minimum</th><th>Fee</th></tr><tr><td>Downtown</td><td>$40</td><td>$0</td></tr><tr><td>Eastside</td><td>$60</td><td>$5</td></tr></table>"
    ),
    THREE,
)
