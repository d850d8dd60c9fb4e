"""Every regular expression of the product with texts of its own alphabet: run by `test_patterns.py`, under limits.

Compiled patterns are found in the globals of every module, in whatever they are kept; those within functions, in
the source. So a new pattern is covered without being named anywhere.
"""

from __future__ import annotations

import ast
import dataclasses
import importlib
import pkgutil
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Any

import functions
import shared
from shared.playbooks.expressions import MAX_LENGTH
from shared.web.address import MAX_URL_LENGTH
from tests.unit.limited import Case, run_all

SIZE = 100_000
REACH: Mapping[str, int] = {
    "shared.chat.talk.document_edits": MAX_LENGTH,
    "shared.chat": 4_000,
    "shared.playbooks.expressions": MAX_LENGTH,
    "shared.playbooks.templates": MAX_LENGTH,
    "shared.steps.flow.validate": MAX_LENGTH,
    "shared.web.address": MAX_URL_LENGTH,
}
"""Characters that can reach the patterns of a room at most, where its door refuses longer ones; else `SIZE`."""
MAX_SIGNS = 6
"""Of a pattern's alphabet, fed one by one."""
END = "\0"
"""Fits no pattern: what makes it go back and try again."""

# What types know of these two modules depends on which packages are installed.
sre, sre_parser = (importlib.import_module(f"re.{name}") for name in ("_constants", "_parser"))

_CATEGORIES = {
    sre.CATEGORY_DIGIT: "7",
    sre.CATEGORY_SPACE: " ",
    sre.CATEGORY_WORD: "w",
    sre.CATEGORY_NOT_DIGIT: "n",
    sre.CATEGORY_NOT_SPACE: "n",
    sre.CATEGORY_NOT_WORD: ",",
}
_REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT)
_UNANCHORED = frozenset({"search", "finditer", "findall", "sub", "subn", "split"})
_CALLS = _UNANCHORED | {"match", "fullmatch", "compile"}


@dataclasses.dataclass(frozen=True)
class Found:
    """A pattern, where it is, and which of its methods are called."""

    where: str
    pattern: re.Pattern[str]
    methods: frozenset[str]


def modules() -> Iterator[ModuleType]:
    """Every module of what is deployed."""
    for package in (shared, functions):
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            yield importlib.import_module(info.name)


def patterns() -> list[Found]:
    """Every pattern of the product, once."""
    loaded = list(modules())
    trees = {module.__name__: ast.parse(_source(module)) for module in loaded}
    used = {name: _methods_by_name([tree]) for name, tree in trees.items()}
    everywhere = _methods_by_name(trees.values())
    found: dict[tuple[str, int, frozenset[str]], Found] = {}
    for module in loaded:
        for one in (
            *_in_globals(module, used[module.__name__], everywhere),
            *_in_source(module, trees[module.__name__]),
        ):
            found.setdefault((one.pattern.pattern, one.pattern.flags, one.methods), one)
    return list(found.values())


def _source(module: ModuleType) -> str:
    with open(str(module.__file__), encoding="utf-8") as file:
        return file.read()


def _methods_by_name(trees: Any) -> dict[str, set[str]]:
    """For `_NAME.fullmatch`, anywhere: `fullmatch` under `_NAME`."""
    used: dict[str, set[str]] = {}
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                used.setdefault(node.value.id, set()).add(node.attr)
    return used


def _in_globals(
    module: ModuleType, used: Mapping[str, set[str]], everywhere: Mapping[str, set[str]]
) -> Iterator[Found]:
    for name, value in vars(module).items():
        methods = (used if name.startswith("_") else everywhere).get(name, set()) & _CALLS
        if not isinstance(value, re.Pattern) or not methods:
            methods = {"search"} | set().union(*used.values()) & {"fullmatch"}  # called by another name
        for pattern in _within(value, 0):
            yield Found(f"{module.__name__}.{name}", pattern, frozenset(methods))


def _within(value: Any, depth: int) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        if isinstance(value.pattern, str):
            yield value
    elif depth > 4 or isinstance(value, type | ModuleType):
        return
    elif isinstance(value, Mapping):
        for one in [*value.keys(), *value.values()]:
            yield from _within(one, depth + 1)
    elif isinstance(value, list | tuple | set | frozenset):
        for one in value:
            yield from _within(one, depth + 1)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from _within(getattr(value, field.name, None), depth + 1)


