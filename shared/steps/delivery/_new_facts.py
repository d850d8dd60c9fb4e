"""What in a report is new: facts another message has already reported this morning are summed up in one line."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from shared.messages.alert_types import AlertType
from shared.notices import preferences
from shared.notices.dedup.fact import Audience, Fact, NoveltyVerdict, ShopKind, strongest
from shared.notices.dedup.specialists import already_reported
from shared.notices.preferences import Channel
from shared.steps.base import StepContext
from shared.steps.delivery._composition import at
from shared.steps.fact_claims import claim_facts, is_asked_for, settle_facts

_ROW_IDS: Mapping[ShopKind, str] = MappingProxyType({"license": "locationId", "content_review": "contentId"})
"""Where a row of the kind says what it is about; `id` in the others."""
_IS_SEVERE: Mapping[ShopKind, Callable[[Any], bool]] = MappingProxyType(
    {
        "low_stock": lambda row: at(row, "status") == "out",
        "license": lambda row: at(row, "status") == "ended",
    }
)


def row_fact(kind: ShopKind, row: Any) -> Fact:
    """The fact a table row reports; rows without an id are identified by their whole content."""
    found = at(row, _ROW_IDS.get(kind, "id"))
    is_more_severe = kind in _IS_SEVERE and _IS_SEVERE[kind](row)
    return Fact(kind, (str(row if found is None else found),), "", Decimal(2 if is_more_severe else 1))


def subject_fact(kind: ShopKind, about: str) -> Fact:
    """The fact a whole section or figure reports: a period's sales."""
    return Fact(kind, (about,), "")


@dataclass(frozen=True, slots=True)
class NewFacts:
    """Which facts of a report are new to its readers."""

    verdicts: Mapping[str, NoveltyVerdict]
    audience: Audience | None
    context: StepContext
    notifies_all: bool

    @property
    def claims(self) -> list[str]:
        """The ids of those that the run has claimed."""
        return [one for one, verdict in self.verdicts.items() if verdict.should_notify]

    def has(self, fact: Fact) -> bool:
        """Whether it is to be told."""
        verdict = self.verdicts.get(fact.id)
        return self.notifies_all or verdict is None or verdict.should_notify

    def reported_by(self, facts: Iterable[Fact]) -> str:
        """`Already reported by 'Daily Intel' at 9:02 AM.`, of those that are known."""
        verdicts = [self.verdicts[fact.id] for fact in facts if not self.has(fact)]
        earlier = [verdict.known_from for verdict in verdicts if verdict.known_from is not None]
        return already_reported(earlier, self.context.now, self.context.org.timezone)


def claim_new_facts(facts: Sequence[Fact], alert_type: AlertType, context: StepContext) -> NewFacts:
    """Claim the facts the report tells readers of this message type."""
    audience = context.effects.read(lambda: _audience(context, alert_type)) if facts else None
    verdicts = claim_facts(context, facts, audience, "report") if audience is not None else {}
    return NewFacts(verdicts, audience, context, is_asked_for(context))


def settle_report(context: StepContext, content: str | None, sent: Collection[Channel]) -> None:
    """Note that the run's report is out, if `content` is one of its forms and it went to those it was made for."""
    report = context.outputs.get("compose_report", {})
    audience = report.get("channel")
    forms = [report.get(name) for name in ("html", "text", "membersText")]
    if audience is not None and audience in sent and content and content in forms:
        settle_facts(context, report.get("claims", ()), audience)


def _audience(context: StepContext, alert_type: AlertType) -> Audience | None:
    wanted = preferences.load(context.org.id).channels(alert_type)
    return strongest(wanted if context.org.owner_email else wanted - {Channel.EMAIL})
