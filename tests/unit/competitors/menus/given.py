"""Helpers of the tests of given, shared with other tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

GIVEN = Path(__file__).with_name("given")


CASES: list[dict[str, Any]] = json.loads((GIVEN / "expected.json").read_text())
