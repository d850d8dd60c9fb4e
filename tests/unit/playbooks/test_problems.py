"""What a malformed document's author reads."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, Field, ValidationError

from shared.playbooks.problems import problem_lines


class _Sizes(BaseModel):
    sizes: tuple[int, ...] = Field(min_length=1)


@pytest.mark.parametrize(
    ("found", "paths"), [(["a"], ["sizes[0]"]), (["a", 1, "b"], ["sizes[0]", "sizes[2]"]), ([], ["sizes"])]
)
def test_a_list_counts_as_too_short_only_when_it_is(found: list[object], paths: list[str]) -> None:
    with pytest.raises(ValidationError) as raised:
        _Sizes.model_validate({"sizes": found})
    assert [line.partition(":")[0] for line in problem_lines(raised.value)] == paths
