"""A state folder: one stack at a time, only what fits, and whatever dies leaves the last whole checkpoint."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.stack.ports import Ports, free_offset
from local.stack.processes import StackError
from local.stack.state import state_folder


@pytest.fixture
def ports() -> Ports:
    """At which nothing runs."""
    return Ports(free_offset())


def keep(folder: Path, offset: int, kept_format: int = 1) -> Path:
    """What a stack at that offset has kept."""
    whole = folder / "20261129T080000000000"
    (whole / "emulators").mkdir(parents=True)
    (whole / "local.json").write_text("{}")
    (whole / "about.json").write_text(f'{{"format": {kept_format}, "port_offset": {offset}}}')
    (folder / "current").write_text(whole.name)
    return whole


def test_a_new_folder_is_made_and_holds_nothing(tmp_path: Path, ports: Ports) -> None:
    with state_folder(tmp_path / "new", ports) as state:
        assert state.emulators is None
        assert state.restore_local() is False


def test_two_stacks_cannot_have_one_folder(tmp_path: Path, ports: Ports) -> None:
    with (
        state_folder(tmp_path, ports),
        pytest.raises(StackError, match="in use by another stack"),
        state_folder(tmp_path, ports),
    ):
        raise AssertionError("both have it")
    with state_folder(tmp_path, ports):
        pass


@pytest.mark.parametrize(
    ("offset", "kept_format", "said"), [(50, 1, "was kept at PORT_OFFSET=50"), (None, 9, "has the format 9")]
)
def test_what_does_not_fit_is_refused_with_what_was_expected(
    tmp_path: Path, ports: Ports, offset: int | None, kept_format: int, said: str
) -> None:
    keep(tmp_path, ports.offset if offset is None else offset, kept_format)
    with pytest.raises(StackError, match=said), state_folder(tmp_path, ports):
        raise AssertionError("it was taken")


def test_a_checkpoint_that_fails_leaves_the_one_before_it(tmp_path: Path, ports: Ports) -> None:
    whole = keep(tmp_path, ports.offset)
    with state_folder(tmp_path, ports) as state:
        with pytest.raises(StackError, match="can't be saved"):
            state.save()
        assert state.emulators == whole / "emulators"
        assert [one.name for one in tmp_path.iterdir() if one.is_dir()] == [whole.name]


def test_what_a_death_left_half_made_counts_for_nothing(tmp_path: Path, ports: Ports) -> None:
    whole = keep(tmp_path, ports.offset)
    (tmp_path / "20261129T090000000000" / "emulators").mkdir(parents=True)
    (tmp_path / "current.new").write_text("20261129T09")
    with state_folder(tmp_path, ports) as state:
        assert state.emulators == whole / "emulators"
