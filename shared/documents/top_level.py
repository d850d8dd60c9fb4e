"""Names of collections at the top of the database that rooms below their owner read as well."""

from __future__ import annotations

MEMBERS = "members"
"""Written by `api`; chat reads an org's names and addresses."""
PLAYBOOK_ASSIGNMENTS = "playbook_assignments"
"""Written by `catalog`; billing counts their runs."""
