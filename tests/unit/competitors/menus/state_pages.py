"""What single-page shops and shop systems embed for their scripts, with what a person reads there."""

from __future__ import annotations

from html import escape

from tests.unit.competitors.menus.json_ld_pages import BLUE, TWO, Right


def script(code: str) -> str:
    """A page that embeds this code."""
    return f'<html><body><div id="app"></div><script>{code}</script></body></html>'


def data(value: str, name: str = "__NEXT_DATA__") -> str:
    """A page with this block of JSON."""
    return f'<html><body><div id="root"></div><script id="{name}" type="application/json">{value}</script></body></html>'


def next_data(value: str) -> str:
    """A page made by Next.js with these properties."""
    return data(
        f'{{"props":{{"pageProps":{value}}},"page":"/menu","query":{{}},"buildId":"x1","isFallback":false}}'
    )


STATE: dict[str, tuple[str, Right]] = {
    "Dutchie, recreational and medical prices": (
        next_data(
            '{"dispensary":{"id":"d1","name":"Green Leaf","status":"open"},"products":[{"__typename":"Products","id":"a",'
            '"_id":"a","Name":"Blue Dream","brandName":"Cresco","type":"Flower","strainType":"Hybrid","Options":["1/8oz",'
            '"1/4oz"],"Prices":[28,50],"recPrices":[34,60],"medicalPrices":[28,50],"recSpecialPrices":[],'
            '"medicalSpecialPrices":[],"Status":"Active","POSMetaData":{"canonicalName":"BD 3.5","children":[{"option":'
            '"1/8oz","price":34,"medPrice":28,"recPrice":34,"quantity":12,"quantityAvailable":12},{"option":"1/4oz",'
            '"price":60,"medPrice":50,"recPrice":60,"quantity":3,"quantityAvailable":3}]}},{"__typename":"Products","id":'
            '"b","Name":"OG Kush","Options":["1/8oz"],"Prices":[38.5],"recPrices":[38.5],"medicalPrices":[30],"Status":'
            '"Active"}]}'
        ),
        TWO,
    ),
    "Dutchie, a special": (
        next_data(
            '{"products":[{"Name":"Blue Dream","Options":["3.5g"],"Prices":[50],"recPrices":[50],"recSpecialPrices":[34],'
            '"medicalPrices":[45],"medicalSpecialPrices":[30],"special":true,"specialData":{"saleSpecials":[{"specialName":'
            '"Wake & Bake","discount":32}]}}]}'
        ),
        BLUE,
    ),
    "an Apollo cache with references": (
        script(
            'window.__APOLLO_STATE__ = {"ROOT_QUERY":{"__typename":"Query","menu({\\"retailerId\\":\\"1\\"})":{"products":'
            '[{"__ref":"Product:1"},{"__ref":"Product:2"}]}},"Product:1":{"__typename":"Product","id":"1","name":'
            '"Blue Dream","brand":{"__ref":"Brand:1"},"variants":[{"__ref":"Variant:1"},{"__ref":"Variant:2"}]},"Brand:1":'
            '{"__typename":"Brand","name":"Cresco"},"Variant:1":{"__typename":"Variant","option":"1/8oz","priceMed":28,'
            '"priceRec":34,"specialPriceMed":null,"specialPriceRec":null,"quantity":4},"Variant:2":{"option":"1/4oz",'
            '"priceMed":50,"priceRec":60},"Product:2":{"__typename":"Product","name":"OG Kush","variants":[{"__ref":'
            '"Variant:3"}]},"Variant:3":{"option":"1/8oz","priceMed":30,"priceRec":50,"specialPriceRec":38.5}};'
        ),
        TWO,
    ),
    "Jane, prices by weight": (
        script(
            'window.__INITIAL_STATE__={"products":{"list":[{"id":1,"name":"Blue Dream","brand":"Cresco","kind":"flower",'
            '"amount":null,"price_gram":null,"price_two_gram":null,"price_eighth_ounce":"40.0","price_quarter_ounce":'
            '"70.0","price_half_ounce":null,"price_ounce":null,"price_each":null,"discounted_price_eighth_ounce":"34.0",'
            '"discounted_price_quarter_ounce":"59.5","special_title":"15% off","percent_thc":24.1},{"id":2,"name":'
            '"OG Kush","price_eighth_ounce":38.5,"discounted_price_eighth_ounce":null}]}};'
        ),
        TWO,
    ),
    "Weedmaps, prices by their unit": (
        next_data(
            '{"menuItems":[{"id":1,"name":"Blue Dream","slug":"blue-dream","category":{"name":"Flower","slug":"flower"},'
            '"price":{"id":9,"label":"1/8 oz","price":34.0,"on_sale":false,"original_price":34.0,"units":"1/8"},'
            '"prices":{"grams_per_eighth":3.5,"ounce":[{"label":"1/8 oz","price":34.0,"original_price":34.0,"units":"1/8"},'
            '{"label":"1 oz","price":220.0,"original_price":240.0,"units":"1"}]},"rating":4.8,"reviews_count":3,'
            '"brand_endorsement":{"brand_name":"Cresco"}},{"id":2,"name":"OG Kush","price":{"label":"each","price":38.5,'
            '"original_price":45.0,"on_sale":true},"prices":{"unit":{"label":"each","price":38.5,"original_price":45.0}}}],'
            '"listing":{"name":"Green Leaf","rating":4.9,"reviews_count":312}}'
        ),
        TWO,
    ),
    "Leafly, variants with deals": (
        next_data(
            '{"dispensary":{"name":"Green Leaf","deals":[{"title":"20% off","id":4}]},"menuItems":[{"id":1,"name":'
            '"Blue Dream","brandName":"Cresco","strain":{"name":"Blue Dream","slug":"blue-dream"},"price":40,'
            '"displayQuantity":"1/8 oz","formattedPrice":"$40","salePrice":34,"deal":{"title":"15% off","discountedPrice":'
            '34}},{"id":2,"name":"OG Kush","price":38.5,"salePrice":null,"variants":[{"price":38.5,"packageDisplayUnit":'
            '"1/8 oz"},{"price":72,"packageDisplayUnit":"1/4 oz"}]}]}'
        ),
        TWO,
    ),
    "Treez, the name in one object and the price in another": (
        data(
            '{"data":{"product_list":[{"product_id":"1","product_status":"ACTIVE","category_type":"FLOWER",'
            '"product_configurable_fields":{"name":"Blue Dream","brand":"Cresco","size":"3.5G"},"pricing":{"price_type":'
            '"FLAT","price_sell":34,"tier_name":null}},{"product_id":"2","product_configurable_fields":{"name":"OG Kush"},'
            '"pricing":{"price_type":"FLAT","price_sell":38.5}}]}}',
            "treez",
        ),
        TWO,
    ),
    "Sweed, a promotion on a variant": (
        script(
            '__sw = {"products":{"list":[{"id":1,"name":"Blue Dream","brand":{"id":3,"name":"Cresco"},"category":{"name":'
            '"Flower"},"variants":[{"id":11,"name":"3.5g","price":40,"promoPrice":34,"unitSize":{"value":3.5,"unitAbbr":'
            '"g"},"availableQty":6,"promos":[{"id":5,"name":"Friday"}]},{"id":12,"name":"7g","price":70,"promoPrice":null}]'
            '},{"id":2,"name":"OG Kush","variants":[{"id":21,"name":"3.5g","price":38.5,"promoPrice":null}]}]}};'
        ),
        TWO,
    ),
    "Shopify's meta of a product": (
        '<h1>Blue Dream</h1><script>var meta = {"product":{"id":8,"gid":"gid:\\/\\/shopify\\/Product\\/8","vendor":'
        '"Cresco","type":"Flower","handle":"blue-dream","variants":[{"id":1,"price":3400,"name":"Blue Dream - 3.5g",'
        '"public_title":"3.5g","sku":"BD35"},{"id":2,"price":6000,"name":"Blue Dream - 7g","public_title":"7g","sku":""}],'
        '"remote":false},"page":{"pageType":"product","resourceType":"product","resourceId":8}};\nfor (var attr in meta) '
        "{ window.ShopifyAnalytics.meta[attr] = meta[attr]; }</script>",
        BLUE,
    ),
    "Shopify's product in cents": (
        data(
            '{"id":8,"title":"Blue Dream","handle":"blue-dream","description":"\\u003cp\\u003eSweet\\u003c\\/p\\u003e",'
            '"vendor":"Cresco","type":"Flower","price":3400,"price_min":3400,"price_max":6000,"available":true,'
            '"price_varies":true,"compare_at_price":5000,"compare_at_price_min":5000,"variants":[{"id":1,"title":"3.5g",'
            '"option1":"3.5g","available":true,"name":"Blue Dream - 3.5g","price":3400,"weight":4,"compare_at_price":5000,'
            '"inventory_management":"shopify"},{"id":2,"title":"7g","available":true,"name":"Blue Dream - 7g","price":6000,'
            '"weight":7,"compare_at_price":null}],"images":["\\/\\/cdn.g.co\\/1.jpg"],"options":["Size"]}',
            "ProductJson-product-template",
        ),
        BLUE,
    ),
    "Shopify's storefront": (
        script(
            'window.__remixContext = {"state":{"loaderData":{"routes/collections.$handle":{"collection":{"title":"Flower",'
            '"products":{"nodes":[{"id":"gid://shopify/Product/1","title":"Blue Dream","handle":"blue-dream","priceRange":'
            '{"minVariantPrice":{"amount":"34.0","currencyCode":"USD"},"maxVariantPrice":{"amount":"60.0","currencyCode":'
            '"USD"}},"compareAtPriceRange":{"minVariantPrice":{"amount":"50.0","currencyCode":"USD"}}},{"id":'
            '"gid://shopify/Product/2","title":"OG Kush","variants":{"nodes":[{"title":"3.5g","availableForSale":true,'
            '"price":{"amount":"38.5","currencyCode":"USD"},"compareAtPrice":null},{"title":"1g","availableForSale":false,'
            '"price":{"amount":"12.0","currencyCode":"USD"}}]}}]}}}}}};'
        ),
        TWO,
    ),
    "Shopify's pixels": (
        script(
            'webPixelsManagerAPI.publish("collection_viewed", {"collection":{"id":"5","title":"Flower","productVariants":'
            '[{"price":{"amount":34.0,"currencyCode":"USD"},"product":{"title":"Blue Dream","vendor":"Cresco","id":"8",'
            '"url":"/products/blue-dream","type":"Flower"},"id":"1","image":{"src":"//x.jpg"},"sku":"BD","title":"3.5g"},'
            '{"price":{"amount":38.5,"currencyCode":"USD"},"product":{"title":"OG Kush","vendor":"Cresco"},"title":"3.5g"}'
            "]}});"
        ),
        TWO,
    ),
    "WooCommerce's variations in an attribute": (
        '<div class="product type-product"><h1 class="product_title entry-title">Blue Dream</h1><p class="price"><span '
        'class="amount"><bdi><span>&#36;</span>34.00</bdi></span> &ndash; <span class="amount"><bdi><span>&#36;</span>'
        '60.00</bdi></span></p><form class="variations_form cart" data-product_id="8" data-product_variations="'
        + escape(
            '[{"attributes":{"attribute_pa_weight":"3-5g"},"availability_html":"","display_price":34,'
            '"display_regular_price":40,"is_in_stock":true,"is_purchasable":true,"max_qty":9,"price_html":"<span '
            'class=\\"price\\">$34.00<\\/span>","sku":"BD35","variation_id":81,"weight":"3.5","weight_html":"3.5 g"},'
            '{"attributes":{"attribute_pa_weight":"7g"},"display_price":60,"display_regular_price":60,"is_in_stock":true,'
            '"variation_id":82}]'
        )
        + '"><select name="attribute_pa_weight"><option>Choose an option</option><option>3.5g</option></select></form></div>',
        BLUE,
    ),
    "WooCommerce's variations, the cheap one sold out": (
        '<h1>Blue Dream</h1><form data-product_variations="'
        + escape(
            '[{"attributes":{"attribute_weight":"1g"},"display_price":12,"display_regular_price":12,"is_in_stock":false},'
            '{"attributes":{"attribute_weight":"3.5g"},"display_price":34,"display_regular_price":34,"is_in_stock":true}]'
        )
        + '"></form>',
        BLUE,
    ),
    "WooCommerce's store API in minor units": (
        script(
            'var wcSettings = {"products":[{"id":1,"name":"Blue Dream","permalink":"https:\\/\\/g.co\\/p\\/1","on_sale":true,'
            '"prices":{"price":"3400","regular_price":"5000","sale_price":"3400","price_range":null,"currency_code":"USD",'
            '"currency_symbol":"$","currency_minor_unit":2,"currency_prefix":"$"},"is_in_stock":true},{"id":2,"name":'
            '"OG Kush","prices":{"price":"3850","regular_price":"3850","sale_price":"3850","currency_code":"USD",'
            '"currency_minor_unit":2}}]};'
        ),
        TWO,
    ),
    "a tag manager's attribute on each card": (
        "".join(
            f'<li class="product"><a href="/p/{number}"><h2>{name}</h2><span class="price">${price}</span></a><span '
            'class="gtm4wp_productdata" style="display:none" data-gtm4wp_product_data="'
            + escape(
                f'{{"internal_id":{number},"item_name":"{name}","price":{price},"item_category":"Flower","index":1}}'
            )
            + '"></span></li>'
            for number, (name, price) in enumerate(TWO)
        ),
        TWO,
    ),
    "BigCommerce's attributes": (
        '<h1 class="productView-title">Blue Dream</h1><div class="productView-price"><span data-product-price-without-tax '
        'class="price price--withoutTax">$34.00</span></div><script>var BCData = {"product_attributes":{"sku":"BD35",'
        '"price":{"without_tax":{"formatted":"$34.00","value":34,"currency":"USD"},"rrp_without_tax":{"formatted":"$50.00",'
        '"value":50,"currency":"USD"},"saved":{"formatted":"$16.00","value":16}},"instock":true,"stock":null,'
        '"purchasable":true,"base":false}};</script>',
        BLUE,
    ),
    "Squarespace's context": (
        script(
            'Static.SQUARESPACE_CONTEXT = {"website":{"siteTitle":"Green Leaf","storeSettings":{"storeCurrency":"USD"}},'
            '"item":{"id":"1","title":"Blue Dream","urlId":"blue-dream","structuredContent":{"_type":"StoreItem",'
            '"variants":[{"id":"v","sku":"SQ1","price":3400,"salePrice":0,"onSale":false,"priceMoney":{"currency":"USD",'
            '"value":"34.00"},"salePriceMoney":{"currency":"USD","value":"0.00"},"qtyInStock":4,"unlimited":false,'
            '"attributes":{"Size":"3.5g"}}]}}};'
        ),
        BLUE,
    ),
    "Wix's warm-up data": (
        data(
            '{"platform":{"ssrPropsUpdates":[]},"appsWarmupData":{"1380b703-ce81-ff05-f115-39571d94dfcd":{"gallery_1":'
            '{"catalog":{"category":{"name":"All","productsWithMetaData":{"totalCount":2,"list":[{"id":"1","name":'
            '"Blue Dream","price":34,"comparePrice":0,"formattedPrice":"$34.00","formattedComparePrice":"","isInStock":'
            'true,"ribbon":"New","urlPart":"blue-dream","inventory":{"status":"in_stock","quantity":3}},{"id":"2","name":'
            '"OG Kush","price":38.5,"comparePrice":0,"formattedPrice":"$38.50","isInStock":true}]}}}}}}}',
            "wix-warmup-data",
        ),
        TWO,
    ),
    "Square Online, with subunits": (
        script(
            'window.__BOOTSTRAP_STATE__ = {"siteData":{"page":{"properties":{"contentAreas":{}}},"products":[{"id":"1",'
            '"name":"Blue Dream","price":{"high_with_modifiers":60,"low":34,"high":60,"low_formatted":"$34.00",'
            '"high_formatted":"$60.00","low_subunits":3400,"high_subunits":6000,"regular_low":34},"badges":{"out_of_stock":'
            'false}},{"id":"2","name":"OG Kush","price":{"low":38.5,"high":38.5,"low_formatted":"$38.50","low_subunits":'
            "3850}}]}};"
        ),
        TWO,
    ),
    "Magento's price boxes": (
        '<ol class="products"><li class="product-item"><a class="product-item-link" href="/1">Blue Dream</a><span '
        'class="special-price"><span class="price-label">Special Price</span><span data-price-amount="34" '
        'data-price-type="finalPrice" class="price-wrapper"><span class="price">$34.00</span></span></span><span '
        'class="old-price"><span class="price-label">Regular Price</span><span data-price-amount="50" '
        'data-price-type="oldPrice"><span class="price">$50.00</span></span></span></li><li class="product-item"><a '
        'class="product-item-link" href="/2">OG Kush</a><span data-price-amount="38.5" data-price-type="finalPrice" '
        'class="price-wrapper"><span class="price">$38.50</span></span></li></ol><script type="text/x-magento-init">'
        '{"[data-role=priceBox][data-price-box=product-id-1]":{"priceBox":{"priceConfig":{"productId":"1","priceFormat":'
        '{"pattern":"$%s","precision":2},"prices":{"baseOldPrice":{"amount":50},"oldPrice":{"amount":50},"basePrice":'
        '{"amount":34},"finalPrice":{"amount":34}},"tierPrices":[{"qty":4,"price":30}]}}}}</script>',
        TWO,
    ),
    "Ecwid, choices with what they add": (
        script(
            'window.ecwid_initial = {"products":[{"id":1,"name":"Blue Dream","price":34,"compareToPrice":50,'
            '"defaultDisplayedPrice":34,"defaultDisplayedPriceFormatted":"$34.00","inStock":true,"options":[{"type":"SIZE",'
            '"name":"Size","choices":[{"text":"3.5g","priceModifier":0,"priceModifierType":"ABSOLUTE"},{"text":"7g",'
            '"priceModifier":26,"priceModifierType":"ABSOLUTE"}]}]},{"id":2,"name":"OG Kush","price":38.5,"options":[]}]};'
        ),
        TWO,
    ),
    "Lightspeed, products by their id": (
        script(
            'var shop = {"currency":{"code":"usd","symbol":"$"},"products":{"101":{"id":101,"title":"Blue Dream","fulltitle":'
            '"Blue Dream","price":{"price":34,"price_incl":34,"price_excl":34,"price_old":50,"price_old_incl":50,'
            '"price_old_excl":50},"available":true},"102":{"id":102,"title":"OG Kush","price":{"price":38.5,"price_incl":'
            '38.5,"price_excl":38.5,"price_old":0},"available":true}}};'
        ),
        TWO,
    ),
}
