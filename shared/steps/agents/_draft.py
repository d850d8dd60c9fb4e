"""Shared by the actions that draft messages: params, the model's draft and the output."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, Field

from shared.agents import claude
from shared.agents.addresses import redact
from shared.agents.announcement import announcement, for_customers
from shared.agents.facts import facts_of
from shared.agents.fence import Part, allowed_links, fence, request
from shared.agents.models import Task
from shared.billing.prices import cost
from shared.compliance.advertising_rules import EMAIL_ENDING
from shared.steps.agents._model import Consulted, Source, consult, joined_notes, left_out, speaker
from shared.steps.agents.review_compliance import State
from shared.steps.base import Params, StepContext
from shared.steps.within_tier import require_within_tier
from shared.values.text import clean

CREATIVE_ASSET = "creative_asset"
MAX_SUBJECT = 120
MAX_LINKS = 10
COMMON_INSTRUCTIONS = """\
You draft for a licensed cannabis retailer; a person approves it before it is sent. No health or safety claims, \
nothing free, no strength claims, nothing that appeals to minors, no driving, no shipping out of the state. \
Promise no discount and name no price that is not given. Never name a competitor or its prices, or our \
costs and margins. Leave out greetings by name and placeholders."""

M = TypeVar("M", bound=BaseModel)


class DraftParams(Params):
    """Base of the drafts' params.

    `purpose`: the goal. `audience`: who it addresses, in words; it doesn't choose recipients. `facts`: what may be
    said. `tone`: how. `links`: the only links allowed in it. `state`: for the rules, like `NY`.
    """

    purpose: str = Field(min_length=1, max_length=1_000)
    audience: str | None = Field(default=None, max_length=300)
    facts: Any = None
    tone: str | None = Field(default=None, max_length=100)
    links: list[str] = Field(default=[], max_length=MAX_LINKS)
    state: State | None = None


@dataclass(frozen=True, slots=True)
class Drafted:
    """The draft's texts by name, who wrote them, and a note on why."""

    texts: Mapping[str, str]
    source: Source
    note: str | None

    def common(self) -> dict[str, Any]:
        """The fields of a `ModelOutput`."""
        return {"source": self.source, "note": self.note}


def drafted(
    context: StepContext,
    params: DraftParams,
    model_class: type[M],
    instructions: str,
    computed: Mapping[str, str],
    *,
    default_agent: str = "craig",
    given: Mapping[str, Any] | None = None,
) -> Drafted:
    """The model's draft, an instance of `model_class` whose fields are texts, or the computed texts by field name.

    The draft is the point of these actions: transient failures are retried.

    It counts as one creative asset.

    Raises:
        TransientError: the model cannot answer now.
        TierLimitError: the tier includes no more creative assets this month.
    """
    require_within_tier(context, CREATIVE_ASSET)
    made = _drafted(context, params, model_class, instructions, computed, default_agent=default_agent, given=given)
    context.costs.append(cost(CREATIVE_ASSET))
    return made


def _drafted(
    context: StepContext,
    params: DraftParams,
    model_class: type[M],
    instructions: str,
    computed: Mapping[str, str],
    *,
    default_agent: str,
    given: Mapping[str, Any] | None,
) -> Drafted:
    agent = speaker(context, default_agent)
    parts = _parts(context, params, given or {})
    system = f"{agent.introduction()}\n\n{COMMON_INSTRUCTIONS}\n\n{instructions}"
    consulted: Consulted[claude.Parsed[M]] = consult(
        context,
        Task.ROUTINE,
        lambda: claude.ask_for(model_class, Task.ROUTINE, system, parts, max_tokens=1_200),
        required=True,
    )
    if consulted.answer is not None:
        fields = {name: str(value) for name, value in consulted.answer.value.model_dump().items()}
        if all(text.strip() for text in fields.values()):
            return _redacted(fields, params.links, "model", left_out(parts))
        empty = ", ".join(name for name, text in fields.items() if not text.strip())
        return _redacted(computed, params.links, "computed", f"computed: the model left {empty} empty")
    return _redacted(computed, params.links, "computed", consulted.note)


def subject_of(text: str) -> str:
    """The subject on one line, cut at a word if it's too long."""
    line = " ".join(clean(text).split())
    return line if len(line) <= MAX_SUBJECT else f"{line[:MAX_SUBJECT].rpartition(' ')[0] or line[:MAX_SUBJECT]}…"


def email_text(text: str) -> str:
    """The email's text with the age notice and how to unsubscribe."""
    body = text.strip()
    return body if body.endswith(EMAIL_ENDING) else f"{body}\n\n{EMAIL_ENDING}"


def computed_email(context: StepContext, params: DraftParams) -> str:
    """Compose the email's body: the news as its first sentence, then the facts, then the links."""
    facts = facts_of(for_customers(params.facts)).text() if params.facts is not None else ""
    paragraphs = [
        "Hello,",
        _sentence(announcement(params.purpose, context.org.name)),
        facts,
        *params.links,
        f"Your team at {context.org.name}",
    ]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def computed_sms(context: StepContext, params: DraftParams) -> str:
    """Compose the text message from the given facts."""
    lines = facts_of(for_customers(params.facts), limit=2).lines
    facts = _sentence("; ".join(line.removeprefix("  - ") for line in lines))
    words = [
        f"{context.org.name}: {_sentence(announcement(params.purpose, context.org.name))}",
        facts,
        *params.links,
    ]
    return " ".join(word for word in words if word)


def _sentence(text: str) -> str:
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."


def _parts(context: StepContext, params: DraftParams, given: Mapping[str, Any]) -> list[Part]:
    parts: list[Part] = [fence("shop", context.org.name, limit=200), request(params.purpose)]
    named = {"audience": params.audience, "tone": params.tone, "facts": params.facts, **given}
    parts += [fence(name, value) for name, value in named.items() if value is not None]
    parts.append(allowed_links(params.links))
    return parts


def _redacted(texts: Mapping[str, str], links: Iterable[str], source: Source, note: str | None) -> Drafted:
    allowed = tuple(links)
    cleaned = {name: redact(text, allowed) for name, text in texts.items()}
    notes = dict.fromkeys(one.note for one in cleaned.values())
    return Drafted({name: one.text for name, one in cleaned.items()}, source, joined_notes(note, *notes))
