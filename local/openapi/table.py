"""Every endpoint that people, agents and other systems call.

Add new endpoints to one of the lists; `make docs` regenerates the document and the page. A unit test
fails if a public function has none.
"""

from __future__ import annotations

from local.openapi.door import Door
from local.openapi.doors_of_hooks import HOOKS
from local.openapi.doors_of_orgs import ORGS
from local.openapi.doors_of_runs import RUNS
from local.openapi.doors_of_settings import SETTINGS
from local.openapi.doors_of_webhooks import WEBHOOKS

DOORS: tuple[Door, ...] = (*RUNS, *HOOKS, *WEBHOOKS, *ORGS, *SETTINGS)
NOT_DOORS = frozenset({"unknown_address"})
"""Public functions without their own path."""
