"""`playbooks` as an operator types it, against the tests' emulators."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from local.operators.__main__ import main


@dataclass(frozen=True)
class Command:
    """Runs the command line; what it printed comes back."""

    capsys: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str, code: int = 0) -> str:
        """Its output; the test fails where the exit code is another."""
        self.capsys.readouterr()
        found = main(list(arguments))
        out, err = self.capsys.readouterr()
        assert found == code, f"exit code {found}: {out}{err}"
        return out + err

    def json(self, *arguments: str, code: int = 0) -> Any:
        """The same with --json, read."""
        return json.loads(self(*arguments, "--json", code=code))