def _in_source(module: ModuleType, tree: ast.Module) -> Iterator[Found]:
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    for node in (inner for function in functions for inner in ast.walk(function)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or not node.args:
            continue
        of = node.func.value
        if not isinstance(of, ast.Name) or of.id != "re" or node.func.attr not in _CALLS:
            continue
        text = _written(node.args[0], vars(module))
        if text is not None:
            flags = re.IGNORECASE if "IGNORECASE" in ast.unparse(node) or "re.I)" in ast.unparse(node) else 0
            methods = frozenset({"search" if node.func.attr == "compile" else node.func.attr})
            yield Found(f"{module.__name__}:{node.lineno}", re.compile(text, flags), methods)


def _written(node: ast.expr, names: Mapping[str, Any]) -> str | None:
    """The pattern's text; what only the caller knows stands as a word. None where all of it is the caller's."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Name(id=name):
            known = names.get(name)
            return known if isinstance(known, str) else None
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return (_written(left, names) or "") + (_written(right, names) or "") or None
        case ast.JoinedStr(values=values):
            return "".join(_written(value, names) or "" for value in values)
        case ast.FormattedValue(value=value):
            return _written(value, names) or "word"
    return None


def _sample(tokens: Any, groups: dict[int, str]) -> str:
    return "".join(_one(op, argument, groups) for op, argument in tokens)


def _one(op: Any, argument: Any, groups: dict[int, str]) -> str:
    """A text that the token matches, as short as may be; nothing for what only looks."""
    if op is sre.LITERAL:
        return chr(argument)
    if op is sre.NOT_LITERAL:
        return "n" if argument != ord("n") else "m"
    if op is sre.ANY:
        return "n"
    if op is sre.IN:
        return _signs(argument)[0]
    if op is sre.BRANCH:
        return _sample(argument[1][0], groups)
    if op is sre.SUBPATTERN:
        text = _sample(argument[3], groups)
        groups[argument[0]] = text
        return text
    if op is sre.ATOMIC_GROUP:
        return _sample(argument, groups)
    if op in _REPEATS:
        return _sample(argument[2], groups) * int(argument[0])
    return groups.get(argument, "") if op is sre.GROUPREF else ""


def _signs(parts: Any) -> list[str]:
    """One sign for each part of a class like `[\\w.-]`."""
    if parts[0][0] is sre.NEGATE:
        refused = "".join(_signs(parts[1:])) if len(parts) > 1 else ""
        return [sign for sign in "n 7-" if sign not in refused] or ["¤"]
    signs = []
    for op, argument in parts:
        if op is sre.LITERAL:
            signs.append(chr(argument))
        elif op is sre.RANGE:
            signs.append(chr(argument[0]))
        elif op is sre.CATEGORY:
            signs.append(_CATEGORIES.get(argument, "n"))
    return signs or ["n"]


def _alphabet(tokens: Any) -> Iterator[str]:
    for op, argument in tokens:
        if op is sre.IN:
            yield from _signs(argument)
        elif op in _REPEATS:
            yield from _alphabet(argument[2])
        elif op is sre.SUBPATTERN:
            yield from _alphabet(argument[3])
        elif op is sre.ATOMIC_GROUP:
            yield from _alphabet(argument)
        elif op in (sre.ASSERT, sre.ASSERT_NOT):
            yield from _alphabet(argument[1])
        elif op is sre.BRANCH:
            for branch in argument[1]:
                yield from _alphabet(branch)
        elif op in (sre.LITERAL, sre.NOT_LITERAL, sre.ANY):
            yield _one(op, argument, {})


def _runs(tokens: Any, before: str = "") -> Iterator[tuple[str, str]]:
    """For every long run in the pattern: what leads to it, and what it is made of."""
    for index, (op, argument) in enumerate(tokens):
        lead = before + _sample(list(tokens)[:index], {})
        if op in _REPEATS:
            if argument[1] > 20:
                for unit in _units(argument[2]):
                    yield lead, unit
            yield from _runs(argument[2], lead)
        elif op is sre.SUBPATTERN:
            yield from _runs(argument[3], lead)
        elif op is sre.ATOMIC_GROUP:
            yield from _runs(argument, lead)
        elif op in (sre.ASSERT, sre.ASSERT_NOT):
            yield from _runs(argument[1], lead)
        elif op is sre.BRANCH:
            for branch in argument[1]:
                yield from _runs(branch, lead)


def _units(tokens: Any) -> list[str]:
    if len(tokens) == 1 and tokens[0][0] is sre.IN:
        return _signs(tokens[0][1])[:4]
    if len(tokens) == 1 and tokens[0][0] is sre.BRANCH:
        return [_sample(branch, {}) or "n" for branch in tokens[0][1][1]][:4]
    if len(tokens) == 1 and tokens[0][0] is sre.SUBPATTERN:
        return _units(tokens[0][1][3])
    return [_sample(tokens, {}) or "n"]


def shapes(pattern: re.Pattern[str], size: int) -> set[str]:
    """Texts of about `size` characters that the pattern is likely to have the most trouble with."""
    tokens = sre_parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE | (pattern.flags & re.UNICODE))
    whole = _sample(tokens, {}) or "n"
    units = {whole, *list(dict.fromkeys((" ", "7", "w", *_alphabet(tokens))))[:MAX_SIGNS]}
    made = {unit * (size // len(unit)) for unit in units}
    for lead, unit in set(_runs(tokens)):
        made.add(lead + unit * (max(size - len(lead), 0) // len(unit)))
        made.add((lead + unit) * (size // len(lead + unit)))
    return made


def _fed(found: Found, text: str) -> Callable[[], object]:
    def run() -> None:
        if "fullmatch" in found.methods:
            found.pattern.fullmatch(text)
        if "match" in found.methods:
            found.pattern.match(text)
        if found.methods & _UNANCHORED:
            for _ in found.pattern.finditer(text):
                pass

    return run


def _as_it_comes(found: Found, text: str) -> str:
    """Chat's door leaves single blanks before any of its patterns sees a message."""
    return re.sub(r"\s+", " ", text) if found.where.startswith("shared.chat") else text


def cases(only: str = "") -> Iterator[Case]:
    """Every pattern with every shape, and an end that does not fit."""
    for found in patterns():
        if only not in found.where:
            continue
        reach = next((size for room, size in REACH.items() if found.where.startswith(room)), SIZE)
        for text in sorted({_as_it_comes(found, text) for text in shapes(found.pattern, reach)}):
            label = f"{found.where} {found.pattern.pattern[:200]!r} with {text[:40]!r}…"
            yield label.encode("ascii", "backslashreplace").decode(), _fed(found, text + END)


if __name__ == "__main__":
    run_all(cases(*sys.argv[1:]))
