"""The one entry module that the functions runtime loads.

A function's name resolves to the function of the same name in `functions/<name>.py`, and only that module is
imported: a cold start pays for its own concern alone.
"""

from __future__ import annotations

import gc
import os
from pathlib import Path
from types import FunctionType, ModuleType

# The libraries read both later than here: when they are imported, or first used.
# grpc: the answers of a query come in the thread that asks. Otherwise each query starts a thread, which takes
# nearly as much processor time as the rest of it.
os.environ.setdefault("GRPC_SINGLE_THREADED_UNARY_STREAM", "1")
# pydantic: it would look for plugins in the metadata of all packages, and there are none.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

# Python looks for cycles after every 700 objects that stay, which a run makes several times over: 3% of its time.
gc.set_threshold(10_000)

_FUNCTIONS = Path(__file__).parent / "functions"
_TABLE = "routes"
"""The one module without `_` that is no function's: it lists them."""


def __getattr__(name: str) -> FunctionType:
    """The Cloud Function whose entry point is `name`.

    Raises:
        AttributeError: a private name, which no function has (the interpreter probes for such names).
        ImportError: there is no such function; the message lists those that exist.
        SettingsError: an environment variable holds no number where one is expected.
    """
    if name.startswith("_"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if not (_FUNCTIONS / f"{name}.py").is_file():
        raise ImportError(f"there is no function {name!r}; expected one of: {', '.join(_existing())}")
    function = getattr(_imported(name), name, None)
    if not isinstance(function, FunctionType):
        raise ImportError(f"functions/{name}.py has no function {name!r}; expected `def {name}(...)` in it")
    from shared.api.direct_dispatch import dispatch_directly

    dispatch_directly(function)
    return function


def _imported(name: str) -> ModuleType:
    """The function's module, and what it needs.

    What is loaded stays: the garbage collector need not look at it while more is loaded, nor in each full
    collection afterwards, which took a sixteenth of a run's processor time.
    """
    import importlib

    from shared.loading import loading_for_good

    with loading_for_good():
        from shared.gcp.logging import configure_logging
        from shared.gcp.settings import require_valid_numbers

        configure_logging()
        require_valid_numbers()
        return importlib.import_module(f"functions.{name}")


def _existing() -> list[str]:
    names = {path.stem for path in _FUNCTIONS.glob("*.py") if not path.stem.startswith("_")}
    return sorted(names - {_TABLE}) or ["(none)"]
