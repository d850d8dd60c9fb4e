"""Shared by all event functions: log fields, and which errors cause a redelivery."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING

from shared.errors import PermanentError
from shared.gcp import logging, tracing
from shared.gcp.tracing import TraceContext

if TYPE_CHECKING:
    from cloudevents.http import CloudEvent

log = logging.get_logger(__name__)

Handler = Callable[["CloudEvent"], None]


def event_door(handler: Handler) -> Handler:
    """Wrap an event function: a PermanentError is logged and acknowledged, anything else is delivered again."""

    @functools.wraps(handler)
    def guarded(event: CloudEvent) -> None:
        with (
            logging.bind(functionName=handler.__name__, eventId=event.get("id")),
            tracing.part(handler.__name__, kind="consumer", parent=_carried(event)) as span,
        ):
            try:
                handler(event)
            except PermanentError as error:
                span.fail(type(error).__name__)
                log.error("event cannot be used", extra={"reason": str(error), "subject": event.get("subject")})

    return guarded


def _carried(event: CloudEvent) -> TraceContext | None:
    """The span that a Pub/Sub message was sent in: only our own account sends to the topic."""
    message = event.data.get("message") if isinstance(event.data, dict) else None
    attributes = message.get("attributes") if isinstance(message, dict) else None
    return tracing.parse(attributes.get(tracing.ATTRIBUTE)) if isinstance(attributes, dict) else None
