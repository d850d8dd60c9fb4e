"""What the registry's entries are."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel


@dataclass(frozen=True, slots=True)
class Typed:
    """A model whose type the dashboard needs; the models inside it come along."""

    model: type[BaseModel]
    name: str = ""
    """In TypeScript; the model's own without one."""
    authored: bool = False
    """Written by people and other systems too: what has a default may be missing."""
    is_document: bool = False
    """A whole Firestore document: the dashboard's listeners add its `id`."""
    left_out: frozenset[str] = frozenset()
    """Fields (by alias) that are left out where they are empty."""
    without: frozenset[str] = frozenset()
    """Fields (by alias) that the document does not have in this form."""

    @property
    def title(self) -> str:
        return self.name or self.model.__name__
