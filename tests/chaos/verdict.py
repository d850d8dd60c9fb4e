"""What must hold when the dust has settled: counts, and every sentence that is not true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MAX_ATTEMPTS = 4


@dataclass(frozen=True, slots=True)
class Expected:
    """What a completed run of a playbook has: results of these steps, and one mail each of these."""

    steps: tuple[str, ...]
    mails: tuple[str, ...]
    receipt_of: str
    """The mail whose id the last step has read."""


@dataclass(slots=True)
class Verdict:
    """`problems` is empty when nothing was lost and nothing happened twice."""

    completed: int = 0
    dead_lettered: int = 0
    mails: int = 0
    duplicates: int = 0
    interruptions: int = 0
    retried: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)


def judge(
    executions: Mapping[str, dict[str, Any]],
    dead_letters: Mapping[str, dict[str, Any]],
    notifications: Mapping[str, dict[str, Any]],
    outbox: Sequence[dict[str, Any]],
    expected: Mapping[str, Expected],
) -> Verdict:
    """Compare executions, dead letters and inbox (documents by id) with the outbox; `expected` by playbook."""
    # A dead letter is told to the owner by mail too; that one is not the run's.
    sent = [mail for mail in outbox if not str(mail["executionId"]).startswith("dead-letter-")]
    mails = Counter((mail["executionId"], mail["stepId"]) for mail in sent)
    verdict = Verdict(
        mails=len(sent),
        duplicates=sum(count - 1 for count in mails.values()),
        interruptions=sum(execution.get("interruptions", 0) for execution in executions.values()),
        retried=sum(execution["attempt"] > 1 for execution in executions.values()),
    )
    problems = verdict.problems
    problems += [f"{key}: {count} emails" for key, count in mails.items() if count > 1]
    problems += [f"{key}: an email of no known step" for key in mails if not _is_known(key, executions, expected)]
    inbox = Counter(notification.get("executionId") for notification in notifications.values())
    for execution_id, execution in executions.items():
        found = [*_attempt_problems(execution)]
        if execution["status"] == "completed":
            verdict.completed += 1
            plan = expected[execution["playbookId"]]
            found += _completed_problems(execution, plan)
            counts = {step: mails[execution_id, step] for step in plan.mails}
            if set(counts.values()) != {1}:
                found.append(f"completed with these emails: {counts}")
            if inbox[execution_id] != 1:
                found.append(f"completed with {inbox[execution_id]} notifications")
        elif execution["status"] == "failed":
            verdict.dead_lettered += 1
            verdict.reasons[str(execution.get("statusReason"))] += 1
            found += _dead_letter_problems(execution, dead_letters.get(execution_id))
        else:
            found.append(f"is {execution['status']}")
        problems += [f"{execution_id}: {problem}" for problem in found]
    return verdict


def _is_known(
    key: tuple[str, str], executions: Mapping[str, dict[str, Any]], expected: Mapping[str, Expected]
) -> bool:
    execution = executions.get(key[0])
    return execution is not None and key[1] in expected[execution["playbookId"]].mails


def _completed_problems(execution: dict[str, Any], plan: Expected) -> Iterator[str]:
    results = {result["stepId"]: result for result in execution["stepResults"]}
    if [*results] != [*plan.steps] or len(execution["stepResults"]) != len(plan.steps):
        yield f"has results of {[*results]}; expected {[*plan.steps]}"
        return
    yield from (f"step {name} is {result['status']}" for name, result in results.items() if not _is_done(result))
    number = execution["eventData"]["number"]
    if results["order"]["output"] != {"number": number}:
        yield f"step order says {results['order']['output']}; expected the number {number}"
    message_id = execution["effects"][f"{plan.receipt_of}/email"]["receipt"]["messageId"]
    receipt = results["receipt"]["output"]
    if (receipt["number"], receipt["messageId"]) != (number, message_id):
        yield f"the email's id is {message_id!r} and the last step says {receipt}"
    if execution.get("progress") or execution.get("waits"):
        yield "completed, but with progress or waits left over"
    if "lease" in execution or execution.get("dueAt") is not None or "statusReason" in execution:
        yield "completed, but still leased, due or with a reason"


def _is_done(result: dict[str, Any]) -> bool:
    return result["status"] == "completed" and bool(result.get("output"))


def _dead_letter_problems(execution: dict[str, Any], dead_letter: dict[str, Any] | None) -> Iterator[str]:
    if not execution.get("statusReason") or execution.get("deadLetteredAt") is None:
        yield "failed without a reason or without its dead letter's time"
    if dead_letter is None or not dead_letter.get("error"):
        yield f"failed and its dead letter is {dead_letter}"


def _attempt_problems(execution: dict[str, Any]) -> Iterator[str]:
    attempts = execution["attempts"]
    numbers = [attempt["number"] for attempt in attempts]
    climbed = sorted(set(numbers))
    if numbers != sorted(numbers) or climbed != [*range(1, execution["attempt"] + 1)]:
        yield f"attempts are numbered {numbers} and the last one is {execution['attempt']}"
    if execution["attempt"] > MAX_ATTEMPTS:
        yield f"attempt {execution['attempt']}"
    if any(attempt.get("endedAt") is None for attempt in attempts):
        yield "an attempt has no end"
    if len(attempts) - len(climbed) != execution.get("interruptions", 0):
        yield f"{len(attempts)} attempts of {len(climbed)} rungs, {execution.get('interruptions', 0)} interruptions"
