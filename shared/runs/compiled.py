"""Pinned playbooks, parsed and checked once for all runs of the same definition in this process."""

from __future__ import annotations

import functools
import hashlib
import threading
from collections import OrderedDict

from shared.playbooks.models import Playbook
from shared.playbooks.validation import ParamsModel, parse_playbook
from shared.runs.record import Execution

MOST_KEPT = 128
MOST_CHARS = 32 * 1024
"""Of what was pinned: a long playbook takes as much memory as many usual ones."""


class _Compiled:
    """The playbooks that ran last. Nobody changes one: it is frozen, and so are its steps."""

    def __init__(self, params_model: ParamsModel) -> None:
        self._params_model = params_model
        self._kept: OrderedDict[bytes, Playbook] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, execution: Execution) -> Playbook:
        text = execution.pinned_text()
        if len(text) > MOST_CHARS:
            return self._parsed(execution)
        key = hashlib.sha256(f"{execution.org_id}\n{text}".encode(errors="backslashreplace")).digest()
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found
        found = self._parsed(execution)
        with self._lock:
            self._kept[key] = found
            if len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return found

    def _parsed(self, execution: Execution) -> Playbook:
        return parse_playbook(execution.org_id, execution.definition, self._params_model)


_compiled = functools.lru_cache(maxsize=4)(_Compiled)


def compiled_playbook(execution: Execution, params_model: ParamsModel) -> Playbook:
    """The playbook that the run has pinned.

    Raises:
        InvalidPlaybookError: it cannot run.
    """
    return _compiled(params_model).of(execution)
