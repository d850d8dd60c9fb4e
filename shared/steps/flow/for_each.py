"""`for_each`: runs steps once for each item of a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal

from pydantic import Field, field_validator

from shared.playbooks.nesting import BlockSource
from shared.playbooks.time_triggers import Identifier
from shared.steps.base import Action, Block, Effect, Output, Params, StepContext
from shared.steps.flow._blocks import Steps, all_outputs, raise_failures

MAX_ITEMS = 500
MAX_CONCURRENCY = 10
RESERVED = frozenset({"org", "user", "event", "trigger", "steps", "index"})


class ForEachParams(Params):
    """The inner steps find the item under the name in `as`, and its number, from 0, under `index`.

    `concurrency`: how many items are under way at once. `onItemError: continue` records an item that failed
    permanently and goes on; a failure that may pass is retried in either case, for the unfinished items alone.
    """

    keeps_written: ClassVar[frozenset[str]] = frozenset({"steps"})

    items: list[Any]
    as_: Identifier = Field(default="item", alias="as")
    steps: Steps
    concurrency: int = Field(default=1, ge=1, le=MAX_CONCURRENCY)
    on_item_error: Literal["fail", "continue"] = "fail"

    @field_validator("items")
    @classmethod
    def _are_not_too_many(cls, items: list[Any]) -> list[Any]:
        if len(items) > MAX_ITEMS:
            raise ValueError(
                f"found {len(items):,} items; expected at most {MAX_ITEMS} "
                "(use send_campaign to write to more customers)"
            )
        return items

    @field_validator("as_")
    @classmethod
    def _is_free(cls, name: str) -> str:
        if name in RESERVED:
            raise ValueError(f"{name!r} means something else already; expected a name like item or product")
        return name

    @classmethod
    def blocks(cls, written: Mapping[str, Any]) -> Sequence[BlockSource]:
        """The steps, with the item in their scope."""
        name = written.get("as", "item")
        return (BlockSource("steps", written.get("steps"), frozenset({str(name), "index"})),)


class ItemResult(Output):
    """The result of one item; `output` has the outputs of its steps by step id."""

    index: int
    status: Literal["completed", "failed"]
    output: dict[str, Any]
    error: str | None = None


class ForEachOutput(Output):
    """One result per item, in the items' order."""

    count: int
    failed: int
    results: list[ItemResult]


class ForEach(Action[ForEachParams, ForEachOutput]):
    """Runs steps for each item of a list, and keeps each item's progress."""

    effect: ClassVar[Effect] = Effect.NONE
    example: ClassVar[Mapping[str, Any]] = {
        "items": [{"name": "Blue Dream", "left": 3}, {"name": "OG Kush", "left": 9}],
        "as": "product",
        "steps": [{"action": "set", "params": {"values": {"line": "{{product.name}}: {{product.left}} left"}}}],
    }

    def run(self, params: ForEachParams, context: StepContext) -> ForEachOutput:
        """Run them.

        Raises:
            TransientError: an item failed and may succeed later.
            PermanentError: an item failed permanently and `onItemError` is `fail`.
        """
        blocks = [
            Block(str(index), params.steps, {params.as_: item, "index": index})
            for index, item in enumerate(params.items)
        ]
        ended = context.children.run(blocks, concurrency=params.concurrency)
        raise_failures(ended, "item", permanent_too=params.on_item_error == "fail")
        results = [
            ItemResult(
                index=index,
                status=result.status,
                output=all_outputs(result),
                error=str(result.error) if result.error else None,
            )
            for index, result in enumerate(ended)
        ]
        return ForEachOutput(
            count=len(results), failed=sum(result.status == "failed" for result in results), results=results
        )
