"""Menus of dispensaries' ordering services, and what stands around prices there."""

from __future__ import annotations

from tests.unit.competitors.menus.whole_pages import THREE, Pages, each, shop

DISPENSARIES: Pages = {}
DISPENSARIES["dutchie card with weight select"] = (
    shop(
        '<div class="desktop-product-list__Grid-sc-1">'
        + each("""<div data-testid="product-list-item" class="product-card__Container-sc-1jpzxq-0 kBq{n}"><a href="/embedded-menu/x/product/{slug}"><div class="product-card__Media"><img alt="{name}" src="https://images.dutchie.com/x"></div><div class="product-card__Content-sc-3"><span class="product-card__Price-sc-9">${price}<span class="weight__Text-sc-1">1/8 oz</span></span>
<span class="product-card__Name-sc-2 fYz">{name}</span><span class="product-card__Brand-sc-4">Cresco</span><div class="product-card__Tags"><span class="product-tag__Tag">Indica</span><span class="potency__Text">THC: 24.3%</span><span class="potency__Text">CBD: 0.1%</span></div></div></a><button class="add-to-cart__Button" aria-label="Add {name} to cart"><span>1/8 oz</span><span>Add to cart</span></button></div>""")
        + "</div>"
    ),
    THREE,
)
DISPENSARIES["dutchie list, several weights in buttons"] = (
    shop(
        '<div class="category-header__Title"><h2>Flower</h2><a>View all</a></div>'
        + each(
            """<div data-testid="product-list-item" class="product-list-item__Container-sc-8wto4u-0"><a><div class="info__Info"><span class="desktop-product-list-item__ProductName-sc-8">{name}</span><span class="desktop-product-list-item__Brand-sc-9">Rythm</span><div><span>Hybrid</span><span>&#8226;</span><span>THC: 21.2%</span><span>TAC: 24 %</span></div></div></a>
<div class="weights__Row"><button class="weight-tile__Container"><span class="weight-tile__Label">1/8 oz</span><span class="weight-tile__Price">${price}</span><svg><path d="M0"/></svg></button><button class="weight-tile__Container"><span class="weight-tile__Label">1/4 oz</span><span class="weight-tile__Price">${more}</span></button><button class="weight-tile__Container"><span class="weight-tile__Label">1/2 oz</span><span class="weight-tile__Price">${most}</span></button></div></div>""",
            ("Blue Dream", "34.00", "65.00", "120.00"),
            ("OG Kush", "38.50", "72.00", "130.00"),
            ("Runtz", "44.00", "80.00", "150.00"),
        )
    ),
    THREE,
)
DISPENSARIES["dutchie row on special with discount tag"] = (
    shop(
        each(
            """<div class="product-list-item__Container"><a><span class="ProductName">{name}</span><span class="Brand">Cresco</span><span class="StrainType">Sativa</span><div class="special-tag__Text">25% off all Cresco eighths</div></a><button class="weight-tile"><span>1/8 oz</span><span class="discounted">${price}</span><span class="original strikethrough">$50.00</span><span class="pct">25% off</span></button></div>"""
        )
    ),
    THREE,
)
DISPENSARIES["jane product cards"] = (
    shop(
        each("""<div class="_card_1ky8z_1 plp-card"><a href="/products/{n}/{slug}" aria-label="{name}"><div class="_img"><picture><img alt="Product image"></picture><div class="_tag">Staff pick</div></div><div class="_body_x"><p class="_type_9f3">Indica</p><p class="_name_8d2">{name}</p><p class="_brand_2a">by Kiva Farms</p><p class="_potency_0b">THC 24.3% CBD 0.08%</p><div class="_rating_8"><span>4.8</span> <span>(120)</span></div></div></a>
<div class="_weights"><button class="_atc_2"><span>Add eighth to bag</span><span class="_price">${price}</span></button></div></div>""")
    ),
    THREE,
)
DISPENSARIES["jane with per weight list"] = (
    shop(
        each(
            """<div class="css-1wq{n}x"><div class="css-9k"><p class="css-tt">{name}</p><p class="css-bb">Alien Labs</p><span class="css-rr">4.9 (312)</span></div><div class="css-ww"><div><span>1/8 oz</span><span><s>$50.00</s> ${price}</span></div><div><span>1/4 oz</span><span><s>$95.00</s> ${more}</span></div></div><button>Choose weight</button></div>""",
            ("Blue Dream", "34.00", "65.00"),
            ("OG Kush", "38.50", "72.00"),
            ("Runtz", "44.00", "80.00"),
        )
    ),
    THREE,
)
DISPENSARIES["weedmaps listing cards"] = (
    shop(
        each("""<li class="styled-components__Item-sc-1{n} hQ{i}"><div data-testid="menu-item-card"><a href="/dispensaries/green/menu/{slug}"><div class="image"><img alt="{name}"></div><div class="category-text">Indica | Flower</div><div class="title-text">{name}</div><div class="brand-text">Stiiizy <svg><title>Verified brand</title><path d="M1"/></svg></div><div class="review"><div class="stars"><svg><path/></svg><svg><path/></svg></div>4.7 (86)</div><div class="badge">24.3% THC</div></a>
<div class="price-row"><span class="price">${price}</span><span class="unit"> 1/8 oz</span></div><button>Add to cart</button></div></li>""")
    ),
    THREE,
)
DISPENSARIES["leafly menu cards"] = (
    shop(
        each(
            """<article class="rounded shadow bg-white" data-testid="menu-item"><a class="flex h-full text-default p-md" href="/x"><div class="relative"><img alt="image of {name}"></div><div class="flex flex-col"><div class="text-xs font-bold">Flower</div><div class="font-bold mb-xs">{name}</div><div class="text-xs text-grey">by Jungle Boys</div><div class="text-xs"><span>THC 24.3%</span><span class="mx-xs">CBD &mdash;</span></div><div class="flex items-center"><span class="star-rating"></span><span>4.6</span><span>(58)</span></div><div class="mt-auto"><span class="font-bold">${price}</span><span class="text-xs"> 1/8 ounce</span></div></div></a><button>Add to bag</button></article>"""
        )
    ),
    THREE,
)
DISPENSARIES["treez with lab results and tier"] = (
    shop(
        each(
            """<div class="product-card_root__a8{i}"><a class="product-card_link__77" href="/p"><div class="product-card_brand__1x">RAW GARDEN</div><div class="product-card_name__2y">{name}</div></a><div class="product-card_chips__5"><span class="chip_indica__8">I</span><span>THC 24.30%</span></div><div class="product-card_weight__z">3.5 GRAMS</div><div class="product-card_price__q"><span class="product-card_discounted__w">${price}</span><span class="product-card_original__e" style="text-decoration: line-through;">$52.00</span></div><button>ADD TO CART</button></div>"""
        )
    ),
    THREE,
)
DISPENSARIES["sweed product tiles"] = (
    shop(
        each(
            """<div class="product-tile" data-product="{n}"><div class="product-tile__labels"><span>-30%</span><span>BOGO 50%</span></div><a class="product-tile__title" href="/p" title="{name}">{name}</a><div class="product-tile__brand">Good Green</div><div class="product-tile__strain">Sativa-dominant</div><div class="product-tile__lab">THC: 24.3% | Terpenes: 2.11%</div><div class="product-tile__options"><div class="option active">3.5g</div><div class="option">7g</div></div><div class="product-tile__prices"><span class="old">$48.00</span><span class="new">${price}</span></div><div class="btn">Add to cart</div></div>"""
        )
    ),
    THREE,
)
DISPENSARIES["dispense cards"] = (
    shop(
        each(
            """<a href="/product/{slug}" class="chakra-link css-{n}"><div class="chakra-stack css-0"><p class="chakra-text css-k1">Cookies</p><p class="chakra-text css-k2" title="{name}">{name}</p><span class="chakra-badge css-b1">Hybrid</span><p class="chakra-text css-k3">THC 24.3%</p><div class="css-pp"><p class="chakra-text css-old"><s>$50.00</s></p><p class="chakra-text css-now">${price}</p><p class="chakra-text css-wt">/ 3.5g</p></div></div></a>"""
        )
    ),
    THREE,
)
DISPENSARIES["tymber menu"] = (
    shop(
        each(
            """<div class="tymber-product-card"><div class="thc">24.3%<small>THC</small></div><div class="brand-name"><a href="/b">Wyld</a></div><div class="product-name"><a href="/p">{name}</a></div><div class="flower-type sativa">Sativa</div><div class="weight-prices"><div class="weight-price"><span class="weight">3.5g</span> <span class="price">${price}</span></div></div><div class="actions"><span class="minus">-</span><span class="qty">1</span><span class="plus">+</span><button>Add</button></div></div>"""
        )
    ),
    THREE,
)
DISPENSARIES["meadow rows"] = (
    shop(
        each(
            """<div class="MenuItem_row__k3"><div class="MenuItem_photo"></div><div class="MenuItem_text"><h4>{name}</h4><h5>Lowell Farms</h5><p>Dense buds with a sweet berry aroma. Pairs well with a $5 lighter.</p><ul><li>Hybrid</li><li>THC 24%</li></ul></div><div class="MenuItem_options"><a class="opt">1/8 oz - ${price}</a><a class="opt">1/4 oz - ${more}</a></div></div>""",
            ("Blue Dream", "34.00", "65.00"),
            ("OG Kush", "38.50", "72.00"),
            ("Runtz", "44.00", "80.00"),
        )
    ),
    THREE,
)
DISPENSARIES["flowhub cards with tax note"] = (
    shop(
        each(
            """<div class="fh-card"><div class="fh-card__eyebrow">Flower &bull; Indica</div><div class="fh-card__title">{name}</div><div class="fh-card__sub">Veritas Fine Cannabis</div><div class="fh-card__row"><div class="fh-card__price">${price} <em>+ tax</em></div><div class="fh-card__unit">3.5 g each</div></div><div class="fh-card__stock">Only 3 left</div><div role="button">Add to order</div></div>"""
        )
    ),
    THREE,
)
