"""What a step's params hold may be a customer's data or a secret: no error about them repeats it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.errors import PermanentError
from shared.playbooks.problems import problem_lines
from shared.redaction import shape_of
from shared.steps.flow._items import column
from shared.steps.flow._rules import Rules, problems
from shared.steps.registry import action_modules, load_action

TAKE_ANYTHING = {"forecast_narrative", "set"}
MARK = "Zyxwvut"
"""In everything that the params are given."""
VALUES: list[Any] = [
    MARK,
    f"{MARK}@shop",
    f"{MARK} Doe\n+1315",
    f"https://hooks.example/{MARK}",
    f"javascript:{MARK}",
    f"{MARK}/../x",
    f"__{MARK}__",
    MARK * 60_000,
    [MARK],
    [{"a": MARK}],
    [[MARK, MARK, MARK, MARK]],
    {"a": MARK},
    {"x": {"y": [MARK]}},
    [f"{MARK}@shop"] * 60,
]


@pytest.mark.parametrize("name", sorted(action_modules()))
def test_no_action_repeats_what_its_params_hold(name: str) -> None:
    model = load_action(name).params
    # What an action reads as it is written is its author's own text, and may be quoted.
    written: frozenset[str] = getattr(model, "keeps_written", frozenset())
    names = [field.alias or own for own, field in model.model_fields.items()]
    fields = [name for name in names if name not in written]
    refused = 0
    for value in VALUES:
        for given_fields in (dict.fromkeys(fields, value), *({alias: value} for alias in fields)):
            try:
                model.model_validate(given_fields)
            except ValidationError as error:
                refused += 1
                text = "; ".join(problem_lines(error, "params"))
                assert MARK not in text, f"{name} {list(given_fields)}: {text[:300]}"
    assert refused or not fields or name in TAKE_ANYTHING, "nothing was refused, so nothing was shown"


@pytest.mark.parametrize("item", [MARK, f"{MARK}@shop.example", [MARK], {f"{MARK}@shop.example": 1}])
def test_no_rule_and_no_list_quotes_what_it_looks_at(item: Any) -> None:
    with pytest.raises(PermanentError) as refused:
        column([item], "missing")
    rules = Rules(type=["object"], required=["missing"], additional_properties=False)
    said = [str(refused.value), *problems(item, rules)]
    assert len(said) > 1
    assert not any(MARK in line for line in said)


anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.just(MARK), st.binary(), st.dates()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.just(MARK), inner), st.tuples(inner)),
)


@given(anything)
def test_a_shape_reveals_nothing_of_the_value(value: Any) -> None:
    assert MARK not in shape_of(value)
    assert len(shape_of(value)) < 60
