"""Helpers of the tests of execute door, shared with other tests."""

from __future__ import annotations

import httpx


def assert_problem(answer: httpx.Response, status: int, *words: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    problem = answer.json()
    assert problem["status"] == status
    assert all(word in problem["detail"] for word in words), problem
