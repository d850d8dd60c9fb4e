"""`settle_findings`: notes that what `claim_findings` claimed has been sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field

from shared.notices.preferences import Channel
from shared.steps.base import Action, Effect, Output, Params, StepContext
from shared.steps.fact_claims import settle_facts


class SettleFindingsParams(Params):
    """`claims` and `channel` of the `claim_findings` step."""

    claims: list[Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]] = Field(max_length=4_000)
    channel: Channel | None = None


class SettleFindingsOutput(Output):
    """How many findings count as reported by this run."""

    settled: int


class SettleFindings(Action[SettleFindingsParams, SettleFindingsOutput]):
    """Put it right after the step that sends: from then on the findings count as reported, however the run ends."""

    effect: ClassVar[Effect] = Effect.IDEMPOTENT
    example: ClassVar[Mapping[str, Any]] = {
        "claims": ["9a4f0c3b7d1e4e52a8b6c2d0f1e3a597"],
        "channel": "email",
    }

    def run(self, params: SettleFindingsParams, context: StepContext) -> SettleFindingsOutput:
        channel = params.channel
        if channel is None or not params.claims:
            return SettleFindingsOutput(settled=0)
        return SettleFindingsOutput(settled=settle_facts(context, params.claims, channel.value))
