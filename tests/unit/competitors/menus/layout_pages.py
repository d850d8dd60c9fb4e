"""Tables, lists and blocks of site builders, and names of all kinds."""

from __future__ import annotations

from tests.unit.competitors.menus.whole_pages import THREE, Pages, each, shop

LAYOUTS: Pages = {}
LAYOUTS["table, product rowspan over weights"] = (
    shop(
        "<table><tr><th>Strain</th><th>Weight</th><th>Price</th></tr>"
        + each(
            '<tr><td rowspan="2">{name}</td><td>3.5g</td><td>${price}</td></tr><tr><td>7g</td><td>${more}</td></tr>',
            ("Blue Dream", "34.00", "65.00"),
            ("OG Kush", "38.50", "72.00"),
            ("Runtz", "44.00", "80.00"),
        )
        + "</table>"
    ),
    THREE,
)
LAYOUTS["table, head in second row below category"] = (
    shop(
        '<table><tr><td colspan="3"><b>FLOWER</b></td></tr><tr><td>Strain</td><td>1/8</td><td>1/4</td></tr>'
        + each(
            "<tr><td>{name}</td><td>${d}</td><td>$70</td></tr>",
            ("Blue Dream", "34.00"),
            ("OG Kush", "38.00"),
            ("Runtz", "44.00"),
        )
        + "</table>"
    ),
    [("Blue Dream", "34.00"), ("OG Kush", "38.00"), ("Runtz", "44.00")],
)
LAYOUTS["table per category, description row under each"] = (
    shop(
        "<table>"
        + each(
            '<tr><td>{name}</td><td>${price}</td></tr><tr><td colspan="2"><small>Sweet berry, earthy. Best seller since 2019.</small></td></tr>'
        )
        + "</table>"
    ),
    THREE,
)
LAYOUTS["table, price column before name"] = (
    shop(
        "<table><tr><th>Price</th><th>Product</th></tr>"
        + each("<tr><td>${price}</td><td>{name}</td></tr>")
        + "</table>"
    ),
    THREE,
)
LAYOUTS["table: brand column before the product"] = (
    shop(
        "<table><tr><th>Brand</th><th>Product</th><th>Type</th><th>Size</th><th>Price</th><th></th></tr>"
        + each(
            "<tr><td>{most}</td><td>{name}</td><td>Hybrid</td><td>3.5g</td><td>${price}</td><td><a>Add</a></td></tr>",
            ("Blue Dream", "34.00", "", "Cresco"),
            ("OG Kush", "38.50", "", "Rythm"),
            ("Runtz", "44.00", "", "Cookies"),
        )
        + "</table>"
    ),
    THREE,
)
LAYOUTS["two lists, category headings, br lists"] = (
    shop(
        "<div class='col'><h3>Indica</h3><p>Blue Dream $34<br>OG Kush $38.50</p></div><div class='col'><h3>Hybrid</h3><p>Runtz $44</p></div>"
    ),
    THREE,
)
LAYOUTS["one paragraph with names bold, prices after br"] = (
    shop("<p>" + each("<b>{name}</b><br>${price}<br>") + "</p>"),
    THREE,
)
LAYOUTS["gallery captions"] = (
    shop(
        '<div class="gallery">'
        + each('<figure><img alt=""><figcaption>{name}<br>${price}</figcaption></figure>')
        + "</div>"
    ),
    THREE,
)
LAYOUTS["details/summary accordions"] = (
    shop(
        each(
            "<details><summary>{name} <span>${price}</span></summary><p>Sweet and earthy. $2 of each sale goes to charity.</p></details>"
        )
    ),
    THREE,
)
LAYOUTS["flex rows with leader element"] = (
    shop(
        each(
            '<div class="menu-row"><span class="item">{name}</span><span class="dots">..........</span><span class="cost">{d}</span></div>',
            ("Blue Dream", "34.00"),
            ("OG Kush", "38.00"),
            ("Runtz", "44.00"),
        )
    ),
    [("Blue Dream", "34.00"), ("OG Kush", "38.00"), ("Runtz", "44.00")],
)
LAYOUTS["squarespace menu block"] = (
    shop(
        '<div class="menu-block"><div class="menu-section"><div class="menu-section-title">Flower</div><div class="menu-items">'
        + each(
            '<div class="menu-item"><div class="menu-item-title">{name}</div><div class="menu-item-description">Sweet and earthy</div><div class="menu-item-price-bottom"><span class="currency-sign">$</span>{d}.{c}</div></div>'
        )
        + "</div></div></div>"
    ),
    THREE,
)
LAYOUTS["wordpress restaurant menu plugin"] = (
    shop(
        '<ul class="fdm-menu"><li class="fdm-section"><h3>Flower</h3>'
        + each(
            '<li class="fdm-item"><div class="fdm-item-panel"><p class="fdm-item-title">{name}</p><div class="fdm-item-price-wrapper"><div class="fdm-item-price">${price}</div></div><div class="fdm-item-content"><p>Relaxing evening smoke.</p></div></div></li>'
        )
        + "</li></ul>"
    ),
    THREE,
)
LAYOUTS["elementor price list"] = (
    shop(
        '<ul class="elementor-price-list">'
        + each(
            '<li class="elementor-price-list-item"><div class="elementor-price-list-text"><div class="elementor-price-list-header"><span class="elementor-price-list-title">{name}</span><span class="elementor-price-list-separator"></span><span class="elementor-price-list-price">${price}</span></div><p class="elementor-price-list-description">Lorem ipsum.</p></div></li>'
        )
        + "</ul>"
    ),
    THREE,
)
LAYOUTS["wix restaurants menu"] = (
    shop(
        each(
            '<div role="listitem" data-hook="item.container"><div data-hook="item.wrapper"><div data-hook="item.name">{name}</div><div data-hook="item.description">Citrus</div><div data-hook="item.price">${price}</div><div data-hook="item.labels"><span>Staff pick</span></div></div></div>'
        )
    ),
    THREE,
)
LAYOUTS["godaddy website builder shop"] = (
    shop(
        each(
            '<div data-ux="Block" class="x-el x-el-div c1-1 c1-{n}"><a data-ux="Link" data-aid="PRODUCT_NAME_RENDERED_{i}" class="x-el x-el-a"><div data-aid="PRODUCT_IMAGE"></div><p data-ux="Text" class="x-el x-el-p">{name}</p><div class="x-el"><span data-aid="PRODUCT_PRICE_OLD" class="x-el" style="text-decoration:line-through">$50.00</span><span data-aid="PRODUCT_PRICE_RENDERED">${price}</span></div></a></div>'
        )
    ),
    THREE,
)
LAYOUTS["framer/webflow cms with price tag label"] = (
    shop(
        each(
            '<div class="framer-1ab{n}"><p class="framer-text">{name}</p><p class="framer-text">from</p><p class="framer-text">${price}</p></div>'
        )
    ),
    THREE,
)
LAYOUTS["carousel of deals above the grid repeats products"] = (
    shop(
        '<section class="deals"><h2>Deals of the day</h2><div class="slick">'
        + each(
            '<div class="slick-slide"><div class="deal-card"><h4>{name}</h4><p>${price}</p></div></div>', *THREE[:2]
        )
        + "</div></section><section><h2>Flower</h2>"
        + each('<div class="card"><h3>{name}</h3><p>${price}</p></div>')
        + "</section>"
    ),
    THREE,
)
LAYOUTS["A$AP and Ca$h names"] = (
    shop(
        each(
            '<div class="card"><h3>{name}</h3><p>${price}</p></div>',
            ("A$AP Kush", "34.00"),
            ("Ca$h OG", "38.50"),
            ("Money Bag$", "44.00"),
        )
    ),
    [("A$AP Kush", "34.00"), ("Ca$h OG", "38.50"), ("Money Bag$", "44.00")],
)
LAYOUTS["unicode names"] = (
    shop(
        each(
            '<div class="card"><h3>{name}</h3><p>${price}</p></div>',
            ("Jalapeño Haze", "34.00"),
            ("Crème Brûlée", "38.50"),
            ("紫色 Kush", "44.00"),
            ("Zkittlez™ × Runtz", "50.00"),
            ("🔥 Gas Face", "36.00"),
        )
    ),
    [
        ("Jalapeño Haze", "34.00"),
        ("Crème Brûlée", "38.50"),
        ("紫色 Kush", "44.00"),
        ("Zkittlez™ × Runtz", "50.00"),
        ("🔥 Gas Face", "36.00"),
    ],
)
LAYOUTS["half eaten: prices without cents and with .-"] = (
    shop(
        '<div class="card"><h3>Blue Dream</h3><p>$34.-</p></div><div class="card"><h3>OG Kush</h3><p>$38.5</p></div><div class="card"><h3>Runtz</h3><p>44$</p></div>'
    ),
    [("Blue Dream", "34.00"), ("OG Kush", "38.50"), ("Runtz", "44.00")],
)
LAYOUTS["US$ and $US"] = (
    shop(
        '<div class="card"><h3>Blue Dream</h3><p>US$34.00</p></div><div class="card"><h3>OG Kush</h3><p>$38.50 US</p></div><div class="card"><h3>Runtz</h3><p>US $44.00</p></div>'
    ),
    THREE,
)
LAYOUTS["pixel lists of names long with dashes"] = (
    shop(
        each(
            '<div class="card"><h3>{name}</h3><p>${price}</p></div>',
            ("Cresco - Blue Dream - 3.5g - Flower", "34.00"),
            ("Rythm | OG Kush | 1/8 oz", "38.50"),
            ("Cookies: Runtz (Indoor) [H]", "44.00"),
        )
    ),
    [
        ("Cresco - Blue Dream - 3.5g - Flower", "34.00"),
        ("Rythm | OG Kush | 1/8 oz", "38.50"),
        ("Cookies: Runtz (Indoor) [H]", "44.00"),
    ],
)
LAYOUTS["dropdown price list with sku"] = (
    shop(
        each(
            '<div class="p"><div>{name}</div><div>SKU: 10{n}</div><div>Brand: Cresco</div><div>Weight: 3.5g</div><div>Price: ${price}</div></div>'
        )
    ),
    THREE,
)
