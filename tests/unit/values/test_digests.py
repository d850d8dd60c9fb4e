"""Ids made from digests: documents, tasks and jobs are stored under them, so they may never change."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from shared.competitors.tracking import competitor_id
from shared.compliance.sms_opt_outs import opt_out_id
from shared.notices.daily.record import digest_id
from shared.notices.delivery import delivery_id
from shared.runs import ids
from shared.triggers.listeners import listener_id
from shared.values.digests import hex_digest
from shared.waiting.ids import wait_id

ROOT = Path(__file__).parents[3]
SLOT = datetime(2026, 11, 23, 9, tzinfo=UTC)

NOT_IDS = {
    "shared/values/digests.py": "the helper itself",
    "shared/api/callers.py": "secrets compared in constant time",
    "shared/api/cron_secret.py": "secrets compared in constant time",
    "shared/billing/metering.py": "a shard's number, from the digest's bytes",
    "shared/competitors/fetching/pages.py": "the hash of a page's bytes",
    "shared/compliance/opt_out_list.py": "64 bits, from the digest's bytes",
    "shared/messages/template/drawing.py": "the hash of a picture's bytes",
    "shared/playbooks/cadence.py": "an offset, from the digest's bytes",
    "shared/retail/packs/customer_shards.py": "a shard's number, from the digest's bytes",
    "shared/runs/compiled.py": "a key in memory, from text that may not be valid UTF-8",
    "shared/webhooks/receiving.py": "the hash of a body",
    "shared/webhooks/signatures.py": "HMAC signatures of calls",
}


@pytest.mark.parametrize(
    ("made", "stored"),
    [
        (ids.slot_execution_id("org_1", "morning", "t1", SLOT), "d530ad66716809e6682a7d1230330b88"),
        (ids.event_execution_id("org_1", "morning", "t1", "ev"), "60d8da9b291dd34806808041c1ad43d3"),
        (ids.keyed_execution_id("org_1", "morning", "k"), "6521e34964e8b6bb7bcac0eaa5349814"),
        (competitor_id("Green Leaf"), "green-leaf-13ea2d4b"),
        (opt_out_id("+15005550006"), "a56aba051960c5215e006c554f221a0a69918a03123b1cea2d60bb4fca6ae4d5"),
        (delivery_id("org_1", "a1"), "5031408c70653760e1e306e55193089ae35741a1"),
        (digest_id("org_1", date(2026, 11, 23)), "digest-690fdd365abacfbe70e50b657d15df4919cb0df4"),
        (listener_id("org_1", "p", "t"), "e021d84dfb6610d9c51c6d9056ddd8bf"),
        (wait_id("e1", "steps/0"), "c312b8114910dc424940fa78e3958168"),
        (hex_digest(), "e3b0c44298fc1c149afbf4c8996fb924"),
    ],
)
def test_stored_ids_do_not_change(made: str, stored: str) -> None:
    assert made == stored


def test_no_other_module_makes_ids_from_sha256() -> None:
    found = {
        path.relative_to(ROOT).as_posix()
        for room in ("shared", "functions")
        for path in sorted((ROOT / room).rglob("*.py"))
        if "hashlib.sha256(" in path.read_text()
    }
    assert found == set(NOT_IDS)
