"""`make docs` writes `docs/actions.md`; `make check` fails where it is not what the models say."""

from __future__ import annotations

import difflib
import os
import sys

os.environ.setdefault("GOOGLE_CLOUD_PROJECT", "demo-playbooks")

from local.catalog.page import render
from local.setup.paths import ROOT

PATH = ROOT / "docs" / "actions.md"


def main(arguments: list[str]) -> int:
    """The exit status: 1 where `--check` found a difference."""
    page = render()
    if arguments != ["--check"]:
        PATH.parent.mkdir(exist_ok=True)
        PATH.write_text(page)
        return 0
    written = PATH.read_text() if PATH.is_file() else ""
    if written == page:
        return 0
    difference = difflib.unified_diff(
        written.splitlines(), page.splitlines(), "docs/actions.md", "the models", lineterm=""
    )
    print("\n".join(list(difference)[:40]))
    print("docs/actions.md is not what the actions say; run `make docs`", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
