"""Helpers of the tests of actions, shared with other tests."""

from __future__ import annotations

from shared.steps.registry import action_modules

ACTIONS = sorted(name for name, module in action_modules().items() if ".agents." in module)
