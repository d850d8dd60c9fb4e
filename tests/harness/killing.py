"""Deaths at chosen calls of Google Cloud."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from shared.gcp import clients, direct_calls

SCHEDULER_CALLS = ("create_job", "update_job", "delete_job", "resume_job", "list_jobs")
FIRESTORE_CALLS = ("commit", "get_document", "batch_get_documents", "run_query")
DIRECT_CALLS = ("call", "call_for_all")
"""Of `shared.gcp.direct_calls`, which go past the clients."""
TASK_CALLS = ("create_task", "delete_task")
SECRET_CALLS = ("add_secret_version", "list_secret_versions", "access_secret_version", "disable_secret_version")


class Killed(BaseException):
    """What no handler catches."""


class Executioner:
    """Kills the caller at the call of the given number: before the call is made, or before it has an answer."""

    def __init__(self, at: int, *, after: bool) -> None:
        self.at, self.after = at, after
        self.calls = 0

    def guard(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(*args: Any, **kwargs: Any) -> Any:
            self.calls += 1
            is_last = self.calls == self.at
            if is_last and not self.after:
                raise Killed
            try:
                return call(*args, **kwargs)
            finally:
                # An error, like that nothing was found, is an answer as well.
                if is_last:
                    raise Killed

        return guarded


@contextmanager
def killing(executioner: Executioner) -> Iterator[None]:
    """Within it, the executioner stands at every call of Firestore, the scheduler, the tasks and the secrets."""
    guarded = (
        (clients.firestore()._firestore_api, FIRESTORE_CALLS),
        (clients.scheduler(), SCHEDULER_CALLS),
        (clients.secrets(), SECRET_CALLS),
        (clients.tasks(), TASK_CALLS),
        (direct_calls, DIRECT_CALLS),
    )
    with pytest.MonkeyPatch.context() as patch:
        for owner, names in guarded:
            for name in names:
                patch.setattr(owner, name, executioner.guard(getattr(owner, name)))
        yield
