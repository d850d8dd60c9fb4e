"""Suggestions for misspelled names."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, get_args

from pydantic import BaseModel

MAX_NAME = 100
"""Longer ones aren't typos, and take long to compare."""
CLOSE = 0.6
_MOST_LISTED = 12


def nearest(name: object, choices: Iterable[str], *, close: float = CLOSE) -> str | None:
    """The choice most likely meant; None if none is close."""
    if not isinstance(name, str) or not 0 < len(name) <= MAX_NAME:
        return None
    by_plain = {_plain(one): one for one in choices}
    found = difflib.get_close_matches(_plain(name), by_plain, n=1, cutoff=close)
    return by_plain[found[0]] if found else None


def did_you_mean(name: object, choices: Sequence[str]) -> str:
    """`did you mean 'subject'?`, else the choices where they are few, else nothing."""
    near = nearest(name, choices)
    if near is not None:
        return f"did you mean {near!r}?"
    return f"expected one of {', '.join(choices)}" if 0 < len(choices) <= _MOST_LISTED else ""


def fields_beside(model: type[BaseModel], location: Sequence[int | str]) -> list[str]:
    """The names of the fields that may stand where `location` (pydantic's) ends; none where that cannot be told."""
    at: list[Any] = [model]
    for part in location[:-1]:
        at = [inner for one in at for inner in _inside(one, part)]
    models = [one for one in at if isinstance(one, type) and issubclass(one, BaseModel)]
    return sorted({field.alias or name for one in models for name, field in one.model_fields.items()})


def _inside(kind: Any, part: int | str) -> Iterator[Any]:
    """What a part of a location leads to: a field of a model, a list's item, the union's member that is meant."""
    if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
        return
    fields = {field.alias or name: field for name, field in kind.model_fields.items()}
    if isinstance(part, str) and part in fields:
        yield from _models(fields[part].annotation)
    else:
        # An index, or the name of a union's member: the models of a field were all taken up already.
        tag = kind.model_fields.get("type")
        if isinstance(part, int) or tag is None or part in get_args(tag.annotation):
            yield kind


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)


def _plain(name: str) -> str:
    """Ignores case and separators."""
    return name.casefold().replace("-", "").replace("_", "").replace(" ", "")
