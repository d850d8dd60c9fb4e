"""`make docs` writes the files below; `make check` fails if one is out of date."""

from __future__ import annotations

import difflib
import json
import os
import sys
from collections.abc import Callable

os.environ.setdefault("GOOGLE_CLOUD_PROJECT", "demo-playbooks")

from functions.routes import ROUTES
from local.catalog import error_page
from local.catalog.page import render
from local.deploy import manifest
from local.openapi import document, page, python_client
from local.openapi.table import DOORS
from local.setup.paths import ROOT
from shared.steps.playbook_schema import playbook_schema


def _schema() -> str:
    return json.dumps(playbook_schema(), indent=1, ensure_ascii=False) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "functions.yaml": lambda: manifest.functions_yaml(ROUTES),
    "firebase.json": lambda: manifest.with_rewrites((ROOT / "firebase.json").read_text(), ROUTES),
    "docs/actions.md": render,
    "docs/errors.md": error_page.render,
    "docs/playbook.schema.json": _schema,
    "web/public/api/openapi.json": lambda: document.text(DOORS),
    "clients/python/playbooks_client/operations.py": lambda: python_client.render(document.document(DOORS)),
    "web/public/api/docs.html": lambda: page.render(document.document(DOORS)),
}


def main(arguments: list[str]) -> int:
    """Returns the exit status: 1 if `--check` found a difference."""
    return max([_page(path, render(), arguments) for path, render in PAGES.items()])


def _page(name: str, page: str, arguments: list[str]) -> int:
    path = ROOT / name
    if arguments != ["--check"]:
        path.parent.mkdir(exist_ok=True)
        path.write_text(page)
        return 0
    written = path.read_text() if path.is_file() else ""
    if written == page:
        return 0
    difference = difflib.unified_diff(written.splitlines(), page.splitlines(), name, "its source", lineterm="")
    print("\n".join(list(difference)[:40]))
    print(f"{name} is out of date; run `make docs`", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
