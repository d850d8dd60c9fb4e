"""Email colors. A test requires a contrast of at least 4.5 for every pair of text and background."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Palette:
    """Background and text colors as `#rrggbb`."""

    page: str
    card: str
    tile: str
    line: str
    text: str
    muted: str
    link: str
    good: str
    bad: str
    bar: str
    track: str
    brand: str
    on_brand: str
    button: str
    on_button: str

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Every text color with each of its backgrounds."""
        on_card = [
            (text, ground) for ground in (self.card, self.tile) for text in (self.text, self.muted, self.link)
        ]
        on_tile = [(text, self.tile) for text in (self.good, self.bad)]
        on_page = [(self.muted, self.page), (self.link, self.page)]
        return (*on_card, *on_tile, *on_page, (self.on_brand, self.brand), (self.on_button, self.button))


LIGHT = Palette(
    page="#f2f5f3",
    card="#ffffff",
    tile="#f1f6f2",
    line="#dde4df",
    text="#1b2420",
    muted="#56635c",
    link="#166534",
    good="#166534",
    bad="#b42318",
    bar="#2f855a",
    track="#e6ede8",
    brand="#14532d",
    on_brand="#ffffff",
    button="#166534",
    on_button="#ffffff",
)
DARK = Palette(
    page="#0e1311",
    card="#171e1a",
    tile="#1f2823",
    line="#303c35",
    text="#e8edea",
    muted="#a7b4ad",
    link="#7ddc9f",
    good="#7ddc9f",
    bad="#ff9d8f",
    bar="#3fae73",
    track="#2a352f",
    brand="#0f3d22",
    on_brand="#f3faf5",
    button="#7ddc9f",
    on_button="#0e1311",
)

SERIES = ("#2f855a", "#3b7dd8", "#c2651b", "#9061d6", "#d1477a")
"""Line colors, ours first; each is distinguishable on both light and dark tiles."""
