"""Menus as shop systems and their themes write them: a card each, filled with three products."""

from __future__ import annotations

PRODUCTS = (("Blue Dream", "34.00"), ("OG Kush", "38.50"), ("Runtz", "44.00"))


def page(card: str, *, head: str = "", before: str = "", after: str = "", heading: str = "Flower") -> str:
    """A page with the card for each product: `{name}`, `{price}`, `{cents}`, `{whole}`, `{part}`, `{id}` are filled in."""
    cards = "".join(
        card.replace("{name}", name)
        .replace("{price}", price)
        .replace("{cents}", price.replace(".", ""))
        .replace("{whole}", price.split(".")[0])
        .replace("{part}", price.split(".")[1])
        .replace("{id}", str(100 + number))
        for number, (name, price) in enumerate(PRODUCTS)
    )
    return f"<html><head>{head}</head><body><main><h2>{heading}</h2>{before}{cards}{after}</main></body></html>"


DAWN_SALE = """<li class="grid__item"><div class="card-wrapper"><div class="card__content"><div class="card__information">
<h3 class="card__heading"><a href="/products/{id}">{name}</a></h3><div class="card-information"><span class="caption-large light">Cresco</span>
<div class="price price--on-sale"><div class="price__container"><div class="price__regular"><span class="visually-hidden">Regular price</span>
<span class="price-item price-item--regular">$50.00</span></div><div class="price__sale"><span class="visually-hidden">Regular price</span>
<span><s class="price-item price-item--regular">$50.00</s></span><span class="visually-hidden">Sale price</span>
<span class="price-item price-item--sale price-item--last">${price}</span></div><small class="unit-price caption"><span class="visually-hidden">Unit price</span>
<span class="price-item price-item--last"><span>$9.71</span><span aria-hidden="true">/</span><span class="visually-hidden">&nbsp;per&nbsp;</span><span>g</span></span></small>
</div></div></div></div><div class="card__badge"><span class="badge">Sale</span></div></div></div></li>"""

