"""Erasure reports, counted in `erasures/{id}` during the erasure, so that interruptions lose no count.

The document contains no personal data: it is the proof of erasure and outlasts the data.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from google.cloud.firestore import DocumentReference, Increment

from local.operators.options import operator
from shared.gcp import clients
from shared.values.digests import hex_digest

COLLECTION = "erasures"

Kind = Literal["customer", "org"]
What = Literal["deleted", "changed", "kept"]

ELSEWHERE = (
    "Firestore can be read as of any minute of the last seven days, and daily backups are kept as long: both run "
    "out by themselves. Do not bring back what was erased when you restore from them.",
    "Logs name orgs, runs and ids, never what a document held; Cloud Logging drops them after 30 days.",
    "Mailjet and BlackLeaf keep what was sent through them: ask for it to be erased there.",
    "Files in Google Drive and posts in Slack belong to the org: whoever manages these has to delete them.",
)


@dataclass(slots=True)
class Report:
    """One erasure. With `dry_run` nothing is written, and the counts are estimates."""

    kind: Kind
    org_id: str
    subject: str
    """The hash of the request."""
    dry_run: bool
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    completed_at: datetime | None = None
    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """By place: how many documents or things were deleted, changed and kept."""
    remarks: list[str] = field(default_factory=list)
    is_resumed: bool = False

    @classmethod
    def begin(cls, kind: Kind, org_id: str, subject: str, *, dry_run: bool) -> Report:
        """A new report, or the unfinished one of an earlier attempt."""
        report = cls(kind, org_id, _hash(subject), dry_run)
        known = {} if dry_run else report.reference.get().to_dict() or {}
        report.is_resumed = known.get("status") == "running"
        if report.is_resumed:
            report.started_at = known["startedAt"]
            for place, counted in (known.get("counts") or {}).items():
                report.counts[place].update(counted)
        elif not dry_run:
            report.reference.set(
                {
                    "orgId": org_id,
                    "kind": kind,
                    "subject": report.subject,
                    "by": operator(),
                    "status": "running",
                    "startedAt": report.started_at,
                    "counts": {},
                }
            )
        return report

    @property
    def reference(self) -> DocumentReference:
        """Deterministic per request."""
        return _reference(self.kind, self.org_id, self.subject)

    def count(self, place: str, what: What, number: int = 1, batch: Any = None) -> None:
        """Counts things, in the batch that erases them if given, so that both happen or neither."""
        if not number:
            return
        self.counts[place][what] += number
        if self.dry_run:
            return
        fields = {"counts": {place: {what: Increment(number)}}}
        if batch is not None:
            batch.set(self.reference, fields, merge=True)
        else:
            self.reference.set(fields, merge=True)

    def complete(self) -> None:
        self.completed_at = datetime.now(UTC)
        if not self.dry_run:
            self.reference.set({"status": "completed", "completedAt": self.completed_at}, merge=True)

    def as_json(self) -> dict[str, Any]:
        """For other programs."""
        return {
            "kind": self.kind,
            "orgId": self.org_id,
            "subject": self.subject,
            "dryRun": self.dry_run,
            "startedAt": self.started_at,
            "completedAt": self.completed_at,
            "counts": {place: dict(counted) for place, counted in sorted(self.counts.items())},
            "remarks": self.remarks,
            "elsewhere": list(ELSEWHERE),
        }

    def rows(self) -> list[Mapping[str, Any]]:
        """One row per place, for people."""
        return [{"place": place, **counted} for place, counted in sorted(self.counts.items())]


def is_under_way(kind: Kind, org_id: str, subject: str) -> bool:
    """Whether an earlier attempt is unfinished."""
    found = reference_of(kind, org_id, subject).get().to_dict() or {}
    return found.get("status") == "running"


def reference_of(kind: Kind, org_id: str, subject: str) -> DocumentReference:
    """The subject's erasure document; its id doesn't reveal the subject."""
    return _reference(kind, org_id, _hash(subject))


def _reference(kind: Kind, org_id: str, hashed: str) -> DocumentReference:
    return clients.firestore().collection(COLLECTION).document(_hash(f"{kind}\x1f{org_id}\x1f{hashed}"))


def _hash(text: str) -> str:
    return hex_digest(text)
