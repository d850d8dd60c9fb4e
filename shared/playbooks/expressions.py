"""Expressions inside `{{ }}` and conditions: paths, comparisons, arithmetic. Nothing can be called.

The grammar is Python's own parser narrowed to a closed set of nodes, walked over plain data: there is no
sandbox to escape because there is nothing in it but look-ups and arithmetic. Compiled once, kept in a cache.
"""

from __future__ import annotations

import ast
import functools
import heapq
import keyword
import operator
import re
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from shared.error_codes import ErrorCode
from shared.errors import PermanentError
from shared.playbooks.budget import MAX_TEXT, VALUE_WORK, Budget, BudgetError, is_boundless
from shared.playbooks.filters import FILTERS, Use
from shared.playbooks.instants import zone_of
from shared.playbooks.paths import CONSTANTS, filter_name, read_paths
from shared.redaction import shape_of

MAX_LENGTH = 2_000
MAX_NODES = 200
MAX_DEPTH = 40
MAX_LISTED = 20
"""Names that an error shows of those that there are."""

Scope = Mapping[str, Any]

_CONSTANT_TYPES = (str, int, float, bool, type(None))
_QUOTED = r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*\""""
_DECIMAL = r"(?<![\w.\])])\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"
_KEYWORD = "|".join(sorted(keyword.kwlist))
_SEGMENT = re.compile(
    rf"(?P<kept>{_QUOTED}|{_DECIMAL})|(?<=[\w\])])\.(?:(?P<index>\d+)(?!\w)|\s?(?P<word>{_KEYWORD})(?!\w))",
    re.DOTALL,
)
"""`rows.0` reads as `rows[0]`, `event.from` as `event['from']`; texts and decimal numbers are passed over."""
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
    """An expression can't be parsed, or can't be evaluated with the data in scope."""

    code = ErrorCode.INVALID_EXPRESSION


class MissingNameError(ExpressionError):
    """An expression uses an unknown name."""

    code = ErrorCode.UNKNOWN_NAME


class Expression:
    """A compiled expression."""

    def __init__(self, source: str, tree: ast.expr) -> None:
        self.source = source
        self._tree = tree

    def evaluate(self, scope: Scope, budget: Budget | None = None) -> Any:
        """The expression's value over `scope`; what it takes comes out of `budget`.

        Raises:
            MissingNameError: it uses an unknown name.
            ExpressionError: the operands do not fit the operator, or the budget is used up.
        """
        try:
            return _Evaluation(scope, budget or Budget()).value(self._tree)
        except BudgetError as error:
            raise ExpressionError(f"{self.source!r} {error}") from None
        except RecursionError:
            raise ExpressionError(f"{self.source!r} reads data that nest too deep") from None

    def paths(self) -> list[tuple[str, ...]]:
        """Every path that the expression reads, longest form only: `a.b.c` once as `("a", "b", "c")`."""
        return read_paths(self._tree)


@functools.lru_cache(maxsize=512)
def compile_expression(source: str) -> Expression:
    """Parse an expression.

    Raises:
        ExpressionError: it's too long, or uses syntax outside the grammar.
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
        return ast.parse(_SEGMENT.sub(_subscript, text), mode="eval").body


def _subscript(match: re.Match[str]) -> str:
    return match["kept"] or (f"[{match['index']}]" if match["index"] else f"['{match['word']}']")


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
    if isinstance(node, ast.Constant) and (type(node.value) not in _CONSTANT_TYPES or is_boundless(node.value)):
        raise ExpressionError(f"{text!r} holds {ast.unparse(node)}; expected text, numbers, true, false or null")
    if isinstance(node, ast.Call) and id(node) not in piped:
        raise ExpressionError(f"{text!r} calls {ast.unparse(node.func)}; expected paths and filters only")


