"""Templates in the strings of `params`, and conditions."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup, escape

from shared.playbooks.expressions import MAX_LENGTH, Expression, ExpressionError, Scope, compile_expression
from shared.playbooks.filters import as_text

MAX_TEMPLATE = 50_000
MAX_RENDERED = 500_000
MAX_DEPTH = 20

_QUOTED_HOLE = re.compile(r"""(["'])\s*(\{\{(?:(?!\}\}).)*\}\})\s*\1""", re.DOTALL)


@functools.lru_cache(maxsize=2_048)
def parse_template(text: str) -> tuple[str | Expression, ...]:
    """The template's literal pieces and compiled expressions, in order.

    Raises:
        ExpressionError: a hole cannot be read, or a `{{` has no `}}`.
    """
    if len(text) > MAX_TEMPLATE:
        raise ExpressionError(f"a template has {len(text)} characters; expected at most {MAX_TEMPLATE}")
    pieces: list[str | Expression] = []
    for literal, source in _holes(text):
        pieces += [literal] if source is None else [literal, compile_expression(source)]
    return tuple(piece for piece in pieces if piece != "")


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


def render_text(text: str, scope: Scope) -> Any:
    """The text with its holes filled; a text that is one single hole keeps its value's own type.

    Raises:
        ExpressionError: a name does not exist, or a value inside a longer text is null.
    """
    if "{{" not in text:
        return text
    pieces = parse_template(text)
    if len(pieces) == 1 and isinstance(pieces[0], Expression):
        return pieces[0].evaluate(scope)
    filled = "".join(piece if isinstance(piece, str) else _filled(piece, scope) for piece in pieces)
    if len(filled) > MAX_RENDERED:
        raise ExpressionError(f"a template makes {len(filled)} characters; expected at most {MAX_RENDERED}")
    return filled


def _filled(expression: Expression, scope: Scope) -> str:
    return as_text(_value(expression, scope))


def _value(expression: Expression, scope: Scope) -> Any:
    value = expression.evaluate(scope)
    if value is None:
        raise ExpressionError(f"{expression.source!r} is null; expected a value (or {{{{ … | default('') }}}})")
    return value


def render_markup(text: str, scope: Scope) -> str:
    """The text, which is HTML, with its holes filled: what they hold is words there, unless it is `Markup`.

    Raises:
        ExpressionError: a name does not exist, or a value is null.
    """
    pieces = parse_template(text)
    filled = "".join(piece if isinstance(piece, str) else _as_markup(_value(piece, scope)) for piece in pieces)
    if len(filled) > MAX_RENDERED:
        raise ExpressionError(f"a template makes {len(filled)} characters; expected at most {MAX_RENDERED}")
    return filled


def _as_markup(value: Any) -> str:
    return str(value) if isinstance(value, Markup) else str(escape(as_text(value)))


def render(value: Any, scope: Scope) -> Any:
    """The value with every string in it rendered; lists and objects keep their shape."""
    return _render(value, scope, 0)


def _render(value: Any, scope: Scope, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise ExpressionError(f"params nest deeper than {MAX_DEPTH} levels")
    if isinstance(value, str):
        return render_text(value, scope)
    if isinstance(value, Mapping):
        return {key: _render(item, scope, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_render(item, scope, depth + 1) for item in value]
    return value


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


def holds(condition: str, scope: Scope) -> bool:
    """Whether the condition is true over `scope`.

    Raises:
        ExpressionError: a name does not exist, or two things cannot be compared.
    """
    return bool(parse_condition(condition).evaluate(scope))
