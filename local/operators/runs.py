"""`playbooks runs`: find, explain, follow, retry and cancel runs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from local.operators import asking
from local.operators.following import Change, follow_org, follow_run
from local.operators.options import INSTANT, as_json, operator, print_json, print_table, short
from shared.errors import PlaybookError
from shared.gcp.clock import Clock
from shared.runs import bulk_record, control
from shared.runs.bulk_record import BulkAction
from shared.runs.explaining import explain
from shared.runs.record import ACTIVE, Execution, ExecutionStatus

_STATUS = click.Choice([one.value for one in ExecutionStatus])
_FITTING = {
    BulkAction.RETRY: [ExecutionStatus.FAILED.value],
    BulkAction.CANCEL: sorted(one.value for one in ACTIVE),
}
_COLUMNS = ("executionId", "orgId", "playbookId", "status", "trigger", "attempt", "createdAt", "statusReason")


@click.group()
def runs() -> None:
    """Runs of playbooks."""


@runs.command("list")
@click.option("--org", help="Only this org's; without it, every org's.")
@click.option("--playbook", help="Only of this playbook.")
@click.option("--status", multiple=True, type=_STATUS, help="Only in this state; may be given several times.")
@click.option("--since", type=INSTANT, help="Created from then on: 2h, 3d, 2026-11-29.")
@click.option("--until", type=INSTANT, help="Created before then.")
@click.option("--limit", type=click.IntRange(1, 1_000), default=50, show_default=True)
@as_json
def list_(
    org: str | None,
    playbook: str | None,
    status: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    limit: int,
    json_: bool,
) -> None:
    """List runs, newest first."""
    found = asking.newest_runs(asking.Filter(org, playbook, status, since, until), limit)
    if json_:
        print_json(found)
    else:
        print_table(found, _COLUMNS, "no such runs")


@runs.command()
@click.argument("execution_id")
@as_json
def show(execution_id: str, json_: bool) -> None:
    """Show a run: its status with the reason, attempts and steps. Its data is in the dashboard."""
    execution = control.find_execution(execution_id).execution
    if json_:
        print_json(_shown(execution))
        return
    explained = explain(execution)
    click.echo(f"{execution.id}  {execution.org_id}/{execution.playbook_id}  version {execution.playbook_version}")
    click.echo(f"{execution.status.value}: {explained.why}")
    if explained.advice:
        click.echo(explained.advice)
    click.echo(
        f"trigger {execution.trigger.type} {execution.trigger.id or ''}  created {short(execution.created_at)}  "
        f"started {short(execution.started_at) or '-'}  ended {short(execution.completed_at) or '-'}  "
        f"cost ${execution.cost_usd:.4f}"
    )
    click.echo("\nAttempts")
    print_table(_attempts(execution), ("number", "startedAt", "endedAt", "failedStepId", "error"), "none yet")
    click.echo("\nSteps")
    print_table(_steps(execution), ("stepId", "action", "status", "durationMs", "error"), "none yet")


@runs.command()
@click.argument("execution_id", required=False)
@click.option("--org", help="Follow all runs of this org.")
@as_json
def tail(execution_id: str | None, org: str | None, json_: bool) -> None:
    """Follow one run to its end, or an org's runs until Ctrl-C; one line per change."""
    if (execution_id is None) == (org is None):
        raise click.UsageError("expected a run's id, or --org")
    for change in follow_run(execution_id) if execution_id else follow_org(str(org)):
        _print_change(change, json_)


@runs.command()
@click.argument("execution_ids", nargs=-1, required=True)
@as_json
def retry(execution_ids: tuple[str, ...], json_: bool) -> None:
    """Retry failed runs; each resumes at the failed step."""
    _each(BulkAction.RETRY, execution_ids, json_)


@runs.command()
@click.argument("execution_ids", nargs=-1, required=True)
@as_json
def cancel(execution_ids: tuple[str, ...], json_: bool) -> None:
    """Stop runs before their next step."""
    _each(BulkAction.CANCEL, execution_ids, json_)


