"""Documents that a step creates: their ids and their origin."""

from __future__ import annotations

from typing import Any

from shared.steps.context import StepContext
from shared.values.digests import hex_digest


def effect_id(context: StepContext, part: str = "") -> str:
    """The id of the document this step creates, the same in every attempt: 32 hex digits, evenly spread."""
    return hex_digest(context.effect_key(part))


def origin(context: StepContext) -> dict[str, Any]:
    """What a document records about the step that created it.

    `{executionId, stepId, playbookId, depth, ancestors?, rootCause?, causedBy?}`: by `depth` the events that follow
    from it know how many playbooks have led to them, by `ancestors` which, and by `rootCause` which run or event
    they all go back to; who stands in `causedBy` decides nothing that the run asked or suggested. `traceparent?` is
    the run's span in its trace.
    """
    people = {"causedBy": list(context.caused_by)} if context.caused_by else {}
    return {
        "executionId": context.execution_id,
        "stepId": context.step_id,
        "playbookId": context.playbook_id,
        "depth": context.depth,
        **({"ancestors": list(context.ancestors)} if context.ancestors else {}),
        **({"rootCause": context.root_cause} if context.root_cause else {}),
        **({"traceparent": context.traceparent} if context.traceparent else {}),
        **people,
    }
