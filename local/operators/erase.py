"""`playbooks erase`: erases a customer or a whole org, with a report."""

from __future__ import annotations

from collections.abc import Callable

import click

from local.operators.erasure import customer as customers
from local.operators.erasure import org as orgs
from local.operators.erasure.report import ELSEWHERE, Report
from local.operators.options import as_json, print_json, print_table, short
from shared.values.email_address import parse_email_address
from shared.values.phone_number import parse_phone_number

_cancel_runs = click.option("--cancel-runs", is_flag=True, help="Stop runs under way first; without it, refuse.")
_dry_run = click.option("--dry-run", is_flag=True, help="Only count what would be erased.")
_confirm = click.option("--confirm", metavar="ORG", help="The org's id, instead of being asked to type it.")


@click.group()
def erase() -> None:
    """Erase personal data (GDPR, CCPA). Rerun it to continue after an interruption."""


@erase.command()
@click.option("--org", required=True)
@click.option("--id", "ids", multiple=True, help="The id of the customer's document; may be given several times.")
@click.option("--email", "emails", multiple=True)
@click.option("--phone", "phones", multiple=True)
@_cancel_runs
@_dry_run
@_confirm
@as_json
def customer(
    org: str,
    ids: tuple[str, ...],
    emails: tuple[str, ...],
    phones: tuple[str, ...],
    cancel_runs: bool,
    dry_run: bool,
    confirm: str | None,
    json_: bool,
) -> None:
    """Erase a current or former customer of an org: all documents with the id, address or number, all mentions.
    Sales stay, without the customer. Opt-outs stay, as hashes."""
    if not (ids or emails or phones):
        raise click.UsageError("expected --id, --email or --phone")
    wrong = [one for one in ids if not one or "/" in one]
    if wrong:
        raise click.UsageError(f"--id: found {wrong[0]!r}; expected the id of a customer's document")
    addresses = [_parsed("--email", one, parse_email_address) for one in emails]
    numbers = [_parsed("--phone", one, parse_phone_number) for one in phones]
    subject = customers.find(org, ids=ids, emails=addresses, phones=numbers)
    if not json_:
        click.echo(
            f"{len(subject.records)} records of this person in {org}: {', '.join(sorted(subject.records)) or '-'}"
        )
    _require_confirmed(org, confirm, dry_run)
    request = "\x1f".join(sorted({*ids, *addresses, *numbers}))
    _print(customers.erase(subject, request=request, dry_run=dry_run, cancel_runs=cancel_runs), json_)


@erase.command()
@click.argument("org_id")
@_cancel_runs
@_dry_run
@_confirm
@as_json
def org(org_id: str, cancel_runs: bool, dry_run: bool, confirm: str | None, json_: bool) -> None:
    """Erase an org with all its documents, files, jobs, secrets and people's accounts."""
    _require_confirmed(org_id, confirm, dry_run)
    _print(orgs.erase(org_id, dry_run=dry_run, cancel_runs=cancel_runs), json_)


def _parsed(option: str, value: str, parse: Callable[[str], str]) -> str:
    try:
        return parse(value)
    except ValueError as error:
        raise click.UsageError(f"{option}: {error}") from None


def _require_confirmed(org_id: str, confirm: str | None, dry_run: bool) -> None:
    """Guards against typos."""
    if dry_run:
        return
    typed = confirm if confirm is not None else click.prompt("This cannot be undone. Type the org's id", err=True)
    if typed != org_id:
        raise click.ClickException(f"found {typed!r}, expected {org_id!r}: nothing was erased")


def _print(report: Report, json_: bool) -> None:
    if json_:
        print_json(report.as_json())
        return
    click.echo("What would be erased" if report.dry_run else f"Erased, {short(report.completed_at)}")
    print_table(report.rows(), ("place", "deleted", "changed", "kept"), "nothing was there")
    for line in (*report.remarks, *ELSEWHERE):
        click.echo(f"- {line}")
