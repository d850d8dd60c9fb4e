"""Entries of the registry."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel


@dataclass(frozen=True, slots=True)
class Typed:
    """A model the dashboard needs, including nested models."""

    model: type[BaseModel]
    name: str = ""
    """The TypeScript name; by default the model's name."""
    authored: bool = False
    """Also written by people and other systems, so fields with defaults may be missing."""
    is_document: bool = False
    """A Firestore document: the dashboard's listeners add its `id`."""
    left_out: frozenset[str] = frozenset()
    """Fields (by alias) omitted when empty."""
    without: frozenset[str] = frozenset()
    """Fields (by alias) not in the document in this form."""

    @property
    def title(self) -> str:
        return self.name or self.model.__name__
