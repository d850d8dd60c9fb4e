"""Actions' documentation, read from their docstrings, for people and agents."""

from __future__ import annotations

import ast
import inspect
import textwrap
import threading
from functools import cache
from typing import Any

from pydantic import BaseModel

from shared.steps.base import Action

_PARSING = threading.Lock()


def first_line(cls: type) -> str:
    """What an action does, in a sentence."""
    return (inspect.getdoc(cls) or "").partition("\n")[0]


def about(model: type[BaseModel]) -> str:
    """A model's description."""
    return " ".join((inspect.getdoc(model) or "").split())


def params_schema(action: Action[Any, Any]) -> dict[str, Any]:
    """The action's params as JSON Schema, each with what is said of it."""
    return _described(action.params, action.params.model_json_schema(by_alias=True))


def output_schema(action: Action[Any, Any]) -> dict[str, Any]:
    """The action's output as JSON Schema, each field with what is said of it."""
    return _described(action.output, action.output.model_json_schema(by_alias=True, mode="serialization"))


def _described(model: type[BaseModel], schema: dict[str, Any]) -> dict[str, Any]:
    docs = field_docs(model)
    for name, field in model.model_fields.items():
        shown = schema.get("properties", {}).get(field.serialization_alias or field.alias or name)
        if shown is not None and name in docs:
            shown.setdefault("description", docs[name])
    return schema


def field_docs(model: type[BaseModel]) -> dict[str, str]:
    """The text below each field, by the field's name; those of base classes too."""
    found: dict[str, str] = {}
    for cls in reversed(model.__mro__):
        if issubclass(cls, BaseModel) and cls.__module__.startswith("shared."):
            found |= _own_field_docs(cls)
    return found


@cache
def _own_field_docs(cls: type) -> dict[str, str]:
    # Two threads that parse at once break each other in Python 3.11 (a SystemError, python/cpython#106905).
    with _PARSING:
        (definition,) = ast.parse(textwrap.dedent(inspect.getsource(cls))).body
    assert isinstance(definition, ast.ClassDef)
    docs: dict[str, str] = {}
    for field, following in zip(definition.body, definition.body[1:], strict=False):
        match field, following:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                docs[name] = " ".join(text.split()).rstrip(".")
    return docs
