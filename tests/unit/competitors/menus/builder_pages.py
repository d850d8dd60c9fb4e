"""Menus of site builders and further shop systems, some of their products on sale, some sold out."""

from __future__ import annotations

from tests.unit.competitors.menus.whole_pages import THREE, Pages, each, shop

BUILDERS: Pages = {}
BUILDERS["squarespace 7.0 product list with sale"] = (
    shop(
        '<div id="productList" class="clear">'
        + each(
            """<a href="/shop/{slug}" class="product on-sale"><div class="product-image"><div class="intrinsic"><img class="loaded" alt="{name}.jpg"></div></div><div class="product-overlay"><div class="product-mark sale">Sale</div><div class="product-title">{name}</div><div class="product-price"><span class="sqs-money-native">{price}</span> <span class="original-price"><span class="sqs-money-native">60.00</span></span></div></div></a>"""
        ).replace('sqs-money-native">', 'sqs-money-native">$')
        + "</div>"
    ),
    THREE,
)
BUILDERS["squarespace 7.1 with sale, from and sold-out"] = (
    shop("""<section class="products-flex-container"><div class="list-grid">
<div class="product-list-item"><a href="/p/1" class="product-list-item-link"><div class="grid-image"><img alt="IMG_1023.jpeg"></div><div class="product-list-item-meta"><div class="product-list-item-title">Blue Dream</div><div class="product-list-item-price"><div class="product-price"><span class="visually-hidden v6-visually-hidden">Sale Price:</span>$34.00 <span class="visually-hidden v6-visually-hidden">Original Price:</span><span class="original-price">$45.00</span></div></div><div class="product-status sale">sale</div></div></a></div>
<div class="product-list-item"><a href="/p/2" class="product-list-item-link"><div class="grid-image"><img alt="IMG_1024.jpeg"></div><div class="product-list-item-meta"><div class="product-list-item-title">OG Kush</div><div class="product-list-item-price"><div class="product-price">from $38.50</div></div></div></a></div>
<div class="product-list-item"><a href="/p/3" class="product-list-item-link"><div class="grid-image"><img alt="IMG_1025.jpeg"></div><div class="product-list-item-meta"><div class="product-list-item-title">Runtz</div><div class="product-list-item-price"><div class="product-price">$44.00</div></div><div class="product-scarcity">Only 3 left in stock</div></div></a></div></div></section>"""),
    THREE,
)
BUILDERS["wix stores gallery"] = (
    shop(
        '<ul data-hook="product-list-wrapper">'
        + each("""<li data-hook="product-list-grid-item"><div data-slug="{slug}" data-hook="product-item-root" class="ETPbIy" role="group" aria-label="{name} gallery"><a href="/product-page/{slug}" class="JPDEZd" data-hook="product-item-container"><div data-hook="product-item-images"><div data-hook="ribbon-with-data"><span data-hook="RibbonDataHook.RibbonOnImage">New</span></div><button data-hook="product-item-quick-view-button">Quick View</button></div></a>
<div data-hook="not-image-container"><a data-hook="product-item-product-details-link" href="/product-page/{slug}"><div data-hook="product-item-product-details"><p data-hook="product-item-name" class="sNPC28E">{name}</p><div data-hook="product-item-line" class="s__6"></div><div data-hook="prices-container" class="sIYoPX"><span data-hook="sr-product-item-price-to-pay" class="sRo">Price</span><span data-hook="product-item-price-to-pay" class="cfpn1d" data-wix-price="${price}">${price}</span></div></div></a><button data-hook="product-item-add-to-cart-button"><span>Add to Cart</span></button></div></div></li>""")
        + "</ul>"
    ),
    THREE,
)
BUILDERS["wix stores on sale"] = (
    shop(
        "<ul>"
        + each(
            """<li data-hook="product-list-grid-item"><div data-hook="product-item-root"><a data-hook="product-item-container"><span data-hook="discount-ribbon">Best Seller</span></a><div data-hook="product-item-product-details"><h3 data-hook="product-item-name">{name}</h3><div data-hook="prices-container"><span data-hook="sr-product-item-price-before-discount">Regular Price</span><span data-hook="product-item-price-before-discount" class="GJSL9">$50.00</span><span data-hook="sr-product-item-price-to-pay">Sale Price</span><span data-hook="product-item-price-to-pay">${price}</span></div><div data-hook="product-item-out-of-stock"></div></div></div></li>"""
        )
        + "</ul>"
    ),
    THREE,
)
_CORNERSTONE = """<li class="product"><article class="card" data-entity-id="{n}" data-event-type="list" data-name="{name}" data-product-category="Flower" data-product-brand="Cresco" data-product-price="{price}"><figure class="card-figure"><a href="/{slug}/" class="card-figure__link" aria-label="{name}, ${price}"><div class="card-img-container"><img alt="{name}" class="card-image lazyautosizes"></div></a><figcaption class="card-figcaption"><div class="card-figcaption-body"><button type="button" class="button button--small card-figcaption-button quickview">Quick view</button><label class="button">Compare <input type="checkbox"></label><a class="button button--small card-figcaption-button">Add to Cart</a></div></figcaption></figure>
<div class="card-body"><p class="card-text" data-test-info-type="brandName">Cresco</p><h3 class="card-title"><a aria-label="{name}, ${price}" href="/{slug}/">{name}</a></h3><div class="card-text" data-test-info-type="price">
<div class="price-section price-section--withoutTax rrp-price--withoutTax" {m}>MSRP: <span data-product-rrp-price-without-tax class="price price--rrp">{msrp}</span></div><div class="price-section price-section--withoutTax non-sale-price--withoutTax" {w}>Was: <span data-product-non-sale-price-without-tax class="price price--non-sale">{was}</span></div><div class="price-section price-section--withoutTax"><span class="price-label">{nl}</span><span class="price-now-label" style="display: none;">Now:</span><span data-product-price-without-tax class="price price--withoutTax">${price}</span></div></div></div></article></li>"""
BUILDERS["bigcommerce cornerstone with msrp and was"] = (
    shop(
        '<ul class="productGrid">'
        + _CORNERSTONE.format(
            n=1,
            name="Blue Dream",
            slug="a",
            price="34.00",
            m="",
            msrp="$60.00",
            w='style="display: none;"',
            was="",
            nl="",
        )
        + _CORNERSTONE.format(
            n=2,
            name="OG Kush",
            slug="b",
            price="38.50",
            m='style="display: none;"',
            msrp="",
            w="",
            was="$45.00",
            nl="Now:",
        )
        + _CORNERSTONE.format(
            n=3,
            name="Runtz",
            slug="c",
            price="44.00",
            m='style="display: none;"',
            msrp="",
            w='style="display: none;"',
            was="",
            nl="",
        )
        + "</ul>"
    ),
    THREE,
)
BUILDERS["bigcommerce with and without tax"] = (
    shop(
        each(
            """<li class="product"><article class="card"><div class="card-body"><h4 class="card-title"><a href="/p">{name}</a></h4><div class="card-text" data-test-info-type="price"><div class="price-section price-section--withTax"><span data-product-price-with-tax class="price price--withTax">${more}</span> <abbr title="Including Tax">(Inc. Tax)</abbr></div><div class="price-section price-section--withoutTax"><span data-product-price-without-tax class="price price--withoutTax">${price}</span> <abbr title="Excluding Tax">(Ex. Tax)</abbr></div></div></div></article></li>""",
            ("Blue Dream", "34.00", "38.00"),
            ("OG Kush", "38.50", "42.00"),
            ("Runtz", "44.00", "49.00"),
        )
    ),
    THREE,
)
_LUMA = """<li class="item product product-item"><div class="product-item-info" id="product-item-info_{n}" data-container="product-grid"><a href="/{slug}.html" class="product photo product-item-photo" tabindex="-1"><span class="product-image-container product-image-container-{n}" style="width: 240px;"><span class="product-image-wrapper"><img class="product-image-photo" alt="{name}"/></span></span></a>
<div class="product details product-item-details"><strong class="product name product-item-name"><a class="product-item-link" href="/{slug}.html">{name}</a></strong><div class="product-reviews-summary short"><div class="rating-summary"><span class="label"><span>Rating:</span></span><div class="rating-result" title="80%"><span style="width:80%"><span>80%</span></span></div></div><div class="reviews-actions"><a class="action view" href="#">3&nbsp;<span>Reviews</span></a></div></div>
<div class="price-box price-final_price" data-role="priceBox" data-product-id="{n}">{pb}</div>{sw}<div class="product-item-inner"><div class="product actions product-item-actions"><div class="actions-primary"><form><button type="submit" title="Add to Cart" class="action tocart primary"><span>Add to Cart</span></button></form></div><div class="actions-secondary"><a class="action towishlist" title="Add to Wish List" aria-label="Add to Wish List"><span>Add to Wish List</span></a><a class="action tocompare" title="Add to Compare"><span>Add to Compare</span></a></div></div></div></div></div></li>"""


