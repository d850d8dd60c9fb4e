"""One table names every function: its module, its addresses, and what the Firebase CLI reads of it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from functions._route import Door, door, on_document
from functions.routes import ROUTES
from local.deploy.manifest import functions_yaml, with_rewrites
from local.openapi.table import DOORS
from local.setup.paths import ROOT
from shared.api import paths

PUBLIC = [(route, route.trigger) for route in ROUTES if isinstance(route.trigger, Door)]


def test_every_module_of_a_function_is_in_the_table_once() -> None:
    modules = {path.stem for path in (ROOT / "functions").glob("*.py") if not path.stem.startswith("_")}
    assert sorted(route.entry_point for route in ROUTES) == sorted(modules - {"routes"})


def test_the_api_document_and_the_table_have_the_same_addresses() -> None:
    listed = {(route.entry_point, path) for route, trigger in PUBLIC for path in trigger.paths}
    assert {(one.function, one.path) for one in DOORS} == listed - {("unknown_address", "/api/**")}


def test_every_address_is_one_function_s() -> None:
    listed = [path for _, trigger in PUBLIC for path in trigger.paths]
    assert len(listed) == len(set(listed))
    written = {value for name, value in vars(paths).items() if name.isupper() and str(value).startswith("/api/")}
    assert set(listed) - {"/api/**"} == written


def test_the_table_imports_no_function_s_code() -> None:
    script = (
        "import sys, functions.routes; print(*sorted(one for one in sys.modules if one.startswith('functions')))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["functions", "functions._doors", "functions._route", "functions.routes"]


def test_an_exact_address_comes_before_one_that_also_fits() -> None:
    routes = (door("rest", "/api/**"), door("one", "/api/things/{id}"), door("all", "/api/things/all"))
    written = with_rewrites('{\n    "rewrites": [\nold\n    ]\n}\n', routes)
    places = [written.index(f'"{name}"') for name in ("all", "one", "rest")]
    assert places == sorted(places)
    assert "old" not in written


def test_a_file_without_rewrites_is_refused() -> None:
    with pytest.raises(ValueError, match="found no list of rewrites"):
        with_rewrites("{}", ROUTES)


def test_a_reason_becomes_a_comment_above_its_function() -> None:
    text = functions_yaml([on_document("onThing", "created", "things/{id}", why="Things start at once.")])
    assert "  # Things start at once.\n  onThing:\n" in text
