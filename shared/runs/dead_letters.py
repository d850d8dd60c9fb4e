"""Handles the final failure of a run: a message, a document, a notification, a text to the staff.

The document comes first and needs nothing but the message: no setting, no other document and no provider can keep a
dead letter from being written. The alert is put into the outbox with it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from google.api_core.exceptions import FailedPrecondition, NotFound
from pydantic import Field, ValidationError

from shared.documents import dead_letters as documents
from shared.documents import executions
from shared.documents.dead_letters import DeadLetter
from shared.error_codes import ErrorCode
from shared.errors import PermanentError, TransientError
from shared.gcp import clients, logging, tracing
from shared.gcp.clock import Clock
from shared.gcp.settings import settings
from shared.messages.alert_types import AlertType
from shared.playbooks.problems import problem_lines
from shared.quarantine import entries
from shared.quarantine.entries import Entry, Item, Status
from shared.quarantine.failures import describe
from shared.runs import traced, webhook_messages
from shared.runs.record import Execution, ExecutionStatus, parse_execution
from shared.values.camel_model import CamelModel
from shared.values.text import fitted

if TYPE_CHECKING:
    from shared.notices.alert import Alert
    from shared.notices.delivery import AlertDelivery

log = logging.get_logger(__name__)

TOPIC = "playbook-dlq"
ALERT_TYPE = AlertType.PLAYBOOK_FAILURE
PUBLISH_TIMEOUT_SECONDS = 20
MAX_ERROR_CHARS = 10_000
MAX_TOLD_CHARS = 1_000
"""Of the error, in what people are told; the run has all of it."""
MAX_KEPT_BYTES = 100_000
WORKER = "dead-letters"


class DeadLetterMessage(CamelModel):
    """What a message in the topic says. The execution document is the truth; this is for readers of the topic."""

    execution_id: str = Field(min_length=1, max_length=128, pattern=r"^[^/]+$")
    org_id: str = Field(min_length=1)
    playbook_id: str
    replay: int = 0
    error: str
    error_code: str | None = None
    attempts: int
    failed_step_id: str | None = None


def publish(execution: Execution) -> None:
    """Put the failed execution into the topic. Twice is harmless: the receiver looks at the document."""
    message = DeadLetterMessage(
        execution_id=execution.id,
        org_id=execution.org_id,
        playbook_id=execution.playbook_id,
        replay=execution.replay,
        error=fitted(execution.status_reason or "unknown", MAX_ERROR_CHARS),
        error_code=execution.error_code,
        attempts=execution.attempt,
        failed_step_id=_failed_step_id(execution),
    )
    publisher = clients.publisher()
    topic = publisher.topic_path(settings().project, TOPIC)
    body = message.model_dump_json(by_alias=True).encode()
    context = traced.context_of(execution)
    trace = {tracing.ATTRIBUTE: str(context)} if context is not None else {}
    with tracing.span(f"send {TOPIC}", kind="producer"):
        publisher.publish(topic, body, orgId=execution.org_id, executionId=execution.id, **trace).result(
            PUBLISH_TIMEOUT_SECONDS
        )


def parse_message(data: bytes) -> DeadLetterMessage:
    """The message in the topic.

    Raises:
        PermanentError: naming the field that is wrong.
    """
    try:
        return DeadLetterMessage.model_validate(json.loads(data))
    except ValidationError as error:
        raise PermanentError(f"dead-letter message: {'; '.join(problem_lines(error))}") from None
    except (ValueError, RecursionError) as error:
        raise PermanentError(
            f"dead-letter message: found no JSON ({type(error).__name__}); expected an object"
        ) from None


def keep_poison(message_id: str, data: bytes, error: Exception, now: datetime) -> None:
    """Put a message that nobody can deal with into quarantine, with what it holds: the topic does not keep it."""
    path = f"{TOPIC}/{message_id}"
    reason = describe(error)
    item = Item(path)
    entry = Entry(
        path=path,
        worker=WORKER,
        reason=reason,
        failures=1,
        first_failed_at=now,
        last_failed_at=now,
        status=Status.QUARANTINED,
        told=True,
        expire_at=now + entries.KEPT_FOR,
        payload=data[:MAX_KEPT_BYTES],
    )
    entry_id = item.entry_id(WORKER)
    entries.reference(entry_id).set(entry.document())
    log.error(
        "a dead-letter message cannot be dealt with; it is kept",
        extra={"path": path, "reason": reason, "bytes": len(data), "quarantineId": entry_id},
    )


@dataclass(frozen=True, slots=True)
class _Failure:
    """What is known of the failed run: of its document, or where that is malformed, of the message alone."""

    execution_id: str
    org_id: str
    playbook_id: str
    playbook_name: str
    replay: int
    error: str
    error_code: str | None
    attempts: int
    failed_step_id: str | None
    asks_for_text: bool = False
    expire_at: datetime | None = None
    was_notified: bool = False
    """The org has been told already why it failed; only the dead letter is written."""
    execution: Execution | None = None
    """None where its document is malformed."""

    @property
    def alert_id(self) -> str:
        return f"dead-letter-{self.execution_id}-{self.replay}"


def receive(message: DeadLetterMessage, clock: Clock) -> None:
    """Make the dead letter known, once a replay, however often the message comes.

    Raises:
        TransientError: the document changed meanwhile, or something could not be told just now: to be done again.
    """
    snapshot = executions.reference(message.execution_id).get()
    data = snapshot.to_dict()
    if data is None or data.get("status") != ExecutionStatus.FAILED:
        log.info("dead letter of a run that is not failed any more")
        return
    failure = _failure(message, data)
    if failure.replay != message.replay:
        log.info("dead letter of an earlier replay", extra={"replay": message.replay})
        return
    if not isinstance(data.get("deadLetteredAt"), datetime):
        _record(failure, snapshot.update_time, clock)


def _failure(message: DeadLetterMessage, data: dict[str, Any]) -> _Failure:
    try:
        execution = parse_execution(message.execution_id, data)
    except Exception as error:  # noqa: BLE001 - however malformed it is, its failure is to be known
        log.error(
            "the failed run is malformed; its message is all that is known", extra={"reason": describe(error)}
        )
        return _Failure(
            execution_id=message.execution_id,
            org_id=message.org_id,
            playbook_id=message.playbook_id,
            playbook_name=message.playbook_id,
            replay=message.replay,
            error=message.error,
            error_code=message.error_code,
            attempts=message.attempts,
            failed_step_id=message.failed_step_id,
        )
    asked = execution.definition.get("onFailure")
    return _Failure(
        execution_id=execution.id,
        org_id=execution.org_id,
        playbook_id=execution.playbook_id,
        playbook_name=str(execution.definition.get("name") or execution.playbook_id),
        replay=execution.replay,
        error=execution.status_reason or "unknown",
        error_code=execution.error_code,
        attempts=execution.attempt,
        failed_step_id=_failed_step_id(execution),
        asks_for_text=isinstance(asked, dict) and asked.get("sms") is True,
        expire_at=execution.expire_at,
        was_notified=execution.failure_told,
        execution=execution,
    )


def _record(failure: _Failure, version: Any, clock: Clock) -> None:
    """The document, the execution's mark and the alert in one commit: all of them or none."""
    client = clients.firestore()
    batch = client.batch()
    batch.set(documents.reference(failure.execution_id), _dead_letter(failure, clock.now()).document())
    notified = None if failure.was_notified else _notification(failure, clock.now())
    if notified is not None:
        batch.set(client.document(notified.path), notified.document())
    for path, fields in _for_other_systems(failure, clock.now()):
        batch.set(client.document(path), fields)
    batch.update(
        executions.reference(failure.execution_id),
        {"deadLetteredAt": clock.now(), "dueAt": None},
        option=client.write_option(last_update_time=version),
    )
    try:
        batch.commit()
    except (FailedPrecondition, NotFound) as error:
        raise TransientError(
            f"execution {failure.execution_id} changed while its dead letter was written", code=ErrorCode.BUSY
        ) from error
    log.error("dead letter", extra={"reason": failure.error, "failedStepId": failure.failed_step_id})
    if notified is not None:
        from shared.notices import outbox

        outbox.deliver(notified, clock.now())


