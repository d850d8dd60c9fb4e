"""The Google Drive folders an org's playbooks may save to: named by the org's owner, and no other org's.

One service account can reach all of them, so a folder id alone would let any org write there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from shared.documents.org import org_path
from shared.error_codes import ErrorCode
from shared.errors import PermanentError
from shared.gcp.clients import firestore
from shared.gcp.transactions import in_transaction
from shared.redaction import shape_of
from shared.values.digests import hex_digest

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

COLLECTION = "drive_folders"


@dataclass(frozen=True, slots=True)
class OrgFolders:
    """The folders named in `tenants/{orgId}`: `driveFolderId` and `driveFolderIds[]`.

    `default`: `driveFolderId`, or the only one of `driveFolderIds`.
    """

    default: str | None
    others: tuple[str, ...] = ()

    def __contains__(self, folder_id: object) -> bool:
        return folder_id is not None and (folder_id == self.default or folder_id in self.others)


def org_folders(org_id: str) -> OrgFolders:
    """The folders the org's playbooks may save to.

    Raises:
        PermanentError: the org's document holds something other than ids.
    """
    found = firestore().document(org_path(org_id)).get(["driveFolderId", "driveFolderIds"]).to_dict() or {}
    default, others = found.get("driveFolderId"), found.get("driveFolderIds") or []
    if default is not None and (not isinstance(default, str) or not default.strip()):
        raise PermanentError(
            f"{org_path(org_id)}.driveFolderId: found {shape_of(default)}; expected a folder id",
            code=ErrorCode.INVALID_DOCUMENT,
        )
    if not isinstance(others, list) or not all(isinstance(one, str) for one in others):
        raise PermanentError(
            f"{org_path(org_id)}.driveFolderIds: found {shape_of(others)}; expected a list of folder ids"
        )
    named = tuple(one.strip() for one in others)
    return OrgFolders(default.strip() if default else named[0] if len(named) == 1 else None, named)


def claim(org_id: str, folder_id: str, now: datetime) -> None:
    """Claims the folder for the org. The first org to save to it keeps it as long as it names it.

    Raises:
        PermanentError: another org holds the folder and still names it.
        TransientError: too many concurrent claims.
    """
    reference = firestore().collection(COLLECTION).document(hex_digest(folder_id, digits=64))

    def write(transaction: Transaction) -> None:
        holder = (reference.get(transaction=transaction).to_dict() or {}).get("orgId")
        if holder == org_id:
            return
        if isinstance(holder, str) and holder:
            tenant = firestore().document(org_path(holder)).get(transaction=transaction)
            if _names(tenant.to_dict() or {}, folder_id):
                raise PermanentError(
                    "folderId: found a folder that another org uses; expected one that only your org uses"
                )
        transaction.set(reference, {"orgId": org_id, "folderId": folder_id, "claimedAt": now})

    in_transaction(write, f"{COLLECTION}/{reference.id}")


def _names(tenant: Mapping[str, Any], folder_id: str) -> bool:
    others = tenant.get("driveFolderIds")
    named = [tenant.get("driveFolderId"), *(others if isinstance(others, list) else [])]
    return any(isinstance(one, str) and one.strip() == folder_id for one in named)
