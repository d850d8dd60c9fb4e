"""Read every Firestore query out of the source: chains like `.collection(X).where(...).order_by(...)`.

What cannot be read (a field that is a variable, a query that goes on from one) comes back as unread, never as
nothing, so that no query slips past the check.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from shared.documents import org

FILTERING = frozenset({"where", "order_by"})
EQUALITIES = frozenset({"==", "in"})
CONTAINMENTS = frozenset({"array_contains", "array_contains_any"})
SHARED_NAMES = {
    name: value
    for module in (org, org)
    for name, value in vars(module).items()
    if name.isupper() and isinstance(value, str)
}
"""The names of collections that several rooms use."""


class UnreadError(Exception):
    """A part of a query is computed while the program runs."""


@dataclass(frozen=True)
class Query:
    """One query: its fields, by what is asked of them."""

    collection: str
    is_group: bool
    where: str
    """`path/of/file.py:line`."""
    equal: frozenset[str] = frozenset()
    containing: frozenset[str] = frozenset()
    ranged: tuple[str, ...] = ()
    orders: tuple[tuple[str, str], ...] = ()

    @property
    def fields(self) -> set[str]:
        """Every field that is asked of."""
        return {*self.equal, *self.containing, *self.ranged, *(name for name, _ in self.orders)}


@dataclass
class Source:
    """What a folder's source holds."""

    queries: list[Query] = field(default_factory=list)
    unread: dict[str, list[int]] = field(default_factory=dict)
    """Lines with a query that cannot be read, by file."""


def read_source(root: Path, *folders: str) -> Source:
    """Every query in the Python files of `folders` below `root`."""
    source = Source()
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            _read_file(root, path, source)
    return source


def _read_file(root: Path, path: Path, source: Source) -> None:
    tree = ast.parse(path.read_text())
    constants = constants_of(root, tree)
    name = path.relative_to(root).as_posix()
    for chain in _chains(tree):
        line = chain[-1].end_lineno or chain[-1].lineno
        try:
            source.queries.append(_query(chain, constants, f"{name}:{line}"))
        except UnreadError:
            source.unread.setdefault(name, []).append(line)


def _chains(tree: ast.AST) -> Iterator[list[ast.Call]]:
    """Each whole chain of method calls that filters or orders, first call first."""
    inner: set[ast.AST] = set()
    for node in ast.walk(tree):  # outer expressions come before their parts
        if not isinstance(node, ast.Call) or node in inner:
            continue
        chain = list(_links(node))[::-1]
        inner.update(chain)
        if any(_method(call) in FILTERING for call in chain):
            yield chain


def _links(call: ast.expr) -> Iterator[ast.Call]:
    while isinstance(call, ast.Call):
        yield call
        if not isinstance(call.func, ast.Attribute):
            return
        call = call.func.value


def _method(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _query(chain: list[ast.Call], constants: dict[str, str], where: str) -> Query:
    roots = [call for call in chain if _method(call) in {"collection", "collection_group"}]
    if not roots or not roots[-1].args:
        raise UnreadError
    filters = [_filter(call, constants) for call in chain if _method(call) == "where"]
    return Query(
        collection=_text(roots[-1].args[0], constants).rpartition("/")[2],
        is_group=_method(roots[-1]) == "collection_group",
        where=where,
        equal=frozenset(name for name, operator in filters if operator in EQUALITIES),
        containing=frozenset(name for name, operator in filters if operator in CONTAINMENTS),
        ranged=tuple(
            dict.fromkeys(name for name, operator in filters if operator not in EQUALITIES | CONTAINMENTS)
        ),
        orders=tuple(_order(call, constants) for call in chain if _method(call) == "order_by"),
    )


def _filter(call: ast.Call, constants: dict[str, str]) -> tuple[str, str]:
    """The field and the operator of `where(filter=FieldFilter(field, op, value))` or `where(field, op, value)`."""
    args = call.args
    for keyword in call.keywords:
        if (
            keyword.arg == "filter"
            and isinstance(keyword.value, ast.Call)
            and _called(keyword.value) == "FieldFilter"
        ):
            args = keyword.value.args
    if len(args) < 2:
        raise UnreadError
    return _text(args[0], constants), _text(args[1], constants)


def _called(call: ast.Call) -> str:
    return _method(call) or getattr(call.func, "id", "")


def _order(call: ast.Call, constants: dict[str, str]) -> tuple[str, str]:
    direction = "ASCENDING"
    for value in [*call.args[1:], *(keyword.value for keyword in call.keywords if keyword.arg == "direction")]:
        direction = value.attr if isinstance(value, ast.Attribute) else _text(value, constants)
    if not call.args or direction not in {"ASCENDING", "DESCENDING"}:
        raise UnreadError
    return _text(call.args[0], constants), direction


def _text(value: ast.expr, constants: dict[str, str]) -> str:
    """A string that is written down: a literal, a constant, or the constant end of an f-string."""
    match value:
        case ast.Constant(value=str(text)):
            return text
        case ast.Name(id=name) if name in constants:
            return constants[name]
        case ast.Attribute(value=ast.Name(id=module), attr=name) if f"{module}.{name}" in constants:
            return constants[f"{module}.{name}"]
        case ast.JoinedStr(values=[*_, ast.Constant(value=str(end))]) if "/" in end:
            return end
        case ast.Call(func=ast.Name(id="org_path"), args=[_, *_, name]):
            return _text(name, constants)
    raise UnreadError


def constants_of(root: Path, tree: ast.Module) -> dict[str, str]:
    """The module's own string constants, those it imports, and those of modules it imports (`module.NAME`)."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                found.update(_imported(root, node.module, alias.name, alias.asname or alias.name))
    return found | _own_constants(tree)


def _imported(root: Path, module: str, name: str, bound: str) -> dict[str, str]:
    whole = _module_constants(root, f"{module}.{name}")
    single = _module_constants(root, module)
    result = {f"{bound}.{constant}": text for constant, text in whole.items()}
    return result | ({bound: single[name]} if name in single else {})


def _module_constants(root: Path, module: str) -> dict[str, str]:
    path = root.joinpath(*module.split(".")).with_suffix(".py")
    return _own_constants(ast.parse(path.read_text())) if path.is_file() else {}


def _own_constants(tree: ast.Module) -> dict[str, str]:
    texts = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    renamed = {
        target.id: SHARED_NAMES[node.value.id]
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name) and node.value.id in SHARED_NAMES
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return texts | renamed
