"""Calls Google Cloud on the official clients' channels, without the clients' wrappers around each call.

For a method the client makes its message anew as proto-plus, composes time-out, retries and tracing, and goes
through an interceptor that logs: a third of the processor time of a call, on the way of every run. The channel,
with its credentials and its TLS, is the client's; the metadata and the time-out are what the client sends. Nothing
is repeated: the caller decides that, or hands the request to the client, which repeats it by its own rules.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

Metadata = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Method:
    """A unary method: its path, the classes of its plain messages, and after how many seconds a call is given up.

    `routed_by`: the field of the request by which Google's front end finds the server.
    """

    path: str
    request: type[Any]
    answer: type[Any]
    routed_by: str
    timeout: float


def call(channel: Any, method: Method, request: Any, metadata: Metadata = ()) -> Any:
    """Send the request once; the plain answer.

    Raises:
        GoogleAPICallError: as the official client would for one attempt.
    """
    return _send(channel.unary_unary, channel, method, request, metadata)


def call_for_all(channel: Any, method: Method, request: Any, metadata: Metadata = ()) -> list[Any]:
    """Send the request of a method with many answers once; all its plain answers.

    Raises:
        GoogleAPICallError: as the official client would for one attempt.
    """
    answers: list[Any] = _send(channel.unary_stream, channel, method, request, metadata, list)
    return answers


def _send(
    kind: Callable[..., Any],
    channel: Any,
    method: Method,
    request: Any,
    metadata: Metadata,
    take: Callable[[Any], Any] = lambda answer: answer,
) -> Any:
    # Not at the top: most functions that make tasks start without making one.
    import grpc
    from google.api_core.exceptions import from_grpc_error
    from google.api_core.gapic_v1.routing_header import to_grpc_metadata

    stubs = _stubs.setdefault(channel, {})
    stub = stubs.get(method.path)
    if stub is None:
        stub = stubs[method.path] = kind(
            method.path,
            request_serializer=method.request.SerializeToString,
            response_deserializer=method.answer.FromString,
        )
    field = (method.routed_by, getattr(request, method.routed_by))
    routing = to_grpc_metadata([field])  # type: ignore[no-untyped-call]
    try:
        return take(stub(request, timeout=method.timeout, metadata=(*metadata, routing, _user_agent())))
    except grpc.RpcError as error:
        raise from_grpc_error(error) from error  # type: ignore[no-untyped-call]


_stubs: WeakKeyDictionary[Any, dict[str, Any]] = WeakKeyDictionary()
"""By channel and path. Two threads may make one at once: either serves."""


@functools.cache
def _user_agent() -> tuple[str, str]:
    from google.api_core.gapic_v1.client_info import ClientInfo

    header: tuple[str, str] = ClientInfo().to_grpc_metadata()  # type: ignore[no-untyped-call]
    return header