SHOPS: dict[str, str] = {
    "Shopify Dawn on sale, with a unit price": page(DAWN_SALE),
    "Shopify Debut": page(
        '<div class="grid__item grid__item--{id}"><div class="grid-view-item product-card"><a class="grid-view-item__link grid-view-item__image-container full-width-link" href="/products/x">'
        '<span class="visually-hidden">{name}</span></a><img alt="{name}" src="x.jpg"><div class="h4 grid-view-item__title product-card__title" aria-hidden="true">{name}</div>'
        '<div class="grid-view-item__meta product-card__price"><span class="visually-hidden">Regular price</span><dl class="price"><div class="price__regular"><dt><span class="visually-hidden visually-hidden--inline">Regular price</span></dt>'
        '<dd><span class="price-item price-item--regular">${price}</span></dd></div></dl></div></div></div>'
    ),
    "Shopify Brooklyn": page(
        '<div class="grid__item small--one-half"><a href="/p/{id}" class="grid-product__meta"><span class="grid-product__title">{name}</span><span class="grid-product__price-wrap">'
        '<span class="long-dash">—</span><span class="grid-product__price"><span class="visually-hidden">Regular price</span><s class="grid-product__price--original">$50</s>'
        '<span class="visually-hidden">Sale price</span>${whole}<sup>{part}</sup></span></span></a></div>'
    ),
    "Shopify Prestige, vendor first": page(
        '<div class="ProductItem"><div class="ProductItem__Info"><p class="ProductItem__Vendor">Cresco</p><h2 class="ProductItem__Title"><a href="/p/{id}">{name}</a></h2>'
        '<div class="ProductItem__PriceList"><span class="ProductItem__Price Price Price--highlight">${price}</span><span class="ProductItem__Price Price Price--compareAt">$60.00</span></div></div></div>'
    ),
    "Shopify, savings badge and quick view": page(
        '<product-card class="product-card"><div class="badge">Save $10.00</div><a href="/p/{id}" class="quick-view">Quick view</a><div class="product-card__info"><span class="product-card__title">{name}</span>'
        '<sale-price class="text-on-sale">Sale price${price}</sale-price><compare-at-price class="line-through">Regular price$50.00</compare-at-price></div></product-card>'
    ),
    "WooCommerce on sale with texts for screen readers": page(
        '<li class="product type-product post-{id} instock sale"><a href="/p" class="woocommerce-LoopProduct-link"><span class="onsale">Sale!</span><h2 class="woocommerce-loop-product__title">{name}</h2>'
        '<span class="price"><del aria-hidden="true"><span class="woocommerce-Price-amount amount"><bdi><span class="woocommerce-Price-currencySymbol">&#36;</span>50.00</bdi></span></del> <span class="screen-reader-text">Original price was: &#036;50.00.</span>'
        '<ins aria-hidden="true"><span class="woocommerce-Price-amount amount"><bdi><span class="woocommerce-Price-currencySymbol">&#36;</span>{price}</bdi></span></ins><span class="screen-reader-text">Current price is: &#036;{price}.</span></span></a>'
        '<a href="?add-to-cart={id}" class="button add_to_cart_button">Add to cart</a></li>'
    ),
    "WooCommerce with a price range": page(
        '<li class="product type-product post-{id}"><h2 class="woocommerce-loop-product__title">{name}</h2><span class="price"><span class="amount"><bdi><span>&#36;</span>{price}</bdi></span> &ndash; '
        '<span class="amount"><bdi><span>&#36;</span>220.00</bdi></span></span><a class="button">Select options</a></li>'
    ),
    "WooCommerce blocks on sale": page(
        '<li class="wc-block-grid__product"><a href="/p/{id}" class="wc-block-grid__product-link"><div class="wc-block-grid__product-title">{name}</div></a>'
        '<div class="wc-block-grid__product-onsale"><span aria-hidden="true">Sale</span><span class="screen-reader-text">Product on sale</span></div><div class="wc-block-grid__product-price price">'
        '<del><span class="amount"><span>$</span>50.00</span></del> <ins><span class="amount"><span>$</span>{price}</span></ins></div><div class="wp-block-button wc-block-grid__product-add-to-cart"><a class="wp-block-button__link">Add to cart</a></div></li>'
    ),
    "Squarespace 7.0": page(
        '<div class="product-block sqs-col-4"><a href="/shop/{id}" class="product"><div class="product-title">{name}</div><div class="product-price"><span class="sqs-money-native">{price}</span></div></a></div>'
    ),
    "Squarespace 7.1 on sale": page(
        '<div class="grid-item"><a href="/shop/p/{id}" class="grid-item-link"></a><section class="grid-meta-wrapper"><div class="grid-meta-status"><div class="grid-meta-sale">Sale</div></div><div class="grid-main-meta">'
        '<div class="grid-title">{name}</div><div class="grid-prices"><div class="product-price"><span class="visually-hidden">Sale Price:</span> ${price} <span class="visually-hidden">Original Price:</span> <span class="original-price">$50.00</span></div></div></div></section></div>'
    ),
    "Wix": page(
        '<li data-hook="product-list-grid-item"><div data-hook="product-item-root"><div data-hook="product-item-ribbon">New</div><button data-hook="product-item-quick-view-button">Quick View</button><a data-hook="product-item-container" href="/product-page/{id}">'
        '<p data-hook="product-item-name">{name}</p><div data-hook="product-item-product-details"><span data-hook="sr-product-item-price-before-discount" style="clip:rect(0,0,0,0)">Regular Price</span><span data-hook="product-item-price-before-discount">$50.00</span>'
        '<span data-hook="sr-product-item-price-to-pay">Sale Price</span><span data-wix-price="x" data-hook="product-item-price-to-pay">${price}</span></div></a><button data-hook="product-item-add-to-cart-button">Add to Cart</button></div></li>'
    ),
    "BigCommerce Cornerstone": page(
        '<li class="product"><article class="card" data-entity-id="{id}"><div class="card-body"><p class="card-text" data-test-info-type="brandName">Cresco</p><h3 class="card-title"><a href="/x/">{name}</a></h3>'
        '<div class="card-text" data-test-info-type="price"><div class="price-section price-section--withoutTax rrp-price--withoutTax" style="display: none;">MSRP: <span class="price price--rrp"></span></div>'
        '<div class="price-section price-section--withoutTax non-sale-price--withoutTax">Was: <span class="price price--non-sale">$50.00</span></div><div class="price-section price-section--withoutTax"><span class="price-label"></span>'
        '<span class="price-now-label">Now:</span> <span class="price price--withoutTax">${price}</span></div></div></div></article></li>'
    ),
    "BigCommerce with a recommended price and savings": page(
        '<li class="product"><article class="card"><h4 class="card-title"><a href="/x/{id}">{name}</a></h4><div class="price-section">MSRP: <span class="price price--rrp">$60.00</span></div><div class="price-section">'
        '<span class="price price--withoutTax">${price}</span></div><div class="price-section price-section--saving"><span class="price">(You save</span> <span class="price price--saving">$26.00</span><span class="price">)</span></div></article></li>'
    ),
    "Magento 2 on sale": page(
        '<li class="item product product-item"><div class="product details product-item-details"><strong class="product name product-item-name"><a class="product-item-link" href="/{id}.html"> {name} </a></strong>'
        '<div class="price-box price-final_price"><span class="special-price"><span class="price-container"><span class="price-label">Special Price</span><span class="price-wrapper" data-price-amount="{price}"><span class="price">${price}</span></span></span></span>'
        '<span class="old-price"><span class="price-container"><span class="price-label">Regular Price</span><span class="price-wrapper"><span class="price">$50.00</span></span></span></span></div>'
        '<div class="actions-primary"><button type="submit" title="Add to Cart" class="action tocart primary"><span>Add to Cart</span></button></div><a href="#" class="action towishlist"><span>Add to Wish List</span></a></div></li>'
    ),
    "PrestaShop": page(
        '<article class="product-miniature js-product-miniature" data-id-product="{id}"><div class="thumbnail-container"><a class="quick-view" href="#"><i></i> Quick view</a><div class="product-description"><h3 class="h3 product-title"><a href="/{id}">{name}</a></h3>'
        '<div class="product-price-and-shipping"><span class="sr-only">Regular price</span><span class="regular-price">$50.00</span><span class="discount-percentage discount-product">-20%</span><span class="sr-only">Price</span><span class="price">${price}</span></div></div>'
        '<ul class="product-flags"><li class="product-flag discount">-20%</li></ul></div></article>'
    ),
    "Square Online": page(
        '<div class="w-product-item grid__item"><a class="product-item__link" href="/product/x/{id}"><figure class="figure"><img alt="{name}"></figure><div class="product-item__content"><p class="w-product-title">{name}</p><p class="w-product-price"><span>${price}</span></p></div></a></div>'
    ),
    "Webflow": page(
        '<div role="listitem" class="w-dyn-item"><a href="/product/{id}" class="w-inline-block"><img alt=""><h4 class="heading-4">{name}</h4><div class="w-commerce-commerceaddtocart"><div data-commerce-type="variation-price" class="text-block">$&nbsp;{price}&nbsp;USD</div></div></a></div>'
    ),
    "Ecwid": page(
        '<div class="grid-product grid-product--id-{id}"><div class="grid-product__wrap-inner"><a class="grid-product__title" href="/p{id}"><div class="grid-product__title-inner">{name}</div></a><div class="grid-product__subtitle">Small batch indoor</div>'
        '<div class="grid-product__price"><div class="grid-product__price-compare">Regular price <s><div class="grid-product__price-value">$50.00</div></s></div><div class="grid-product__price-amount"><div class="grid-product__price-value ec-price-item">${price}</div></div></div>'
        '<button class="form-control__button"><span class="form-control__button-text">Buy Now</span></button></div></div>'
    ),
    "Dutchie cards": page(
        '<div data-testid="product-list-item" class="product-card__Container-sc-1{id}"><a href="/p/{id}"><span class="product-card__Brand">Cresco</span><span class="product-card__Name">{name}</span><span>Hybrid</span><span>THC: 24.3% | CBD: 0.1%</span></a>'
        '<div class="weight-tile__Container"><button><span class="weight-tile__Label">1/8 oz</span><span class="weight-tile__Old"><s>$50.00</s></span><span class="weight-tile__PriceText">${price}</span></button></div></div>'
    ),
    "Dutchie, emotion's class names say nothing": page(
        '<div class="css-1x2y3z"><a class="css-9abcde" href="/p/{id}"><div class="css-brand1">Cresco</div><div class="css-qqq">{name}</div><div class="css-ttt">Indica</div></a><div class="css-ppp"><div class="css-w">3.5g</div><div class="css-m">${price}</div></div></div>'
    ),
    "Jane": page(
        '<li class="_box_qnw0i"><a href="/products/{id}"><p class="_text_1 brand">Cresco</p><p class="_text_2 name">{name}</p><div><span>Sativa</span><span>THC 21%</span></div><div><span class="_price">${price}</span><span>/3.5g</span></div></a><button>Add to bag</button></li>'
    ),
    "Leafly menu": page(
        '<div data-testid="menu-item" class="flex"><div class="text-xs">by Cresco</div><div class="font-bold">{name}</div><div class="text-xs">THC 22%</div><div><span class="line-through">$50.00</span> <span class="font-extrabold">${price}</span><span class="text-xs">1/8 ounce</span></div></div>'
    ),
    "Weedmaps": page(
        '<li data-testid="menu-item"><div class="MenuItemWrapper"><a href="/menu/{id}"><div class="MenuItem__Category">Flower</div><div class="MenuItem__Title">{name}</div></a><div class="Rating">4.9 star average rating from 12 reviews</div><div class="PriceWrapper"><span class="Price">${price}</span><span class="Unit">per 1/8 oz</span></div></div></li>'
    ),
    "Meadow": page(
        '<div class="product-item"><div class="product-item-header"><h4>{name}</h4><h5 class="brand">Cresco</h5></div><div class="product-options"><span class="option">⅛ oz</span><span class="option-price">${whole}</span><span class="cents">{part}</span></div></div>'
    ),
    "Treez": page(
        '<div class="product_item"><div class="product_brand">CRESCO</div><div class="product_name">{name}</div><div class="product_meta">INDICA &bull; 3.5G</div><div class="product_price">${price}</div><div class="product_discount">10% off for members: $30.60</div><button class="add">ADD TO CART</button></div>'
    ),
    "Sweed": page(
        '<section class="productCard_{id}"><div class="productCard__brand">Cresco</div><div class="productCard__name">{name}</div><div class="productCard__weight">3.5 g</div><div class="productCard__priceWrap"><span class="productCard__price">${price}</span><span class="productCard__oldPrice">$50.00</span></div></section>'
    ),
}
