"""`publish_event`: publishes an event in the org, so that other playbooks can react to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field, field_validator

from shared.api.storable import StorableObject
from shared.billing.causes import Cause, CauseLimitError, create_counted
from shared.documents import events
from shared.errors import PermanentError
from shared.notices import limit_notice
from shared.playbooks.models import EventName
from shared.playbooks.sizes import MAX_EVENT_BYTES, json_bytes
from shared.steps.base import Action, Effect, Output, Params, StepContext
from shared.steps.documents import effect_id, origin

MAX_HOPS = 10
"""The maximum length of a chain of events, each published by a playbook that the previous one started."""
SYSTEM_EVENTS = ("inventory", "usage", "org", "competitor", "webhook")
"""Prefixes of event names that only the system may raise, because others rely on them."""


class PublishEventParams(Params):
    """`name`: a dotted name of the org's own, like `shelf.counted`; `data`: what listeners find under `event`."""

    name: EventName
    data: StorableObject = Field(default_factory=dict)

    @field_validator("name")
    @classmethod
    def _is_not_the_systems(cls, name: str) -> str:
        if name.partition(".")[0] in SYSTEM_EVENTS:
            raise ValueError(
                f"{name!r} is raised by the system alone; expected a name that does not start with "
                + ", ".join(f"{first}." for first in SYSTEM_EVENTS)
            )
        return name

    @field_validator("data")
    @classmethod
    def _is_small(cls, data: dict[str, Any]) -> dict[str, Any]:
        size = json_bytes(data)
        if size > MAX_EVENT_BYTES:
            raise ValueError(f"data has {size:,} bytes; expected at most {MAX_EVENT_BYTES:,}")
        return data


class PublishEventOutput(Output):
    """The id of the document in `events`."""

    event_id: str


class PublishEvent(Action[PublishEventParams, PublishEventOutput]):
    """Publishes an event of the org, once; playbooks that listen to its name start."""

    effect: ClassVar[Effect] = Effect.IDEMPOTENT
    example: ClassVar[Mapping[str, Any]] = {"name": "shelf.counted", "data": {"shelf": "flower", "missing": 2}}

    def run(self, params: PublishEventParams, context: StepContext) -> PublishEventOutput:
        """Create its document.

        Raises:
            PermanentError: too many events have led to one another, as where playbooks start each other in a ring.
            CauseLimitError: what set the run off has set off as many runs and events as it may.
        """
        hops = 1 + context.depth
        if hops > MAX_HOPS:
            raise PermanentError(
                f"{hops} events have led to one another, the last one {params.name!r}; expected at most {MAX_HOPS} "
                "(does a playbook listen to what it publishes itself?)"
            )
        event_id = effect_id(context)
        fields = {
            "name": params.name,
            "data": params.data,
            "createdAt": context.now,
            "source": origin(context),
            "hops": hops,
        }
        context.effects.write(
            "event",
            {"channel": "event", "name": params.name, "data": params.data},
            lambda: _create(event_id, fields, context),
            sample=None,
        )
        return PublishEventOutput(event_id=event_id)


def _create(event_id: str, fields: Mapping[str, Any], context: StepContext) -> None:
    """Create the event's document unless an earlier attempt has, and count it."""
    reference = events.reference(context.org.id, event_id)
    cause = Cause(context.org.id, context.root_cause or context.execution_id, context.org.tier_id)
    try:
        create_counted(cause, reference, fields, context.now)
    except CauseLimitError as error:
        limit_notice.notify_of_loop_limit(cause, error, context.playbook_id, context.now)
        raise
