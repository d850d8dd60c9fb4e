"""A pinned playbook is parsed once for all its runs; another one, or another org's, is not taken for it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.playbooks.nesting import NestingParams
from shared.playbooks.validation import InvalidPlaybookError
from shared.runs import compiled
from shared.runs.compiled import compiled_playbook
from shared.runs.parts import PinnedOrg, TriggerRef
from shared.runs.record import Execution, ExecutionStatus, parse_execution


def no_params(_action: str) -> type[NestingParams]:
    return NestingParams


def execution(name: str, *, org_id: str = "o1", steps: list[dict[str, Any]] | None = None) -> Execution:
    return Execution(
        id="e1",
        playbook_id="p1",
        org_id=org_id,
        trigger=TriggerRef(type="manual"),
        status=ExecutionStatus.QUEUED,
        created_at=datetime(2026, 3, 1, tzinfo=UTC),
        definition={
            "name": name,
            "status": "active",
            "orgId": "o1",
            "triggers": [],
            "steps": [{"action": "pure"}] if steps is None else steps,
        },
        org=PinnedOrg(id=org_id, name="O", timezone="UTC", tier_id="pro"),
    )


def test_runs_of_the_same_definition_share_its_compiled_form() -> None:
    first = execution("Same")
    again = parse_execution("e2", first.document())
    assert compiled_playbook(again, no_params) is compiled_playbook(first, no_params)


def test_a_pinned_playbook_is_written_as_it_was_read() -> None:
    text = execution("As it was").pinned_text().replace(": ", ":  ")
    read = parse_execution("e1", {**execution("As it was").document(), "pinned": text})
    assert read.pinned_text() == text


def test_an_edited_playbook_is_compiled_again() -> None:
    assert compiled_playbook(execution("Before"), no_params).name == "Before"
    assert compiled_playbook(execution("After"), no_params).name == "After"


def test_a_playbook_refused_in_one_org_stays_refused_after_it_ran_in_another() -> None:
    compiled_playbook(execution("Ours"), no_params)
    with pytest.raises(InvalidPlaybookError, match="orgId"):
        compiled_playbook(execution("Ours", org_id="o2"), no_params)


def test_a_playbook_that_cannot_run_is_refused_each_time() -> None:
    for _ in range(2):
        with pytest.raises(InvalidPlaybookError, match="steps"):
            compiled_playbook(execution("Empty", steps=[]), no_params)


def test_only_the_latest_compiled_playbooks_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "MOST_KEPT", 2)

    def other_params(_action: str) -> type[NestingParams]:
        return NestingParams

    first = compiled_playbook(execution("1"), other_params)
    for name in ("2", "1", "3"):
        compiled_playbook(execution(name), other_params)
    assert compiled_playbook(execution("1"), other_params) is first
    second = compiled_playbook(execution("2"), other_params)
    assert compiled_playbook(execution("2"), other_params) is second


def test_a_very_long_playbook_is_not_cached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "MOST_CHARS", 10)
    long = execution("Long")
    assert compiled_playbook(long, no_params) is not compiled_playbook(long, no_params)