@runs.command()
@click.option("--org", multiple=True, help="Of this org; may be given several times.")
@click.option("--all-orgs", is_flag=True, help="Of every org.")
@click.option("--playbook", help="Only of this playbook.")
@click.option("--status", multiple=True, type=_STATUS, help="Only in this state. Default: all that fit the action.")
@click.option("--since", type=INSTANT, help="Created from then on: 2h, 3d, 2026-11-29.")
@click.option("--until", type=INSTANT, help="Created before then.")
@click.option("--cancel", "cancels", is_flag=True, help="Stop the runs instead of sending them back.")
@click.option("--dry-run", is_flag=True, help="Only count them.")
@as_json
def replay(
    org: tuple[str, ...],
    all_orgs: bool,
    playbook: str | None,
    status: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    cancels: bool,
    dry_run: bool,
    json_: bool,
) -> None:
    """Retry many failed runs, or cancel many with --cancel; one background job per org."""
    if bool(org) == all_orgs:
        raise click.UsageError("expected --org, or --all-orgs")
    action = BulkAction.CANCEL if cancels else BulkAction.RETRY
    wanted = asking.Filter(None, playbook, status or tuple(_FITTING[action]), since, until)
    jobs = asking.in_bulk(action, org or asking.org_ids(), wanted, by=operator(), dry_run=dry_run)
    if json_:
        print_json(jobs)
    else:
        print_table(jobs, ("orgId", "matched", "jobId", "problem"), "no such runs")
    if any("problem" in job for job in jobs):
        raise click.exceptions.Exit(1)


@runs.command()
@click.argument("job_id")
def job(job_id: str) -> None:
    """Show the progress of a `replay` job."""
    stored = bulk_record.read(job_id)
    if stored is None:
        raise click.ClickException(f"there is no job {job_id!r}; expected the jobId that `runs replay` printed")
    print_json(stored.job.model_dump(mode="json", by_alias=True, exclude={"fingerprint", "current", "after"}))


def _each(action: BulkAction, execution_ids: tuple[str, ...], json_: bool) -> None:
    """Refused runs don't stop the others."""
    answers: list[dict[str, Any]] = []
    for execution_id in execution_ids:
        try:
            if action is BulkAction.RETRY:
                after = control.replay(control.find_execution(execution_id), Clock(), by=operator())
            else:
                after = control.cancel(execution_id, Clock())
            answers.append({"executionId": execution_id, "status": after.status.value})
        except PlaybookError as error:
            answers.append({"executionId": execution_id, "problem": str(error)})
    if json_:
        print_json(answers)
    else:
        print_table(answers, ("executionId", "status", "problem"), "nothing to do")
    if any("problem" in answer for answer in answers):
        raise click.exceptions.Exit(1)


def _print_change(change: Change, json_: bool) -> None:
    if json_:
        click.echo(change.model_dump_json(by_alias=True, exclude_none=True))
        return
    what = f"step {change.step_id} ({change.action}) {change.step_status}" if change.step_id else change.status
    why = f": {change.reason}" if change.reason else ""
    click.echo(f"{short(change.at)}  {change.execution_id}  {change.playbook_id}  {what}{why}")


def _attempts(execution: Execution) -> list[dict[str, Any]]:
    return [one.document() for one in execution.attempts]


def _steps(execution: Execution) -> list[dict[str, Any]]:
    """Without the steps' data, which belongs to the shop and its customers."""
    shown = {"step_id", "action", "status", "started_at", "duration_ms", "error", "cost_usd", "inner"}
    return [
        one.model_dump(by_alias=True, include=shown, exclude_none=True)
        for one in (*execution.step_results, *execution.progress.values())
    ]


def _shown(execution: Execution) -> dict[str, Any]:
    explained = explain(execution).model_dump(by_alias=True, exclude_none=True)
    left_out = {"step_results", "progress", "effects", "event_data", "definition", "org", "user", "lease"}
    fields = execution.model_dump(mode="json", by_alias=True, exclude_none=True, exclude=left_out)
    return {**fields, **explained, "attempts": _attempts(execution), "steps": _steps(execution)}
