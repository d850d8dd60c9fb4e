"""Parts of a run stored in Cloud Storage: entries by name, each with its object."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

V = TypeVar("V")


class Kept(Generic[V]):
    """Entries of one of the document's maps that have been moved out of it."""

    def __init__(self) -> None:
        self.entries: dict[str, V] = {}
        self._objects: dict[str, str] = {}

    def put(self, uri: str, entries: Mapping[str, V]) -> None:
        """Note that the entries lie in the object at `uri`, in place of earlier ones of the same names."""
        self.entries.update(entries)
        self._objects.update(dict.fromkeys(entries, uri))

    def drop(self, names: set[str]) -> None:
        """Forget the entries."""
        for name in names & self.entries.keys():
            del self.entries[name]
            del self._objects[name]

    def drop_where(self, is_stale: Callable[[str], bool]) -> None:
        """Forget the entries whose names `is_stale` says."""
        self.drop({name for name in self.entries if is_stale(name)})

    def objects(self) -> set[str]:
        """The addresses of the objects that hold an entry which is still needed."""
        return set(self._objects.values())


def outer_paths(path: str) -> list[str]:
    """The paths of the steps around a step: `each/0/both` and `each`, of `each/0/both/left/mail`."""
    parts = path.split("/")
    return ["/".join(parts[:end]) for end in range(len(parts) - 2, 0, -2)]


def note_inside(inside: dict[str, set[str]], path: str) -> None:
    """Enter the path under each of the steps around it."""
    for outer in outer_paths(path):
        inside.setdefault(outer, set()).add(path)
