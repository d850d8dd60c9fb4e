"""Erases a customer from an org: record, copies, and every mention.

Data needed to find the rest is deleted last, so that an interrupted erasure can be rerun.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from local.operators.erasure import documents, objects, runs
from local.operators.erasure.registry import COLLECTIONS, Collection, Customer
from local.operators.erasure.report import Report
from local.operators.erasure.traces import ERASED, Person
from shared.compliance import frequency, opt_out_list, suppressions
from shared.compliance.customer_lookup import customers_by_address, customers_by_phone
from shared.compliance.frequency import Contact
from shared.documents import executions
from shared.documents.customers import says_yes
from shared.documents.executions import COLLECTION as EXECUTIONS
from shared.documents.org import CUSTOMERS, org_path
from shared.errors import ConflictError, NotFoundError
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.retail.packs.written import note_written
from shared.runs.reading import RunFilter
from shared.values.email_address import mailbox_key
from shared.values.phone_number import phone_number_or_none

_CUSTOMERS = "tenants/*/customers"


@dataclass(frozen=True, slots=True)
class Subject:
    """The person to erase and their documents by id, if any are left."""

    org_id: str
    person: Person
    records: Mapping[str, Mapping[str, Any]]

    @property
    def key(self) -> str:
        """Stable for the same request, whatever an earlier attempt already erased."""
        return "\x1f".join(sorted({*self.person.ids, *self.person.addresses, *self.person.phones}))


def find(
    org_id: str, *, ids: Iterable[str] = (), emails: Iterable[str] = (), phones: Iterable[str] = ()
) -> Subject:
    """The customer with these ids, addresses and E.164 numbers: every matching document.

    Raises:
        NotFoundError: the org doesn't exist.
    """
    client = clients.firestore()
    if not client.document(org_path(org_id)).get().exists:
        raise NotFoundError(f"there is no org {org_id!r}")
    emails, phones, ids = list(emails), list(phones), list(ids)
    records: dict[str, Mapping[str, Any]] = {}
    for one in client.get_all([client.document(org_path(org_id, CUSTOMERS, each)) for each in ids]) if ids else ():
        if one.exists:
            records[one.id] = one.to_dict() or {}
    known = Person.of_documents(records)
    # Shops have duplicates: documents with the same address or number are the same person.
    for found in customers_by_address(org_id, [*emails, *known.addresses]).values():
        records.update({one.id: one.fields for one in found})
    for phone in {*phones, *known.phones}:
        records.update({one.id: one.fields for one in customers_by_phone(org_id, phone)})
    person = Person.of_documents(records)
    asked = Person(person.ids | set(ids), person.addresses, person.phones, person.names)
    return Subject(org_id, asked.with_contacts(emails, phones), records)


def erase(subject: Subject, *, request: str, dry_run: bool, cancel_runs: bool = False) -> Report:
    """Erases the customer; `request` identifies the request across attempts.

    Raises:
        ConflictError: runs involving the customer are in progress, and `cancel_runs` was not given.
        TransientError: too many concurrent writes to a document; run it again.
    """
    report = Report.begin("customer", subject.org_id, request, dry_run=dry_run)
    under_way = runs.active(subject.org_id)
    _stop_runs(subject, report, under_way, cancel_runs=cancel_runs)
    _keep_opt_outs(subject, report)
    for collection in COLLECTIONS:
        if collection.customer is Customer.MENTIONS:
            _take_out_of(collection, subject, report)
        elif collection.customer is Customer.SALE:
            _take_out_of_sales(collection, subject, report)
    objects.take_out(report, objects.files_of(subject.org_id), subject.person)
    _forget_contacts(subject, report)
    _delete_records(subject, report)
    _once_more(subject, report, under_way)
    if not dry_run:
        _list_opt_outs_anew(subject.org_id)
    report.complete()
    return report


def _stop_runs(subject: Subject, report: Report, under_way: list[str], *, cancel_runs: bool) -> None:
    """Runs with the customer's data would write it again."""
    found = clients.firestore().get_all([executions.reference(one) for one in under_way]) if under_way else ()
    concerned = sorted(one.id for one in found if subject.person.without(one.to_dict() or {})[1])
    if concerned and not cancel_runs and not report.dry_run:
        shown = ", ".join(concerned[:10])
        raise ConflictError(
            f"{len(concerned)} runs under way deal with the customer ({shown}); wait for them, or add --cancel-runs"
        )
    if not report.dry_run:
        runs.stop(concerned)
    report.count("runs stopped", "changed", len(concerned))


