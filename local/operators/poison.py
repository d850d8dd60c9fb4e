"""`playbooks poison`: lists and releases documents that workers skip after failures."""

from __future__ import annotations

from typing import Any

import click

from local.operators.options import as_json, print_json, print_table
from shared.gcp import clients
from shared.quarantine import entries
from shared.quarantine.command import ALL
from shared.quarantine.command import release as release_entry
from shared.quarantine.entries import Entry

_COLUMNS = ("id", "status", "failures", "lastFailedAt", "worker", "path", "reason")


@click.group()
def poison() -> None:
    """Documents that workers failed on (`quarantine/`); after three failures they are skipped."""


@poison.command("list")
@click.option("--org", help="Only this org's.")
@as_json
def list_(org: str | None, json_: bool) -> None:
    """List skipped documents with reasons, latest failure first."""
    found = [_shown(entry_id, entry) for entry_id, entry in entries.listed(org)]
    if json_:
        print_json(found)
    else:
        print_table(found, _COLUMNS, "the quarantine is empty")


@poison.command()
@click.argument("entry_id")
def show(entry_id: str) -> None:
    """Show an entry and its document's fields with types, but not their values."""
    entry = _found(entry_id)
    parts = entry.path.split("/")
    snapshot = clients.firestore().document(entry.path).get() if len(parts) % 2 == 0 and all(parts) else None
    fields = (snapshot.to_dict() or {}) if snapshot is not None else {}
    print_json(
        {
            **_shown(entry_id, entry),
            "firstFailedAt": entry.first_failed_at,
            "told": entry.told,
            "isThere": bool(snapshot is not None and snapshot.exists),
            "wasWrittenSince": bool(
                snapshot is not None and entry.version is not None and snapshot.update_time != entry.version
            ),
            "fields": {name: type(value).__name__ for name, value in sorted(fields.items())},
        }
    )


@poison.command()
@click.argument("entry_id")
@click.option("--org", help=f"With '{ALL}': only this org's.")
def release(entry_id: str, org: str | None) -> None:
    """Retry a document, or all of them with 'all'."""
    chosen = entries.listed(org) if entry_id == ALL else [(entry_id, _found(entry_id))]
    for one, entry in chosen:
        release_entry(one, entry)
    click.echo(f"{len(chosen)} released")


def _found(entry_id: str) -> Entry:
    entry = entries.find(entry_id) if entry_id and "/" not in entry_id else None
    if entry is None:
        raise click.ClickException(f"there is no entry {entry_id!r}; expected an id that `poison list` prints")
    return entry


def _shown(entry_id: str, entry: Entry) -> dict[str, Any]:
    fields = entry.document()
    return {"id": entry_id, **{name: fields.get(name) for name in ("orgId", *_COLUMNS[1:])}}
