"""`claim_findings`: which of the prices that were found this run is to tell, and which people know already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from pydantic import AwareDatetime, Field

from shared.competitors.comparing.pricing import gap_percent
from shared.competitors.models import PriceChange, Undercut, product_label
from shared.competitors.told import claims
from shared.competitors.told.claims import Teller
from shared.competitors.told.fact import Audience, Fact, Reason, Telling, Verdict, strongest
from shared.competitors.told.wording import already_told
from shared.notices.preferences import Channel
from shared.steps.base import Action, Effect, Output, Params, StepContext
from shared.steps.competitive._scan_output import SCAN, scanned_menus
from shared.values.money import Money

MAX_SHOWN = 100
NO_CHANNEL = "The org's settings leave no channel to tell it over."
NOTHING = "There is nothing new to tell."


class MovedPrice(PriceChange):
    """A price that moved. `ourPrice`: what we ask for the same."""

    competitor_id: str = ""
    our_price: Money | None = None


class ClaimFindingsParams(Params):
    """What is to be told, as `analyze_pricing`, `diff_snapshots` or a `competitor.price_change` event gives it.

    `channels`: over which the steps after it tell it. Mails, the inbox and texts have different readers: what was
    mailed is known in the inbox too, what was texted only where texts go.
    """

    undercut: list[Undercut] = Field(default=[], max_length=1_000)
    changes: list[MovedPrice] = Field(default=[], max_length=2_000)
    channels: list[Channel]


class NewUndercut(Undercut):
    """An undercut to tell. `reason`: `deeper` than what was told, or `returned` after it was gone."""

    reason: Reason = "new"


class KnownFinding(Output):
    """A price that was told, by which playbook and when."""

    competitor: str
    product: str
    their_price: Money
    percent: Money | None
    told_by: str
    told_at: AwareDatetime
    note: str
    """`Already told by 'Daily Intel' at 9:02 AM.`"""


class ClaimFindingsOutput(Output):
    """`undercut` and `changes`: what this run is to tell, `count` in all. `alreadyTold`: what people know.

    `reason`: why there is nothing to tell; empty where there is something. `claims` and `channel` are for
    `settle_findings`.
    """

    count: int
    undercut: tuple[NewUndercut, ...]
    undercut_count: int
    changes: tuple[MovedPrice, ...]
    change_count: int
    already_told: tuple[KnownFinding, ...]
    """The first hundred of `alreadyToldCount`."""
    already_told_count: int
    note: str
    """Who told what people know; empty where there is nothing of it."""
    reason: str
    claims: tuple[str, ...]
    channel: Channel | None


class ClaimFindings(Action[ClaimFindingsParams, ClaimFindingsOutput]):
    """Claims the prices that this run is to tell, so that no other playbook tells the org's people the same.

    An unchanged price is told once, again where the undercut is deeper by 1% of our price or more, or is back after
    it was gone. A run that ends without `settle_findings` loses its claims. A run that a person asked for tells
    everything; a dry run claims nothing and takes everything for new.
    """

    params = ClaimFindingsParams
    output = ClaimFindingsOutput
    effect: ClassVar[Effect] = Effect.IDEMPOTENT
    example: ClassVar[Mapping[str, Any]] = {
        "changes": [
            {
                "competitor": "Higher Level Syracuse",
                "product": "Blue Dream 3.5g",
                "oldPrice": 39,
                "newPrice": 34,
                "percent": 12.82,
                "direction": "down",
            }
        ],
        "channels": ["email", "dashboard"],
    }

    def run(self, params: ClaimFindingsParams, context: StepContext) -> ClaimFindingsOutput:
        """Claim them.

        Raises:
            TransientError: other runs claim the same at this moment.
        """
        audience = strongest(params.channels)
        since = _menus_since(context)
        undercut = [(row, _undercut(row, since)) for row in params.undercut]
        changes = [(row, _change(row)) for row in params.changes]
        facts = [fact for _, fact in (*undercut, *changes)]
        verdicts = _claim(facts, audience, context) if audience is not None else {}
        asked = audience is not None and _is_asked_for(context)

        def is_told(fact: Fact) -> bool:
            return fact.id in verdicts and (asked or verdicts[fact.id].is_told)

        new = [
            NewUndercut(**dict(row), reason=verdicts[fact.id].reason or "new")
            for row, fact in undercut
            if is_told(fact)
        ]
        moved = [row for row, fact in changes if is_told(fact)]
        known = [(fact, telling) for fact in facts if (telling := _known_from(fact, verdicts)) and not asked]
        count = len(new) + len(moved)
        note = already_told((telling for _, telling in known), context.now, context.org.timezone)
        return ClaimFindingsOutput(
            count=count,
            undercut=tuple(new),
            undercut_count=len(new),
            changes=tuple(moved),
            change_count=len(moved),
            already_told=tuple(_known(*one, context) for one in known[:MAX_SHOWN]),
            already_told_count=len(known),
            note=note,
            reason="" if count else _why_nothing(facts, audience, note),
            claims=tuple(one for one, verdict in verdicts.items() if verdict.is_told),
            channel=Channel(audience) if audience is not None else None,
        )


def _claim(facts: Sequence[Fact], audience: Audience, context: StepContext) -> dict[str, Verdict]:
    if not facts:
        return {}
    return context.effects.write(
        f"claims:{audience}",
        {"collection": claims.COLLECTION, "channel": audience, "count": len(facts)},
        lambda: claims.claim(context.org.id, facts, audience, teller_of(context), context.now),
        sample={fact.id: Verdict("new") for fact in facts},
    )


def teller_of(context: StepContext) -> Teller:
    """The run as the one that tells."""
    return Teller(context.playbook_name, context.execution_id)


def _is_asked_for(context: StepContext) -> bool:
    """Whether a person or an agent started the run: its messages are the answer."""
    trigger = context.scope.get("trigger")
    return isinstance(trigger, Mapping) and trigger.get("type") == "manual"


def _menus_since(context: StepContext) -> dict[str, datetime]:
    """Since when each menu of the run's scan is as it is, by the competitor's name."""
    if SCAN not in context.outputs:
        return {}
    return {menu.name: menu.taken_at for menu in scanned_menus(context, "claim_findings") if menu.taken_at}


def _undercut(row: Undercut, since: Mapping[str, datetime]) -> Fact:
    product = product_label(row.their_product or row.product, row.their_size or row.size)
    return Fact("undercut", row.competitor, product, row.their_price, row.percent, since.get(row.competitor))


def _change(row: MovedPrice) -> Fact:
    below = gap_percent(row.our_price, row.new_price) if row.our_price else Decimal(0)
    product = product_label(row.product, row.size)
    return Fact("price_change", row.competitor, product, row.new_price, below if below > 0 else None)


def _known_from(fact: Fact, verdicts: Mapping[str, Verdict]) -> Telling | None:
    verdict = verdicts.get(fact.id)
    return verdict.known_from if verdict is not None else None


def _known(fact: Fact, telling: Telling, context: StepContext) -> KnownFinding:
    return KnownFinding(
        competitor=fact.competitor,
        product=fact.product,
        their_price=fact.their_price,
        percent=fact.percent,
        told_by=telling.by,
        told_at=telling.at,
        note=already_told([telling], context.now, context.org.timezone),
    )


def _why_nothing(facts: Iterable[Fact], audience: Audience | None, note: str) -> str:
    if audience is None:
        return NO_CHANNEL
    return note if any(True for _ in facts) else NOTHING
