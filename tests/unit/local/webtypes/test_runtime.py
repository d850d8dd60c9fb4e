from __future__ import annotations

import json
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from local.webtypes.runtime import shapes
from local.webtypes.typed import Typed


class Color(StrEnum):
    RED = "red"


class Leaf(BaseModel):
    kind: Literal["leaf"]


class Stem(BaseModel):
    kind: Literal["stem"]


class Plant(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)

    grown_at: datetime
    color: Color | None = None
    is_green: bool
    nick_names: list[str]
    first_leaf: Leaf
    leaves: list[Leaf] = Field(default_factory=list)
    by_name: dict[str, Stem] = Field(default_factory=dict)
    parts: list[Leaf | Stem]
    more: dict[str, Any]
    sizes: dict[str, int]


def plant(entry: Typed) -> dict[str, str]:
    line = next(line for line in shapes([entry]).splitlines() if line.startswith(f"  {entry.title}: "))
    fields: dict[str, str] = json.loads(line.partition(": ")[2].rstrip(","))
    return fields


def test_each_field_has_its_kind() -> None:
    assert plant(Typed(Plant, is_document=True, left_out=frozenset({"sizes"}))) == {
        "id": "text",
        "grownAt": "time",
        "color": "text?",
        "isGreen": "flag",
        "nickNames": "text[]",
        "firstLeaf": "Leaf",
        "leaves": "Leaf[]",
        "byName": "Stem{}",
        "parts": "any[]",
        "more": "any{}",
        "sizes": "number{}?",
    }


def test_parts_of_what_people_write_are_left_alone() -> None:
    fields = plant(Typed(Plant, authored=True))
    assert (fields["firstLeaf"], fields["leaves"], fields["byName"]) == ("any", "any[]?", "any{}?")
