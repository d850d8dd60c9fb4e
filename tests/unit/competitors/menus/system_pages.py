"""Menus as shop systems' own themes write them, some of their products on sale, some sold out."""

from __future__ import annotations

from tests.unit.competitors.menus.whole_pages import THREE, Pages, each, shop

SYSTEMS: Pages = {}
_DAWN = """<li class="grid__item"><link href="//cdn.shopify.com/component-rating.css" rel="stylesheet">
<div class="card-wrapper product-card-wrapper underline-links-hover"><div class="card card--standard card--media" style="--ratio-percent: 100.0%;">
<div class="card__inner color-scheme-2 gradient ratio"><div class="card__media"><div class="media media--transparent media--hover-effect"><img src="//cdn/x.jpg" alt="{name} jar on a table" class="motion-reduce" loading="lazy"></div></div>
<div class="card__content"><div class="card__information"><h3 class="card__heading" id="title-template--{n}__product-grid-81{n}"><a href="/products/{slug}" id="StandardCardNoMediaLink-{n}" class="full-unstyled-link">{name}</a></h3></div>
<div class="card__badge bottom left">{badge}</div></div></div>
<div class="card__content"><div class="card__information"><h3 class="card__heading h5" id="title-template--{n}__product-grid-9{n}"><a href="/products/{slug}" id="CardLink-{n}" class="full-unstyled-link">{name}</a></h3>
<div class="card-information"><span class="caption-large light">{vendor}</span>
<div class="price {cls}"><div class="price__container"><div class="price__regular"><span class="visually-hidden visually-hidden--inline">Regular price</span><span class="price-item price-item--regular">{reg}</span></div>
<div class="price__sale"><span class="visually-hidden visually-hidden--inline">Regular price</span><span><s class="price-item price-item--regular">{was}</s></span><span class="visually-hidden visually-hidden--inline">Sale price</span><span class="price-item price-item--sale price-item--last">{now}</span></div>
<small class="unit-price caption{hid}"><span class="visually-hidden">Unit price</span><span class="price-item price-item--last"><span>{unit}</span><span aria-hidden="true">/</span><span class="visually-hidden">&nbsp;per&nbsp;</span><span>g</span></span></small></div></div>
</div></div><div class="quick-add no-js-hidden"><product-form><form method="post" action="/cart/add"><input type="hidden" name="id" value="{n}"><button class="quick-add__submit button button--full-width button--secondary">Add to cart<span class="sold-out-message hidden">Sold out</span></button></form></product-form></div>
<div class="card__badge bottom left">{badge}</div></div></div></div></li>"""


def _dawn(
    name: str,
    reg: str,
    was: str = "",
    now: str = "",
    unit: str = "",
    badge: str = "",
    vendor: str = "",
    cls: str = "",
) -> str:
    return _DAWN.format(
        name=name,
        slug=name.lower().replace(" ", "-"),
        n=len(name),
        reg=reg,
        was=was,
        now=now or reg,
        unit=unit,
        hid="" if unit else " hidden",
        badge=badge,
        vendor=vendor,
        cls=cls,
    )


