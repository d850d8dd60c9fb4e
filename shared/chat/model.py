"""Where the grammar isn't sure, Claude reads the message too: claims from closed lists, each with its words.

A reading question is a claim as well: which of our own lookups answers it, and about what.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shared.agents import answers, claude
from shared.agents.fence import Part, PromptLabel, fence
from shared.agents.models import Task
from shared.billing import ledger, limits, metering
from shared.billing.tiers import Metric
from shared.chat.language.asking import UNKNOWN
from shared.chat.language.names import Names
from shared.chat.language.reading import language
from shared.chat.topics.topic import TOPICS
from shared.chat.understood import Intent, Request
from shared.chat.vetting import Claims, completed
from shared.errors import PlaybookError
from shared.gcp import clients, logging
from shared.tenants.tenant import Tenant

log = logging.get_logger(__name__)

MAX_NAMES = 100
MAX_TOKENS = 1_200
_FILLABLE = frozenset({Intent.CREATE, Intent.CHANGE, Intent.ANSWER, Intent.UNCLEAR})


@dataclass(frozen=True, slots=True)
class Asking:
    """What is known when the model is asked."""

    org_id: str
    tenant: Tenant
    now: datetime
    names: Names
    is_open: Callable[[], bool] = lambda: False
    """Whether the person would have to be asked, so that it pays to ask the model first."""
    before: Request | None = None
    """The request of an open question."""


def with_model(request: Request, message: str, about: Asking) -> Request:
    """The request with what the model finds in unread words and open gaps, vetted; unchanged without a model.

    The conversation goes on if the model fails.
    """
    if request.intent is Intent.ASK and request.question == UNKNOWN:
        # No phrase matches this question, but the model may know which one it is.
        nothing = request.model_copy(update={"intent": Intent.UNCLEAR, "question": None, "unread": (message,)})
        found = with_model(nothing, message, about)
        return found if found.intent is Intent.ASK else request
    if request.intent not in _FILLABLE or not claude.available():
        return request
    if not (request.unread or about.is_open()) or not _is_affordable(about):
        return request
    try:
        answer = claude.ask_for(
            Claims, Task.ROUTINE, _system(), _parts(request, message, about), max_tokens=MAX_TOKENS
        )
    except answers.ModelAnswerError as error:
        _charge(about, error.usage)
        log.warning("the model's answer cannot be used", extra={"reason": str(error)})
        return request
    except PlaybookError as error:
        log.warning("the model could not be asked", extra={"reason": str(error)})
        return request
    _charge(about, answer.usage)
    return completed(request, answer.value.claims, message, about.names)


def _system() -> str:
    data = language().lexicon.data
    listed = {kind: ", ".join(data["phrases"][kind]) for kind in ("period", "event", "segment")}
    questions = "\n".join(f"- {key}: {answers}" for key, answers in data["asking"]["answers"].items())
    topics = "\n".join(f"- {key}: {topic.name}" for key, topic in TOPICS.items())
    return str(data["model"]["system"]).format(questions=questions, topics=topics, **listed)


def _parts(request: Request, message: str, about: Asking) -> list[Part]:
    known = request.model_dump_json(by_alias=True, exclude_defaults=True)
    parts: list[Part] = [
        fence("time_zone", about.tenant.timezone),
        fence("competitors", list(about.names.competitors)[:MAX_NAMES]),
        fence("playbooks", list(about.names.playbooks)[:MAX_NAMES]),
        fence("understood", known),
    ]
    if about.before is not None:
        before = about.before.model_dump_json(by_alias=True, exclude_defaults=True)
        parts += [PromptLabel.UNDERSTOOD, fence("before", before)]
    return [*parts, fence("message", message)]


def _is_affordable(about: Asking) -> bool:
    """Whether it is within the org's budget and its tier's AI sessions."""
    tenant, org_id, now = about.tenant, about.org_id, about.now
    budget = tenant.monthly_budget_usd
    if budget is not None and ledger.spent(org_id, tenant.timezone, now) >= budget:
        return False
    return limits.allows(org_id, tenant.tier_id, tenant.timezone, Metric.AI_SESSIONS, 1, now)


def _charge(about: Asking, usage: answers.Usage) -> None:
    """Count one AI session for the message, with its cost."""
    spread_key = f"chat:{about.now.isoformat()}"
    path, fields = metering.increments(
        about.org_id, about.tenant.timezone, about.now, spread_key, usage.cost().usd, {"ai_session": 1}
    )
    clients.firestore().document(path).set(fields, merge=True)
