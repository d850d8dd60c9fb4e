"""Reading questions in the many ways in which people ask them, and requests that only sound like one."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from shared.chat.language.asking import question_of
from shared.chat.language.names import Names
from shared.chat.language.reading import read
from tests.corpus.heard import shop

ASKED: dict[str, list[str]] = yaml.safe_load(
    (Path(__file__).parents[2] / "corpus" / "asking.yaml").read_text(encoding="utf-8")
)
NAMES = Names(
    tuple(shop.COMPETITORS.values()),
    ("Blue Dream 3.5g", "Mango Gummies 100mg", "Flower", "Edibles"),
    (*(one["name"] for one in shop.playbooks().values()), "Daily Intel", "Low Stock Alert", "Menu Health"),
)


@pytest.mark.parametrize(("key", "said"), [(key, said) for key, every in ASKED.items() for said in every])
def test_each_question_is_the_one_that_it_asks(key: str, said: str) -> None:
    assert question_of(read(said, NAMES)) == (None if key == "request" else key)
