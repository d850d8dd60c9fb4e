"""What the story writes can run, and what does not happen breaks it off."""

from __future__ import annotations

import pytest

from local.demo.acts.usage import NEWSLETTER
from local.demo.story_error import MAX_FOUND_LINES, StoryError, expect, only
from shared.playbooks.validation import parse_playbook
from shared.steps.registry import params_model


def test_the_storys_playbook_is_valid() -> None:
    assert parse_playbook("org", NEWSLETTER, params_model).name == NEWSLETTER["name"]


def test_an_expectation_that_does_not_hold_ends_the_story_with_what_was_found() -> None:
    with pytest.raises(StoryError, match="the job should be there") as caught:
        expect([], "the job should be there", lambda: "no jobs")
    assert caught.value.found == "no jobs"


def test_an_expectation_that_holds_does_not_look_for_more() -> None:
    expect([1], "something", lambda: pytest.fail("looked"))


@pytest.mark.parametrize("items", [[], [1, 2]])
def test_only_refuses_none_and_several(items: list[int]) -> None:
    with pytest.raises(StoryError, match=f"expected exactly one, found {len(items)}"):
        only(items, "emails")


def test_only_the_end_of_what_was_found_is_kept() -> None:
    error = StoryError("what", "\n".join(map(str, range(MAX_FOUND_LINES + 5))))
    assert error.found.splitlines()[0] == "5"
