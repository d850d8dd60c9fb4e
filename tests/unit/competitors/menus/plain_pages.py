"""Menus written by hand: tables, lists, lines; and cards of few words."""

from __future__ import annotations

from tests.unit.competitors.menus.whole_pages import THREE, Pages, each, shop

PLAIN: Pages = {}
W3 = [("Blue Dream", "12.00"), ("OG Kush", "14.00"), ("Runtz", "16.00")]
PLAIN["table with weight columns"] = (
    shop(
        """<h2>Flower</h2><table><thead><tr><th>Strain</th><th>Type</th><th>THC</th><th>1g</th><th>3.5g</th><th>7g</th></tr></thead><tbody><tr><td>Blue Dream</td><td>Hybrid</td><td>24.1%</td><td>$12</td><td>$34</td><td>$65</td></tr><tr><td>OG Kush</td><td>Indica</td><td>22%</td><td>$14</td><td>$38.50</td><td>$70</td></tr><tr><td>Runtz</td><td>Hybrid</td><td>26%</td><td>$16</td><td>$44</td><td>$80</td></tr></tbody></table>"""
    ),
    W3,
)
PLAIN["table, no dollar signs"] = (
    shop(
        """<h2>Flower</h2><table><tr><th>Strain</th><th>Price</th></tr><tr><td>Blue Dream</td><td>34.00</td></tr><tr><td>OG Kush</td><td>38.50</td></tr><tr><td>Runtz</td><td>44.00</td></tr></table>"""
    ),
    THREE,
)
PLAIN["table, rowspan category"] = (
    shop(
        """<table><tr><th>Category</th><th>Product</th><th>Price</th></tr><tr><td rowspan="2">Flower</td><td>Blue Dream</td><td>$34.00</td></tr><tr><td>OG Kush</td><td>$38.50</td></tr><tr><td rowspan="1">Exotic</td><td>Runtz</td><td>$44.00</td></tr></table>"""
    ),
    THREE,
)
PLAIN["table, category rows with colspan"] = (
    shop(
        """<table><tr><th colspan="3">FLOWER</th></tr><tr><td>Blue Dream</td><td>3.5g</td><td>$34.00</td></tr><tr><td>OG Kush</td><td>3.5g</td><td>$38.50</td></tr><tr><th colspan="3">EXOTICS</th></tr><tr><td>Runtz</td><td>3.5g</td><td>$44.00</td></tr></table>"""
    ),
    THREE,
)
PLAIN["table, number first, was and now columns"] = (
    shop(
        """<table><tr><th>#</th><th>Product</th><th>Was</th><th>Now</th></tr><tr><td>1</td><td>Blue Dream</td><td>$50</td><td>$34</td></tr><tr><td>2</td><td>OG Kush</td><td>$55</td><td>$38.50</td></tr><tr><td>3</td><td>Runtz</td><td>$60</td><td>$44</td></tr></table>"""
    ),
    THREE,
)
PLAIN["table, member column beside"] = (
    shop(
        """<table><tr><th>Product</th><th>Member price</th><th>Price</th></tr><tr><td>Blue Dream</td><td>$30.00</td><td>$34.00</td></tr><tr><td>OG Kush</td><td>$35.00</td><td>$38.50</td></tr><tr><td>Runtz</td><td>$40.00</td><td>$44.00</td></tr></table>"""
    ),
    THREE,
)
PLAIN["table, empty cells and dashes"] = (
    shop(
        """<table><tr><th></th><th>Gram</th><th>Eighth</th><th>Ounce</th></tr><tr><td>Blue Dream</td><td>&mdash;</td><td>$34</td><td>$200</td></tr><tr><td>OG Kush</td><td>N/A</td><td>$38.50</td><td>$210</td></tr><tr><td>Runtz</td><td></td><td>$44</td><td>$240</td></tr></table>"""
    ),
    THREE,
)
PLAIN["table as layout: cards in cells"] = (
    shop(
        """<table width="100%"><tr><td align="center"><img src="a.jpg"><br><b>Blue Dream</b><br>$34.00</td><td align="center"><img src="b.jpg"><br><b>OG Kush</b><br>$38.50</td><td align="center"><img src="c.jpg"><br><b>Runtz</b><br>$44.00</td></tr></table>"""
    ),
    THREE,
)
PLAIN["definition list"] = (shop("<h2>Flower</h2><dl>" + each("<dt>{name}</dt><dd>${price}</dd>") + "</dl>"), THREE)
PLAIN["definition list with description and price"] = (
    shop(
        "<h2>Flower</h2><dl>" + each("<dt>{name}</dt><dd>Sweet, earthy, relaxing</dd><dd>${price}</dd>") + "</dl>"
    ),
    THREE,
)
PLAIN["paragraphs with ellipsis"] = (shop("<h2>Flower</h2>" + each("<p>{name} &hellip; ${price}</p>")), THREE)
PLAIN["dot leaders"] = (shop("<h2>Flower</h2>" + each("<p>{name} ................ ${price}</p>")), THREE)
PLAIN["one paragraph with br"] = (
    shop("<h2>Flower</h2><p>" + "<br>\n".join(f"{n} - ${p}" for n, p in THREE) + "</p>"),
    THREE,
)
PLAIN["bold name then text price"] = (
    shop("<h2>Flower</h2>" + each("<p><strong>{name}</strong> ${price}</p>")),
    THREE,
)
PLAIN["bold name, description, price at end"] = (
    shop(
        "<h2>Flower</h2>"
        + each("<p><b>{name}</b> (Hybrid) 24% THC. Sweet berry notes and a calm finish. <b>${price}</b></p>")
    ),
    THREE,
)
PLAIN["strong names, br, price in one p"] = (
    shop("<p>" + each("<strong>{name}</strong><br>Hybrid, 24% THC<br>${price}<br><br>") + "</p>"),
    THREE,
)
PLAIN["ul with dash"] = (
    shop("<h3>Flower (24)</h3><ul>" + each("<li>{name} &ndash; ${price}</li>") + "</ul>"),
    THREE,
)
PLAIN["ul with size between"] = (
    shop("<h3>Eighths</h3><ul>" + each("<li>{name} 3.5g ${price}</li>") + "</ul>"),
    [(n + " 3.5g", p) for n, p in THREE],
)
PLAIN["two columns with price float"] = (
    shop(
        '<div class="row"><div class="col-6"><h3>Flower</h3>'
        + each(
            '<div class="menu-line"><span class="left">{name}</span><span class="right">{d}</span></div>',
            ("Blue Dream", "34.00"),
            ("OG Kush", "38.00"),
        ).replace('right">', 'right">$')
        + '</div><div class="col-6"><h3>Exotic</h3><div class="menu-line"><span class="left">Runtz</span><span class="right">$44</span></div></div></div>'
    ),
    [("Blue Dream", "34.00"), ("OG Kush", "38.00"), ("Runtz", "44.00")],
)
PLAIN["headings as products, price in p"] = (
    shop("<h2>Flower</h2>" + each("<h3>{name}</h3><p>Indica | 24% THC</p><p>${price}</p>")),
    THREE,
)
PLAIN["heading holds the price too"] = (
    shop("<h2>Flower</h2>" + each("<h4>{name} <span>${price}</span></h4><p>Sweet and earthy.</p>")),
    THREE,
)
PLAIN["price before the name in line"] = (
    shop("<h2>Flower</h2><ul>" + each("<li>${price} {name}</li>") + "</ul>"),
    THREE,
)
PLAIN["pre block"] = (shop("<h2>MENU</h2><pre>" + "\n".join(f"{n:<20}${p}" for n, p in THREE) + "</pre>"), THREE)
PLAIN["quantities in line: multiple weights"] = (
    shop(
        "<h2>Flower</h2>"
        + each(
            "<p>{name}: 1g ${price} | 3.5g ${more} | 7g ${most}</p>",
            ("Blue Dream", "12.00", "34.00", "60.00"),
            ("OG Kush", "14.00", "38.50", "70.00"),
            ("Runtz", "16.00", "44.00", "80.00"),
        )
    ),
    W3,
)
PLAIN["name only in img alt"] = (
    shop(
        each(
            '<div class="cell"><a href="/p/{n}"><img alt="{name}" data-src="x.jpg" class="lazy"></a><span>${price}</span></div>'
        )
    ),
    THREE,
)
PLAIN["name only in link title"] = (
    shop(
        each(
            '<div class="cell"><a href="/p/{n}" title="{name}"><img src="x.jpg" alt=""></a><div class="pr">${price}</div></div>'
        )
    ),
    THREE,
)
PLAIN["name only in aria-label"] = (
    shop(
        each(
            '<div class="cell"><a href="/p/{n}" aria-label="{name}"><svg><path/></svg></a><div class="pr">${price}</div></div>'
        )
    ),
    THREE,
)
PLAIN["one a is the card"] = (
    shop(
        each(
            '<a class="prod" href="/p/{n}"><img alt=""><span>{name}</span><span>Indica</span><span>${price}</span></a>'
        )
    ),
    THREE,
)
PLAIN["template and noscript duplicates"] = (
    shop(
        '<template id="card"><div class="card"><h3>Product title</h3><p>$19.99</p></div></template>'
        + each(
            '<div class="card"><noscript><img alt="{name}"><p>$99.00</p></noscript><h3>{name}</h3><p>${price}</p></div>'
        )
    ),
    THREE,
)
PLAIN["mobile and desktop duplicates"] = (
    shop(
        '<div class="d-md-none">'
        + each('<div class="m-card"><b>{name}</b><i>${price}</i></div>')
        + '</div><div class="d-none d-md-block">'
        + each('<div class="d-card"><h3>{name}</h3><p>${price}</p></div>')
        + "</div>"
    ),
    THREE,
)
PLAIN["only one card"] = (
    shop(
        '<div class="card"><h3>Blue Dream</h3><p class="brand">Cresco</p><p>$34.00</p><button>Add to cart</button></div>'
    ),
    THREE[:1],
)
PLAIN["age gate overlay before the menu"] = (
    '<div id="age-gate" class="modal"><h2>Are you 21 or older?</h2><p>You must be 21+ to enter.</p><button>Yes, I am</button><button>No</button></div>'
    + shop(each('<div class="card"><h3>{name}</h3><p>${price}</p></div>')),
    THREE,
)
PLAIN["category headings with counts and filters"] = (
    shop(
        '<aside><h4>Price</h4><ul><li><label><input type="checkbox"> $0 &ndash; $25 (12)</label></li><li><label><input type="checkbox"> $25 &ndash; $50 (24)</label></li><li>Under $20</li></ul></aside><h2>Flower (24)</h2>'
        + each('<div class="card"><h3>{name}</h3><p>${price}</p></div>')
    ),
    THREE,
)
PLAIN["cart drawer and minimum"] = (
    shop(
        '<div class="drawer"><h3>Your cart</h3><p>Subtotal $0.00</p><p>$50 minimum for delivery</p><p>Delivery fee $4.99</p></div>'
        + each('<div class="card"><h3>{name}</h3><p>${price}</p></div>')
    ),
    THREE,
)
PLAIN["bundle card nests cards"] = (
    shop(
        '<div class="card bundle"><h3>Weekend Bundle</h3><div class="inner"><div class="card mini"><h4>Blue Dream 1g</h4></div><div class="card mini"><h4>OG Kush 1g</h4></div></div><p class="price">$60.00</p></div>'
        + each('<div class="card"><h3>{name}</h3><p class="price">${price}</p></div>')
    ),
    (("Weekend Bundle", "60.00"), *THREE),
)
PLAIN["hashed classes with brand above"] = (
    shop(
        each(
            '<div class="sc-bdVaJa kQz{n}"><div class="sc-htpNat a{i}b">Cresco</div><div class="sc-bwzfXH c{i}d">{name}</div><div class="sc-ifAKCX e{i}f">Hybrid</div><div class="sc-EHOje g{i}h">${price}</div></div>'
        )
    ),
    THREE,
)
PLAIN["product page with related carousel"] = (
    """<!doctype html><html><head><title>Blue Dream - Green Leaf</title></head><body><main><div class="product-single"><h1 class="product-single__title">Blue Dream</h1><p class="price"><s>$50.00</s> <span>$34.00</span></p><select><option>3.5g - $34.00</option><option>7g - $60.00</option></select><button>Add to cart</button><p>Sweet berry aroma.</p></div><section class="related"><h2>You may also like</h2>"""
    + each('<div class="card"><h3>{name}</h3><p>${price}</p></div>', ("OG Kush", "38.50"), ("Runtz", "44.00"))
    + "</section></main></body></html>",
    THREE,
)
PLAIN["sale price struck by class"] = (
    shop(
        each(
            '<div class="p"><div class="p-n">{name}</div><span class="line-through text-gray-400">$50.00</span><span class="text-red-600 font-bold">${price}</span></div>'
        )
    ),
    THREE,
)
PLAIN["struck by inline style, strike, s"] = (
    shop(
        each(
            '<div class="p"><div class="p-n">{name}</div><strike>$55.00</strike> <span style="text-decoration:line-through">$50.00</span> ${price}</div>'
        )
    ),
    THREE,
)
PLAIN["screen reader labels tailwind"] = (
    shop(
        each(
            '<li class="p"><a href="#">{name}</a><p><span class="sr-only">Original price</span><span>$50.00</span> <span class="sr-only">Sale price</span><span>${price}</span></p></li>'
        )
    ),
    THREE,
)
PLAIN["aria label price only sr"] = (
    shop(
        each(
            '<li class="p"><a href="#">{name}</a><span aria-label="${price}"><span aria-hidden="true">${d}</span><span aria-hidden="true" class="cents">{c}</span></span></li>'
        )
    ),
    THREE,
)
PLAIN["rating text before name"] = (
    shop(
        each(
            '<div class="p"><div class="stars">★★★★☆ 4.8 (120)</div><div class="nm">{name}</div><div>${price}</div><div>120 reviews</div></div>'
        )
    ),
    THREE,
)
PLAIN["discount words around"] = (
    shop(
        each(
            '<div class="p"><div class="nm">{name}</div><div>NOW ${price} <small>REG $50.00</small></div><div>You save $16.00 (32%)</div></div>'
        )
    ),
    THREE,
)
PLAIN["price in link text: name comma price"] = (
    shop("<ul>" + each('<li><a href="/p/{n}">{name}, ${price}</a></li>') + "</ul>"),
    THREE,
)
PLAIN["120 plain cards"] = (
    shop(
        each(
            '<div class="card card-{n}"><a href="/p/{n}"><img alt="{name}" loading="lazy"><span class="brand">Cresco</span><span class="name">{name}</span></a><div><span>1/8 oz</span><span>${price}</span></div><button>Add</button></div>',
            *[(f"Strain {i}", f"{30 + i % 9}.00") for i in range(150)],
        )
    ),
    [(f"Strain {i}", f"{30 + i % 9}.00") for i in range(150)],
)
PLAIN["toast menu with description"] = (
    shop(
        "<h2>Edibles</h2>"
        + each(
            '<li class="item"><div class="itemHeader"><span class="headerText">{name}</span></div><div class="itemDescription">10 gummies, 10mg each. Pick up 2 and save.</div><div class="itemPrice">${price}</div></li>'
        )
    ),
    THREE,
)