def _keep_opt_outs(subject: Subject, report: Report) -> None:
    """Before the record is deleted: opt-outs outlast it, as hashes."""
    now, records = Clock().now(), subject.records.values()
    mailboxes = {
        mailbox_key(one["email"])
        for one in records
        if says_yes(one.get("emailOptOut")) and isinstance(one.get("email"), str)
    }
    numbers = {
        number
        for one in records
        if says_yes(one.get("smsOptOut"))
        for number in (phone_number_or_none(one.get("phone")), phone_number_or_none(one.get("phoneE164")))
        if number
    }
    report.count(suppressions.COLLECTION, "kept", len(mailboxes))
    report.count(opt_out_list.COLLECTION, "kept", len(mailboxes) + len(numbers))
    if report.dry_run:
        return
    for mailbox in mailboxes:
        suppressions.opt_out(subject.org_id, mailbox, now)
    opt_out_list.keep(subject.org_id, "email", mailboxes, now)
    opt_out_list.keep(subject.org_id, "sms", numbers, now)


def _take_out_of(collection: Collection, subject: Subject, report: Report) -> None:
    for found in documents.snapshots(collection, subject.org_id):
        if collection.path == EXECUTIONS:
            _take_out_of_run(found, subject, report)
        else:
            documents.take_out(report, collection.path, found, subject.person)


def _take_out_of_run(found: Any, subject: Subject, report: Report) -> None:
    # Objects first, because the document leads to them.
    if "gs://" in str(found.to_dict()):
        objects.take_out(report, objects.of_run(found.id), subject.person)
    documents.take_out(report, EXECUTIONS, found, subject.person)


def _take_out_of_sales(collection: Collection, subject: Subject, report: Report) -> None:
    """Keeps the sale with amounts and goods, and updates its copies."""

    def without(fields: dict[str, Any]) -> dict[str, Any]:
        after, places = subject.person.without(fields)
        if str(after.get("customerId")) in {*subject.person.ids, ERASED}:
            after.pop("customerId")
            places += 1
        return after if places else fields

    for found in documents.snapshots(collection, subject.org_id):
        fields = found.to_dict() or {}
        is_theirs = str(fields.get("customerId")) in subject.person.ids
        if is_theirs or subject.person.without(fields)[1]:
            documents.rewrite(report, collection.path, found, without)
            if not report.dry_run:
                note_written(subject.org_id, "orders", found.id, Clock().now())


def _forget_contacts(subject: Subject, report: Report) -> None:
    for recipient in (*subject.person.addresses, *subject.person.phones):
        contact = Contact.of(subject.org_id, recipient)
        reference = clients.firestore().collection(frequency.COLLECTION).document(contact.id)
        documents.delete_one(report, frequency.COLLECTION, reference)


def _delete_records(subject: Subject, report: Report) -> None:
    for customer_id in sorted(subject.person.ids):
        reference = clients.firestore().document(org_path(subject.org_id, CUSTOMERS, customer_id))
        documents.delete_one(report, _CUSTOMERS, reference)
        if not report.dry_run:
            note_written(subject.org_id, "customers", customer_id, Clock().now())


def _once_more(subject: Subject, report: Report, under_way: list[str]) -> None:
    """Runs in progress or started meanwhile may have read the record earlier."""
    if report.dry_run:
        return
    since = RunFilter(subject.org_id, since=report.started_at).query(EXECUTIONS).select(["createdAt"]).stream()
    for execution_id in {*under_way, *(one.id for one in since)}:
        found = executions.reference(execution_id).get()
        if found.exists:
            _take_out_of_run(found, subject, report)


def _list_opt_outs_anew(org_id: str) -> None:
    for channel in opt_out_list.FIELDS:
        opt_out_list.refresh(org_id, channel, Clock().now())
