from __future__ import annotations

import re

from local.setup.lock import pins_of, without_hosts
from local.setup.paths import NODE_PACKAGE, ROOT


def test_pins_are_sorted_and_named_as_the_index_names_them() -> None:
    report = {
        "install": [
            {"metadata": {"name": "PyYAML", "version": "6.0.3"}},
            {"metadata": {"name": "mypy_extensions", "version": "1.2.0"}},
        ]
    }
    assert pins_of(report) == ["mypy-extensions==1.2.0", "pyyaml==6.0.3"]


def test_the_node_lock_loses_addresses_and_needless_packages() -> None:
    lock: dict[str, dict[str, dict[str, object]]] = {
        "packages": {
            "a": {"version": "1", "resolved": "https://registry.example/a.tgz", "integrity": "sha512-x"},
            "b": {"version": "1", "extraneous": True},
        }
    }
    assert without_hosts(lock) == {"packages": {"a": {"version": "1", "integrity": "sha512-x"}}}


def test_the_committed_locks_name_no_host_and_pin_everything() -> None:
    assert '"resolved"' not in (NODE_PACKAGE / "package-lock.json").read_text()
    for name in ("requirements.txt", "requirements-dev.txt"):
        for line in (ROOT / name).read_text().splitlines():
            assert re.fullmatch(r"[a-z0-9.-]+==[a-z0-9.]+", line), line
