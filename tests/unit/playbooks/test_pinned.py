"""What a run keeps of a playbook that is too large to be kept."""

from __future__ import annotations

from shared.playbooks.pinned import pinned, pinned_refused


def test_it_is_small_and_says_why() -> None:
    written = {
        "name": "P",
        "status": "active",
        "steps": [{"id": "s", "action": "set", "params": {"values": {"x": "y" * 700_000}}}],
        "ownerId": "u1",
        "category": "c" * 500_000,
        "notes": "not kept at all",
    }
    assert pinned(written).keys() == written.keys() - {"notes"}
    kept = pinned_refused(written, "too large")
    assert kept == {"name": "P", "status": "error", "statusReason": "too large", "ownerId": "u1"}
