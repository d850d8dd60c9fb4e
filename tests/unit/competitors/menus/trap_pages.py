"""What stands around prices on real menus and must not be taken for a price, a name or a product."""

from __future__ import annotations

from tests.unit.competitors.menus.shop_pages import page

_CARD = '<div class="card"><h3>{name}</h3>%s</div>'


def _beside(text: str) -> str:
    return page(_CARD % text)


TRAPS: dict[str, str] = {
    "was and now in one text": _beside("<p>Was $50 Now ${price}</p>"),
    "now before was": _beside("<p>Now ${price} Was $50.00</p>"),
    "a deleted price": _beside("<del>$50.00</del> <ins>${price}</ins>"),
    "a struck price after it": _beside("<span>${price}</span> <s>$50.00</s>"),
    "a list price by its class": _beside(
        '<span class="price-old">$30.00</span> <span class="price-new">${price}</span>'
    ),
    "a retail price in words": _beside("<span>Retail: $30.00</span><span>${price}</span>"),
    "a suggested price": _beside("<span>MSRP $30.00</span><span>${price}</span>"),
    "a member's price": _beside("<span>${price}</span><span>Members: $30.00</span>"),
    "a member's price by a label of its own": _beside(
        "<div><span>Price</span> <b>${price}</b></div><div><span>Member price</span> <b>$20.00</b></div>"
    ),
    "a price for patients": _beside("<p>Rec ${price}</p><p>Medical $28.00</p>"),
    "a subscription": _beside("<p>${price}</p><p>or subscribe and save $30.00</p>"),
    "a price for a gram": _beside("<p>${price}</p><p>$9.71 per gram</p>"),
    "a price for a milligram": _beside("<p>${price} <small>($0.34/mg)</small></p>"),
    "a unit price by its class": _beside('<p>${price}</p><p class="unit-price">$9.71 / g</p>'),
    "shipping": _beside("<p>${price}</p><p>+ $4.99 shipping</p>"),
    "a deposit": _beside("<p>${price}</p><p>$1.20 deposit</p>"),
    "a fee": _beside("<p>${price}</p><p>Delivery fee: $5.00</p>"),
    "what one saves": _beside('<span class="badge">Save $10</span><span>${price}</span>'),
    "dollars off": _beside("<span>$5 off</span><span>${price}</span>"),
    "points": _beside("<span>${price}</span><span>Earn $1.70 back</span>"),
    "instalments": _beside("<span>${price}</span><small>or 4 interest-free payments of $8.50</small>"),
    "a least order": _beside("<span>${price}</span><small>Minimum order $25.00</small>"),
    "two for less": _beside("<span>${price}</span><small>2 for $30</small>"),
    "a gift": _beside("<span>${price}</span><small>Add $5.00 for gift wrap</small>"),
    "each": _beside("<span>${price} each</span>"),
    "from": _beside("<span>From ${price}</span>"),
    "a range": _beside("<span>${price} – $120.00</span>"),
    "starting at": _beside("<span>Starting at</span> <span>${price}</span>"),
    "a sold-out size that is cheaper": _beside(
        '<ul><li class="sold-out">1g $12.00</li><li>3.5g ${price}</li></ul>'
    ),
    "a size whose button is disabled": _beside("<button disabled>1g $12.00</button><button>3.5g ${price}</button>"),
    "a size that says it is sold out": _beside(
        "<div><span>1g</span><span>$12.00</span><em>Sold out</em></div><div><span>3.5g</span><span>${price}</span></div>"
    ),
    "weight and price in one button": _beside("<button>1/8 oz ${price}</button>"),
    "weight and price on two lines of a button": _beside("<button><div>3.5g</div><div>${price}</div></button>"),
    "a code before the sum": _beside("<span>USD {price}</span>"),
    "a code after the sum": _beside("<span>{price} USD</span>"),
    "a sign in an element of its own": _beside("<span><i>$</i>{price}</span>"),
    "a sign and cents in elements of their own": _beside(
        "<span><span>$</span><span>{whole}</span><span>.</span><span>{part}</span></span>"
    ),
    "cents by their class": _beside('<span class="price">${whole}<span class="cents">{part}</span></span>'),
    "a raised sign and raised cents": _beside("<b><sup>$</sup>{whole}<sup>{part}</sup></b>"),
    "a decimal comma": _beside("<span>${whole},{part}</span>"),
    "a blank after the sign": _beside("<span>$ {price}</span>"),
    "an entity for the sign": _beside("<span>&#36;{price}</span>"),
    "a full-width sign": _beside("<span>＄{price}</span>"),
    "the price twice for screen readers": _beside(
        '<span class="sr-only">Price: ${price}</span><span aria-hidden="true">${price}</span>'
    ),
    "a hidden earlier price": _beside('<span style="display:none">$12.00</span><span>${price}</span>'),
    "a hidden template": _beside("<template><p>$1.00</p></template><span>${price}</span>"),
    "ratings in numbers": _beside("<p>4.9 (120 reviews)</p><p>${price}</p>"),
    "a brand without a class": page("<div class='card'><div>Cresco</div><h4>{name}</h4><div>${price}</div></div>"),
    "a brand of the same kind as the name": page(
        "<div class='card'><span>Cresco</span><span>{name}</span><span>${price}</span></div>"
    ),
    "a name in a picture's caption": page(
        '<figure><img alt=""><figcaption>{name}</figcaption><p>${price}</p></figure>'
    ),
    "a name in a link, without classes": page(
        '<div><a href="/p/{id}">{name}</a><p>Indica</p><p>${price}</p></div>'
    ),
    "classes with a number for each card": page(
        '<div class="post-{id} item-{id}"><p class="t{id}">{name}</p><p>${price}</p></div>'
    ),
    "a class per product": page(
        '<div class="grid-item {id}-flower tag-{id}a"><h3>{name}</h3><p>${price}</p></div>'
    ),
    "headings and paragraphs without cards": page("<h3>{name}</h3><p>Sweet and calm.</p><p>${price}</p>"),
    "a table": page("<table><tr><td>{name}</td><td>Indica</td><td>${price}</td></tr></table>"),
    "one table with a head": page(
        "<tr><td>{name}</td><td>24%</td><td>${price}</td></tr>",
        before="<table><tr><th>Strain</th><th>THC</th><th>Eighth</th></tr>",
        after="</table>",
    ),
    "a list of definitions": page("<dt>{name}</dt><dd>${price}</dd>", before="<dl>", after="</dl>"),
    "a list with dashes": page("<li>{name} — ${price}</li>", before="<ul>", after="</ul>"),
    "a list with dots": page("<li>{name} ........ ${price}</li>", before="<ul>", after="</ul>"),
    "lines of one paragraph": page("{name} – ${price}<br>", before="<p>", after="</p>"),
    "bold names in one paragraph": page("<b>{name}</b> ${price}<br>", before="<p>", after="</p>"),
    "prices before names": page("<li>${price} {name}</li>", before="<ul>", after="</ul>"),
    "articles with headers": page(
        "<article><header><h3>{name}</h3></header><footer>x</footer><p>${price}</p></article>"
    ),
    "promotions around it": page(
        "<div class='c'><h3>{name}</h3><b>${price}</b></div>",
        before="<p>BOGO on all edibles!</p><p>Free delivery over $50</p>",
        after="<p>Spend $100, save $10</p>",
    ),
    "a cart of its own": page(
        "<div class='c'><h3>{name}</h3><b>${price}</b></div>",
        before='<div class="cart-drawer"><p>Old item</p><p>$1.00</p><p>Subtotal $1.00</p></div>',
    ),
    "price filters": page(
        "<div class='c'><h3>{name}</h3><b>${price}</b></div>",
        before="<ul><li><label>Under $25</label></li><li><label>$25 to $50</label></li><li><label>Over $50</label></li></ul>",
    ),
    "one card in each section": page(
        "<section><h3>Strain of the day</h3><div class='card'><h4>{name}</h4><p>${price}</p></div></section>"
    ),
    "unclosed elements": page("<li><b>{name}</b><p>${price}"),
    "elements closed by themselves": page(
        '<div class="card"><img src="x"/><h3>{name}</h3><hr/><input type="hidden"/><span>${price}</span></div>'
    ),
    "markup in a script": page(
        "<div class='c'><h3>{name}</h3><b>${price}</b></div>",
        before="<script>if (a<b) { x = '<div><div><p>$1.00</p>' + '</div>' }</script>",
    ),
    "names escaped twice": page(
        "<div class='c'><h3>{name}&amp;#8203;</h3><b>&amp;#36;{price}</b></div>".replace("&amp;#36;", "$")
    ),
}
