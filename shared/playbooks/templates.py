"""Templates in the strings of `params`, and conditions."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from markupsafe import Markup, escape

from shared.playbooks.budget import MAX_TEXT, Budget, BudgetError
from shared.playbooks.expressions import MAX_LENGTH, Expression, ExpressionError, Scope, compile_expression
from shared.playbooks.filters import Use, as_text
from shared.playbooks.instants import parse_instant, zone_of

MAX_TEMPLATE = 50_000
MAX_HOLES = 5_000
MAX_DEPTH = 20

_QUOTED_HOLE = re.compile(r"""(["'])\s*(\{\{(?:(?!\}\}).)*\}\})\s*\1""", re.DOTALL)


def parse_template(text: str) -> tuple[str | Expression, ...]:
    """The template's literal pieces and compiled expressions, in order.

    Raises:
        ExpressionError: a hole cannot be read, a `{{` has no `}}`, or the template is too long.
    """
    if len(text) > MAX_TEMPLATE:
        raise ExpressionError(f"a template has {len(text)} characters; expected at most {MAX_TEMPLATE}")
    # Only short ones are kept: two thousand of the longest would fill the memory.
    return _kept(text) if len(text) <= MAX_LENGTH else _parsed(text)


def _parsed(text: str) -> tuple[str | Expression, ...]:
    pieces: list[str | Expression] = []
    for literal, source in _holes(text):
        pieces += [literal] if source is None else [literal, compile_expression(source)]
        if len(pieces) > 2 * MAX_HOLES:
            raise ExpressionError(f"a template has over {MAX_HOLES:,} holes; expected fewer")
    return tuple(piece for piece in pieces if piece != "")


_kept = functools.lru_cache(maxsize=2_048)(_parsed)


def _holes(text: str) -> Iterator[tuple[str, str | None]]:
    """Each hole's source with the literal text before it; the text after the last one comes with None."""
    end = 0
    while (start := text.find("{{", end)) >= 0:
        close = text.find("}}", start)
        if close < 0:
            raise ExpressionError(f"{text[start : start + 60]!r} opens {{{{ and never closes it; expected }}}}")
        yield text[end:start], text[start + 2 : close]
        end = close + 2
    yield text[end:], None


class _Rendering:
    """Fills the templates of one step's params: counted piece by piece, so that nothing too large is built."""

    def __init__(self, scope: Scope, budget: Budget | None) -> None:
        self._scope = scope
        self._budget = budget or Budget()
        self._use = Use(self._budget, zone_of(scope))

    def text(self, text: str) -> Any:
        """The text, or the value of its only hole."""
        if "{{" not in text:
            return text
        pieces = parse_template(text)
        if len(pieces) == 1 and isinstance(pieces[0], Expression):
            return self._whole(pieces[0])
        return self._joined(pieces, lambda value: as_text(value, self._use))

    def markup(self, text: str) -> str:
        """The text with what its holes hold escaped."""
        return self._joined(parse_template(text), self._escaped)

    def tree(self, value: Any, depth: int = 0) -> Any:
        """The value with every text in it filled."""
        if depth > MAX_DEPTH:
            raise ExpressionError(f"params nest deeper than {MAX_DEPTH} levels")
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {key: self.tree(item, depth + 1) for key, item in value.items()}
        if isinstance(value, list):
            return [self.tree(item, depth + 1) for item in value]
        return value

    def _whole(self, expression: Expression) -> Any:
        value = expression.evaluate(self._scope, self._budget)
        if isinstance(value, datetime):
            value = parse_instant(value, self._use.zone).isoformat()  # as JSON carries it, and as steps read it
        with _naming(expression):
            self._budget.fill_value(value)
        return value

    def _joined(self, pieces: Sequence[str | Expression], written: Callable[[Any], str]) -> str:
        filled = []
        size = 0
        for piece in pieces:
            part = piece if isinstance(piece, str) else self._part(piece, written)
            size += len(part)
            if size > MAX_TEXT:
                raise ExpressionError(f"a template makes over {MAX_TEXT:,} characters; expected at most that many")
            filled.append(part)
        return "".join(filled)

    def _part(self, expression: Expression, written: Callable[[Any], str]) -> str:
        value = expression.evaluate(self._scope, self._budget)
        if value is None:
            raise ExpressionError(f"{expression.source!r} is null; expected a value (or {{{{ … | default('') }}}})")
        with _naming(expression):
            part = written(value)
            self._budget.fill(len(part))
        return part

    def _escaped(self, value: Any) -> str:
        text = as_text(value, self._use)
        return text if isinstance(value, Markup) else str(escape(text))


@contextmanager
def _naming(expression: Expression) -> Iterator[None]:
    try:
        yield
    except BudgetError as error:
        raise ExpressionError(f"{expression.source!r} {error}") from None
    except RecursionError:
        raise ExpressionError(f"{expression.source!r} reads data that nest too deep") from None
    except (TypeError, ValueError) as error:
        raise ExpressionError(f"{expression.source!r} cannot be written as a text: {error}") from None


def render_text(text: str, scope: Scope, budget: Budget | None = None) -> Any:
    """The text with its holes filled; a text that is one single hole keeps its value's own type.

    A timestamp reads as `May 4, 2026, 9:30 AM EDT` within a text, in the org's zone, and is RFC 3339 on its own.

    Raises:
        ExpressionError: a name does not exist, a value inside a longer text is null, or the budget is used up.
    """
    return _Rendering(scope, budget).text(text)


def render_markup(text: str, scope: Scope, budget: Budget | None = None) -> str:
    """The text, which is HTML, with its holes filled: what they hold is words there, unless it is `Markup`.

    Raises:
        ExpressionError: a name does not exist, a value is null, or the budget is used up.
    """
    return _Rendering(scope, budget).markup(text)


def render(value: Any, scope: Scope, budget: Budget | None = None) -> Any:
    """The value with every string in it rendered; lists and objects keep their shape.

    Raises:
        ExpressionError: as `render_text`. One budget counts for all the strings.
    """
    return _Rendering(scope, budget).tree(value)


def has_template(value: Any) -> bool:
    """Whether any string in the value holds a template."""
    return any("{{" in text for _, text in texts(value))


def texts(value: Any, path: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """Every string in the value with its path (`where[0][2]`, `body`).

    Raises:
        ExpressionError: it nests too deep to be rendered.
    """
    if depth > MAX_DEPTH:
        raise ExpressionError(f"it nests deeper than {MAX_DEPTH} levels")
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from texts(item, f"{path}.{key}" if path else str(key), depth + 1)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from texts(item, f"{path}[{index}]", depth + 1)


@functools.lru_cache(maxsize=1_024)
def parse_condition(text: str) -> Expression:
    """The condition as one expression: `{{money_mike.price_gap}} > 10` reads as `(money_mike.price_gap) > 10`.

    Raises:
        ExpressionError: it cannot be read; a hole inside a longer quoted text is refused, since it would be
            compared as the text it is written in.
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"a condition has {len(text)} characters; expected at most {MAX_LENGTH}")
    quote = ""
    pieces: list[str] = []
    for literal, source in _holes(_QUOTED_HOLE.sub(r"\2", text)):
        pieces.append(literal)
        if source is None:
            continue
        quote = _open_quote(literal, quote)
        if quote:
            raise ExpressionError(f"{text!r} has {{{{{source}}}}} inside quotes; expected it without them")
        pieces.append(f"({compile_expression(source).source})")
    return compile_expression("".join(pieces))


def _open_quote(literal: str, quote: str) -> str:
    for character in literal:
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
    return quote


def holds(condition: str, scope: Scope, budget: Budget | None = None) -> bool:
    """Whether the condition is true over `scope`.

    Raises:
        ExpressionError: a name does not exist, two things cannot be compared, or the budget is used up.
    """
    return bool(parse_condition(condition).evaluate(scope, budget))
