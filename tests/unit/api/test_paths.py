"""An address is written once: as a template, which a request's path fits or does not."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.api import paths
from shared.api.paths import is_at, path_of, values_in

TEMPLATES = sorted(
    value for name, value in vars(paths).items() if name.isupper() and str(value).startswith("/api/")
)


@pytest.mark.parametrize("prefix", ["", "/api", "/project/us-central1/hooks"])
@pytest.mark.parametrize("end", ["", "/"])
def test_path_values_are_found_behind_any_prefix(prefix: str, end: str) -> None:
    found = values_in(f"{prefix}/hooks/h-1/calls/c-2/replay{end}", paths.HOOK_CALL_REPLAY)
    assert found == {"hookId": "h-1", "callId": "c-2"}


@pytest.mark.parametrize(
    "path", ["/api/alerts", "/api/alerts/", "/api/alerts/a/read/more", "/api/alerts//read", "/api/alerts/a/read\n"]
)
def test_another_address_has_no_values(path: str) -> None:
    assert values_in(path, paths.ALERT_READ) is None
    assert not is_at(path, paths.ALERT_READ)


@given(st.sampled_from(TEMPLATES), st.text(min_size=1, max_size=20).filter(lambda text: text not in (".", "..")))
def test_a_path_value_survives_a_round_trip(template: str, value: str) -> None:
    found = values_in(
        path_of(template, **dict.fromkeys((values_in(template, template) or {}), _quotable(value))), template
    )
    assert found is not None
    assert {unquote(one) for one in found.values()} <= {_quotable(value)}


def _quotable(text: str) -> str:
    """Without lone surrogates, which no URL can hold."""
    return text.encode(errors="replace").decode()
