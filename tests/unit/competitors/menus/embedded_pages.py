"""More data that pages embed, of other systems, with what a person reads there."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

from tests.unit.competitors.menus.json_ld_pages import BLUE, TWO, Right
from tests.unit.competitors.menus.state_pages import data, next_data, script

EMBEDDED: dict[str, tuple[str, Right]] = {
    "Dutchie's own page, with what is left": (
        script(
            'window.reactEnv = {"env":"production"}; window.__APOLLO_STATE__ = {"ROOT_QUERY":{"filteredProducts({\\"page'
            '\\":0})":{"__typename":"FilteredProducts","products":[{"__ref":"Products:1"}],"queryInfo":{"totalCount":1}}},'
            '"Products:1":{"__typename":"Products","_id":"1","Name":"Blue Dream | 3.5g","brandName":"Cresco","Options":'
            '["1/8oz"],"rawOptions":["3.5g"],"recPrices":[34],"Prices":[34],"medicalPrices":[30],"isBelowThreshold":false,'
            '"Status":"Active","THCContent":{"unit":"PERCENTAGE","range":[24.1]},"weight":0,"measurements":{"netWeight":'
            '{"unit":"GRAMS","values":[3500]}}}};'
        ),
        (("Blue Dream | 3.5g", "34.00"),),
    ),
    "Dutchie Plus, specials for both menus": (
        data(
            '{"data":{"menu":{"products":[{"id":"1","name":"Blue Dream","brand":{"id":"2","name":"Cresco"},"variants":[{"id":'
            '"1~1/8oz","option":"1/8oz","priceMed":28,"priceRec":42,"specialPriceMed":22,"specialPriceRec":34,"quantity":5},'
            '{"id":"1~1g","option":"1g","priceMed":9,"priceRec":12,"specialPriceMed":null,"specialPriceRec":null,"quantity":'
            "0}]}]}}}",
            "menu",
        ),
        BLUE,
    ),
    "Jane's buckets": (
        data(
            '{"hits":[{"objectID":"1","name":"Blue Dream","brand":"Cresco","bucket_price":34.0,"sort_price":34.0,'
            '"available_weights":["eighth ounce","quarter ounce"],"price_each":null,"price_eighth_ounce":"34.0",'
            '"price_quarter_ounce":"60.0","discounted_price_eighth_ounce":null,"special_price_eighth_ounce":null,'
            '"aggregate_rating":4.8,"review_count":12,"max_cart_quantity":10},{"name":"OG Kush","price_each":"38.5"}]}',
            "jane",
        ),
        TWO,
    ),
    "Weedmaps' older listing, prices by gram and ounce": (
        next_data(
            '{"listing":{"name":"Green Leaf"},"menu":{"categories":[{"title":"Flower","items":[{"name":"Blue Dream","prices":'
            '{"gram":0,"two_grams":0,"eighth":34,"quarter":60,"half_ounce":110,"ounce":200},"license_type":"hybrid"},{"name":'
            '"OG Kush","prices":{"unit":38.5}}]}]}}'
        ),
        TWO,
    ),
    "Leafly's variants alone": (
        next_data(
            '{"menuData":{"menuItems":[{"name":"Blue Dream","productCategory":"Flower","variants":[{"id":1,"price":34,'
            '"quantity":3.5,"unit":"g","inStock":true,"medical":false},{"id":2,"price":12,"quantity":1,"unit":"g","inStock":'
            'false}]},{"name":"OG Kush","variants":[{"price":38.5,"deal":{"kind":"percent","discountAmount":10}}]}]}}'
        ),
        TWO,
    ),
    "Treez's tiers": (
        data(
            '{"products":[{"id":"1","name":"Blue Dream","priceTiers":[{"weight":"7g","price":60,"salePrice":null},{"weight":'
            '"3.5g","price":40,"salePrice":34}]},{"id":"2","name":"OG Kush","priceType":"flat","price":38.5}]}',
            "menu",
        ),
        TWO,
    ),
    "Meadow, prices in cents by their key": (
        next_data(
            '{"products":[{"id":1,"name":"Blue Dream","options":[{"id":2,"name":"Eighth","price":{"amountCents":3400},'
            '"salesPrice":null}]},{"id":3,"name":"OG Kush","options":[{"name":"Eighth","price":{"amountCents":3850}}]}]}'
        ),
        TWO,
    ),
    "Tymber, cents beside a formatted price": (
        data(
            '{"data":[{"type":"products","attributes":{"name":"Blue Dream","unit_price":{"amount":3400,"currency":"USD",'
            '"formatted":"$34.00"},"weight_prices":[]}},{"type":"products","attributes":{"name":"OG Kush","unit_price":'
            '{"amount":3850,"currency":"USD","formatted":"$38.50"}}}]}',
            "tymber",
        ),
        TWO,
    ),
    "commercetools, cents with their fraction": (
        next_data(
            '{"results":[{"name":{"en-US":"Blue Dream"},"masterVariant":{"sku":"1","prices":[{"value":{"type":'
            '"centPrecision","currencyCode":"USD","centAmount":3400,"fractionDigits":2}}]}},{"name":{"en-US":"OG Kush"},'
            '"masterVariant":{"prices":[{"value":{"currencyCode":"USD","centAmount":3850,"fractionDigits":2}}]}}]}'
        ),
        TWO,
    ),
    "Medusa, calculated prices": (
        next_data(
            '{"products":[{"title":"Blue Dream","handle":"blue-dream","variants":[{"title":"3.5g","calculated_price":'
            '{"calculated_amount":34,"original_amount":50,"currency_code":"usd"}}]},{"title":"OG Kush","variants":[{"title":'
            '"3.5g","calculated_price":{"calculated_amount":38.5,"original_amount":38.5,"currency_code":"usd"}}]}]}'
        ),
        TWO,
    ),
    "Shopify's collection in a theme's variable": (
        script(
            'theme.products = [{"id":1,"title":"Blue Dream","handle":"blue-dream","vendor":"Cresco","price":'
            '3400,"price_varies":true,"compare_at_price":null,"available":true,"variants":[{"id":11,"title":"3.5g","price":'
            '3400,"available":true,"inventory_management":"shopify"},{"id":12,"title":"1g","price":1200,"available":false,'
            '"inventory_management":"shopify"}]},{"id":2,"title":"OG Kush","price":3850,"price_varies":false,"available":true,'
            '"variants":[{"title":"Default Title","price":3850,"available":true,"inventory_management":"shopify"}]}];'
        ),
        TWO,
    ),
    "Shopify's JSON address, prices as text": (
        data(
            '{"products":[{"id":1,"title":"Blue Dream","variants":[{"title":"3.5g","price":"34.00","compare_at_price":"50.00",'
            '"available":true}]},{"id":2,"title":"OG Kush","variants":[{"title":"3.5g","price":"38.50","compare_at_price":'
            '"0.00","available":true}]}]}',
            "products",
        ),
        TWO,
    ),
    "the same in cents in the state and in dollars on the page": (
        '<div class="card"><h3>Blue Dream</h3><p>$34.00</p></div><div class="card"><h3>OG Kush</h3><p>$38.50</p></div>'
        + data(
            '{"items":[{"id":1,"name":"Blue Dream","price":3400},{"id":2,"name":"OG Kush","price":3850}]}', "state"
        ),
        TWO,
    ),
    "WooCommerce's attributes of a card's button": (
        "".join(
            f'<li class="product"><h2>{name}</h2><a class="add_to_cart" data-product_id="{number}" '
            f'data-product=\'{{"id":{number},"name":"{name}","price":"{price}","quantity":1}}\'>Add</a></li>'
            for number, (name, price) in enumerate(TWO)
        ),
        TWO,
    ),
    "a cart and what was seen before beside the menu": (
        script(
            'window.__STORE__={"cart":{"lines":[{"name":"Runtz","price":44,"quantity":1}],"subtotal":44},"recommendations":'
            '[{"name":"Gelato","price":30}],"menu":{"products":[{"name":"Blue Dream","price":34},{"name":"OG Kush","price":'
            '38.5}]},"paymentMethods":[{"name":"Cash","price":1}],"giftCardProducts":[]};'
        ),
        TWO,
    ),
    "offers that are promotions": (
        next_data(
            '{"offers":[{"title":"Happy hour: 20% off","slug":"happy","price":null},{"title":"First visit","discount":25}],'
            '"promotionBanner":{"title":"Four for $100","price":100},"menu":[{"category":"Flower","items":[{"title":'
            '"Blue Dream","price":"$34"},{"title":"OG Kush","price":"$38.50"}]}]}'
        ),
        TWO,
    ),
    "Angular's transferred state": (
        data(
            '{"G.https://api.g.co/menu?":{"body":{"products":[{"productName":"Blue Dream","unitPrice":34,"brandName":'
            '"Cresco"},{"productName":"OG Kush","unitPrice":38.5,"brandName":"Cresco"}]},"status":200}}',
            "ng-state",
        ),
        TWO,
    ),
    "Angular's older state, quotes escaped": (
        data(
            "{&q;menu&q;:{&q;products&q;:[{&q;name&q;:&q;Blue Dream&q;,&q;price&q;:34},{&q;name&q;:&q;OG Kush&q;,&q;price&q;:"
            "38.5}]}}",
            "serverApp-state",
        ),
        TWO,
    ),
    "Livewire's snapshot": (
        '<div wire:id="x" wire:snapshot="'
        + escape(
            '{"data":{"products":[[[{"name":"Blue Dream","price":"34.00"},{"s":"arr"}],[{"name":"OG Kush","price":"38.50"},'
            '{"s":"arr"}]],{"s":"arr"}]},"memo":{"id":"x","name":"menu"}}'
        )
        + '"></div>',
        TWO,
    ),
    "Alpine's data in single quotes": (
        '<div x-data=\'{ open: false, items: [{ name: "Blue Dream", price: 34 }, { name: "OG Kush", price: 38.5 }] }\'>'
        "</div>",
        TWO,
    ),
    "Vue's properties": (
        '<menu-list :products="'
        + escape('[{"name":"Blue Dream","price":34,"sizes":[]},{"name":"OG Kush","price":38.5,"sizes":null}]')
        + '" currency="USD"></menu-list>',
        TWO,
    ),
    "Remix's stream": (
        script(
            r'window.__reactRouterContext.streamController.enqueue("[{\"_1\":2},\"loaderData\",{\"_3\":4},\"routes/menu\",'
            r"{\"_5\":6},\"products\",[7,12],{\"_8\":9,\"_10\":11},\"name\",\"Blue Dream\",\"price\",34,"
            r'{\"_8\":13,\"_10\":14},\"OG Kush\",38.5]\n");'
        ),
        TWO,
    ),
    "base64": (
        script(
            'window.__D = JSON.parse(atob("eyJtZW51IjpbeyJuYW1lIjoiQmx1ZSBEcmVhbSIsInByaWNlIjozNH0seyJuYW1lIjoiT0cgS3VzaCIs'
            'InByaWNlIjozOC41fV19"));'
        ),
        TWO,
    ),
    "an address's escapes without parsing": (
        script(
            "window.__INITIAL_DATA__ = decodeURIComponent('"
            + quote('{"list":[{"name":"Blue Dream","price":34},{"name":"OG Kush","price":38.5}]}')
            + "');"
        ),
        TWO,
    ),
    "a template string and a constant": (
        script(
            'const menu = JSON.parse(`[{"name":"Blue Dream","price":34},{"name":"OG Kush","price":38.5}]`); '
            "render(menu);"
        ),
        TWO,
    ),
    "a call when the page is ready": (
        script(
            "$(function(){ var opts = {speed: 300, dots: true}; initMenu('#menu', {apiKey: 'k', items: [{name: 'Blue Dream', "
            "price: '$34.00', sizes: ['3.5g']}, {name: 'OG Kush', price: '$38.50'}], onClick: function(e) { alert(e); } }); });"
        ),
        TWO,
    ),
    "products by their ids": (
        script(
            'window.__PRELOADED_STATE__={"entities":{"products":{"byId":{"p1":{"id":"p1","name":"Blue Dream","pricing":'
            '{"amount":34,"currency":"USD"}},"p2":{"id":"p2","name":"OG Kush","pricing":{"amount":38.5,"currency":"USD"}}},'
            '"allIds":["p1","p2"]}},"ui":{"modal":null}};'
        ),
        TWO,
    ),
    "edges and nodes": (
        next_data(
            '{"site":{"settings":{"currency":{"code":"USD"}},"search":{"products":{"edges":[{"node":{"entityId":1,"name":'
            '"Blue Dream","prices":{"price":{"value":34,"currencyCode":"USD"},"basePrice":{"value":50,"currencyCode":"USD"},'
            '"retailPrice":null,"salePrice":{"value":34,"currencyCode":"USD"},"priceRange":{"min":{"value":34},"max":{"value":'
            '60}}}}},{"node":{"name":"OG Kush","prices":{"price":{"value":38.5,"currencyCode":"USD"},"salePrice":null}}}]}}}}'
        ),
        TWO,
    ),
    "Magento's GraphQL": (
        next_data(
            '{"products":{"items":[{"__typename":"SimpleProduct","name":"Blue Dream","sku":"1","price_range":{"minimum_price":'
            '{"regular_price":{"value":50,"currency":"USD"},"final_price":{"value":34,"currency":"USD"},"discount":'
            '{"amount_off":16,"percent_off":32}},"maximum_price":{"final_price":{"value":60,"currency":"USD"}}}},{"name":'
            '"OG Kush","price_range":{"minimum_price":{"regular_price":{"value":38.5},"final_price":{"value":38.5}}}}]}}'
        ),
        TWO,
    ),
    "Saleor's prices": (
        next_data(
            '{"products":[{"name":"Blue Dream","pricing":{"onSale":true,"priceRange":{"start":{"gross":{"amount":34,'
            '"currency":"USD"}},"stop":{"gross":{"amount":60,"currency":"USD"}}},"priceRangeUndiscounted":{"start":{"gross":'
            '{"amount":50,"currency":"USD"}}}}},{"name":"OG Kush","pricing":{"priceRange":{"start":{"gross":{"amount":38.5,'
            '"currency":"USD"}}}}}]}'
        ),
        TWO,
    ),
    "Canadian dollars for each price": (
        next_data(
            '{"products":[{"name":"Blue Dream","variants":[{"title":"3.5g","price":{"amount":"34.00","currencyCode":"CAD"}}]}]}'
        ),
        (("Blue Dream", None),),
    ),
    "a shop in several currencies, ours among them": (
        next_data(
            '{"currencies":[{"code":"USD","name":"US dollar","rate":1},{"code":"EUR","name":"Euro","rate":0.9}],"currency":'
            '"USD","products":[{"name":"Blue Dream","price":34}]}'
        ),
        BLUE,
    ),
    "stock by words and counts": (
        next_data(
            '{"products":[{"name":"Blue Dream","skus":[{"label":"1g","price":12,"stockStatus":"OUT_OF_STOCK"},{"label":'
            '"2g","price":20,"inventory":{"status":"sold_out"}},{"label":"3.5g","price":34,"stockStatus":"IN_STOCK"}]}]}'
        ),
        BLUE,
    ),
    "what an order needs and what is saved": (
        next_data(
            '{"items":[{"name":"Blue Dream","price":34,"minOrderPrice":50,"youSave":16,"savePrice":16,"priceDrop":16,'
            '"priceUpdatedAt":1790000000,"priceListId":7,"max_price":99,"tax_price":3.4}]}'
        ),
        BLUE,
    ),
}
