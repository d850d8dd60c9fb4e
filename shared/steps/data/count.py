"""`count`: counts documents of the run's own org."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from shared.steps.base import Action, Effect, Output, Params, StepContext
from shared.steps.data._collections import Readable
from shared.steps.data._query import Where, confined_query, refusals_in_words


class CountParams(Params):
    """`where` as in `query`."""

    collection: Readable
    where: Where = Field(default=[])


class CountOutput(Output):
    """The number of matching documents."""

    count: int


class Count(Action[CountParams, CountOutput]):
    """Counts the org's documents that match conditions, without reading them."""

    effect: ClassVar[Effect] = Effect.NONE
    example: ClassVar[Mapping[str, Any]] = {
        "collection": "inventory",
        "where": [{"field": "quantity", "op": "<", "value": 20}],
    }

    def run(self, params: CountParams, context: StepContext) -> CountOutput:
        """Count them.

        Raises:
            PermanentError: Firestore refuses the query (an index is missing).
        """
        return CountOutput(count=context.effects.read(lambda: _counted(params, context.org.id)))


def _counted(params: CountParams, org_id: str) -> int:
    with refusals_in_words(params.collection):
        counting: Any = confined_query(params.collection, params.where, org_id).count()
        ((result,),) = counting.get()
    return int(result.value)
