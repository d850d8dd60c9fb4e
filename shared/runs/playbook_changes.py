"""Handles a playbook that was created, changed or deleted: its history, jobs, listeners and runs."""

from __future__ import annotations

from cloudevents.http import CloudEvent

from shared.api.cloud_events import document_change, document_ids
from shared.catalog.files import is_in_catalog
from shared.errors import PermanentError
from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.playbooks.credentials import new_credentials
from shared.triggers.new_credentials import refuse_new_credentials
from shared.triggers.reconcile import PlaybookKey, reconcile
from shared.triggers.standing import STOPPED, read_standing
from shared.triggers.versions import note_version

log = logging.get_logger(__name__)


def follow_playbook(event: CloudEvent) -> None:
    """Keep the edit that the event describes, and reconcile the playbook as it is now, whatever the event says."""
    key = PlaybookKey(**document_ids(event, "tenants/{org_id}/playbooks/{playbook_id}"))
    with logging.bind(orgId=key.org_id, playbookId=key.playbook_id):
        # First: reconciling may fail for as long as Cloud Scheduler has no room.
        _keep_edit(key, event)
        reconcile(key, Clock())
        if read_standing(key.org_id, key.playbook_id) in STOPPED:
            _stop_waiting_runs(key)
        if is_in_catalog(key.playbook_id):
            _keep_to_tier(key)


def _keep_edit(key: PlaybookKey, event: CloudEvent) -> None:
    try:
        change = document_change(event)
    except PermanentError as error:
        log.error(
            "the event does not say what was written; no version is kept, and no key refused",
            extra={"reason": str(error)},
        )
        return
    if new_credentials(change.after or {}, change.before):
        # Don't keep a version of it either, or the key would stay there forever.
        refuse_new_credentials(key.org_id, key.playbook_id, change, Clock())
    else:
        note_version(key.org_id, key.playbook_id, change, Clock())


def _stop_waiting_runs(key: PlaybookKey) -> None:
    # Most writes leave the playbook in force, so the engine is loaded when one does not.
    from shared.runs.stopping import stop_what_waits

    stop_what_waits(key.org_id, key.playbook_id, Clock())


def _keep_to_tier(key: PlaybookKey) -> None:
    """Take what people did to a catalog playbook into its assignment, and what their tier lacks out of force."""
    from shared.catalog.assigning import assign

    assign(key.org_id, Clock(), only={key.playbook_id})
