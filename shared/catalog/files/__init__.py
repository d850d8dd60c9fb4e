"""The playbooks that the product brings: a JSON file each, and how they are read."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent


def is_in_catalog(playbook_id: str) -> bool:
    """Whether the catalog has a playbook of that id, told without loading or reading any."""
    return "/" not in playbook_id and (FOLDER / f"{playbook_id}.json").is_file()
