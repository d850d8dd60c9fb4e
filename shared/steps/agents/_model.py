"""How an action asks Claude: when it's allowed, what it costs, and the fallback if there is no usable answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Literal, Protocol, TypeVar

from shared.agents import claude
from shared.agents.addresses import redact
from shared.agents.answers import ModelAnswerError, Usage
from shared.agents.fence import Fenced, Part, allowed_links
from shared.agents.models import Task, model_for
from shared.agents.personas import PERSONAS, Persona, persona
from shared.billing.budget import model_steps_allowed
from shared.errors import PermanentError, TransientError
from shared.gcp.logging import get_logger
from shared.steps.base import Action, Cost, Effect, Output, Params, StepContext
from shared.steps.within_tier import why_no_session

NO_KEY = "computed: no ANTHROPIC_API_KEY is set"
NO_BUDGET = "computed: the org's budget for this month is used up"
DRY_RUN = "computed: a dry run asks no model"
PATIENCE_TRIES = 2

Source = Literal["model", "computed"]
_log = get_logger(__name__)


class ModelOutput(Output):
    """Base of outputs that a model may have written.

    `source`: who wrote it. `note`: why it was computed, or what was removed from it; null if there is nothing to
    note.
    """

    source: Source
    note: str | None = None


P = TypeVar("P", bound=Params)
O = TypeVar("O", bound=ModelOutput)  # noqa: E741


class ModelAction(Action[P, O]):
    """Base of actions that ask Claude: slow, and safe to repeat. By default one call to the smallest model."""

    effect: ClassVar[Effect] = Effect.IDEMPOTENT
    slow: ClassVar[bool] = True

    def typical_use(self, params: Mapping[str, Any]) -> Mapping[str, int]:
        return {"model:routine": 1}


class _Paid(Protocol):
    @property
    def usage(self) -> Usage: ...


A = TypeVar("A", bound=_Paid)


@dataclass(frozen=True, slots=True)
class Consulted(Generic[A]):
    """Claude's answer, or why there isn't one."""

    answer: A | None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Narrated:
    """A text, who wrote it, and a note on why."""

    text: str
    source: Source
    note: str | None


def speaker(context: StepContext, default: str) -> Persona:
    """The persona the step speaks as: its `agent`, or the default if it names none that exists."""
    return PERSONAS.get(context.agent or "") or persona(default)


def why_not(context: StepContext) -> str | None:
    """Why no model may be called: no key, no budget (a read), no AI sessions left in the tier; None if one may."""
    if not claude.available():
        return NO_KEY
    org = context.org
    if not context.effects.read(lambda: model_steps_allowed(org.id, org.timezone, context.now)):
        return NO_BUDGET
    no_session = why_no_session(context)
    return f"computed: {no_session}" if no_session else None


def consult(
    context: StepContext, task: Task, call: Callable[[], A], *, required: bool, key: str = "model"
) -> Consulted[A]:
    """Make the call unless a key, the budget or a dry run forbids it; its cost goes to `context.costs`.

    An unusable answer (refused, cut off, not in the requested form) and a call that Claude rejects permanently
    yield no answer and a note. A passing failure does the same where the text is optional; where it is the purpose
    of the step (`required`) the ladder is for that.

    Raises:
        TransientError: Claude cannot answer now, and the step is there for its answer.
    """
    reason = why_not(context)
    if reason is not None:
        return Consulted(None, reason)
    try:
        answer = context.effects.write(key, _summary(context, task), _or_none(call), sample=None)
    except ModelAnswerError as error:
        context.costs.append(error.usage.cost())
        return _given_up(error)
    except TransientError as error:
        if required:
            raise
        return _given_up(error)
    except PermanentError as error:
        return _given_up(error)
    if answer is None:
        return Consulted(None, DRY_RUN)
    context.costs.append(answer.usage.cost())
    return Consulted(answer)


def consult_part(
    context: StepContext, task: Task, key: str, call: Callable[[list[Cost]], dict[str, Any]]
) -> dict[str, Any] | None:
    """One of several calls of a step, each with a receipt (a JSON object), so that a retry pays for the rest only.

    Before each call the lease is renewed, which one call alone can do without. `call` puts what it cost into the
    list that it is given. None in a dry run.

    Raises:
        TransientError: Claude cannot answer now.
        PermanentError: it answered nothing of use (what that cost is in `context.costs`), or refuses the call.
    """
    spent: list[Cost] = []

    def receipt() -> dict[str, Any]:
        try:
            return {"answer": call(spent)}
        except ModelAnswerError as error:
            context.costs.append(error.usage.cost())
            raise

    # Asking again is safe, so an intent without a receipt counts as "it never arrived".
    given = context.effects.once(
        key, _summary(context, task), receipt, find=lambda: None, sample={"answer": None}, costs=spent
    )
    answer: dict[str, Any] | None = given["answer"]
    return answer


def narrated(
    context: StepContext,
    *,
    task: Task,
    agent: Persona,
    instructions: str,
    parts: Sequence[Part],
    computed: str,
    required: bool,
    links: Iterable[str] = (),
    max_tokens: int = 800,
    check: Callable[[str], str | None] | None = None,
) -> Narrated:
    """Claude's text in the agent's voice, or the computed one.

    Either way no link or address is in it but those in `links`. `check` names what is wrong with a text of the
    model's; the computed one is taken then. An optional text is asked for twice at most, at once.
    """
    allowed = tuple(links)
    prompt = [*parts, allowed_links(allowed)]
    system = f"{agent.introduction()}\n\n{instructions}"
    tries = 1 if required else PATIENCE_TRIES
    consulted = consult(
        context,
        task,
        lambda: claude.ask(task, system, prompt, max_tokens=max_tokens, tries=tries),
        required=required,
    )
    problem = consulted.note
    if consulted.answer is not None:
        written = redact(consulted.answer.text, allowed)
        problem = check(written.text) if check else None
        if problem is None:
            return Narrated(written.text, "model", joined_notes(left_out(parts), written.note))
        problem = f"computed: {problem}"
    plain = redact(computed, allowed)
    return Narrated(plain.text, "computed", joined_notes(problem, plain.note))


def left_out(parts: Sequence[Part]) -> str | None:
    """How much of the input didn't fit into the prompt; None if all of it did."""
    count = sum(part.left_out for part in parts if isinstance(part, Fenced))
    return f"the last {count:,} characters of the input were not read" if count else None


def joined_notes(*notes: str | None) -> str | None:
    return "; ".join(note for note in notes if note) or None


def _given_up(error: Exception) -> Consulted[Any]:
    _log.warning("a model's answer could not be used: %s", error)
    return Consulted(None, f"computed: {error}")


def _or_none(call: Callable[[], A]) -> Callable[[], A | None]:
    """The call as the effects port expects it; None in a dry run."""
    return call


def _summary(context: StepContext, task: Task) -> dict[str, Any]:
    return {"model": model_for(task), "agent": context.agent or "none", "orgId": context.org.id}
