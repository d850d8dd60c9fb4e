"""Sorts items into a fixed set of labels, with or without a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from shared.agents.words import stems

NO_WORDS = "no label shares a word with it"
NO_LABEL = "none of the labels fits"


@dataclass(frozen=True, slots=True)
class Sorted:
    """One item's label, or why it has none."""

    label: str | None
    reason: str | None = None


class Choice(BaseModel):
    """A model's answer for one item: its number, and a label's number or 0 for none."""

    model_config = ConfigDict(extra="ignore")

    item: int
    label: int = Field(description="The number of the label, or 0 where none fits")


class Choices(BaseModel):
    model_config = ConfigDict(extra="ignore")

    choices: list[Choice]


def chosen(choices: Choices, labels: Sequence[str], count: int) -> list[Sorted]:
    """The model's labels for `count` items; unknown items and labels are ignored.

    An item that the model left out, or gave different labels, gets none.
    """
    labels_by_item: dict[int, set[int]] = {}
    for one in choices.choices:
        labels_by_item.setdefault(one.item, set()).add(one.label)
    return [_settled(labels_by_item.get(number, set()), labels) for number in range(1, count + 1)]


def _settled(found: set[int], labels: Sequence[str]) -> Sorted:
    if not found:
        return Sorted(None, "the model skipped it")
    if len(found) > 1:
        return Sorted(None, "the model gave it several labels")
    (number,) = found
    if number == 0:
        return Sorted(None, NO_LABEL)
    if not 1 <= number <= len(labels):
        return Sorted(None, "the model named a label that doesn't exist")
    return Sorted(labels[number - 1])


def by_words(text: str, labels: Sequence[str], hints: Mapping[str, str]) -> Sorted:
    """The label whose name or hint shares the most words with the text; None on a tie."""
    words = stems(text)
    scores = {label: len(words & (stems(label) | stems(hints.get(label, "")))) for label in labels}
    best = max(scores.values(), default=0)
    if best == 0:
        return Sorted(None, NO_WORDS)
    winners = [label for label, score in scores.items() if score == best]
    if len(winners) > 1:
        return Sorted(None, f"fits {' and '.join(winners)} equally well")
    return Sorted(winners[0])
