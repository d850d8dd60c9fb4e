"""Menus that people see beside data about something else, with what a person reads there."""

from __future__ import annotations

from tests.unit.competitors.menus.json_ld_pages import BLUE, TWO, Right, ld
from tests.unit.competitors.menus.state_pages import data, next_data

_CARDS = "".join(f'<div class="card"><h3>{name}</h3><p class="price">${price}</p></div>' for name, price in TWO)


def beside(code: str) -> str:
    """Cards, and a script with this code."""
    return f"<html><body><main>{_CARDS}</main><script>{code}</script></body></html>"


NOISE: dict[str, tuple[str, Right]] = {
    "a plan that a membership costs": (
        beside('var s={"products":[{"id":"m1","name":"Green Club","price":99}]};'),
        TWO,
    ),
    "settings of a theme": (
        beside(
            'window.theme={"name":"Dawn","strings":{"price":"Price","soldOut":"Sold out"},"moneyFormat":"${{amount}}"};'
        ),
        TWO,
    ),
    "an event's tickets": (
        beside('var events=[{"id":1,"title":"Glass night","price":15,"date":"2027-01-01"}];'),
        TWO,
    ),
    "ways to sort and filter": (
        beside(
            'app({sort:[{name:"Price, low to high",value:"price-asc"}],prices:[{name:"Under $25",price:25,count:3}]});'
        ),
        TWO,
    ),
    "an advertisement's conversion": (beside('gtag("event","conversion",{name:"Visit",price:1,value:1});'), TWO),
    "a charge of a payment service": (
        beside('Stripe.set({items:[{label:"Service",price:250,id:"price_1"}]});'),
        TWO,
    ),
    "functions that look like data": (
        beside("function f(a){return {price:a.price,name:a.name}} var x={name:'cart',price:function(){return 1}};"),
        TWO,
    ),
    "a rating of the shop and its address": (
        ld(
            '{"@type":"Store","name":"Green Leaf","priceRange":"$10 - $60","aggregateRating":{"ratingValue":4.9},"address":'
            '{"@type":"PostalAddress","streetAddress":"1 Main St"},"geo":{"latitude":43.1,"longitude":-76.1}}'
        ).replace("</body>", f"{_CARDS}</body>"),
        TWO,
    ),
    "one product of three told to machines": (
        ld('{"@type":"Product","name":"Blue Dream","offers":{"price":34}}').replace(
            "</body>", f'{_CARDS}<div class="card"><h3>Runtz</h3><p class="price">$44.00</p></div></body>'
        ),
        (*TWO, ("Runtz", "44.00")),
    ),
    "a price in the state that the page shows lower": (
        _CARDS
        + data(
            '{"items":[{"id":1,"name":"Blue Dream","price":34,"thc":24},{"id":2,"name":"OG Kush","price":38.5}]}'
        ),
        TWO,
    ),
    "only the state knows the rest": (
        '<div class="card"><h3>Blue Dream</h3><p>$34.00</p></div>'
        + next_data('{"list":[{"id":1,"name":"Blue Dream","price":34},{"id":2,"name":"OG Kush","price":38.5}]}'),
        TWO,
    ),
    "stores to choose from": (
        next_data(
            '{"stores":[{"id":1,"name":"Syracuse","deliveryFee":5,"minimumOrder":50,"priceLevel":2},{"id":2,"name":"Utica",'
            '"priceLevel":3}],"products":[{"id":1,"name":"Blue Dream","price":34}]}'
        ),
        BLUE,
    ),
    "effects and terpenes with numbers": (
        next_data(
            '{"products":[{"id":1,"name":"Blue Dream","price":34,"terpenes":[{"name":"Myrcene","value":1.2}],"effects":[{"name":'
            '"Happy","score":9}],"brand":{"name":"Cresco","price_tier":2},"categories":[{"name":"Flower","price":null}]}]}'
        ),
        BLUE,
    ),
    "a bundle of products": (
        next_data(
            '{"products":[{"id":1,"name":"Starter kit","price":60,"bundleItems":[{"name":"Papers","price":3},{"name":"Grinder",'
            '"price":20}]},{"id":2,"name":"Blue Dream","price":34,"modifierGroups":[{"name":"Add a lighter","price":2}]}]}'
        ),
        (("Starter kit", "60.00"), ("Blue Dream", "34.00")),
    ),
}
