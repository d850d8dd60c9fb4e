"""Menus of further shop systems, themes and hand-made pages."""

from __future__ import annotations

from collections.abc import Sequence

from tests.unit.competitors.menus.whole_pages import THREE, Pages, each, shop

THEMES: Pages = {}


def _cards(
    name: str,
    card: str,
    *rows: tuple[str, ...],
    right: Sequence[tuple[str, str]] = (),
    before: str = "",
    after: str = "",
) -> None:
    THEMES[name] = (shop(before + each(card, *rows) + after), right or [(row[0], row[1]) for row in rows or THREE])


_cards(
    "volusion",
    '<div class="v-product"><a title="{name}, 10{n}" href="/p" class="v-product__img"><img alt="{name}"></a><a href="/p" title="{name}" class="v-product__title productnamecolor colors_productname">{name}</a><div class="product_productprice"><div class="product_listprice"><font>List Price: $60.00</font></div><b><div class="product_saleprice">Our Price: ${price}</div></b><div class="product_yousave">You save $12.00!</div></div></div>',
)
_cards(
    "3dcart-like with item number",
    '<div class="item"><div class="itemnum">Item# BD-{n}</div><h2><a>{name}</a></h2><div class="pricing"><span class="retailprice">Retail price <em>$60.00</em></span><span class="ourprice">Our price <em>${price}</em></span></div></div>',
)
_cards(
    "shopware 6",
    '<div class="card product-box box-standard" data-product-information=\'{{"id":"{n}","name":"{name}"}}\'><div class="card-body"><div class="product-badges"><div class="badge bg-danger badge-discount"><span>%</span></div></div><div class="product-info"><a href="/p" title="{name}" class="product-name stretched-link">{name}</a><div class="product-description">Sweet and earthy.</div><div class="product-price-info"><p class="product-price-unit"><span class="product-unit-label">Content:</span> <span class="price-unit-content">3.5 g</span> <span class="price-unit-reference">($9.71* / 1 g)</span></p><div class="product-price-wrapper"><span class="product-price with-list-price">${price}*<span class="list-price"><span class="list-price-price">$50.00*</span><span class="list-price-percentage">(32% saved)</span></span></span></div></div><div class="product-action"><button>Add to shopping cart</button></div></div></div></div>',
)
_cards(
    "bigcartel",
    '<a class="prod-thumb" href="/product/{slug}" title="View {name}"><div class="prod-thumb-container"><img alt="Image of {name}"></div><div class="prod-thumb-name">{name}</div><div class="prod-thumb-price"><span data-currency-amount="{price}" data-currency-code="USD"><span class="currency_sign">$</span>{price}</span></div><div class="prod-thumb-status">On Sale</div></a>',
)
_cards(
    "drupal commerce view",
    '<div class="views-row"><div class="views-field views-field-title"><h3 class="field-content"><a href="/p">{name}</a></h3></div><div class="views-field views-field-field-strain"><span class="views-label views-label-field-strain">Strain: </span><span class="field-content">Indica</span></div><div class="views-field views-field-price__number"><span class="views-label">Price: </span><div class="field-content">${price}</div></div></div>',
)
_cards(
    "swell / nextjs tailwind ui",
    '<div class="group relative"><div class="aspect-h-1 w-full overflow-hidden rounded-md"><img alt="Front of jar"></div><div class="mt-4 flex justify-between"><div><h3 class="text-sm text-gray-700"><a href="#"><span aria-hidden="true" class="absolute inset-0"></span>{name}</a></h3><p class="mt-1 text-sm text-gray-500">Hybrid</p></div><p class="text-sm font-medium text-gray-900">${price}</p></div></div>',
)
_cards(
    "bootstrap album with footer price",
    '<div class="col"><div class="card h-100"><div class="badge bg-dark text-white position-absolute">Sale</div><img class="card-img-top" alt="..."><div class="card-body p-4"><div class="text-center"><h5 class="fw-bolder">{name}</h5><div class="d-flex justify-content-center small text-warning mb-2"><div class="bi-star-fill"></div></div><span class="text-muted text-decoration-line-through">$50.00</span> ${price}</div></div><div class="card-footer"><a class="btn btn-outline-dark mt-auto" href="#">Add to cart</a></div></div></div>',
)
_cards(
    "material ui",
    '<div class="MuiGrid-root MuiGrid-item css-1d{n}"><div class="MuiPaper-root MuiCard-root css-s18byi"><div class="MuiCardContent-root css-1qw96cp"><p class="MuiTypography-root MuiTypography-caption css-11">CRESCO LABS</p><p class="MuiTypography-root MuiTypography-body1 css-12">{name}</p><div class="MuiChip-root css-13"><span class="MuiChip-label css-9iedg7">Hybrid</span></div><div class="MuiChip-root"><span class="MuiChip-label">THC: 24%</span></div><p class="MuiTypography-root MuiTypography-h6">${price}<span class="MuiTypography-caption">/3.5g</span></p></div><div class="MuiCardActions-root"><button class="MuiButton-root">Add to Cart<span class="MuiTouchRipple-root"></span></button></div></div></div>',
)
_cards(
    "chakra no classes at all",
    '<div><div><img alt=""></div><p>{name}</p><p>Cresco</p><p>Indica · 24.3% THC</p><p>${price}</p></div>',
)
_cards("brand first, no classes", "<li><div>Cresco</div><div>{name}</div><div>${price}</div></li>")
_cards(
    "brand in all cards differs",
    '<li><span class="mfr">{most}</span><b>{name}</b><span>${price}</span></li>',
    ("Blue Dream", "34.00", "", "Cresco"),
    ("OG Kush", "38.50", "", "Rythm"),
    ("Runtz", "44.00", "", "Cookies"),
)
_cards("name as brand pipe", "<li><h3>{name}</h3><p>Flower | 3.5g | Hybrid</p><p>${price} / eighth</p></li>")
_cards(
    "price in a button alone",
    '<div class="menu-item"><h3>{name}</h3><p>Cresco</p><button class="add-btn">${price}</button></div>',
)
_cards("price and plus button", '<div class="menu-item"><span>{name}</span><button>+ ${price}</button></div>')
_cards(
    "weight and price in one button",
    '<div class="menu-item"><h3>{name}</h3><button>1/8 oz ${price}</button><button>1/4 oz ${more}</button></div>',
    ("Blue Dream", "34.00", "65.00"),
    ("OG Kush", "38.50", "72.00"),
    ("Runtz", "44.00", "80.00"),
)
_cards(
    "add to cart with the price",
    '<div class="menu-item"><h3>{name}</h3><button>Add to cart &ndash; ${price}</button></div>',
)
_cards(
    "radio labels per weight",
    '<form class="p"><h4>{name}</h4><label><input type="radio" name="w"> 3.5g <b>${price}</b></label><label><input type="radio" name="w"> 7g <b>${more}</b></label><label class="disabled"><input type="radio" disabled> 1g <b>$10.00</b> (sold out)</label></form>',
    ("Blue Dream", "34.00", "65.00"),
    ("OG Kush", "38.50", "72.00"),
    ("Runtz", "44.00", "80.00"),
)
_cards(
    "select with value and dash",
    '<div class="p"><a href="/p">{name}</a><select><option value="">Choose an option</option><option>Eighth - ${price}</option><option>Quarter - ${more}</option><option disabled>Gram - $8.00 (Out of stock)</option></select></div>',
    ("Blue Dream", "34.00", "65.00"),
    ("OG Kush", "38.50", "72.00"),
    ("Runtz", "44.00", "80.00"),
)
_cards(
    "member and non-member",
    '<div class="p"><h4>{name}</h4><p>Non-members: ${price}</p><p>Members: $25.00</p></div>',
)
_cards(
    "rec and med prices",
    '<div class="p"><h4>{name}</h4><span class="rec">Rec: ${price}</span><span class="med">Med: $25.00</span></div>',
)
_cards("reg and sale text", '<div class="p"><h4>{name}</h4><p>Reg. $50.00 | Sale ${price}</p></div>')
_cards("msrp in parentheses after", '<div class="p"><h4>{name}</h4><p>${price} (MSRP $50.00)</p></div>')
_cards("arrow from old to new", '<div class="p"><h4>{name}</h4><p>$50.00 &rarr; ${price}</p></div>')
_cards(
    "old price in small without words",
    '<div class="p"><h4>{name}</h4><p><span class="price">${price}</span> <small class="muted"><s>$50.00</s></small> <span class="pct">-32%</span></p></div>',
)
_cards("save in parentheses", '<div class="p"><h4>{name}</h4><p>${price} <span>(Save $16.00)</span></p></div>')
_cards("you save line before", '<div class="p"><h4>{name}</h4><p>You save: $16.00</p><p>Price: ${price}</p></div>')
_cards("discount amounts as badges", '<div class="p"><i>$5 OFF</i><h4>{name}</h4><p>${price}</p></div>')
_cards(
    "coupon after", '<div class="p"><h4>{name}</h4><p>${price}</p><p>Use code GREEN10 for $10 off $100+</p></div>'
)
_cards(
    "free delivery threshold per card",
    '<div class="p"><h4>{name}</h4><p>${price}</p><p>Free delivery on orders of $75 or more</p></div>',
)
_cards(
    "gift and points",
    '<div class="p"><h4>{name}</h4><p>${price}</p><p>Earn $1.70 in rewards</p><p>340 pts</p></div>',
)
_cards("bulk tiers", '<div class="p"><h4>{name}</h4><p>${price} each</p><p>Buy 2+ for $30.00 each</p></div>')
_cards(
    "mix and match header",
    '<div class="p"><h4>{name}</h4><p>${price}</p></div>',
    before="<h2>2 for $60 &middot; Mix &amp; Match Eighths</h2><p>Any 3 for $85!</p>",
)
_cards(
    "thc mg dollars in name line",
    '<p class="row"><span>{name}</span> <span>24.3% THC</span> <span>3.5g</span> <span>${price}</span></p>',
)
_cards("line with commas", "<p>{name}, Hybrid, 24% THC, 3.5g, ${price}</p>")
_cards("line with pipes", "<p>{name} | Hybrid | 24% | ${price}</p>")
_cards("line with tabs", "<p>{name}&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;${price}</p>")
_cards("line with colon", "<li>{name}: ${price}</li>")
_cards("line with at", "<li>{name} @ ${price}</li>")
_cards("line with per", "<li>{name} - ${price}/eighth</li>")
_cards("line with price in parentheses", "<li>{name} (${price})</li>")
_cards("line in brackets size", "<li>{name} (3.5g) - ${price}</li>", right=[(n + " (3.5g)", p) for n, p in THREE])
_cards(
    "size column first",
    "<tr><td>3.5g</td><td>{name}</td><td>${price}</td></tr>",
    before="<table>",
    after="</table>",
)
