"""`claim_findings`: decides which price findings this run reports, and which people already know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from pydantic import AwareDatetime, Field
from pydantic.alias_generators import to_camel

from shared.competitors.comparing.pricing import gap_percent
from shared.competitors.models import PriceChange, Undercut, product_label
from shared.competitors.price_facts import price_fact
from shared.notices.dedup.fact import Fact, NoveltyVerdict, Reason, Role, ShopKind, strongest
from shared.notices.dedup.specialists import already_reported, left_to
from shared.notices.preferences import Channel
from shared.steps.base import Action, Effect, Output, Params, StepContext
from shared.steps.competitive._scan_output import SCAN, scanned_menus
from shared.steps.fact_claims import claim_facts, is_asked_for
from shared.values.money import Money

MAX_SHOWN = 100
_UNDERCUT = frozenset(map(to_camel, Undercut.model_fields))
NO_CHANNEL = "The org's settings leave no channel to tell it over."
NOTHING = "There is nothing new to tell."


class MovedPrice(PriceChange):
    """A price change. `ourPrice`: our price for the same product."""

    competitor_id: str = ""
    our_price: Money | None = None


class Thing(Params):
    """One fact about the shop itself. `id`: which (an item's id); `level`: higher is worse."""

    kind: ShopKind
    id: str = Field(min_length=1, max_length=1_500)
    name: str = Field(min_length=1)
    level: int = Field(default=1, ge=1, le=10)


class ClaimFindingsParams(Params):
    """What is to be told, as `analyze_pricing`, `diff_snapshots` or a `competitor.price_change` event gives it.

    `things`: others than prices. `role`: a `report` leaves what a catalog playbook of the org alerts to, to that
    one; an `alert` also tells what a report of the same morning has told among other things. `channels`: over which
    the steps after it tell it. Mails, the inbox and texts have different readers: what was mailed is known in the
    inbox too, what was texted only where texts go.
    """

    undercut: list[Undercut] = Field(default=[], max_length=1_000)
    changes: list[MovedPrice] = Field(default=[], max_length=2_000)
    things: list[Thing] = Field(default=[], max_length=1_000)
    role: Role = "alert"
    channels: list[Channel]


class NewUndercut(Undercut):
    """An undercut to report. `reason`: `deeper` than reported before, or `returned` after it was gone."""

    reason: Reason = "new"


class KnownFinding(Output):
    """A price that this run doesn't report: another playbook reported it, and when, or will."""

    competitor: str
    product: str
    their_price: Money
    percent: Money | None
    told_by: str
    told_at: AwareDatetime | None
    note: str
    """`Already reported by 'Daily Intel' at 9:02 AM.`"""


class ClaimFindingsOutput(Output):
    """`undercut`, `changes`: what this run reports, `count` in all with `thingCount`. `alreadyTold`: what it
    doesn't. `reason`: why there is nothing to report; empty if there is something. `claims` and `channel` are for
    `settle_findings`.
    """

    count: int
    undercut: tuple[NewUndercut, ...]
    undercut_count: int
    changes: tuple[MovedPrice, ...]
    change_count: int
    thing_count: int
    already_told: tuple[KnownFinding, ...]
    """The first hundred of `alreadyToldCount`."""
    already_told_count: int
    left_count: int
    """How many another playbook will report."""
    note: str
    """Who reported what people already know, or will report it; empty if nothing."""
    reason: str
    claims: tuple[str, ...]
    channel: Channel | None


class ClaimFindings(Action[ClaimFindingsParams, ClaimFindingsOutput]):
    """Claims what this run reports, so that no other playbook reports the same to the org's people.

    An unchanged price is told once, again where the undercut is deeper by 1% of our price or more, or is back after
    it was gone. Other things are told once in six hours, again where they got worse. A run that ends without
    `settle_findings` loses its claims. A run that a person asked for tells everything; a dry run claims nothing and
    takes everything for new.
    """

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
        below = _below_ours(context)
        changes = [(row, _change(row, below)) for row in params.changes]
        prices = [
            *((row.competitor, _product(row), fact) for row, fact in undercut),
            *((row.competitor, _product(row), fact) for row, fact in changes),
        ]
        things = [Fact(one.kind, (one.id,), one.name, Decimal(one.level)) for one in params.things]
        facts = [*(fact for _, _, fact in prices), *things]
        verdicts = claim_facts(context, facts, audience, params.role) if audience is not None else {}
        asked = is_asked_for(context)

        def should_notify(fact: Fact) -> bool:
            return fact.id in verdicts and (asked or verdicts[fact.id].should_notify)

        new = [
            NewUndercut(**dict(row), reason=verdicts[fact.id].reason or "new")
            for row, fact in undercut
            if should_notify(fact)
        ]
        moved = [row for row, fact in changes if should_notify(fact)]
        thing_count = sum(map(should_notify, things))
        known = [one for one in prices if audience is not None and not should_notify(one[2])]
        count = len(new) + len(moved) + thing_count
        note = _note([(fact, verdicts[fact.id]) for fact in facts if audience and not should_notify(fact)], context)
        return ClaimFindingsOutput(
            count=count,
            undercut=tuple(new),
            undercut_count=len(new),
            changes=tuple(moved),
            change_count=len(moved),
            thing_count=thing_count,
            already_told=tuple(_known(*one, verdicts[one[2].id], context) for one in known[:MAX_SHOWN]),
            already_told_count=len(known),
            left_count=sum(verdicts[fact.id].left_to is not None for _, _, fact in known),
            note=note,
            reason="" if count else NO_CHANNEL if audience is None else note or NOTHING,
            claims=tuple(one for one, verdict in verdicts.items() if verdict.should_notify),
            channel=Channel(audience) if audience is not None else None,
        )


def _menus_since(context: StepContext) -> dict[str, datetime]:
    """Since when each scanned menu has been unchanged, by competitor name."""
    if SCAN not in context.outputs:
        return {}
    return {menu.name: menu.taken_at for menu in scanned_menus(context, "claim_findings") if menu.taken_at}


def _undercut(row: Undercut, since: Mapping[str, datetime]) -> Fact:
    return price_fact(
        "undercut", row.competitor, _product(row), row.their_price, row.percent, since.get(row.competitor)
    )


def _below_ours(context: StepContext) -> dict[str, Decimal]:
    """How far each price the run found is below ours, by fact id."""
    found = context.outputs.get("analyze_pricing", {}).get("undercut", ())
    rows = [Undercut.model_validate({name: one[name] for name in _UNDERCUT if name in one}) for one in found]
    return {_undercut(row, {}).id: row.percent for row in rows}


def _change(row: MovedPrice, known: Mapping[str, Decimal]) -> Fact:
    below = gap_percent(row.our_price, row.new_price) if row.our_price else Decimal(0)
    fact = price_fact("price_change", row.competitor, _product(row), row.new_price)
    return replace(fact, level=below if below > 0 else known.get(fact.id))


def _product(row: Undercut | MovedPrice) -> str:
    if isinstance(row, Undercut):
        return product_label(row.their_product or row.product, row.their_size or row.size)
    return product_label(row.product, row.size)


def _note(known: Sequence[tuple[Fact, NoveltyVerdict]], context: StepContext) -> str:
    earlier = [verdict.known_from for _, verdict in known if verdict.known_from]
    left = [(verdict.left_to, fact.label) for fact, verdict in known if verdict.left_to]
    parts = (already_reported(earlier, context.now, context.org.timezone), left_to(left))
    return " ".join(part for part in parts if part)


def _known(
    competitor: str, product: str, fact: Fact, verdict: NoveltyVerdict, context: StepContext
) -> KnownFinding:
    earlier = verdict.known_from
    return KnownFinding(
        competitor=competitor,
        product=product,
        their_price=fact.value or Decimal(0),
        percent=fact.level,
        told_by=earlier.by if earlier else verdict.left_to or "",
        told_at=earlier.at if earlier else None,
        note=_note([(fact, verdict)], context),
    )
