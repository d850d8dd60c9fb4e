"""The paths an expression reads, from its syntax tree alone."""

from __future__ import annotations

import ast

CONSTANTS = {"true": True, "false": False, "null": None, "none": None}


def filter_name(node: ast.expr) -> str:
    """The name of the filter that stands right of a pipe."""
    target = node.func if isinstance(node, ast.Call) else node
    return target.id if isinstance(target, ast.Name) else ast.unparse(target)


def read_paths(tree: ast.AST) -> list[tuple[str, ...]]:
    """Every path that must exist for the expression to be computed: `a.b.c` once, as `("a", "b", "c")`."""
    path = _static_path(tree)
    if path is not None:
        return [] if path[0].lower() in CONSTANTS else [path]
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.BitOr):
        arguments = tree.right.args if isinstance(tree.right, ast.Call) else []
        # What `default` stands after may be missing.
        read = arguments if filter_name(tree.right) == "default" else [tree.left, *arguments]
        return [path for node in read for path in read_paths(node)]
    return [path for child in ast.iter_child_nodes(tree) for path in read_paths(child)]


def _static_path(node: ast.AST) -> tuple[str, ...] | None:
    match node:
        case ast.Name(id=name):
            return (name,)
        case ast.Attribute(value=owner, attr=name):
            above = _static_path(owner)
            return (*above, name) if above else None
        case ast.Subscript(value=owner, slice=ast.Constant(value=key)):
            above = _static_path(owner)
            return (*above, str(key)) if above else None
    return None
