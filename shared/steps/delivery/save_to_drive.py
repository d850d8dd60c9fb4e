"""`save_to_drive`: a file in a folder of Google Drive."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from shared.errors import PermanentError
from shared.messages.channels import drive, drive_folders
from shared.messages.channels.file_content import build_file
from shared.steps.base import Action, Effect, Output, StepContext
from shared.steps.delivery._channels import DRY_RUN_ID
from shared.steps.delivery.save_file import SaveFileParams


class SaveToDriveParams(SaveFileParams):
    """`content` is text or any JSON value; `csv` takes a list of objects. `format`: by default what `name` ends in.

    `folderId`: one of the org's `driveFolderIds`, by default its `driveFolderId` or the only one of them: folders
    that the org's owner has named there, and shared with the product's service account. A folder that another org
    saves into is refused. `convert` makes a Google document of text and a Google spreadsheet of csv.
    """

    folder_id: str | None = Field(default=None, pattern=r"^[A-Za-z0-9_-]{1,200}$")
    convert: bool = False


class SaveToDriveOutput(Output):
    """Drive's file id, and the link that opens it."""

    file_id: str
    link: str


class SaveToDrive(Action[SaveToDriveParams, SaveToDriveOutput]):
    """Saves text, a table or any result as a file in a Google Drive folder, once."""

    effect: ClassVar[Effect] = Effect.ONCE
    example: ClassVar[Mapping[str, Any]] = {
        "name": "Weekly report.md",
        "content": "# Week 47\n\nAll shelves are full.",
        "folderId": "1a2B3c4D5e6F7g8H9i0J",
        "convert": True,
    }

    def run(self, params: SaveToDriveParams, context: StepContext) -> SaveToDriveOutput:
        """Save it.

        Raises:
            PermanentError: no folder, or one that is not the org's; content that the format cannot hold, or over
                5 MB; or Drive refused.
            TransientError: Drive was not reached, or may have it without having said so.
        """
        file = build_file(params.name, params.content, params.format, drive.MAX_BYTES)
        if params.convert:
            drive.google_form(file.format)
        upload = drive.Upload(
            file=file,
            folder_id=self._folder(params, context),
            convert=params.convert,
            effect_key=context.effect_key(),
            labels={"executionId": context.execution_id, "stepId": context.step_id},
        )
        receipt = context.effects.once(
            "drive",
            {"channel": "drive", "name": file.name, "folderId": upload.folder_id, "bytes": len(file.data)},
            lambda: _saved(upload, context),
            find=lambda: drive.find(upload.effect_key),
            sample={"fileId": DRY_RUN_ID, "link": ""},
        )
        return SaveToDriveOutput.model_validate(receipt)

    def _folder(self, params: SaveToDriveParams, context: StepContext) -> str:
        org_id = context.org.id
        folders = context.effects.read(lambda: drive_folders.org_folders(org_id))
        folder = params.folder_id or folders.default
        if folder is None:
            raise PermanentError(
                f"folderId is missing and tenants/{org_id}.driveFolderId is not set; expected one of the two"
            )
        if folder not in folders:
            raise PermanentError(
                f"folderId: found a folder that is not the org's; expected one that its owner has "
                f"put into tenants/{org_id}.driveFolderIds"
            )
        return folder


def _saved(upload: drive.Upload, context: StepContext) -> dict[str, str]:
    drive_folders.claim(context.org.id, upload.folder_id, context.now)
    return drive.upload(upload)
