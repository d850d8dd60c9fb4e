"""`make web-types` writes documents.ts, api.ts and shapes.ts in web/src/data/types; `--check` verifies them."""

from __future__ import annotations

import sys

from local.setup.paths import ROOT
from local.webtypes.models import ANSWERS, DOCUMENTS
from local.webtypes.runtime import shapes
from local.webtypes.typescript import module

_FOLDER = ROOT / "web" / "src" / "data" / "types"


def main(arguments: list[str]) -> int:
    """Exit code: 1 when `--check` finds a file stale, 2 for other arguments."""
    if arguments not in ([], ["--check"]):
        print("usage: python -m local.webtypes [--check]", file=sys.stderr)
        return 2
    made = {
        "documents.ts": module("Firestore documents", DOCUMENTS, time="Timestamp"),
        "api.ts": module("Answers and bodies of the HTTP API", ANSWERS, time="string"),
        "shapes.ts": shapes(DOCUMENTS),
    }
    stale = [name for name, text in made.items() if not _is_current(name, text)]
    if arguments:
        for name in stale:
            print(f"{_FOLDER.relative_to(ROOT)}/{name} is stale: run `make web-types`", file=sys.stderr)
        return 1 if stale else 0
    for name in stale:
        (_FOLDER / name).write_text(made[name])
        print(f"wrote {_FOLDER.relative_to(ROOT)}/{name}")
    return 0


def _is_current(name: str, text: str) -> bool:
    path = _FOLDER / name
    return path.exists() and path.read_text() == text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
