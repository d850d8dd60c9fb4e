"""Which months come before one, across years."""

from __future__ import annotations

import pytest

from shared.billing.usage_months import months_before


@pytest.mark.parametrize(
    ("month", "count", "before"),
    [
        ("2026-11", 0, []),
        ("2026-11", 2, ["2026-10", "2026-09"]),
        ("2026-02", 3, ["2026-01", "2025-12", "2025-11"]),
    ],
)
def test_the_months_before(month: str, count: int, before: list[str]) -> None:
    assert months_before(month, count) == before
