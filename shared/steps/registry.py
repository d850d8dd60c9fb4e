"""The closed set of actions: the file tree of this package. A family's module loads when a step needs it."""

from __future__ import annotations

import functools
import importlib
import inspect
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shared.error_codes import ErrorCode
from shared.errors import PermanentError

if TYPE_CHECKING:
    from shared.steps.base import Action, Params


class UnknownActionError(PermanentError):
    """There is no action with that name."""

    code = ErrorCode.UNKNOWN_ACTION


@functools.cache
def action_modules() -> dict[str, str]:
    """Every action's name and the module that defines it: `shared/steps/<family>/<action>.py`."""
    root = Path(__file__).parent
    return {
        entry.name[:-3]: f"{__package__}.{family.name}.{entry.name[:-3]}"
        for family in os.scandir(root)
        if family.is_dir() and not family.name.startswith("_")
        for entry in os.scandir(family.path)
        if entry.name.endswith(".py") and not entry.name.startswith("_")
    }


def family_of(name: str) -> str:
    """The family of the action called `name`: the folder that its module lies in."""
    return action_modules()[name].split(".")[2]


@functools.cache
def load_action(name: str) -> Action[Any, Any]:
    """The action called `name`.

    Raises:
        UnknownActionError: naming the nearest that do exist.
    """
    module_name = action_modules().get(name)
    if module_name is None:
        import difflib

        near = difflib.get_close_matches(name, action_modules(), n=3)
        hint = (
            f"did you mean {' or '.join(near)}?"
            if near
            else f"expected one of {', '.join(sorted(action_modules()))}"
        )
        raise UnknownActionError(f"{name!r} is not an action; {hint}")
    # Loaded with the first action: functions that only name actions start without it.
    from shared.steps.base import Action

    module = importlib.import_module(module_name)
    classes = [
        member
        for member in vars(module).values()
        if inspect.isclass(member) and issubclass(member, Action) and member.__module__ == module_name
    ]
    if len(classes) != 1:
        raise TypeError(f"{module_name} defines {len(classes)} actions; expected exactly one")
    instance: Action[Any, Any] = classes[0]()
    return instance


def params_model(name: str) -> type[Params]:
    """The params of the action called `name`: what a playbook's validation needs of the catalog.

    Raises:
        UnknownActionError: no action has that name.
    """
    return load_action(name).params
