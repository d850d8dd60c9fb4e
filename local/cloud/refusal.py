"""Errors that the local cloud returns to callers."""

from __future__ import annotations

import re

import grpc


class Refusal(Exception):  # noqa: N818 - an answer to the caller, not a fault of the server
    """A gRPC error: the real service's status code and a message with what was expected."""

    def __init__(self, code: grpc.StatusCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def invalid(field: str, found: object, expected: str) -> Refusal:
    """INVALID_ARGUMENT for one field."""
    return Refusal(grpc.StatusCode.INVALID_ARGUMENT, f"{field} is {found!r}; expected {expected}")


def not_found(what: str, name: str) -> Refusal:
    """NOT_FOUND for a resource name."""
    return Refusal(grpc.StatusCode.NOT_FOUND, f"{what} {name} does not exist")


def already_exists(what: str, name: str, why: str = "already exists") -> Refusal:
    """ALREADY_EXISTS for a resource name."""
    return Refusal(grpc.StatusCode.ALREADY_EXISTS, f"{what} {name} {why}")


def failed_precondition(message: str) -> Refusal:
    """FAILED_PRECONDITION with its reason."""
    return Refusal(grpc.StatusCode.FAILED_PRECONDITION, message)


def unimplemented(message: str) -> Refusal:
    """UNIMPLEMENTED for features the local service lacks."""
    return Refusal(grpc.StatusCode.UNIMPLEMENTED, message)


def matched(pattern: re.Pattern[str], value: str, field: str, expected: str) -> re.Match[str]:
    """Matches the whole value.

    Raises:
        Refusal: INVALID_ARGUMENT naming the field.
    """
    found = pattern.fullmatch(value)
    if found is None:
        raise invalid(field, value, expected)
    return found