SYSTEMS["dawn, one on sale, one sold out"] = (
    shop(
        '<ul id="product-grid" class="grid product-grid">'
        + _dawn("Blue Dream", "$34.00")
        + _dawn(
            "OG Kush",
            "$38.50",
            "$45.00",
            "$38.50",
            badge='<span class="badge badge--bottom-left color-scheme-5">Sale</span>',
            cls="price--on-sale",
        )
        + _dawn("Runtz", "$44.00", badge='<span class="badge">Sold out</span>', cls="price--sold-out")
        + "</ul>"
    ),
    THREE,
)
SYSTEMS["dawn, from-prices with code, vendor and unit price"] = (
    shop(
        '<ul class="grid">'
        + _dawn("Blue Dream", "From $34.00 USD", unit="$9.71", vendor="Cresco")
        + _dawn("OG Kush", "From $38.50 USD", unit="$11.00", vendor="Verano")
        + _dawn(
            "Runtz", "$44.00 USD", "$52.00 USD", "$44.00 USD", unit="$12.57", vendor="Cookies", cls="price--on-sale"
        )
        + "</ul>"
    ),
    THREE,
)
_DEBUT = """<li class="grid__item grid__item--collection-template small--one-half medium-up--one-quarter"><div class="grid-view-item product-card">
<a class="grid-view-item__link grid-view-item__image-container full-width-link" href="/products/{slug}"><span class="visually-hidden">{name}</span></a>
<div id="ProductCardImageWrapper-{n}" class="grid-view-item__image-wrapper"><img class="grid-view-item__image lazyload" alt="{name}" data-src="//cdn/x_{{width}}x.jpg"></div><noscript><img class="grid-view-item__image" src="x.jpg" alt="{name}"></noscript>
<div class="h4 grid-view-item__title product-card__title" aria-hidden="true">{name}</div>
<dl class="price price--listing {cls}"><div class="price__regular"><dt><span class="visually-hidden visually-hidden--inline">Regular price</span></dt><dd><span class="price-item price-item--regular">{reg}</span></dd></div>
<div class="price__sale"><dt><span class="visually-hidden visually-hidden--inline">Sale price</span></dt><dd><span class="price-item price-item--sale">{price}</span></dd><dt><span class="visually-hidden visually-hidden--inline">Regular price</span></dt><dd><s class="price-item price-item--regular">{reg}</s></dd></div>
<div class="price__badges price__badges--listing"><span class="price__badge price__badge--sale" aria-hidden="true"><span>Sale</span></span><span class="price__badge price__badge--sold-out"><span>Sold out</span></span></div></dl></div></li>"""
SYSTEMS["debut, all on sale"] = (
    shop(
        '<h1>Flower</h1><ul class="grid grid--uniform">'
        + "".join(
            _DEBUT.format(name=a, slug=a, n=i, cls="price--on-sale", reg=r, price=p)
            for i, (a, p, r) in enumerate(
                [("Blue Dream", "$34.00", "$50.00"), ("OG Kush", "$38.50", "$55.00"), ("Runtz", "$44.00", "$60.00")]
            )
        )
        + "</ul>"
    ),
    THREE,
)
SYSTEMS["debut, not on sale"] = (
    shop(
        '<ul class="grid grid--uniform">'
        + "".join(
            _DEBUT.format(name=a, slug=a, n=i, cls="", reg="$" + p, price="$" + p) for i, (a, p) in enumerate(THREE)
        )
        + "</ul>"
    ),
    THREE,
)
SYSTEMS["refresh with reviews and color swatches"] = (
    shop(
        each("""<li class="grid__item"><div class="card"><div class="card__content"><h3 class="card__heading"><a href="/products/{slug}">{name}</a></h3>
<div class="rating" role="img" aria-label="4.8 out of 5.0 stars"><span aria-hidden="true" class="rating-star"></span></div><p class="rating-text caption"><span aria-hidden="true">4.8 / 5.0</span></p><p class="rating-count caption"><span aria-hidden="true">(120)</span><span class="visually-hidden">120 total reviews</span></p>
<div class="price"><div class="price__regular"><span class="visually-hidden">Regular price</span><span class="price-item">${price}</span></div></div></div></div></li>""")
    ),
    THREE,
)
SYSTEMS["shopify impulse: savings, grid-product"] = (
    shop(
        each(
            """<div class="grid__item grid-product medium-up--one-quarter" data-aos="row-of-4" data-product-id="{n}"><div class="grid-product__content"><div class="grid-product__tag grid-product__tag--sale">Save $11.00</div>
<div class="grid__item-image-wrapper"><a href="/products/{slug}" class="grid-product__link"><div class="grid-product__image-mask"><div class="quick-product__btn"><span class="quick-product__label">Quick view</span></div><img alt="{name}"></div>
<div class="grid-product__meta"><div class="grid-product__title grid-product__title--body">{name}</div><div class="grid-product__vendor">Cresco</div><div class="grid-product__price"><span class="visually-hidden">Regular price</span><span class="grid-product__price--original">${more}</span><span class="visually-hidden">Sale price</span>${price}<span class="grid-product__price--savings">Save $11.00</span></div></div></a></div></div></div>""",
            ("Blue Dream", "34.00", "45.00"),
            ("OG Kush", "38.50", "49.50"),
            ("Runtz", "44.00", "55.00"),
        )
    ),
    THREE,
)
SYSTEMS["shopify prestige: product-item"] = (
    shop(
        each("""<div class="Grid__Cell 1/2--phone 1/3--tablet"><div class="ProductItem"><div class="ProductItem__Wrapper"><a href="/products/{slug}" class="ProductItem__ImageWrapper"><img class="ProductItem__Image" alt="{name}"></a>
<div class="ProductItem__LabelList"><span class="ProductItem__Label Heading Text--subdued">Staff pick</span></div><div class="ProductItem__Info ProductItem__Info--center"><p class="ProductItem__Vendor Heading">Cookies</p><h2 class="ProductItem__Title Heading"><a href="/products/{slug}">{name}</a></h2>
<div class="ProductItem__PriceList Heading"><span class="ProductItem__Price Price Text--subdued">From ${price}</span></div></div></div></div></div>""")
    ),
    THREE,
)
SYSTEMS["shopify empire: money spans, quick shop"] = (
    shop(
        each(
            """<article class="productgrid--item imagestyle--natural" data-product-item><div class="productitem"><a class="productitem--image-link" href="/p/{n}"><span class="productitem__badge productitem__badge--sale"><span data-price-percent-saved>-15</span>%</span></a>
<div class="productitem--info"><div class="price productitem__price"><div class="price__compare-at visible"><span class="visually-hidden">Original price</span><span class="money price__compare-at--single">${more}</span></div><div class="price__current price__current--on-sale"><span class="visually-hidden">Current price</span><span class="money">${price}</span></div></div>
<h2 class="productitem--title"><a href="/p/{n}">{name}</a></h2><span class="productitem--vendor"><a href="/v">Cresco</a></span><div class="productitem--ratings"><span class="shopify-product-reviews-badge" data-id="{n}"></span></div><div class="productitem--description"><p>Top-shelf, hand-trimmed. Normally $60 elsewhere&hellip;</p><a class="productitem--link">View full details</a></div></div>
<div class="productitem--action"><button>Quick shop</button><button>Add to cart</button></div></div></article>""",
            ("Blue Dream", "34.00", "40.00"),
            ("OG Kush", "38.50", "45.00"),
            ("Runtz", "44.00", "52.00"),
        )
    ),
    THREE,
)
_WOO = """<li class="product type-product post-{n} status-publish {st} product_cat-flower has-post-thumbnail {cls}">{sale}<a href="/product/{slug}/" class="woocommerce-LoopProduct-link woocommerce-loop-product__link"><img width="324" height="324" src="x.jpg" class="attachment-woocommerce_thumbnail" alt=""><h2 class="woocommerce-loop-product__title">{name}</h2>
<div class="star-rating" role="img" aria-label="Rated 4.80 out of 5"><span style="width:96%">Rated <strong class="rating">4.80</strong> out of 5</span></div>
<span class="price">{price}</span></a><a href="?add-to-cart={n}" data-quantity="1" class="button product_type_simple add_to_cart_button" aria-label="Add to cart: &ldquo;{name}&rdquo;" rel="nofollow">{btn}</a><span id="woocommerce_loop_add_to_cart_link_describedby_{n}" class="screen-reader-text"></span></li>"""


