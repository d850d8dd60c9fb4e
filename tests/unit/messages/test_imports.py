"""What a cold start pays: no provider's client is loaded before a message goes out."""

from __future__ import annotations

import subprocess
import sys

PROBE = """
import importlib, pkgutil, sys
import shared.compliance, shared.gcp.blobs, shared.messages.channels, shared.notices, shared.steps.delivery
sent = (shared.compliance, shared.messages, shared.messages.channels, shared.notices, shared.steps.delivery)
for package in sent:
    for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        importlib.import_module(module.name)
        print(module.name)
clients = {"PIL", "mailjet_rest", "requests", "urllib3", "httpx", "google.auth"}
loaded = (clients | {"google.cloud.firestore", "google.cloud.storage"}) & set(sys.modules)
sys.exit(f"loaded at import: {sorted(loaded)}" if loaded else 0)
"""


def test_importing_what_sends_messages_loads_no_client() -> None:
    done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "shared.messages.channels.mailjet" in done.stdout
    assert "shared.steps.delivery.notify" in done.stdout
