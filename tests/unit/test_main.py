"""A function's name resolves to its own module, and to nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from functions_framework import create_app

import main
from shared.gcp.settings import SettingsError

ROOT = Path(main.__file__).parent
ENDPOINTS = yaml.safe_load((ROOT / "functions.yaml").read_text())["endpoints"]
_SERVED_AS = {"http": "run", "cloudevent": "cloudevent"}  # the framework's names of its routes
ENTRY_POINTS = sorted(endpoint["entryPoint"] for endpoint in ENDPOINTS.values())


@pytest.mark.parametrize("entry_point", ENTRY_POINTS)
def test_every_entry_point_of_the_manifest_is_a_function(entry_point: str) -> None:
    assert getattr(main, entry_point).__name__ == entry_point


def test_an_unknown_name_is_refused_with_the_names_that_exist() -> None:
    with pytest.raises(
        ImportError, match=r"no function 'on_playbok_created'; expected one of: .*on_playbook_created"
    ):
        _ = main.on_playbok_created


def test_a_private_module_of_the_functions_folder_is_not_a_function() -> None:
    with pytest.raises(AttributeError, match="_member"):
        _ = main._member


def test_a_cold_start_imports_the_functions_own_module_alone() -> None:
    script = (
        "import sys, main; main.execute; "
        "print(*sorted(name for name in sys.modules if name.startswith('functions.') and '._' not in name))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["functions.execute"]


def test_a_function_does_not_start_with_a_malformed_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEASE_SECONDS", "soon")
    with pytest.raises(SettingsError, match="LEASE_SECONDS is 'soon'; expected a whole number, 1 or above"):
        _ = main.execute


@pytest.mark.parametrize(("function_id", "endpoint"), ENDPOINTS.items(), ids=list(ENDPOINTS))
def test_the_framework_serves_each_function_as_the_emulator_starts_it(
    function_id: str, endpoint: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    signature = "cloudevent" if "eventTrigger" in endpoint else "http"
    monkeypatch.setenv("FUNCTION_SIGNATURE_TYPE", signature)
    app = create_app(  # type: ignore[no-untyped-call]
        target=str(endpoint["entryPoint"]), source=str(ROOT / "main.py")
    )
    assert _SERVED_AS[signature] in {rule.endpoint for rule in app.url_map.iter_rules()}
    # The emulator's first request asks for health; a function must not take it for work.
    assert app.test_client().get("/__/health").status_code in {204, 405}
