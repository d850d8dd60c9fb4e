from __future__ import annotations

import json
import re

import pytest

from local.setup.paths import NODE_PACKAGE, ROOT

_PIN = re.compile(r"(?P<name>[a-z0-9.-]+)==(?P<version>[a-z0-9.]+)((?: \\\n    --hash=sha256:[0-9a-f]{64})+)\n")


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_python_package_is_pinned_with_hashes_and_no_host(name: str) -> None:
    text = (ROOT / name).read_text()
    assert _PIN.sub("", text) == ""
    assert len(_PIN.findall(text)) > 80


def test_both_lists_pin_a_package_that_they_share_the_same() -> None:
    deployed, checked = (
        {pin["name"]: pin[0] for pin in _PIN.finditer((ROOT / name).read_text())}
        for name in ("requirements.txt", "requirements-dev.txt")
    )
    shared = deployed.keys() & checked.keys()
    assert len(shared) > 20
    assert {name: deployed[name] for name in shared} == {name: checked[name] for name in shared}


def test_the_node_lock_has_hashes_and_names_no_host() -> None:
    packages = json.loads((NODE_PACKAGE / "package-lock.json").read_text())["packages"]
    assert [path for path, package in packages.items() if "resolved" in package] == []
    assert [path for path, package in packages.items() if path and "integrity" not in package] == []
