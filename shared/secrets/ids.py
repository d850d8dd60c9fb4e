"""Ids of an org's secrets in Secret Manager: `org-{orgId}-{name}`.

A name has no hyphen, so no two orgs share an id, and the functions' rights are bound to the prefix.
"""

from __future__ import annotations

import re

from shared.errors import PermanentError

PREFIX = "org-"

# Secret Manager takes ids of up to 255 characters.
_ORG_ID = re.compile(r"[A-Za-z0-9_-]{1,180}")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,69}")


def secret_id(org_id: str, name: str) -> str:
    """The id of the org's secret of that name.

    The secrets that people name are in capital letters; those that the product makes for an org itself, like that
    of a webhook, begin with a small one, so that neither can be taken for the other.

    Raises:
        PermanentError: no secret can have the org's id in its name.
    """
    if not _ORG_ID.fullmatch(org_id):
        raise PermanentError(f"org {org_id!r}: expected letters, digits, _ and - for the ids of its secrets")
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a secret")
    return f"{PREFIX}{org_id}-{name}"


def org_of(secret_id: str) -> str | None:
    """Whose secret it is; None where it is no org's."""
    return secret_id.removeprefix(PREFIX).rpartition("-")[0] or None if secret_id.startswith(PREFIX) else None
