"""`playbooks credentials`: playbooks that contain keys or passwords."""

from __future__ import annotations

import click

from local.operators.options import as_json, print_json, print_table
from shared.triggers.stored_credentials import keys_in_every_playbook, keys_in_playbooks

_COLUMNS = ("orgId", "playbookId", "name", "field", "looksLike")


@click.command()
@click.option("--org", help="Only this org's.")
@as_json
def credentials(org: str | None, json_: bool) -> None:
    """List playbooks that contain keys from before those were refused; the keys aren't printed."""
    found = [
        {"orgId": one.org_id, "playbookId": one.playbook_id, "name": one.name, "field": field, "looksLike": like}
        for one in (keys_in_playbooks(org) if org else keys_in_every_playbook())
        for field, like in zip(one.fields, one.looks_like, strict=True)
    ]
    if json_:
        print_json(found)
    else:
        print_table(found, _COLUMNS, "no playbook contains a key")
