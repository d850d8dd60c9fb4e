from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, create_model
from pydantic.alias_generators import to_camel

from local.webtypes.__main__ import main
from local.webtypes.typed import Typed
from local.webtypes.typescript import SchemaError, module


class Color(StrEnum):
    """A color."""

    RED = "red"
    BLUE = "blue"


class Leaf(BaseModel):
    kind: Literal["leaf"]


class Stem(BaseModel):
    kind: Literal["stem"]
    length: float = 1


class Plant(BaseModel):
    """A plant */ with words.

    And more that nobody needs.
    """

    model_config = ConfigDict(alias_generator=to_camel)

    grown_at: datetime
    price: Decimal
    color: Color = Color.RED
    nick_name: str | None = None
    parts: tuple[Annotated[Leaf | Stem, Field(discriminator="kind")], ...] = ()
    counts: dict[Color, int] = Field(default_factory=dict)
    more: dict[str, Any] = Field(default_factory=dict)
    pair: tuple[int, str] | None = None
    secret: str = Field(default="", exclude=True)


def test_what_the_product_writes_has_its_fields() -> None:
    assert module("Plants", [Typed(Plant)], time="Timestamp") == (
        "/** Plants, generated from the Python models (local/webtypes/models.py) by `make web-types`. */\n"
        "\n"
        'import type { Timestamp } from "./times";\n'
        "\n"
        "/** A color. */\n"
        'export type Color = "red" | "blue";\n'
        "\n"
        "export interface Leaf {\n"
        '  kind: "leaf";\n'
        "}\n"
        "\n"
        "/** A plant * / with words. */\n"
        "export interface Plant {\n"
        "  grownAt: Timestamp;\n"
        "  price: number;\n"
        "  color: Color;\n"
        "  nickName?: string | null;\n"
        "  parts: (Leaf | Stem)[];\n"
        "  counts: Partial<Record<Color, number>>;\n"
        "  more: Record<string, unknown>;\n"
        "  pair?: [number, string] | null;\n"
        "}\n"
        "\n"
        "export interface Stem {\n"
        '  kind: "stem";\n'
        "  length: number;\n"
        "}\n"
    )


def test_what_people_write_may_lack_what_has_a_default() -> None:
    text = module("Plants", [Typed(Plant, authored=True)], time="string")
    assert "  grownAt: string;\n" in text
    assert "  color?: Color;\n" in text
    assert "  length?: number;\n" in text
    assert "import" not in text


def test_a_document_has_its_id_and_what_is_kept_of_it() -> None:
    entry = Typed(
        Plant, "Tree", is_document=True, left_out=frozenset({"counts"}), without=frozenset({"grownAt", "price"})
    )
    text = module("Trees", [entry], time="Timestamp")
    assert "export interface Tree {\n  id: string;\n  color: Color;\n" in text
    assert "  counts?: Partial<Record<Color, number>>;\n" in text
    assert "grownAt" not in text


def test_two_models_of_one_name_are_refused() -> None:
    other = create_model("Leaf", size=(int, ...))
    with pytest.raises(SchemaError, match="two different models are called Leaf"):
        module("Both", [Typed(Leaf), Typed(other)], time="string")


def test_the_dashboards_types_are_current() -> None:
    assert main(["--check"]) == 0


def test_other_arguments_are_refused() -> None:
    assert main(["--force"]) == 2
