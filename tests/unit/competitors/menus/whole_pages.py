"""Whole pages around cards: what stands above and below a menu, and cards filled with products."""

from __future__ import annotations

Row = tuple[str, str]
Pages = dict[str, tuple[str, tuple[tuple[str, str | None], ...]]]
"""By what the page is: its HTML, and the names and prices that a person reads there; None for no price in USD."""
THREE = (("Blue Dream", "34.00"), ("OG Kush", "38.50"), ("Runtz", "44.00"))
SIZES = (
    ("Blue Dream", "34.00", "65.00", "210.00"),
    ("OG Kush", "38.50", "72.00", "220.00"),
    ("Runtz", "44.00", "80.00", "250.00"),
)
BRANDS = (("Blue Dream", "34.00", "Cresco"), ("OG Kush", "38.50", "Rythm"), ("Runtz", "44.00", "Cookies"))
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


def each(card: str, rows: tuple[tuple[str, ...], ...] = THREE) -> str:
    """The card for each row: `{name}`, `{price}`, `{d}` and `{c}` for its dollars and cents, `{more}` and `{most}`
    for what else the row has, `{n}` and `{i}` for numbers of its own.
    """
    return "\n".join(
        card.format(
            name=name,
            price=price,
            d=price.partition(".")[0],
            c=price.partition(".")[2],
            slug=name.lower().replace(" ", "-"),
            n=100 + number,
            i=number,
            more=more[0] if more else "",
            most=more[1] if len(more) > 1 else "",
        )
        for number, (name, price, *more) in enumerate(rows)
    )
