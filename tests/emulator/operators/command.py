"""`playbooks` as an operator types it, against the tests' emulators."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from local.operators.__main__ import main
from shared.gcp.logging import StdoutHandler


@contextmanager
def _without_json_logs() -> Iterator[None]:
    """The command line sets up no JSON logs; another test of this process may have."""
    root = logging.getLogger()
    handlers = [one for one in root.handlers if isinstance(one, StdoutHandler)]
    for one in handlers:
        root.removeHandler(one)
    try:
        yield
    finally:
        for one in handlers:
            root.addHandler(one)


@dataclass(frozen=True)
class Command:
    """Runs the command line; what it printed comes back."""

    capsys: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str, code: int = 0) -> str:
        """Its output; the test fails where the exit code is another."""
        self.capsys.readouterr()
        with _without_json_logs():
            found = main(list(arguments))
        out, err = self.capsys.readouterr()
        assert found == code, f"exit code {found}: {out}{err}"
        return out + err

    def json(self, *arguments: str, code: int = 0) -> Any:
        """The same with --json, read."""
        return json.loads(self(*arguments, "--json", code=code))
