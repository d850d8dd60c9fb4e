"""Expressions inside `{{ }}` and conditions: paths, comparisons, arithmetic. Nothing can be called.

The grammar is Python's own parser narrowed to a closed set of nodes, walked over plain data: there is no
sandbox to escape because there is nothing in it but look-ups and arithmetic. Compiled once, kept in a cache.
"""

from __future__ import annotations

import ast
import functools
import math
import operator
import re
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from shared.errors import PermanentError
from shared.playbooks.filters import FILTERS
from shared.playbooks.paths import CONSTANTS, filter_name, read_paths

MAX_LENGTH = 2_000
MAX_NODES = 200
MAX_DEPTH = 40
MAX_TEXT = 100_000
MAX_BITS = 1_024
"""The largest whole number: 2 to this power, about what a float holds."""

Scope = Mapping[str, Any]

_CONSTANT_TYPES = (str, int, float, bool, type(None))
_QUOTED = r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*\""""
_DECIMAL = r"(?<![\w.\])])\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"
_INDEX = re.compile(rf"(?P<kept>{_QUOTED}|{_DECIMAL})|(?<=[\w\])])\.(?P<index>\d+)(?!\w)", re.DOTALL)
"""`rows.0` reads as `rows[0]`; texts and decimal numbers are passed over."""
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda item, container: item in container,
    ast.NotIn: lambda item, container: item not in container,
}
_ARITHMETIC: dict[type[ast.operator], tuple[str, Callable[[Any, Any], Any]]] = {
    ast.Add: ("+", operator.add),
    ast.Sub: ("-", operator.sub),
    ast.Mult: ("*", operator.mul),
    ast.Div: ("/", operator.truediv),
    ast.Mod: ("%", operator.mod),
}
_VALUES = (ast.Constant, ast.Name, ast.Attribute, ast.Subscript, ast.List, ast.Tuple, ast.Load)
_OPERATIONS = (ast.BoolOp, ast.UnaryOp, ast.BinOp, ast.Compare, ast.Call)
_OPERATORS = (ast.And, ast.Or, ast.Not, ast.USub, ast.BitOr)
_ALLOWED = (*_VALUES, *_OPERATIONS, *_OPERATORS, *_COMPARE, *_ARITHMETIC)


class ExpressionError(PermanentError):
    """An expression cannot be read, or cannot be computed from the data in scope."""


class MissingNameError(ExpressionError):
    """An expression names what does not exist."""


class Expression:
    """A compiled expression."""

    def __init__(self, source: str, tree: ast.expr) -> None:
        self.source = source
        self._tree = tree

    def evaluate(self, scope: Scope) -> Any:
        """The expression's value over `scope`.

        Raises:
            MissingNameError: it names what is not there.
            ExpressionError: the operands do not fit the operator.
        """
        try:
            return _evaluate(self._tree, scope)
        except RecursionError:
            raise ExpressionError(f"{self.source!r} reads data that nest too deep") from None

    def paths(self) -> list[tuple[str, ...]]:
        """Every path that the expression reads, longest form only: `a.b.c` once as `("a", "b", "c")`."""
        return read_paths(self._tree)


@functools.lru_cache(maxsize=2_048)
def compile_expression(source: str) -> Expression:
    """Parse an expression.

    Raises:
        ExpressionError: it is too long or holds what the grammar does not have.
    """
    text = source.strip()
    if not text:
        raise ExpressionError("an expression is empty; expected a path like steps.scan.total")
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"an expression has {len(text)} characters; expected at most {MAX_LENGTH}")
    try:
        tree = _parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ExpressionError(
            f"{text!r} cannot be read; expected paths with comparisons, and, or, not, in, + - * /"
        ) from None
    nodes = list(ast.walk(tree))
    if len(nodes) > MAX_NODES:
        raise ExpressionError(f"{text!r} has {len(nodes)} parts; expected at most {MAX_NODES}")
    if _is_deep(tree):
        raise ExpressionError(f"{text!r} nests deeper than {MAX_DEPTH} levels")
    pipes = [node for node in nodes if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr)]
    for pipe in pipes:
        _check_filter(pipe, text)
    piped = {id(pipe.right) for pipe in pipes}
    for node in nodes:
        _check_node(node, text, piped)
    return Expression(text, tree)


def _parse(text: str) -> ast.expr:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what Python would say of odd but harmless source
        return ast.parse(_INDEX.sub(_indexed, text), mode="eval").body


def _indexed(match: re.Match[str]) -> str:
    return match["kept"] or f"[{match['index']}]"


def _is_deep(tree: ast.expr) -> bool:
    level: list[ast.AST] = [tree]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    return bool(level)


def _check_filter(pipe: ast.BinOp, text: str) -> None:
    name = filter_name(pipe.right)
    if name not in FILTERS:
        raise ExpressionError(f"{text!r} uses the filter {name!r}; expected one of {', '.join(FILTERS)}")
    if isinstance(pipe.right, ast.Call) and pipe.right.keywords:
        raise ExpressionError(f"{text!r} names a filter's arguments; expected them in order")


def _check_node(node: ast.AST, text: str, piped: set[int]) -> None:
    if not isinstance(node, _ALLOWED):
        raise ExpressionError(f"{text!r} uses {type(node).__name__}, which expressions do not have")
    if isinstance(node, ast.Constant) and (type(node.value) not in _CONSTANT_TYPES or _is_boundless(node.value)):
        raise ExpressionError(f"{text!r} holds {ast.unparse(node)}; expected text, numbers, true, false or null")
    if isinstance(node, ast.Call) and id(node) not in piped:
        raise ExpressionError(f"{text!r} calls {ast.unparse(node.func)}; expected paths and filters only")


def _evaluate(node: ast.expr, scope: Scope) -> Any:
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name() | ast.Attribute() | ast.Subscript():
            return _look_up(node, scope)
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return [_evaluate(item, scope) for item in items]
        case ast.BoolOp(op=op, values=values):
            truths = (_evaluate(value, scope) for value in values)
            return all(truths) if isinstance(op, ast.And) else any(truths)
        case ast.UnaryOp(op=op, operand=operand):
            value = _evaluate(operand, scope)
            return not value if isinstance(op, ast.Not) else -_number(value, operand)
        case ast.BinOp(op=op):
            return _apply_filter(node, scope) if isinstance(op, ast.BitOr) else _arithmetic(node, scope)
        case ast.Compare():
            return _compare(node, scope)
    raise ExpressionError(f"{ast.unparse(node)!r} is not a path, a value or an operation")


def _look_up(node: ast.Name | ast.Attribute | ast.Subscript, scope: Scope) -> Any:
    if isinstance(node, ast.Name):
        if node.id in scope:
            return scope[node.id]
        if node.id.lower() in CONSTANTS:
            return CONSTANTS[node.id.lower()]
        raise MissingNameError(f"{node.id!r} does not exist here; there is {_listed(scope)}")
    owner = _evaluate(node.value, scope)
    key: Any = node.attr if isinstance(node, ast.Attribute) else _evaluate(node.slice, scope)
    if isinstance(owner, Mapping) and isinstance(key, str) and key in owner:
        return owner[key]
    if isinstance(owner, list) and isinstance(key, int) and -len(owner) <= key < len(owner):
        return owner[key]
    raise MissingNameError(f"{ast.unparse(node)!r} does not exist; {ast.unparse(node.value)} {_contents(owner)}")


def _contents(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"has {_listed(value)}"
    if isinstance(value, list):
        return f"is a list of {len(value)}"
    return "is null" if value is None else f"is {type(value).__name__} without parts"


def _listed(names: Mapping[str, Any]) -> str:
    return ", ".join(sorted(map(str, names))[:20]) or "nothing"


def _apply_filter(node: ast.BinOp, scope: Scope) -> Any:
    name = filter_name(node.right)
    arguments = [_evaluate(item, scope) for item in node.right.args] if isinstance(node.right, ast.Call) else []
    try:
        value = _evaluate(node.left, scope)
    except MissingNameError:
        if name != "default":
            raise
        value = None
    try:
        return FILTERS[name](value, *arguments)
    except (TypeError, ValueError, ArithmeticError) as error:
        raise ExpressionError(
            f"{ast.unparse(node)!r}: the filter {name} cannot take {value!r:.80}: {error}"
        ) from None


def _arithmetic(node: ast.BinOp, scope: Scope) -> Any:
    left, right = _evaluate(node.left, scope), _evaluate(node.right, scope)
    symbol, function = _ARITHMETIC[type(node.op)]
    if symbol == "+" and isinstance(left, str) and isinstance(right, str):
        if len(left) + len(right) > MAX_TEXT:
            raise ExpressionError(f"{ast.unparse(node)!r} makes a text of over {MAX_TEXT} characters")
        return left + right
    try:
        result = function(_number(left, node.left), _number(right, node.right))
    except ArithmeticError as error:
        raise ExpressionError(f"{ast.unparse(node)!r} cannot be computed: {error}") from None
    if _is_boundless(result):
        raise ExpressionError(f"{ast.unparse(node)!r} cannot be computed: it is too large")
    return result


def _is_boundless(value: Any) -> bool:
    """Whether it is a number that no text and no document could hold."""
    if isinstance(value, int):
        return value.bit_length() > MAX_BITS
    return isinstance(value, float) and not math.isfinite(value)


def _number(value: Any, node: ast.expr) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    raise ExpressionError(f"{ast.unparse(node)!r} is {value!r:.80}; expected a number")


def _compare(node: ast.Compare, scope: Scope) -> bool:
    left, left_node = _evaluate(node.left, scope), node.left
    for op, right_node in zip(node.ops, node.comparators, strict=True):
        right = _evaluate(right_node, scope)
        try:
            holds = bool(_COMPARE[type(op)](left, right))
        except TypeError:
            raise ExpressionError(
                f"{ast.unparse(node)!r} compares {ast.unparse(left_node)} = {left!r:.80} with {right!r:.80}; "
                "expected two numbers or two texts"
            ) from None
        if not holds:
            return False
        left, left_node = right, right_node
    return True
