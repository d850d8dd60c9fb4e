"""The documents say what is there: every function, collection and address, and links and commands that exist."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PAGES = sorted(page.relative_to(ROOT).as_posix() for page in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("**/*.md")))
ARCHITECTURE = (ROOT / "docs/architecture.md").read_text()
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_MAKE = re.compile(r"(?:^|`)make ((?:-s )?[a-z][a-z-]*)", re.MULTILINE)
_MODULE = re.compile(r"python -m ((?:local|tests|shared)[\w.]*)")
_COLLECTION = re.compile(r'^(?:\w*COLLECTION) = "([a-z_]+)"$', re.MULTILINE)
_MATCHED = re.compile(r"match /(?:playbooks/\{playbookId\}/)?([a-z_]+)/\{")
README_LINES = 150


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
    assert (made - targets, unknown) == (set(), set())


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= README_LINES


def test_every_function_is_documented() -> None:
    endpoints = yaml.safe_load((ROOT / "functions.yaml").read_text())["endpoints"]
    assert [name for name in endpoints if not documented(name)] == []


def test_every_collection_is_documented() -> None:
    names = set(_MATCHED.findall((ROOT / "firestore.rules").read_text()))
    for module in (ROOT / "shared").rglob("*.py"):
        names |= set(_COLLECTION.findall(module.read_text()))
    assert len(names) > 40
    assert sorted(name for name in names - {"databases", "tenants"} if not documented(name)) == []


def test_every_address_of_the_api_is_documented() -> None:
    rewrites = json.loads((ROOT / "firebase.json").read_text())["hosting"]["rewrites"]
    addresses = [
        one["source"] for one in rewrites if one["source"].startswith("/api/") and one["source"] != "/api/**"
    ]
    text = "\n".join((ROOT / page).read_text() for page in PAGES)
    assert [one for one in addresses if one.split("*")[0].rstrip("/") not in text] == []


def test_every_room_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    rooms = [one.name for one in (ROOT / "shared").iterdir() if (one / "__init__.py").exists()]
    assert [room for room in rooms if f"`shared/{room}/`" not in readme] == []
