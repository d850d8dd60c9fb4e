"""What stands around prices, and the ways to write prices and names."""

from __future__ import annotations

from tests.unit.competitors.menus.whole_pages import THREE, Pages, each, shop

PRICES: Pages = {}
PRICES["weight select options, one card each"] = (
    shop(
        each(
            """<div class="product"><h3>{name}</h3><p class="brand">Cresco</p><select name="weight"><option>1/8 oz ${price}</option><option>1/4 oz ${more}</option><option>1 oz ${most}</option></select><input type="number" value="1"><button>Add to cart</button></div>""",
            ("Blue Dream", "34.00", "65.00", "210.00"),
            ("OG Kush", "38.50", "72.00", "220.00"),
            ("Runtz", "44.00", "80.00", "250.00"),
        )
    ),
    THREE,
)
PRICES["sold-out sizes are not the price"] = (
    shop(
        each(
            """<div class="product-card"><div class="product-name">{name}</div><div class="sizes"><button class="size disabled" disabled>1g $12.00 <span>Sold out</span></button><button class="size">3.5g ${price}</button><button class="size">7g ${more}</button></div></div>""",
            ("Blue Dream", "34.00", "65.00"),
            ("OG Kush", "38.50", "72.00"),
            ("Runtz", "44.00", "80.00"),
        )
    ),
    THREE,
)
PRICES["member prices beside"] = (
    shop(
        each(
            """<div class="item"><h3>{name}</h3><div class="price">${price}</div><div class="member">Members ${more}</div></div>""",
            ("Blue Dream", "34.00", "28.00"),
            ("OG Kush", "38.50", "32.00"),
            ("Runtz", "44.00", "38.00"),
        )
    ),
    THREE,
)
PRICES["member price before, medical beside"] = (
    shop(
        each(
            """<div class="item"><p class="t">{name}</p><p>Loyalty price: ${more}</p><p>Medical $25.00 / Rec ${price}</p></div>""",
            ("Blue Dream", "34.00", "28.00"),
            ("OG Kush", "38.50", "32.00"),
            ("Runtz", "44.00", "38.00"),
        )
    ),
    THREE,
)
PRICES["deals are not the price of one"] = (
    shop(
        each(
            """<div class="card"><h3>{name}</h3><p class="price">${price}</p><p class="deal">2 for $60</p><p>3/$85 &middot; mix &amp; match</p><p class="off">$5 off with code LEAF5</p></div>"""
        )
    ),
    THREE,
)
PRICES["deal before the price"] = (
    shop(
        each(
            """<div class="card"><span class="promo">2 for $60</span><h3>{name}</h3><span class="promo">Save $10</span><span>${price}</span></div>"""
        )
    ),
    THREE,
)
PRICES["was now in one text"] = (
    shop(each("""<div class="card"><h4>{name}</h4><p>Was $50.00 Now ${price}</p></div>""")),
    THREE,
)
PRICES["price split over spans"] = (
    shop(
        each(
            """<div class="tile"><a class="tile-name" href="#">{name}</a><div class="tile-price"><span class="sym">$</span><span class="whole">{d}</span><span class="dot">.</span><span class="frac">{c}</span></div></div>"""
        )
    ),
    THREE,
)
PRICES["price split, sup cents and symbol sup"] = (
    shop(
        each(
            """<div class="tile"><div class="nm">{name}</div><div class="pr"><sup>$</sup>{d}<sup>{c}</sup></div></div>"""
        )
    ),
    THREE,
)
PRICES["amazon-like offscreen and split"] = (
    shop(
        each(
            """<div class="s-result"><h2><a><span>{name}</span></a></h2><span class="a-price" data-a-size="xl"><span class="a-offscreen">${price}</span><span aria-hidden="true"><span class="a-price-symbol">$</span><span class="a-price-whole">{d}<span class="a-price-decimal">.</span></span><span class="a-price-fraction">{c}</span></span></span></div>"""
        )
    ),
    THREE,
)
PRICES["USD before the number"] = (
    shop(each("""<div class="card"><h3>{name}</h3><p>USD {price}</p></div>""")),
    THREE,
)
PRICES["number with USD after"] = (
    shop(each("""<div class="card"><h3>{name}</h3><p class="price">{price} USD</p></div>""")),
    THREE,
)
PRICES["decimal comma, dollar after"] = (
    shop(each("""<div class="card"><h3>{name}</h3><p class="price">{d},{c} $</p></div>""")),
    THREE,
)
PRICES["cents without dollars"] = (
    shop(
        """<div class="card"><h3>Rolling Papers</h3><p>$.99</p></div><div class="card"><h3>Lighter</h3><p>$1.49</p></div><div class="card"><h3>Glass Tip</h3><p>$2</p></div>"""
    ),
    [("Rolling Papers", "0.99"), ("Lighter", "1.49"), ("Glass Tip", "2.00")],
)
PRICES["thousands in all ways"] = (
    shop(
        """<div class="card"><h3>Volcano Hybrid</h3><p>$1,299.00</p></div><div class="card"><h3>Extraction Kit</h3><p>$1 450.00</p></div><div class="card"><h3>Grow Tent</h3><p>$1'150.00</p></div><div class="card"><h3>Trim Machine</h3><p>$2&nbsp;350</p></div>"""
    ),
    [
        ("Volcano Hybrid", "1299.00"),
        ("Extraction Kit", "1450.00"),
        ("Grow Tent", "1150.00"),
        ("Trim Machine", "2350.00"),
    ],
)
PRICES["names with numbers and signs"] = (
    shop(
        """<div class="card"><h3>818 Brands OG #18</h3><p>$34.00</p></div><div class="card"><h3>Gelato 41</h3><p>$38.50</p></div><div class="card"><h3>G13</h3><p>$44.00</p></div><div class="card"><h3>710 Labs Persy Rosin</h3><p>$70.00</p></div><div class="card"><h3>Indica Blend Pre-Rolls 10 Pack</h3><p>$32.00</p></div><div class="card"><h3>24K</h3><p>$36.00</p></div>"""
    ),
    [
        ("818 Brands OG #18", "34.00"),
        ("Gelato 41", "38.50"),
        ("G13", "44.00"),
        ("710 Labs Persy Rosin", "70.00"),
        ("Indica Blend Pre-Rolls 10 Pack", "32.00"),
        ("24K", "36.00"),
    ],
)
PRICES["names with sizes inside"] = (
    shop(
        each(
            """<div class="card"><h3>{name}</h3><p>${price}</p></div>""",
            ("Blue Dream 3.5g", "34.00"),
            ("OG Kush 1/8 oz", "38.50"),
            ("Camino Gummies 100mg 20pk", "20.00"),
            ("Runtz [3.5g]", "44.00"),
        )
    ),
    [
        ("Blue Dream 3.5g", "34.00"),
        ("OG Kush 1/8 oz", "38.50"),
        ("Camino Gummies 100mg 20pk", "20.00"),
        ("Runtz [3.5g]", "44.00"),
    ],
)
PRICES["names like buttons and badges"] = (
    shop(
        each(
            """<div class="card"><h3>{name}</h3><p>${price}</p><button>Add to cart</button></div>""",
            ("Sale Day OG", "30.00"),
            ("New York Sour Diesel", "34.00"),
            ("Special K", "38.50"),
            ("Price Tag Kush", "44.00"),
            ("Member Berry", "42.00"),
            ("Hybrid Theory", "41.00"),
            ("Free Dawg", "35.00"),
        )
    ),
    [
        ("Sale Day OG", "30.00"),
        ("New York Sour Diesel", "34.00"),
        ("Special K", "38.50"),
        ("Price Tag Kush", "44.00"),
        ("Member Berry", "42.00"),
        ("Hybrid Theory", "41.00"),
        ("Free Dawg", "35.00"),
    ],
)
PRICES["entities twice escaped"] = (
    shop(
        each(
            """<div class="card"><h3>{name}</h3><p>${price}</p></div>""",
            ("Girl Scout Cookies &amp;amp; Cream", "34.00"),
            ("Tommy&amp;#39;s Kush", "38.50"),
            ("Caf&eacute; Racer", "44.00"),
        )
    ),
    [("Girl Scout Cookies & Cream", "34.00"), ("Tommy's Kush", "38.50"), ("Café Racer", "44.00")],
)
PRICES["euros by sign"] = (
    shop(each("""<div class="card"><h3>{name}</h3><p>&euro;{price}</p></div>""")),
    [(n, None) for n, _ in THREE],
)
PRICES["pounds after del"] = (
    shop(each("""<div class="card"><h3>{name}</h3><p><del>£50.00</del> £{price}</p></div>""")),
    [(n, None) for n, _ in THREE],
)
PRICES["australian dollars"] = (
    shop(each("""<div class="card"><h3>{name}</h3><p>A${price}</p></div>""")),
    [(n, None) for n, _ in THREE],
)
PRICES["CAD after the sum"] = (
    shop(each("""<div class="card"><h3>{name}</h3><p>${price} CAD</p></div>""")),
    [(n, None) for n, _ in THREE],
)
PRICES["euro after with comma"] = (
    shop(each("""<div class="card"><h3>{name}</h3><p>{d},{c} &euro;</p></div>""")),
    [(n, None) for n, _ in THREE],
)
PRICES["call for price"] = (
    shop(
        """<div class="card"><h3>Blue Dream</h3><p>$34.00</p></div><div class="card"><h3>House Ounce</h3><p>Call for price</p></div><div class="card"><h3>OG Kush</h3><p>$38.50</p></div><div class="card"><h3>Runtz</h3><p>$44.00</p></div>"""
    ),
    [("Blue Dream", "34.00"), ("House Ounce", None), ("OG Kush", "38.50"), ("Runtz", "44.00")],
)
PRICES["sold-out products keep the price"] = (
    shop(
        """<div class="card"><h3>Blue Dream</h3><p>$34.00</p><button>Add to cart</button></div><div class="card soldout"><h3>OG Kush</h3><p>$38.50</p><button disabled>Sold out</button></div><div class="card"><h3>Runtz</h3><p>$44.00</p><p>In stock</p></div>"""
    ),
    THREE,
)
PRICES["price ranges"] = (
    shop(
        each(
            """<div class="card"><h3>{name}</h3><p>${price} - ${more}</p></div>""",
            ("Blue Dream", "34.00", "220.00"),
            ("OG Kush", "38.50", "240.00"),
            ("Runtz", "44.00", "260.00"),
        )
    ),
    THREE,
)
PRICES["starting at"] = (
    shop(each("""<div class="card"><h3>{name}</h3><p>Starting at ${price}</p><p>Up to $260.00</p></div>""")),
    THREE,
)
PRICES["deposit and tax beside"] = (
    shop(
        each(
            """<div class="card"><h3>{name}</h3><p>${price}</p><small>+ $1.00 jar deposit</small><small>$39.10 with tax</small></div>"""
        )
    ),
    THREE,
)
PRICES["per gram first"] = (
    shop(each("""<div class="card"><h3>{name}</h3><small>$9.71 / g</small><b>${price}</b></div>""")),
    THREE,
)
PRICES["per gram per unit words"] = (
    shop(each("""<div class="card"><h3>{name}</h3><b>${price}</b> <i>($9.71 per gram)</i></div>""")),
    THREE,
)
PRICES["points beside"] = (
    shop(
        each(
            """<div class="card"><h3>{name}</h3><b>${price}</b><span>Earn 34 points</span><span>or 4 payments of $8.50 with Klarna</span></div>"""
        )
    ),
    THREE,
)
