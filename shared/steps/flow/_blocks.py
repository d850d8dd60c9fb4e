"""Shared by steps that run other steps: the shape of their blocks, and what failures of blocks mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator

from shared.error_codes import ErrorCode
from shared.errors import AlreadyReportedError, PermanentError, TransientError
from shared.playbooks.models import Step, parse_steps
from shared.steps.base import BlockResult

Steps = Annotated[tuple[Step, ...], BeforeValidator(parse_steps)]
MAX_SHOWN = 5


def raise_failures(results: Sequence[BlockResult], what: str, *, permanent_too: bool = True) -> None:
    """Fail if a block failed: transient failures first, so that a retry runs only the unfinished blocks.

    Raises:
        TransientError: a block failed and may succeed later. PermanentError: a block failed permanently, and
        `permanent_too`.
    """
    failed = [result for result in results if result.error is not None]
    transient = [result for result in failed if isinstance(result.error, TransientError)]
    if transient:
        patience = max(getattr(result.error, "retry_after_seconds", 0) for result in transient)
        raise TransientError(
            _message(transient, len(results), what), retry_after_seconds=patience, code=_code(transient)
        )
    if failed and permanent_too:
        kind = (
            AlreadyReportedError
            if all(isinstance(result.error, AlreadyReportedError) for result in failed)
            else PermanentError
        )
        raise kind(_message(failed, len(results), what), code=_code(failed))


def _code(failed: Sequence[BlockResult]) -> ErrorCode | None:
    """The first one's, as the text begins with it."""
    return next((result.error.code for result in failed if result.error is not None), None)


def _message(failed: Sequence[BlockResult], total: int, what: str) -> str:
    shown = "; ".join(f"{what} {result.key}: {result.error}" for result in failed[:MAX_SHOWN])
    more = f"; and {len(failed) - MAX_SHOWN} more" if len(failed) > MAX_SHOWN else ""
    return f"{len(failed)} of {total} failed: {shown}{more}"


def all_outputs(result: BlockResult) -> dict[str, Any]:
    """The block's outputs by step id, as plain data."""
    return {step_id: dict(output) for step_id, output in result.outputs.items()}
