"""One call: the request with its credential, the answer's JSON, and problems as errors with their code."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

ErrorCode = str
"""One of the codes that docs/errors.md lists."""
SECONDS = 65.0
"""Hosting gives up after 60."""


class ApiError(Exception):
    """The API has refused a call. `code` never changes its meaning; `detail` is for people.

    `retry_after_seconds`: when to try again; None where it would not help. `errors`: the fields at fault.
    """

    def __init__(self, status: int, problem: Mapping[str, Any], retry_after: str | None = None) -> None:
        self.status = status
        self.code: ErrorCode = str(problem.get("code", "internal_error"))
        self.detail = str(problem.get("detail", ""))
        self.errors: list[dict[str, str]] = list(problem.get("errors") or ())
        self.retry_after_seconds = int(retry_after) if retry_after and retry_after.isdigit() else None
        super().__init__(f"{status} {self.code}: {self.detail}")


class Transport:
    """Base of the client: one credential, one connection pool. Close it, or use it in a `with`.

    Args:
        base_url: where the API is, like `https://PROJECT.web.app`.
        token: a person's Firebase ID token, or the cron secret.
        agent_key: an agent's key. One of the two.
        timeout: of a call, in seconds.
        trust_env: whether proxies are taken from the environment.
        transport: what sends the requests; of httpx's own if none is given.
    """

    def __init__(
        self,
        base_url: str,
        *,
        token: str | None = None,
        agent_key: str | None = None,
        timeout: float = SECONDS,
        trust_env: bool = True,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        if (token is None) == (agent_key is None):
            raise ValueError("expected one of token and agent_key")
        headers = {"Authorization": f"Bearer {token}"} if token is not None else {"X-Api-Key": str(agent_key)}
        self._http = httpx.Client(
            base_url=base_url, headers=headers, timeout=timeout, trust_env=trust_env, transport=transport
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _call(
        self,
        method: str,
        path: str,
        *,
        ids: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        headers: Mapping[str, str | None] | None = None,
    ) -> Any:
        """The answer's JSON; None where it has no body.

        Raises:
            ApiError: the API has refused it.
            httpx.HTTPError: it was not reached, or did not answer.
        """
        url = path.format(**{name: quote(value, safe="") for name, value in (ids or {}).items()})
        params = {name: _text(value) for name, value in (query or {}).items() if value is not None}
        given = {name: value for name, value in (headers or {}).items() if value is not None}
        answer = self._http.request(method, url, params=params, json=body, headers=given)
        if answer.is_error:
            raise ApiError(answer.status_code, _problem(answer), answer.headers.get("Retry-After"))
        return answer.json() if answer.content else None


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _problem(answer: httpx.Response) -> Mapping[str, Any]:
    """What a proxy on the way answers is no problem of the API's."""
    try:
        content = answer.json()
    except ValueError:
        content = None
    return content if isinstance(content, Mapping) else {"detail": answer.text[:500]}