def _amount(p: str) -> str:
    return f'<span class="woocommerce-Price-amount amount"><bdi><span class="woocommerce-Price-currencySymbol">&#36;</span>{p}</bdi></span>'


def _on_sale(o: str, p: str) -> str:
    return f'<del aria-hidden="true">{_amount(o)}</del> <span class="screen-reader-text">Original price was: &#036;{o}.</span><ins aria-hidden="true">{_amount(p)}</ins><span class="screen-reader-text">Current price is: &#036;{p}.</span>'


def _range(a: str, b: str) -> str:
    return f'<span aria-hidden="true">{_amount(a)}</span> <span aria-hidden="true">&ndash;</span> {_amount(b)}<span class="screen-reader-text">Price range: &#36;{a} through &#36;{b}</span>'


def _listed(
    name: str,
    price: str,
    st: str = "instock",
    sale: str = "",
    cls: str = "",
    btn: str = "Add to cart",
    n: int = 100,
) -> str:
    return _WOO.format(name=name, slug=name, price=price, st=st, sale=sale, cls=cls, btn=btn, n=n)


_BAR = '<p class="woocommerce-result-count">Showing all 3 results</p><form class="woocommerce-ordering"><select name="orderby"><option>Default sorting</option><option>Sort by price: low to high</option></select></form>'
SYSTEMS["woocommerce 8: sale, range, simple"] = (
    shop(
        '<h1 class="page-title">Flower</h1>'
        + _BAR
        + '<ul class="products columns-4">'
        + _listed("Blue Dream", _on_sale("50.00", "34.00"), sale='<span class="onsale">Sale!</span>', n=11)
        + _listed("OG Kush", _range("38.50", "240.00"), btn="Select options", n=12)
        + _listed("Runtz", _amount("44.00"), n=13)
        + "</ul>"
    ),
    THREE,
)
SYSTEMS["woocommerce: sold out with read more"] = (
    shop(
        '<ul class="products">'
        + _listed("Blue Dream", _amount("34.00"), n=11)
        + _listed("OG Kush", _amount("38.50"), st="outofstock", btn="Read more", n=12)
        + _listed("Runtz", "From: " + _amount("44.00"), btn="Select options", n=13)
        + "</ul>"
    ),
    THREE,
)
SYSTEMS["storefront with price widget and sale badge"] = (
    shop(
        '<aside class="widget widget_price_filter"><h3>Filter by price</h3><div class="price_label">Price: <span class="from">$20</span> &mdash; <span class="to">$90</span></div><button>Filter</button></aside><ul class="product-categories"><li>Flower <span class="count">(24)</span></li><li>Edibles <span class="count">(12)</span></li></ul><ul class="products columns-3">'
        + "".join(
            _listed(a, _on_sale("60.00", p), sale='<span class="onsale">-15%</span>', n=i)
            for i, (a, p) in enumerate(THREE)
        )
        + "</ul>"
    ),
    THREE,
)
SYSTEMS["astra with category line and rating"] = (
    shop(
        each("""<li class="ast-article-single product type-product post-{n} instock"><div class="astra-shop-thumbnail-wrap"><a href="/p"><img alt="{name}"></a><a class="ast-on-card-button">Add to cart</a></div><div class="astra-shop-summary-wrap"><span class="ast-woo-product-category">Flower</span>
<a href="/p" class="ast-loop-product__link"><h2 class="woocommerce-loop-product__title">{name}</h2></a><div class="review-rating"><div class="star-rating"><span>Rated <strong>0</strong> out of 5</span></div></div><span class="price"><span class="woocommerce-Price-amount amount"><bdi>{price}<span class="woocommerce-Price-currencySymbol">$</span></bdi></span> <small class="woocommerce-price-suffix">incl. tax</small></span></div></li>""")
    ),
    THREE,
)
SYSTEMS["divi shop module"] = (
    shop(
        '<div class="et_pb_module et_pb_shop et_pb_shop_0"><div class="woocommerce columns-3"><ul class="products">'
        + each(
            """<li class="product type-product post-{n}"><a href="/p" class="woocommerce-LoopProduct-link"><span class="et_shop_image"><img alt=""><span class="et_overlay"></span></span><h2 class="woocommerce-loop-product__title">{name}</h2><span class="price"><del><span class="amount">$60.00</span></del><ins><span class="amount">${price}</span></ins></span></a></li>"""
        )
        + "</ul></div></div>"
    ),
    THREE,
)
SYSTEMS["elementor loop grid"] = (
    shop(
        '<div class="elementor-loop-container elementor-grid">'
        + each("""<div data-elementor-type="loop-item" class="elementor elementor-55 e-loop-item e-loop-item-{n} post-{n} product"><div class="elementor-element elementor-element-2f{n} e-con"><div class="elementor-widget-container"><h3 class="product_title entry-title elementor-heading-title elementor-size-default"><a href="/p/{n}">{name}</a></h3></div>
<div class="elementor-widget-woocommerce-product-price"><div class="elementor-widget-container"><p class="price"><span class="woocommerce-Price-amount amount"><bdi><span class="woocommerce-Price-currencySymbol">&#36;</span>{price}</bdi></span></p></div></div><div class="elementor-button-wrapper"><a class="elementor-button elementor-button-link"><span class="elementor-button-text">Shop now</span></a></div></div></div>""")
        + "</div>"
    ),
    THREE,
)
SYSTEMS["woo product collection block on sale"] = (
    shop(
        '<ul class="wc-block-product-template">'
        + each("""<li class="wc-block-product post-{n} product type-product"><div data-block-name="woocommerce/product-image"><a href="/p"><div class="wc-block-components-product-sale-badge"><span class="wc-block-components-product-sale-badge__text" aria-hidden="true">Sale</span><span class="screen-reader-text">Product on sale</span></div><img alt="{name}"></a></div><h2 class="has-text-align-center wp-block-post-title"><a href="/p">{name}</a></h2>
<div data-block-name="woocommerce/product-price"><div class="wc-block-components-product-price wc-block-grid__product-price"><del aria-hidden="true"><span class="amount">$55.00</span></del> <span class="screen-reader-text">Original price was: $55.00.</span><ins aria-hidden="true"><span class="amount">${price}</span></ins><span class="screen-reader-text">Current price is: ${price}.</span></div></div><div class="wp-block-button"><button class="wp-block-button__link"><span>Add to cart</span></button></div></li>""")
        + "</ul>"
    ),
    THREE,
)
SYSTEMS["flatsome product boxes"] = (
    shop(
        each("""<div class="product-small col has-hover product post-{n}"><div class="col-inner"><div class="badge-container absolute left top z-1"><div class="badge callout badge-circle"><div class="badge-inner secondary on-sale"><span class="onsale">Sale!</span></div></div></div><div class="product-small box"><div class="box-image"><a href="/p" aria-label="{name}"><img></a><div class="image-tools"><a class="quick-view">Quick View</a></div></div>
<div class="box-text box-text-products"><div class="title-wrapper"><p class="category uppercase is-smaller no-text-overflow product-cat op-7">Indica</p><p class="name product-title woocommerce-loop-product__title"><a href="/p">{name}</a></p></div><div class="price-wrapper"><span class="price"><del><span class="amount">&#36;70.00</span></del> <ins><span class="amount"><bdi><span>&#36;</span>{price}</bdi></span></ins></span></div></div></div></div></div>""")
    ),
    THREE,
)