def _final(p: str, t: str = "finalPrice") -> str:
    return f'<span class="price-container price-final_price tax weee"><span id="product-price-1" data-price-amount="{p}" data-price-type="{t}" class="price-wrapper"><span class="price">${p}</span></span></span>'


BUILDERS["magento luma: final, special, as low as"] = (
    shop(
        '<div class="toolbar"><p class="toolbar-amount">Items <span class="toolbar-number">1</span>-<span class="toolbar-number">12</span> of <span class="toolbar-number">45</span></p></div><ol class="products list items product-items">'
        + _LUMA.format(n=1, name="Blue Dream", slug="a", pb=_final("34.00"), sw="")
        + _LUMA.format(
            n=2,
            name="OG Kush",
            slug="b",
            pb='<span class="special-price"><span class="price-container"><span class="price-label">Special Price</span><span data-price-type="finalPrice" class="price-wrapper"><span class="price">$38.50</span></span></span></span><span class="old-price"><span class="price-container"><span class="price-label">Regular Price</span><span class="price-wrapper"><span class="price">$48.00</span></span></span></span>',
            sw="",
        )
        + _LUMA.format(
            n=3,
            name="Runtz",
            slug="c",
            pb='<span class="normal-price"><span class="price-container"><span class="price-label">As low as</span>'
            + _final("44.00")
            + "</span></span>",
            sw='<div class="swatch-opt-3"><div class="swatch-option text">1g</div><div class="swatch-option text">3.5g</div></div>',
        )
        + "</ol>"
    ),
    THREE,
)
BUILDERS["prestashop classic"] = (
    shop(
        each("""<div class="js-product product col-xs-12 col-sm-6"><article class="product-miniature js-product-miniature" data-id-product="{n}"><div class="thumbnail-container"><div class="thumbnail-top"><a href="/p" class="thumbnail product-thumbnail"><img alt="{name}" loading="lazy"></a><div class="highlighted-informations no-variants"><a class="quick-view js-quick-view" href="#"><i class="material-icons search">&#xE8B6;</i> Quick view</a></div></div>
<div class="product-description"><h2 class="h3 product-title"><a href="/p">{name}</a></h2><div class="product-price-and-shipping"><span class="regular-price" aria-label="Regular price">$60.00</span><span class="discount-percentage discount-product">-20%</span><span class="price" aria-label="Price">${price}</span></div></div><ul class="product-flags js-product-flags"><li class="product-flag discount">-20%</li><li class="product-flag new">New</li></ul></div></article></div>""")
    ),
    THREE,
)
BUILDERS["opencart default with ex tax"] = (
    shop(
        each(
            """<div class="product-layout product-grid col-lg-4"><div class="product-thumb"><div class="image"><a href="/p"><img alt="{name}" title="{name}" class="img-responsive"></a></div><div><div class="caption"><h4><a href="/p">{name}</a></h4><p>Sweet berry aroma, 24% THC, great for evenings..</p><p class="price"><span class="price-new">${price}</span> <span class="price-old">$60.00</span> <span class="price-tax">Ex Tax: $30.00</span></p></div><div class="button-group"><button type="button"><i class="fa fa-shopping-cart"></i> <span class="hidden-xs hidden-sm hidden-md">Add to Cart</span></button><button data-toggle="tooltip" title="Add to Wish List"><i class="fa fa-heart"></i></button></div></div></div></div>"""
        )
    ),
    THREE,
)
BUILDERS["ecwid grid"] = (
    shop(
        '<div class="ec-grid"><div class="grid__products">'
        + each(
            """<div class="grid-product grid-product--id-{n} grid-product--category-9"><div class="grid-product__wrap"><div class="grid-product__wrap-inner"><a class="grid-product__image" href="/p"><div class="grid-product__label ec-label"><div class="label__text">On Sale</div></div><img alt="{name}"></a><a href="/p" class="grid-product__title"><div class="grid-product__title-inner">{name}</div></a><div class="grid-product__price"><div class="grid-product__price-compare grid-product__price-amount"><s class="grid-product__price-value grid-product__price-value--compare">$59.99</s></div><div class="grid-product__price-amount"><div class="grid-product__price-value ec-price-item notranslate">${price}</div></div></div><div class="grid-product__button"><button class="form-control__button"><span class="form-control__button-text">Buy Now</span></button></div></div></div></div>"""
        )
        + "</div></div>"
    ),
    THREE,
)
BUILDERS["square online"] = (
    shop(
        each(
            """<div class="w-cell product-group__item"><a href="/product/{slug}/{n}" class="product-link"><div class="product-image"><figure class="figure"><img alt="{name}"></figure></div><div class="product-details"><div class="badges"><span class="badge__label">Low stock</span></div><p class="w-product-title font--paragraph">{name}</p><div class="product-price"><p class="font--paragraph price__sale">${price}</p></div></div></a></div>"""
        )
    ),
    THREE,
)
BUILDERS["shift4shop"] = (
    shop(
        each(
            """<div class="product-item"><div class="img"><a href="/{slug}"><img alt="{name}"></a></div><div class="name"><a href="/{slug}">{name}</a></div><div class="reviews"></div><div class="availability"><span>In stock</span></div><div class="price"><span class="regular-price">Retail Price: <span>$65.00</span></span><span class="sale-price">On Sale: <span>${price}</span></span><span class="save">You Save: $20.00</span></div><div class="status"></div><div class="action"><input type="button" value="Add To Cart" class="btn"></div></div>"""
        )
    ),
    THREE,
)
BUILDERS["webflow ecommerce collection"] = (
    shop(
        '<div class="w-dyn-list"><div role="list" class="w-dyn-items">'
        + each(
            """<div role="listitem" class="w-dyn-item"><a href="/product/{slug}" class="product-card w-inline-block"><img alt="" class="image-4"><div class="text-block-12">{name}</div><div data-wf-sku-bindings="%5B%5D" class="text-block-13">$&nbsp;{price}&nbsp;USD</div></a></div>"""
        )
        + "</div></div>"
    ),
    THREE,
)
BUILDERS["weebly product grid"] = (
    shop(
        each(
            """<div class="wsite-com-category-product-featured-item"><div class="wsite-com-product-item-wrap"><a class="wsite-com-category-product-link" href="/store/p{n}/{slug}.html"><div class="wsite-com-category-product-image-wrap"><img></div><div class="wsite-com-category-product-name wsite-com-link-text">{name}</div><div class="wsite-com-category-product-price"><div class="wsite-com-price wsite-com-price--sale"><span class="wsite-com-price-regular" style="text-decoration:line-through">$70.00</span> <span>${price}</span></div></div></a></div></div>"""
        )
    ),
    THREE,
)
BUILDERS["lightspeed ecom"] = (
    shop(
        each(
            """<div class="col-md-3 col-xs-6"><div class="product text-center"><div class="image-wrap"><a href="/{slug}.html" title="Cresco {name}"><img alt="Cresco {name}"></a></div><div class="info"><a href="/{slug}.html" title="Cresco {name}" class="title">{name}</a><div class="left"><span class="old-price">$70.00</span> ${price}<br><small class="srp"></small></div><div class="right"><a class="cart">Add to cart</a></div><div class="tax">Excl. tax</div></div></div></div>"""
        )
    ),
    THREE,
)
