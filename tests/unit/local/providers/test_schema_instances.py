from __future__ import annotations

from enum import Enum
from typing import Any, Literal

import pytest
from anthropic import transform_schema
from pydantic import BaseModel, Field

from local.providers.schema_instances import SchemaError, minimal_instance


class Colour(Enum):
    RED = "red"
    GREEN = "green"


class Leaf(BaseModel):
    name: str
    size: Literal["small", "large"]


class Tree(BaseModel):
    colour: Colour
    leaf: Leaf
    leaves: list[Leaf]
    buds: list[str] = Field(min_length=1)
    age: int = Field(ge=3)
    height: float = Field(gt=0)
    alive: bool
    planted: str | None
    nickname: str = "none"
    twin: Tree | None = None


def test_an_instance_fits_the_model_whose_schema_it_is() -> None:
    tree = Tree.model_validate(minimal_instance(transform_schema(Tree)))
    assert (tree.colour, tree.leaf.size, tree.leaves, tree.planted) == (Colour.RED, "small", [], None)
    assert (tree.age, len(tree.buds), tree.nickname) == (3, 1, "none")


@pytest.mark.parametrize(
    ("schema", "named"),
    [
        ({"type": "object", "properties": {}}, "'additionalProperties' must be explicitly set to false"),
        ({"type": "array", "items": {"type": "thing"}, "minItems": 1}, r"schema\[\]: found type 'thing'"),
        ({"$ref": "#/$defs/Gone", "$defs": {}}, "leads nowhere"),
        ({"$ref": "#/$defs/A", "$defs": {"A": {"$ref": "#/$defs/A"}}}, "nested deeper than 30"),
    ],
)
def test_a_schema_that_the_api_would_refuse_is_refused(schema: dict[str, Any], named: str) -> None:
    with pytest.raises(SchemaError, match=named):
        minimal_instance(schema)
