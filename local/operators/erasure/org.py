"""Erases a whole org: stops its runs, signs out its people, and deletes everything it owns.

`tenants/{orgId}` is deleted last, so that an interrupted erasure can be found and continued.
"""

from __future__ import annotations

import contextlib

from google.api_core.exceptions import NotFound

from local.operators.erasure import documents, objects, runs
from local.operators.erasure.registry import COLLECTIONS, known_names
from local.operators.erasure.report import Report, is_under_way
from shared.api.firebase_app import firebase_app
from shared.api.member_list import list_members
from shared.compliance import opt_out_list
from shared.documents.executions import COLLECTION as EXECUTIONS
from shared.documents.org import MEMBERS, org_path
from shared.errors import ConflictError, NotFoundError
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.gcp.secret_manager import delete_secret
from shared.gcp.settings import settings
from shared.secrets.ids import org_of
from shared.triggers import jobs

STOPPED = "erasing"
"""The org's status meanwhile: nothing starts for orgs that aren't `active`."""
ROUNDS = 3
"""Functions that were running when the org was stopped may write once more."""


def erase(org_id: str, *, dry_run: bool, cancel_runs: bool = False) -> Report:
    """Erases the org.

    Raises:
        NotFoundError: there is no such org.
        ConflictError: runs are in progress and `cancel_runs` was not given, or something keeps being written.
    """
    if not org_id or "/" in org_id:
        raise NotFoundError(f"there is no org {org_id!r}")
    tenant = clients.firestore().document(org_path(org_id))
    if not tenant.get().exists and not is_under_way("org", org_id, org_id):
        raise NotFoundError(f"there is no org {org_id!r}")
    under_way = runs.active(org_id)
    if under_way and not (cancel_runs or dry_run):
        raise ConflictError(f"{len(under_way)} runs are under way; wait for them, or add --cancel-runs")
    report = Report.begin("org", org_id, org_id, dry_run=dry_run)
    if not dry_run:
        with contextlib.suppress(NotFound):  # An earlier try has come to the end, but did not say so.
            tenant.update({"status": STOPPED})
        runs.stop(under_way)
    report.count("runs stopped", "changed", len(under_way))
    _keep_opt_outs(org_id, report)
    _delete_jobs(org_id, report)
    _delete_accounts(org_id, report)
    _delete_secrets(org_id, report)
    for _ in range(1 if dry_run else ROUNDS):
        before = _deleted(report)
        _delete_documents(org_id, report)
        if _deleted(report) == before:
            break
    else:
        if not dry_run:
            raise ConflictError(
                "something of the org is written again and again; wait a minute, and run this again"
            )
    documents.delete_one(report, "tenants", tenant)
    report.remarks += _unknown()
    report.complete()
    return report


def _keep_opt_outs(org_id: str, report: Report) -> None:
    """Keeps opt-outs, in case the org returns and reimports its old customers."""
    for channel in opt_out_list.FIELDS:
        hashes = opt_out_list.read(org_id, channel).hashes
        if not report.dry_run:
            opt_out_list.keep_hashes(org_id, channel, hashes, Clock().now())
        report.remarks.append(f"{len(hashes)} customers had opted out of {channel}: kept as hashes")


def _delete_jobs(org_id: str, report: Report) -> None:
    """First, so that no tick starts a run meanwhile."""
    for job, owner in jobs.playbook_jobs():
        if owner.org_id == org_id:
            if not report.dry_run:
                jobs.delete_job(job.name)
            report.count("Cloud Scheduler", "deleted")


def _delete_accounts(org_id: str, report: Report) -> None:
    """Accounts belong to a single org."""
    from firebase_admin import auth

    for member in list_members(org_id):
        if not report.dry_run:
            try:
                auth.delete_user(member.uid, app=firebase_app())
            except auth.UserNotFoundError:
                continue
            clients.firestore().collection(MEMBERS).document(member.uid).delete()
        report.count("accounts", "deleted")


def _delete_secrets(org_id: str, report: Report) -> None:
    """Secrets set by its owners or created for it, and its Slack webhook."""
    for secret_id in _secrets_of(org_id):
        if not report.dry_run:
            delete_secret(secret_id)
        report.count("secrets", "deleted")


def _secrets_of(org_id: str) -> list[str]:
    listed = clients.secrets().list_secrets(request={"parent": f"projects/{settings().project}"})
    ids = [one.name.rpartition("/")[2] for one in listed]
    return [one for one in ids if org_of(one) == org_id or one == f"slack-webhook-{org_id}"]


def _delete_documents(org_id: str, report: Report) -> None:
    objects.delete(report, objects.files_of(org_id))
    for collection in COLLECTIONS:
        if collection.path == EXECUTIONS:
            for found in documents.snapshots(collection, org_id):
                if "gs://" in str(found.to_dict()):
                    objects.delete(report, objects.of_run(found.id))
        if collection.path != "tenants":
            keeps = opt_out_list.is_kept if collection.path == opt_out_list.COLLECTION else None
            documents.delete_all(report, collection, org_id, keeps)
    # Other systems' data below the org and below known collections.
    known = {one.path for one in COLLECTIONS}
    for below in clients.firestore().document(org_path(org_id)).collections():
        place = f"tenants/*/{below.id}"
        if not (report.dry_run and place in known):
            documents.delete_below(report, below, place)


def _unknown() -> list[str]:
    """Unlisted top-level collections, which may or may not contain the org's data."""
    names = (one.id for one in clients.firestore().collections())
    return [
        f"the collection {name} is not known here and was not looked at"
        for name in names
        if name not in known_names()
    ]


def _deleted(report: Report) -> int:
    return sum(counted["deleted"] for counted in report.counts.values())
