"""Applies an update mask to a stored message."""

from __future__ import annotations

from collections.abc import Collection

from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message

from local.cloud.refusal import invalid


def merge(wanted: Message, stored: Message, mask: FieldMask, changeable: Collection[str]) -> None:
    """Copies the fields in the mask (or all changeable ones if empty) from `wanted` to `stored`.

    Raises:
        Refusal: INVALID_ARGUMENT for a path that doesn't exist or can't be changed.
    """
    paths = list(mask.paths) or list(changeable)
    for path in paths:
        known = FieldMask(paths=[path]).IsValidForDescriptor(stored.DESCRIPTOR)
        if not known or path.split(".")[0] not in changeable:
            raise invalid("update_mask", path, f"a path that begins with one of {', '.join(changeable)}")
    FieldMask(paths=paths).MergeMessage(wanted, stored, True, True)
