"""The documents say what is there, all of it, with links and commands that exist and snippets that run."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from shared.error_codes import CODES
from shared.playbooks.events import EVENTS
from shared.steps.registry import action_modules

ROOT = Path(__file__).parents[2]
PAGES = sorted(page.relative_to(ROOT).as_posix() for page in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("**/*.md")))
ARCHITECTURE = (ROOT / "docs/architecture.md").read_text()
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_MAKE = re.compile(r"(?:^|`)make ((?:-s )?[a-z][a-z-]*)", re.MULTILINE)
_MODULE = re.compile(r"python -m ((?:local|tests|shared)[\w.]*)")
_COLLECTION = re.compile(r'^(?:\w*COLLECTION) = "([a-z_]+)"$', re.MULTILINE)
_MATCHED = re.compile(r"match /(?:playbooks/\{playbookId\}/)?([a-z_]+)/\{")
_SETTING = re.compile(r'"([A-Z][A-Z0-9]*_[A-Z0-9_]+)"')
_PYTHON = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
README_LINES = 150
DECISION_LINES = 60


def anchors(page: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    text = _FENCE.sub("", (ROOT / page).read_text())
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def documented(name: str) -> bool:
    return f"`{name}`" in ARCHITECTURE or f"/{name}`" in ARCHITECTURE


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    broken = []
    for link in _LINK.findall(_FENCE.sub("", (ROOT / page).read_text())):
        if "://" in link or link.startswith("mailto:"):
            continue
        path, _, anchor = link.partition("#")
        target = ((ROOT / page).parent / path).resolve() if path else ROOT / page
        if not target.exists() or (anchor and anchor not in anchors(target.relative_to(ROOT).as_posix())):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("page", PAGES)
def test_every_command_exists(page: str) -> None:
    text = (ROOT / page).read_text()
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    made = {found.removeprefix("-s ") for found in _MAKE.findall(text)}
    modules = {found.rstrip(".") for found in _MODULE.findall(text)}
    unknown = {
        name
        for name in modules
        if not (ROOT / f"{name.replace('.', '/')}.py").exists()
        and not (ROOT / name.replace(".", "/") / "__main__.py").exists()
    }
    assert (made - targets, unknown) == (set(), set()), (
        "(targets, modules) that the page names and that don't exist"
    )


def test_the_readme_is_short() -> None:
    lines = len((ROOT / "README.md").read_text().splitlines())
    assert lines <= README_LINES, "move details into a page of docs/, and link it"


def test_every_function_is_documented() -> None:
    endpoints = yaml.safe_load((ROOT / "functions.yaml").read_text())["endpoints"]
    missing = [name for name in endpoints if not documented(name)]
    assert missing == [], "give each a row, or a place in one, in the table of functions of docs/architecture.md"


def test_every_collection_is_documented() -> None:
    names = set(_MATCHED.findall((ROOT / "firestore.rules").read_text()))
    for module in (ROOT / "shared").rglob("*.py"):
        names |= set(_COLLECTION.findall(module.read_text()))
    assert len(names) > 40
    missing = sorted(name for name in names - {"databases", "tenants"} if not documented(name))
    assert missing == [], "add each to the table of collections of docs/architecture.md"


def test_every_address_of_the_api_is_documented() -> None:
    rewrites = json.loads((ROOT / "firebase.json").read_text())["hosting"]["rewrites"]
    addresses = [
        one["source"] for one in rewrites if one["source"].startswith("/api/") and one["source"] != "/api/**"
    ]
    text = "\n".join((ROOT / page).read_text() for page in PAGES)
    missing = [one for one in addresses if one.split("*")[0].rstrip("/") not in text]
    assert missing == [], "say in docs/http-api.md what each address is for"


def test_every_room_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    rooms = [one.name for one in (ROOT / "shared").iterdir() if (one / "__init__.py").exists()]
    missing = [room for room in rooms if f"`shared/{room}/`" not in readme]
    assert missing == [], "give each a row in the table of rooms of README.md"


def test_every_setting_is_documented() -> None:
    names = set(_SETTING.findall((ROOT / "shared/gcp/settings.py").read_text()))
    assert len(names) > 25
    page = (ROOT / "docs/deploy.md").read_text()
    missing = sorted(name for name in names if f"`{name}`" not in page)
    assert missing == [], "describe each in docs/deploy.md"


def test_every_action_event_and_error_code_is_documented() -> None:
    actions, playbooks, errors = (
        (ROOT / f"docs/{page}.md").read_text() for page in ("actions", "playbooks", "errors")
    )
    missing = [name for name in action_modules() if f"\n### {name}\n" not in actions]
    missing += [name for name in EVENTS if f"`{name}`" not in playbooks]
    missing += [str(code) for code in CODES if f"\n| `{code}` |" not in errors]
    assert missing == [], "`make docs` writes actions and error codes; events are described in docs/playbooks.md"


def test_every_decision_is_one_page_and_in_the_list() -> None:
    pages = sorted((ROOT / "docs/adr").glob("[0-9]*.md"))
    listed = (ROOT / "docs/adr/README.md").read_text()
    assert len(pages) >= 10
    for page in pages:
        text = page.read_text()
        assert f"({page.name})" in listed
        assert len(text.splitlines()) <= DECISION_LINES, page.name
        assert re.findall(r"^## (.+)$", text, re.MULTILINE) == [
            "Context",
            "Decision",
            "Consequences",
            "Turned down",
        ], page.name


SNIPPETS = [
    (page, number, snippet)
    for page in PAGES
    for number, snippet in enumerate(_PYTHON.findall((ROOT / page).read_text()))
]
_ACTION = next(snippet for page, _, snippet in SNIPPETS if page == "CONTRIBUTING.md")


@pytest.mark.parametrize("snippet", [one[2] for one in SNIPPETS], ids=[f"{one[0]}-{one[1]}" for one in SNIPPETS])
def test_every_snippet_in_python_is_formatted(snippet: str) -> None:
    _require_fine(("ruff", "format", "--check", "--stdin-filename", "snippet.py", "-"), snippet)


def test_the_snippet_of_an_action_passes_the_checks_and_runs(tmp_path: Path) -> None:
    _require_fine(("ruff", "check", "--stdin-filename", "shared/steps/flow/shout.py", "-"), _ACTION)
    module = tmp_path / "shout.py"
    module.write_text(_ACTION)
    _require_fine(("mypy", str(module)))
    names: dict[str, Any] = {"__name__": "shout"}
    exec(compile(_ACTION, "CONTRIBUTING.md", "exec"), names)
    action = names["Shout"]()
    assert action.run(action.params(**action.example), None).text == "SALE"


def _require_fine(command: tuple[str, ...], given: str = "") -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, input=given, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
