"""Values of the formats that the OpenAPI document names and JSON Schema does not know; loaded by schemathesis.

`st run` finds it by SCHEMATHESIS_HOOKS.
"""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import available_timezones

import schemathesis
from hypothesis import strategies as st

DEPEND_ON_MORE = frozenset({"slot", "Idempotency-Key"})
"""Fields whose meaning hangs on the clock or on another header, which no schema can say."""
_NAMES = st.from_regex(r"[a-z][a-z0-9]{1,10}", fullmatch=True)
_NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)


def _cursor(micros: int, document_id: str) -> str:
    return base64.urlsafe_b64encode(f"{micros}:{document_id}".encode()).decode().rstrip("=")


schemathesis.openapi.format("cursor", st.builds(_cursor, st.integers(1, 2**50), _NAMES))
schemathesis.openapi.format("timezone", st.sampled_from(sorted(available_timezones() - {"Factory", "localtime"})))
schemathesis.openapi.format("email", st.builds("{}@{}.example".format, _NAMES, _NAMES))
schemathesis.openapi.format("phone", st.integers(100, 199).map("+13155550{}".format))
schemathesis.openapi.format("public-url", st.builds("https://{}.example/{}".format, _NAMES, _NAMES))
# A clock near the present, as those of callers are.
schemathesis.openapi.format(
    "date-time", st.integers(0, 10**6).map(lambda seconds: (_NOW + timedelta(seconds=seconds)).isoformat())
)


@schemathesis.check
def fields_that_the_schema_allows_are_read(ctx: Any, response: Any, case: Any) -> None:
    """What the document allows may be refused for what it means (a limit, a playbook that is not there to be run),
    but not for its form: 422 is an expected answer to valid data, unless it says `invalid_fields`."""
    if case.meta is None or not case.meta.generation.mode.is_positive or response.status_code != 422:
        return
    problem = response.json()
    at_fault = {one["field"] for one in problem.get("errors", ())}
    assert problem["code"] != "invalid_fields" or at_fault <= DEPEND_ON_MORE, problem
