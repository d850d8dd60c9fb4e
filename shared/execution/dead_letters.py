"""What becomes of a run that failed for good: a message, a document, a notification, a text to the staff."""

from __future__ import annotations

import json
from typing import Any

from google.api_core.exceptions import FailedPrecondition
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from shared.delivery import inbox, preferences
from shared.delivery.preferences import AlertType, Channel
from shared.errors import NotFoundError, PermanentError, TransientError
from shared.execution import store
from shared.execution.record import Execution, ExecutionStatus
from shared.execution.store import Stored
from shared.gcp import clients, logging
from shared.gcp.clock import Clock
from shared.gcp.settings import settings
from shared.playbooks.problems import problem_lines
from shared.tenants.tenant import load_tenant

log = logging.get_logger(__name__)

TOPIC = "playbook-dlq"
COLLECTION = "dead_letters"
ALERT_TYPE = AlertType.PLAYBOOK_FAILURE
PUBLISH_TIMEOUT_SECONDS = 20


class DeadLetterMessage(BaseModel):
    """What a message in the topic says. The execution document is the truth; this is for readers of the topic."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore")

    execution_id: str
    org_id: str
    playbook_id: str
    replay: int = 0
    error: str
    attempts: int
    failed_step_id: str | None = None


def publish(execution: Execution) -> None:
    """Put the failed execution into the topic. Twice is harmless: the receiver looks at the document."""
    message = DeadLetterMessage(
        execution_id=execution.id,
        org_id=execution.org_id,
        playbook_id=execution.playbook_id,
        replay=execution.replay,
        error=execution.status_reason or "unknown",
        attempts=execution.attempt,
        failed_step_id=_failed_step_id(execution),
    )
    publisher = clients.publisher()
    topic = publisher.topic_path(settings().project, TOPIC)
    body = message.model_dump_json(by_alias=True).encode()
    publisher.publish(topic, body, orgId=execution.org_id, executionId=execution.id).result(PUBLISH_TIMEOUT_SECONDS)


def parse_message(data: bytes) -> DeadLetterMessage:
    """The message in the topic.

    Raises:
        PermanentError: naming the field that is wrong.
    """
    try:
        return DeadLetterMessage.model_validate(json.loads(data))
    except ValidationError as error:
        raise PermanentError(f"dead-letter message: {'; '.join(problem_lines(error))}") from None
    except ValueError as error:
        raise PermanentError(f"dead-letter message: found no JSON ({error}); expected an object") from None


def receive(message: DeadLetterMessage, clock: Clock) -> None:
    """Make the dead letter known, once a replay, however often the message comes."""
    stored = store.read(message.execution_id)
    if stored is None or stored.execution.status is not ExecutionStatus.FAILED:
        log.info("dead letter of a run that is not failed any more", extra={"executionId": message.execution_id})
        return
    execution = stored.execution
    if execution.replay != message.replay:
        log.info("dead letter of an earlier replay", extra={"executionId": execution.id, "replay": message.replay})
        return
    if execution.dead_lettered_at is None:
        _record(stored, clock)
    _tell(execution, clock)


def _record(stored: Stored, clock: Clock) -> None:
    """The document, the notification and the execution's mark in one commit: all of them or none."""
    execution, client, now = stored.execution, clients.firestore(), clock.now()
    batch = client.batch()
    batch.set(client.collection(COLLECTION).document(execution.id), _dead_letter(execution, clock))
    if Channel.DASHBOARD in preferences.load(execution.org_id).channels(ALERT_TYPE):
        path, data = inbox.document(_alert_id(execution), _notification(execution, clock))
        batch.set(client.document(path), data)
    batch.update(
        store.reference(execution.id),
        {"deadLetteredAt": now, "dueAt": None},
        option=client.write_option(last_update_time=stored.version),
    )
    try:
        batch.commit()
    except FailedPrecondition as error:
        raise TransientError(f"execution {execution.id} changed while its dead letter was written") from error
    log.error("dead letter", extra={"executionId": execution.id, "reason": execution.status_reason})


def _dead_letter(execution: Execution, clock: Clock) -> dict[str, Any]:
    return {
        "orgId": execution.org_id,
        "playbookId": execution.playbook_id,
        "error": execution.status_reason,
        "attempts": execution.attempt,
        "failedStepId": _failed_step_id(execution),
        "status": "open",
        "createdAt": clock.now(),
        **({"expireAt": execution.expire_at} if execution.expire_at else {}),
    }


def _notification(execution: Execution, clock: Clock) -> inbox.InboxNotification:
    title, body = _words(execution)
    return inbox.InboxNotification(
        org_id=execution.org_id,
        type=ALERT_TYPE,
        title=title,
        body=body,
        severity="critical",
        playbook_id=execution.playbook_id,
        execution_id=execution.id,
        created_at=clock.now(),
    )


def _words(execution: Execution) -> tuple[str, str]:
    reason = f"{execution.status_reason} (attempt {execution.attempt})."
    return f"Playbook failed: {_name(execution)}"[:200], f"{reason} It can be sent again from its dead letter."


def _name(execution: Execution) -> str:
    return str(execution.definition.get("name", execution.playbook_id))


def _alert_id(execution: Execution) -> str:
    return f"dead-letter-{execution.id}-{execution.replay}"


def _tell(execution: Execution, clock: Clock) -> None:
    """Over the channels that the org chose for failures; its inbox has had it with the dead letter."""
    from shared.delivery.alert import Alert
    from shared.delivery.router import deliver_alert

    title, body = _words(execution)
    asked = execution.definition.get("onFailure")
    alert = Alert(
        id=_alert_id(execution),
        type=ALERT_TYPE,
        key=execution.playbook_id,
        title=title,
        body=body,
        severity="warning",
        data={"playbook": _name(execution), "error": execution.status_reason or "unknown"},
        playbook_id=execution.playbook_id,
        execution_id=execution.id,
        also=frozenset({Channel.SMS}) if isinstance(asked, dict) and asked.get("sms") is True else frozenset(),
    )
    try:
        deliver_alert(load_tenant(execution.org_id), alert, clock.now())
    except NotFoundError:
        log.info("the org is gone; nobody to tell", extra={"executionId": execution.id})


def _failed_step_id(execution: Execution) -> str | None:
    return next((r.step_id for r in reversed(execution.step_results) if r.status == "failed"), None)
