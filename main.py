"""The one entry module that the functions runtime loads.

A function's name resolves to the function of the same name in `functions/<name>.py`, and only that module is
imported: a cold start pays for its own concern alone.
"""

from __future__ import annotations

import os
from pathlib import Path
from types import FunctionType

# Before grpc is imported, which reads it then: answers of queries come in the thread that asks. Otherwise a thread
# is started for each query, and takes nearly as much processor time as the query itself.
os.environ.setdefault("GRPC_SINGLE_THREADED_UNARY_STREAM", "1")

_FUNCTIONS = Path(__file__).parent / "functions"


def __getattr__(name: str) -> FunctionType:
    """The Cloud Function whose entry point is `name`.

    Raises:
        AttributeError: a private name, which no function has (the interpreter probes for such names).
        ImportError: there is no such function; the message lists those that exist.
    """
    if name.startswith("_"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if not (_FUNCTIONS / f"{name}.py").is_file():
        raise ImportError(f"there is no function {name!r}; expected one of: {', '.join(_existing())}")
    import importlib

    from shared.gcp.logging import configure_logging

    configure_logging()
    function = getattr(importlib.import_module(f"functions.{name}"), name, None)
    if not isinstance(function, FunctionType):
        raise ImportError(f"functions/{name}.py has no function {name!r}; expected `def {name}(...)` in it")
    return function


def _existing() -> list[str]:
    return sorted(path.stem for path in _FUNCTIONS.glob("*.py") if not path.stem.startswith("_")) or ["(none)"]
