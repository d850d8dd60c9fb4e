"""Turns a class of plain methods into a gRPC service, using Google's own message types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import grpc
from google.protobuf.empty_pb2 import Empty

from local.cloud.refusal import Refusal

Method = TypeVar("Method", bound=Callable[..., Any])


def rpc(request: type[Any], response: type[Any] | None = None) -> Callable[[Method], Method]:
    """Marks a method as an RPC: `create_task` implements `CreateTask`. It may raise Refusal.

    The default response is Empty.
    """

    def mark(method: Method) -> Method:
        method.__dict__["rpc_types"] = (request, response)
        return method

    return mark


def service_handler(service_name: str, service: object) -> grpc.GenericRpcHandler:
    """Handles every method of `service` marked with `rpc`."""
    return grpc.method_handlers_generic_handler(service_name, _method_handlers(service))


def _method_handlers(service: object) -> Mapping[str, grpc.RpcMethodHandler]:
    handlers = {}
    for name in dir(type(service)):
        types = getattr(getattr(type(service), name), "rpc_types", None)
        if types is None:
            continue
        request, response = types
        camel_case = "".join(part.capitalize() for part in name.split("_"))
        handlers[camel_case] = grpc.unary_unary_rpc_method_handler(
            _answering(getattr(service, name)),
            request_deserializer=request.deserialize,
            response_serializer=_serializer(response),
        )
    return handlers


def _answering(method: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    async def answer(request: Any, context: Any) -> Any:
        try:
            return method(request)
        except Refusal as refusal:
            await context.abort(refusal.code, refusal.message)

    return answer


def _serializer(response: type[Any] | None) -> Callable[[Any], bytes]:
    if response is None:
        return lambda _: Empty().SerializeToString()
    serialize: Callable[[Any], bytes] = response.serialize
    return serialize