class _Evaluation:
    """One evaluation of an expression."""

    def __init__(self, scope: Scope, budget: Budget) -> None:
        self._scope = scope
        self._budget = budget

    def value(self, node: ast.expr) -> Any:
        self._budget.work(VALUE_WORK)
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Name() | ast.Attribute() | ast.Subscript():
                return self._look_up(node)
            case ast.List(elts=items) | ast.Tuple(elts=items):
                return [self.value(item) for item in items]
            case ast.BoolOp(op=op, values=values):
                truths = (self.value(value) for value in values)
                return all(truths) if isinstance(op, ast.And) else any(truths)
            case ast.UnaryOp(op=op, operand=operand):
                value = self.value(operand)
                return not value if isinstance(op, ast.Not) else -_number(value, operand)
            case ast.BinOp(op=op):
                return self._filtered(node) if isinstance(op, ast.BitOr) else self._computed(node)
            case ast.Compare():
                return self._compares(node)
        raise ExpressionError(f"{ast.unparse(node)!r} is not a path, a value or an operation")

    def _look_up(self, node: ast.Name | ast.Attribute | ast.Subscript) -> Any:
        if isinstance(node, ast.Name):
            if node.id in self._scope:
                return self._scope[node.id]
            if node.id.lower() in CONSTANTS:
                return CONSTANTS[node.id.lower()]
            raise MissingNameError(f"{node.id!r} does not exist here; there is {_listed(self._scope)}")
        owner = self.value(node.value)
        key: Any = node.attr if isinstance(node, ast.Attribute) else self.value(node.slice)
        if isinstance(owner, Mapping) and isinstance(key, str) and key in owner:
            return owner[key]
        if isinstance(owner, list) and isinstance(key, int) and -len(owner) <= key < len(owner):
            return owner[key]
        raise MissingNameError(f"{_written(node)} does not exist; {ast.unparse(node.value)} {_contents(owner)}")

    def _filtered(self, node: ast.BinOp) -> Any:
        name = filter_name(node.right)
        written = node.right.args if isinstance(node.right, ast.Call) else []
        arguments = [self.value(item) for item in written]
        try:
            value = self.value(node.left)
        except MissingNameError:
            if name != "default":
                raise
            value = None
        try:
            made = FILTERS[name](Use(self._budget, zone_of(self._scope)), value, *arguments)
        except (TypeError, ValueError, ArithmeticError) as error:
            raise ExpressionError(
                f"{_written(node)}: the filter {name} cannot take {shape_of(value)}: {error}"
            ) from None
        if is_boundless(made):
            raise ExpressionError(f"{_written(node)} cannot be computed: it is too large")
        return made

    def _computed(self, node: ast.BinOp) -> Any:
        left, right = self.value(node.left), self.value(node.right)
        symbol, function = _ARITHMETIC[type(node.op)]
        if symbol == "+" and isinstance(left, str) and isinstance(right, str):
            if len(left) + len(right) > MAX_TEXT:
                raise ExpressionError(f"{_written(node)} makes a text of over {MAX_TEXT:,} characters")
            self._budget.work(len(left) + len(right))
            return left + right
        try:
            result = function(_number(left, node.left), _number(right, node.right))
        except ArithmeticError as error:
            raise ExpressionError(f"{_written(node)} cannot be computed: {error}") from None
        if is_boundless(result):
            raise ExpressionError(f"{_written(node)} cannot be computed: it is too large")
        return result

    def _compares(self, node: ast.Compare) -> bool:
        left, left_node = self.value(node.left), node.left
        for op, right_node in zip(node.ops, node.comparators, strict=True):
            right = self.value(right_node)
            if isinstance(op, ast.In | ast.NotIn):
                self._budget.search(left, right)
            else:
                self._budget.compare(left, right)
            try:
                holds = bool(_COMPARE[type(op)](left, right))
            except (TypeError, ArithmeticError):
                raise ExpressionError(
                    f"{_written(node)} compares {ast.unparse(left_node)}, {shape_of(left)}, with "
                    f"{ast.unparse(right_node)}, {shape_of(right)}; expected two numbers or two texts"
                ) from None
            if not holds:
                return False
            left, left_node = right, right_node
        return True


def _number(value: Any, node: ast.expr) -> Any:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise ExpressionError(f"{_written(node)} is {shape_of(value)}; expected a number")
    if is_boundless(value):
        raise ExpressionError(f"{_written(node)} is too large; expected a finite number of at most 300 digits")
    return value


def _written(node: ast.expr) -> str:
    return repr(ast.unparse(node))


def _contents(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"has {_listed(value)}"
    if isinstance(value, list):
        return f"is a list of {len(value)}"
    return f"is {shape_of(value)} without parts" if value is not None else "is null"


def _listed(names: Mapping[str, Any]) -> str:
    shown = heapq.nsmallest(MAX_LISTED, (str(name)[:100] for name in names))
    return ", ".join(shown) or "nothing"
