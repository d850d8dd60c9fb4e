"""How each reading question of the lexicon is answered."""

from __future__ import annotations

from shared.chat.talk import figure_lookups, org_lookups, playbook_lookups, sales_lookups, shelf_lookups
from shared.chat.talk.playbook_lookups import Lookup

_MODULES = (playbook_lookups, figure_lookups, sales_lookups, shelf_lookups, org_lookups)
LOOKUPS: dict[str, Lookup] = {key: lookup for module in _MODULES for key, lookup in module.LOOKUPS.items()}
"""By the key of the question."""
