"""Whole pages around cards: what stands above and below a menu, and cards filled with products."""

from __future__ import annotations

from collections.abc import Sequence

Pages = dict[str, tuple[str, Sequence[tuple[str, str | None]]]]
"""By what the page is: its HTML, and the names and prices that a person reads there; None for no price in USD."""
THREE = (("Blue Dream", "34.00"), ("OG Kush", "38.50"), ("Runtz", "44.00"))
_ABOVE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Menu | Green Leaf</title></head><body>
<div class="announcement-bar"><p>Free delivery on orders over $75 &middot; First-time patients get 20% off</p></div>
<header><a href="/" class="logo"><img src="/logo.png" alt="Green Leaf Dispensary"></a>
<nav><ul><li><a href="/flower">Flower</a></li><li><a href="/edibles">Edibles</a></li><li><a href="/vapes">Vapes</a></li></ul></nav>
<a href="/cart" class="cart">Cart <span class="count">0</span> <span class="total">$0.00</span></a></header>
"""
_BELOW = """<footer><h4>Visit us</h4><p>123 Main St, Portland OR 97201</p><p>Open 9am - 9pm</p><p>(503) 555-0134</p>
<form><label>Join our rewards: earn 1 point for every $1 spent, $10 off your first order</label><input type="email"><button>Sign up</button></form>
<p>&copy; 2026 Green Leaf. Keep out of reach of children.</p></footer></body></html>"""


def shop(body: str) -> str:
    """The page of a shop with this body."""
    return f"{_ABOVE}<main>{body}</main>{_BELOW}"


def each(card: str, *rows: tuple[str, ...]) -> str:
    """The card for each row, or for the three: `{name}`, `{price}`, its dollars `{d}` and cents `{c}`, what else the
    row has as `{more}` and `{most}`, and numbers of its own, `{n}` and `{i}`.
    """
    return "\n".join(
        card.format(
            **dict(zip(("name", "price", "more", "most"), row, strict=False)),
            d=row[1].partition(".")[0],
            c=row[1].partition(".")[2],
            slug=row[0].lower().replace(" ", "-"),
            n=100 + number,
            i=number,
        )
        for number, row in enumerate(rows or THREE)
    )
