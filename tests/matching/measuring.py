"""How well the matcher tells which products' prices can be set side by side: precision and recall on labeled pairs.

`pairs.csv` is what the matcher was made with; `pairs_held_out.csv` is what it was never tuned on.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from shared.competitors.models import Product
from shared.competitors.products.matching import match_products

SETS = {"tuned on": "pairs.csv", "held out": "pairs_held_out.csv"}


@dataclass(frozen=True, slots=True)
class Pair:
    """A product of ours, one of theirs, and whether they are the same thing in the same size."""

    kind: str
    same: bool
    ours: Product
    theirs: Product

    def __str__(self) -> str:
        """As a failing test names it."""
        ours, theirs = (
            " | ".join(filter(None, (one.name, one.size, one.category))) for one in (self.ours, self.theirs)
        )
        return f"{self.kind}: {ours} ~ {theirs}"


@dataclass(frozen=True, slots=True)
class Measured:
    """What the matcher said of the pairs."""

    pairs: int
    right: int
    """Called the same, and are."""
    wrong: tuple[Pair, ...]
    """Called the same, and are not."""
    missed: tuple[Pair, ...]

    @property
    def precision(self) -> float:
        """Of those called the same, how many are."""
        return self.right / (self.right + len(self.wrong))

    @property
    def recall(self) -> float:
        """Of those that are the same, how many are called so."""
        return self.right / (self.right + len(self.missed))


def load_pairs(name: str) -> list[Pair]:
    """The pairs of one of `SETS`."""
    with (Path(__file__).parent / SETS[name]).open(encoding="utf-8", newline="") as file:
        return [
            Pair(
                kind=row["kind"],
                same={"yes": True, "no": False}[row["same"]],
                ours=_product(row["ours"], row["our_category"], row["our_size"]),
                theirs=_product(row["theirs"], row["their_category"], row["their_size"]),
            )
            for row in csv.DictReader(file, delimiter=";")
        ]


def measure(pairs: list[Pair]) -> Measured:
    """Ask the matcher about each pair by itself."""
    called = [(pair, is_called_same(pair)) for pair in pairs]
    return Measured(
        pairs=len(pairs),
        right=sum(said and pair.same for pair, said in called),
        wrong=tuple(pair for pair, said in called if said and not pair.same),
        missed=tuple(pair for pair, said in called if pair.same and not said),
    )


def is_called_same(pair: Pair) -> bool:
    """Whether the matcher would compare their prices as they are."""
    return any(match.is_same_size for match in match_products([pair.ours], [pair.theirs]))


def _product(name: str, category: str, size: str) -> Product:
    return Product(name=name, category=category or None, size=size or None)