def _dead_letter(failure: _Failure, now: datetime) -> DeadLetter:
    return DeadLetter(
        org_id=failure.org_id,
        playbook_id=failure.playbook_id,
        error=fitted(failure.error, MAX_ERROR_CHARS),
        error_code=failure.error_code,
        attempts=failure.attempts,
        failed_step_id=failure.failed_step_id,
        created_at=now,
        expire_at=failure.expire_at,
    )


def _for_other_systems(failure: _Failure, now: datetime) -> list[tuple[str, dict[str, Any]]]:
    """Nothing where nobody has asked for it, or the run is malformed: what it pinned cannot be read then."""
    if failure.execution is None:
        return []
    message = webhook_messages.of_failed(failure.execution, failure.failed_step_id, now)
    return [message] if message is not None else []


def _notification(failure: _Failure, now: datetime) -> AlertDelivery | None:
    """None where it cannot be put into words: the dead letter is written all the same."""
    # A process that only publishes dead letters imports this module, and notifies nobody.
    from shared.notices.delivery import AlertDelivery

    try:
        return AlertDelivery.of(failure.org_id, _alert(failure), now)
    except Exception:
        ids = {"orgId": failure.org_id, "executionId": failure.execution_id, "playbookId": failure.playbook_id}
        log.exception("a failed run couldn't be put into words, so nobody is notified", extra=ids)
        return None


def _for_members(failure: _Failure) -> str:
    """Without the error, which may quote what the run handled: every member of the org reads the inbox."""
    what = f"Step {failure.failed_step_id} failed" if failure.failed_step_id else "The run couldn't continue"
    return f"{what} (attempt {failure.attempts}). An editor can see the error and retry the run."


def _alert(failure: _Failure) -> Alert:
    from shared.notices.alert import Alert, worded
    from shared.notices.preferences import Channel

    reason = f"{fitted(failure.error, MAX_TOLD_CHARS)} (attempt {failure.attempts})."
    return Alert(
        id=failure.alert_id,
        type=ALERT_TYPE,
        key=failure.playbook_id[:500] or "unknown",
        message=worded(
            f"Playbook failed: {failure.playbook_name[:180]}", f"{reason} Fix the cause, then retry the run."
        ),
        members_body=_for_members(failure),
        severity="critical",
        may_wait=True,
        playbook_id=failure.playbook_id,
        execution_id=failure.execution_id,
        also=frozenset({Channel.SMS}) if failure.asks_for_text else frozenset(),
    )


def _failed_step_id(execution: Execution) -> str | None:
    return next((r.step_id for r in reversed(execution.step_results) if r.status == "failed"), None)
