"""What the demo's story looks like."""

from __future__ import annotations

import io

import pytest

from local.demo.narrator import Narrator


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def _told(stream: io.StringIO) -> str:
    say = Narrator(stream)
    say.title("Title")
    say.act("First")
    say.happened("It is there", "tenants/one")
    say.act("Second")
    say.failed("It is not there", "found\nnothing")
    say.end("The end.")
    return stream.getvalue()


def test_without_a_terminal_the_text_is_plain() -> None:
    assert "\033" not in _told(io.StringIO())


def test_a_terminal_gets_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\033[32m✓" in _told(Terminal())


def test_no_color_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\033" not in _told(Terminal())


def test_acts_are_numbered_and_places_stand_below_what_happened() -> None:
    lines = _told(io.StringIO()).splitlines()
    assert [line[:9] for line in lines if line[:1].isdigit()] == ["1. First ", "2. Second"]
    assert lines[lines.index("  ✓ It is there") + 1] == "      tenants/one"


def test_a_failure_shows_what_was_found() -> None:
    lines = _told(io.StringIO()).splitlines()
    place = lines.index("  ✗ It is not there")
    assert lines[place + 1 : place + 3] == ["      found", "      nothing"]
