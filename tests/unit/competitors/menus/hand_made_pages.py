"""Pages written by hand and by text editors, and menus in tabs and accordions."""

from __future__ import annotations

from tests.unit.competitors.menus.whole_pages import THREE, Pages, each, shop

HAND_MADE: Pages = {}
HAND_MADE["tabs: the other categories' panels are hidden"] = (
    shop(
        '<ul role="tablist"><li role="tab">Flower</li><li role="tab">Edibles</li></ul><div role="tabpanel" id="flower">'
        + each('<div class="card"><h3>{name}</h3><p>${price}</p></div>', *THREE[:2])
        + '</div><div role="tabpanel" id="edibles" hidden>'
        + each(
            '<div class="card"><h3>{name}</h3><p>${price}</p></div>',
            ("Wyld Gummies", "20.00"),
            ("Kiva Bar", "22.00"),
        )
        + "</div>"
    ),
    [*THREE[:2], ("Wyld Gummies", "20.00"), ("Kiva Bar", "22.00")],
)
HAND_MADE["bootstrap tab panes"] = (
    shop(
        '<div class="tab-content"><div class="tab-pane fade show active">'
        + each('<div class="card"><h5>{name}</h5><p>${price}</p></div>', *THREE[:2])
        + '</div><div class="tab-pane fade">'
        + each('<div class="card"><h5>{name}</h5><p>${price}</p></div>', THREE[2])
        + "</div></div>"
    ),
    THREE,
)
HAND_MADE["accordion collapsed"] = (
    shop(
        '<div class="accordion">'
        + '<h2 class="accordion-header"><button class="accordion-button collapsed">Flower</button></h2><div class="accordion-collapse collapse"><div class="accordion-body">'
        + each('<div class="item"><span class="n">{name}</span><span class="p">${price}</span></div>')
        + "</div></div></div>"
    ),
    THREE,
)
HAND_MADE["menu by google sites / wix text boxes"] = (
    shop(
        '<div class="tyJCtd"><p class="zfr3Q"><span class="C9DxTc">Blue Dream - </span><span class="C9DxTc">$34.00</span></p><p class="zfr3Q"><span class="C9DxTc">OG Kush - </span><span class="C9DxTc">$38.50</span></p><p class="zfr3Q"><span class="C9DxTc">Runtz - </span><span class="C9DxTc">$44.00</span></p></div>'
    ),
    THREE,
)
HAND_MADE["wix rich text with fonts"] = (
    shop(
        '<div class="font_8">'
        + each(
            '<p class="font_8" style="font-size:18px"><span style="font-weight:bold"><span style="font-size:18px">{name}</span></span></p><p class="font_8"><span style="font-size:16px">3.5g | Indica | 24% THC</span></p><p class="font_8"><span>${price}</span></p><p class="font_8"><span class="wixGuard">&#8203;</span></p>'
        )
        + "</div>"
    ),
    THREE,
)
HAND_MADE["word export paragraphs"] = (
    shop(
        each(
            '<p class="MsoNormal"><b><span style="font-size:14.0pt">{name}</span></b><span> </span><span style="font-size:12.0pt">- Hybrid - </span><span>${price}<o:p></o:p></span></p>'
        )
    ),
    THREE,
)
HAND_MADE["font tags and center"] = (
    '<html><body bgcolor="black"><center><font size="6" color="green">MENU</font><br><br>'
    + each('<font color="white">{name}</font> <font color="yellow">${price}</font><br>')
    + "</center></body></html>",
    THREE,
)
HAND_MADE["no markup at all"] = (
    "<html><body>\n" + "<br>\n".join(f"{n} ${p}" for n, p in THREE) + "</body></html>",
    THREE,
)
HAND_MADE["table inside a table layout"] = (
    '<table width="800"><tr><td><img src="logo.gif" alt="Green Leaf"></td></tr><tr><td><table border="1"><tr><td><b>Strain</b></td><td><b>1/8</b></td></tr>'
    + each("<tr><td>{name}</td><td>${price}</td></tr>")
    + "</table></td></tr></table>",
    THREE,
)
HAND_MADE["table with prices of all weights in one cell"] = (
    shop(
        "<table>"
        + each(
            "<tr><td>{name}</td><td>Hybrid</td><td>1g ${price}<br>3.5g ${more}</td></tr>",
            ("Blue Dream", "12.00", "34.00"),
            ("OG Kush", "14.00", "38.50"),
            ("Runtz", "16.00", "44.00"),
        )
        + "</table>"
    ),
    [("Blue Dream", "12.00"), ("OG Kush", "14.00"), ("Runtz", "16.00")],
)
HAND_MADE["responsive table with data-label"] = (
    shop(
        "<table><thead><tr><th>Name</th><th>Brand</th><th>Price</th></tr></thead><tbody>"
        + each(
            '<tr><td data-label="Name">{name}</td><td data-label="Brand">Cresco</td><td data-label="Price">${price}</td></tr>'
        )
        + "</tbody></table>"
    ),
    THREE,
)
HAND_MADE["div table with header cells"] = (
    shop(
        '<div class="table"><div class="tr head"><div class="td">Product</div><div class="td">Type</div><div class="td">Price</div></div>'
        + each(
            '<div class="tr"><div class="td">{name}</div><div class="td">Hybrid</div><div class="td">${price}</div></div>'
        )
        + "</div>"
    ),
    THREE,
)
HAND_MADE["aria grid rows"] = (
    shop(
        '<div role="table">'
        + each(
            '<div role="row"><span role="cell">{name}</span><span role="cell">24.3%</span><span role="cell">${price}</span></div>'
        )
        + "</div>"
    ),
    THREE,
)
HAND_MADE["definition list with several sizes"] = (
    shop(
        "<dl>"
        + each(
            "<dt>{name}</dt><dd>1g: ${price}</dd><dd>3.5g: ${more}</dd>",
            ("Blue Dream", "12.00", "34.00"),
            ("OG Kush", "14.00", "38.50"),
            ("Runtz", "16.00", "44.00"),
        )
        + "</dl>"
    ),
    [("Blue Dream", "12.00"), ("OG Kush", "14.00"), ("Runtz", "16.00")],
)
HAND_MADE["shopify collage and featured product in one page"] = (
    shop(
        '<div class="featured-product"><h2 class="product__title">House Blend</h2><div class="price"><span class="price-item">$25.00</span></div><button>Add to cart</button></div><div class="collection">'
        + each('<div class="card"><h3>{name}</h3><p class="price">${price}</p></div>')
        + "</div>"
    ),
    [("House Blend", "25.00"), *THREE],
)
HAND_MADE["section subheads with lowest price"] = (
    shop(
        "<h2>Flower</h2><p>Eighths starting at $20</p>"
        + each('<div class="card"><h3>{name}</h3><p>${price}</p></div>')
        + "<h2>Edibles</h2><p>From $8</p>"
        + each(
            '<div class="card"><h3>{name}</h3><p>${price}</p></div>',
            ("Wyld Gummies", "20.00"),
            ("Kiva Bar", "22.00"),
        )
    ),
    [*THREE, ("Wyld Gummies", "20.00"), ("Kiva Bar", "22.00")],
)
HAND_MADE["category tiles with from-prices above the cards"] = (
    shop(
        '<div class="tiles"><a class="tile" href="/flower"><span>Flower</span></a><a class="tile" href="/vapes"><span>Vapes</span></a></div>'
        + each('<div class="card"><h3>{name}</h3><p>${price}</p></div>')
    ),
    THREE,
)
