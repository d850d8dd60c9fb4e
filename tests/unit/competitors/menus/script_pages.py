"""The ways in which pages embed data for their scripts, and what lies in it beside the menu."""

from __future__ import annotations

from html import escape

from tests.unit.competitors.menus.json_ld_pages import BLUE, TWO, Right
from tests.unit.competitors.menus.state_pages import data, next_data, script

SCRIPTS: dict[str, tuple[str, Right]] = {
    "Nuxt 2, a function called with the values": (
        script(
            'window.__NUXT__=(function(a,b,c,d){return {layout:"default",data:[{products:[{id:1,name:"Blue Dream",price:a,'
            'inStock:b,image:c},{id:2,name:"OG Kush",price:d,inStock:b,image:c}]}],error:c,serverRendered:b}}(34,true,null,'
            "38.5));"
        ),
        TWO,
    ),
    "Nuxt 2, plain": (
        script(
            "window.__NUXT__={layout:'default',data:[{menu:{items:[{name:'Blue Dream',price:'34.00'},{name:'OG Kush',"
            "price:'38.50',}]}}],state:void 0,serverRendered:!0};"
        ),
        TWO,
    ),
    "Nuxt 3, values by their place": (
        data(
            '[["ShallowReactive",1],{"data":2,"state":13,"once":14},["ShallowReactive",3],{"menu":4},{"products":5},[6,10],'
            '{"name":7,"price":8,"weight":9},"Blue Dream",34,"3.5g",{"name":11,"price":12,"weight":9},"OG Kush",38.5,'
            '["Reactive",15],["Set"],{}]',
            "__NUXT_DATA__",
        ),
        TWO,
    ),
    "a string to be parsed": (
        script(
            'window.__PRELOADED_STATE__ = JSON.parse("{\\"menu\\":{\\"items\\":[{\\"name\\":\\"Blue Dream\\",\\"price\\":'
            '34},{\\"name\\":\\"OG Kush\\",\\"price\\":38.5}]}}");'
        ),
        TWO,
    ),
    "a string in single quotes to be parsed": (
        script(
            "window.__data=JSON.parse('{\\u0022items\\u0022:[{\\u0022name\\u0022:\\u0022Blue Dream\\u0022,"
            "\\u0022price\\u0022:34},{\\u0022name\\u0022:\\u0022OG Kush\\u0022,\\u0022price\\u0022:38.5}]}');"
        ),
        TWO,
    ),
    "a string escaped as in an address": (
        script(
            'window.__STATE__ = JSON.parse(decodeURIComponent("%7B%22items%22%3A%5B%7B%22name%22%3A%22Blue%20Dream%22%2C'
            '%22price%22%3A34%7D%2C%7B%22name%22%3A%22OG%20Kush%22%2C%22price%22%3A38.5%7D%5D%7D"));'
        ),
        TWO,
    ),
    "chunks of server components": (
        "<script>(self.__next_f=self.__next_f||[]).push([0])</script><script>self.__next_f.push([1,"
        '"1:\\"$Sreact.fragment\\"\\n5:[\\"$\\",\\"$L12\\",null,{\\"products\\":[{\\"name\\":\\"Blue Dream\\",\\"price\\":'
        '34},{\\"name\\":\\"OG K"])</script><script>self.__next_f.push([1,"ush\\",\\"price\\":38.5}]}]\\n6:null\\n"])'
        "</script>",
        TWO,
    ),
    "Inertia's page in an attribute": (
        '<div id="app" data-page="'
        + escape(
            '{"component":"Menu","props":{"products":{"data":[{"name":"Blue Dream","price":"34.00"},{"name":"OG Kush",'
            '"price":"38.50"}],"meta":{"total":2}}},"url":"/menu","version":"1"}'
        )
        + '"></div>',
        TWO,
    ),
    "React's properties in an attribute": (
        '<div data-react-class="MenuPage" data-react-props="'
        + escape(
            '{"items":[{"title":"Blue Dream","price":{"cents":3400,"currency_iso":"USD"}},{"title":"OG Kush","price":'
        )
        + escape('{"cents":3850,"currency_iso":"USD"}}]}')
        + '"></div>',
        TWO,
    ),
    "an island of Astro": (
        '<astro-island component-url="/menu.js" props="'
        + escape(
            '{"products":[1,[[0,{"name":[0,"Blue Dream"],"price":[0,34]}],[0,{"name":[0,"OG Kush"],"price":[0,38.5]}]]]}'
        )
        + '"></astro-island>',
        TWO,
    ),
    "SvelteKit's start": (
        script(
            "{ __sveltekit_1x2 = {base: new URL('.', location).pathname.slice(0, -1)}; const element = document."
            "currentScript.parentElement; Promise.all([import('./start.js'), import('./app.js')]).then(([kit, app]) => { "
            'kit.start(app, element, { node_ids: [0, 2], data: [null,{type:"data",data:{products:[{name:"Blue Dream",'
            'price:34},{name:"OG Kush",price:38.5}]},uses:{}}], form: null, error: null }); }); }'
        ),
        TWO,
    ),
    "a data layer": (
        script(
            "window.dataLayer = window.dataLayer || []; dataLayer.push({'event':'productImpressions','ecommerce':"
            "{'currencyCode':'USD','impressions':[{'name':'Blue Dream','id':'1','price':'34.00','brand':'Cresco','category':"
            "'Flower','list':'Menu','position':1},{'name':'OG Kush','id':'2','price':'38.50','position':2}]}});"
        ),
        TWO,
    ),
    "a list seen, told to analytics": (
        script(
            'gtag("event", "view_item_list", {item_list_name: "Flower", items: [{item_id: "1", item_name: "Blue Dream", '
            'price: 34.0, quantity: 1}, {item_id: "2", item_name: "OG Kush", price: 38.5, quantity: 1}]});'
        ),
        TWO,
    ),
    "deals, delivery and filters beside the products": (
        next_data(
            '{"specials":[{"name":"Happy hour","price":20,"discount":20},{"name":"Two for fifty","price":50}],'
            '"shippingMethods":[{"name":"Standard delivery","price":5}],"deliveryZones":[{"name":"Brooklyn","fee":5,'
            '"minimum":50}],"priceRanges":[{"name":"Under $25","price":25}],"sortOptions":[{"name":"Price: low to high",'
            '"value":"price"}],"facets":[{"name":"Flower","count":12}],"products":[{"name":"Blue Dream","price":34},'
            '{"name":"OG Kush","price":38.5}],"posts":[{"title":"How to roll","slug":"roll"}]}'
        ),
        TWO,
    ),
    "another currency for the whole shop": (
        next_data('{"store":{"name":"Green Leaf","currency":"CAD"},"products":[{"name":"Blue Dream","price":34}]}'),
        (("Blue Dream", None),),
    ),
    "another currency in the price": (
        next_data('{"products":[{"name":"Blue Dream","price":{"value":34,"currency":"EUR"}}]}'),
        (("Blue Dream", None),),
    ),
    "members' price, cost, list price and price per gram": (
        next_data(
            '{"products":[{"name":"Blue Dream","price":34,"memberPrice":29,"loyaltyPrice":28,"wholesalePrice":15,"cost":12,'
            '"msrp":50,"unitPrice":9.71,"pricePerGram":9.71,"deposit":1,"tax":3.4,"savings":16}]}'
        ),
        BLUE,
    ),
    "a price on request and one of nothing": (
        next_data('{"products":[{"name":"Blue Dream","price":"Call for price"},{"name":"OG Kush","price":0}]}'),
        (("Blue Dream", None), ("OG Kush", None)),
    ),
    "the cheap size with none left": (
        next_data(
            '{"products":[{"name":"Blue Dream","variants":[{"size":"1g","price":12,"quantity":0},{"size":"3.5g","price":34,'
            '"quantity":5}]}]}'
        ),
        BLUE,
    ),
    "prices in cents by their key": (
        next_data(
            '{"products":[{"name":"Blue Dream","priceCents":3400},{"name":"OG Kush","price_in_cents":3850}]}'
        ),
        TWO,
    ),
    "an end of script in a string": (
        script(
            'window.__INITIAL_STATE__={"products":[{"name":"Blue Dream","description":"<script>x<\\/script>","price":34},'
            '{"name":"OG Kush","description":"\\u003c/p\\u003e","price":38.5}]}'
        ),
        TWO,
    ),
    "what JSON does not have": (
        script(
            'window.__INITIAL_STATE__ = {products:[{name:"Blue Dream",price:34,updated:undefined,rating:NaN,at:new '
            'Date("2026-01-01T00:00:00.000Z"),re:/a\\/b/g},{name:"OG Kush",price:38.5,seen:new Set([1]),on:!0}]};'
        ),
        TWO,
    ),
    "one product in two categories": (
        next_data(
            '{"categories":[{"name":"Flower","products":[{"name":"Blue Dream","price":34},{"name":"OG Kush","price":38.5}]},'
            '{"name":"On sale","products":[{"name":"Blue Dream","price":34}]}]}'
        ),
        TWO,
    ),
    "JSON-LD, state and cards say the same": (
        '<script type="application/ld+json">{"@type":"ItemList","itemListElement":[{"@type":"ListItem","item":{"@type":'
        '"Product","name":"Blue Dream","offers":{"price":34}}},{"@type":"ListItem","item":{"@type":"Product","name":'
        '"OG Kush","offers":{"price":38.5}}}]}</script><div class="c"><h3>Blue Dream</h3><p>$34.00</p></div><div class="c">'
        "<h3>OG Kush</h3><p>$38.50</p></div>"
        + next_data('{"products":[{"name":"Blue Dream","price":34},{"name":"OG Kush","price":38.5}]}'),
        TWO,
    ),
    "sizes as products of their own": (
        next_data('{"products":[{"name":"Blue Dream 3.5g","price":34},{"name":"Blue Dream 7g","price":60}]}'),
        (("Blue Dream 3.5g", "34.00"), ("Blue Dream 7g", "60.00")),
    ),
    "regular and sale price": (
        next_data(
            '{"items":[{"name":"Blue Dream","price":{"regular":50,"sale":34}},{"name":"OG Kush","regular_price":"38.50",'
            '"sale_price":"","on_sale":false}]}'
        ),
        TWO,
    ),
    "JSON:API": (
        data(
            '{"data":[{"type":"products","id":"1","attributes":{"name":"Blue Dream","price":"34.00"},"relationships":{'
            '"brand":{"data":{"type":"brands","id":"3"}}}},{"type":"products","id":"2","attributes":{"name":"OG Kush",'
            '"price":"38.50"}}],"included":[{"type":"brands","id":"3","attributes":{"name":"Cresco"}}]}',
            "menu-data",
        ),
        TWO,
    ),
    "a price with discounts": (
        next_data(
            '{"products":[{"name":"Blue Dream","price":40,"priceWithDiscounts":34,"discountAmountFinal":6,"weightFormatted":'
            '"3.5g","quantity":5},{"name":"OG Kush","price":38.5,"priceWithDiscounts":null,"discountAmountFinal":0}]}'
        ),
        TWO,
    ),
    "recreational and medical by short keys": (
        next_data(
            '{"menu":[{"name":"Blue Dream","med_price":28,"rec_price":34},{"name":"OG Kush","prices":{"medical":30,'
            '"recreational":38.5}}]}'
        ),
        TWO,
    ),
    "prices by weight": (
        next_data(
            '{"menu":[{"name":"Blue Dream","prices":{"eighth":34,"quarter":60,"gram":null}},{"name":"OG Kush","prices":'
            '{"3.5g":"$38.50","7g":"$70.00"}}]}'
        ),
        TWO,
    ),
}
