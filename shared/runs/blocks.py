"""The blocks of steps inside a step: each resumes where it stopped, and one failure doesn't stop the others."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass

from shared.errors import AlreadyReportedError, PermanentError, PlaybookError, TransientError
from shared.playbooks.nesting import MAX_DEPTH
from shared.runs.errors import ParkedError, RunStoppedError, StepFailedError
from shared.runs.record import Execution
from shared.runs.scope import Place, Values
from shared.steps.base import Block, BlockResult

Ended = BlockResult | RunStoppedError


@dataclass(frozen=True, slots=True)
class StepBlocks:
    """`shared.steps.context.Children` of one step."""

    place: Place
    """An empty place inside the step: what its blocks' steps find in scope."""
    execution: Execution
    values: Values
    run_place: Callable[[Place], None]

    def run(self, blocks: Sequence[Block], *, concurrency: int = 1) -> list[BlockResult]:
        """Run the blocks.

        Raises:
            RunStoppedError: the delivery must not go on, the run has ended, or it is to be parked.
        """
        if self.place.prefix.count("/") // 2 >= MAX_DEPTH:
            raise PermanentError(f"steps stand in steps deeper than {MAX_DEPTH} levels")
        ended = self._run_in_turn(blocks) if concurrency == 1 else self._run_at_once(blocks, concurrency)
        return _results(blocks, ended)

    def _run_in_turn(self, blocks: Sequence[Block]) -> list[Ended]:
        ended: list[Ended] = []
        for block in blocks:
            ended.append(self._run_block(block))
            if isinstance(ended[-1], RunStoppedError) and not isinstance(ended[-1], ParkedError):
                break
        return ended

    def _run_at_once(self, blocks: Sequence[Block], concurrency: int) -> list[Ended]:
        return in_threads([functools.partial(self._run_block, block) for block in blocks], concurrency)

    def _run_block(self, block: Block) -> Ended:
        place = Place(
            block.steps,
            f"{self.place.prefix}{block.key}/",
            {**self.place.names, **block.names},
            self.place.outputs,
        )
        try:
            self.run_place(place)
        except RunStoppedError as stop:
            return stop
        except StepFailedError as failure:
            return BlockResult(block.key, "failed", self._outputs(place), _error(failure))
        return BlockResult(block.key, "completed", self._outputs(place))

    def _outputs(self, place: Place) -> dict[str, dict[str, object]]:
        results = ((step, self.execution.result_of(place.path(step))) for step in place.steps)
        return {
            step.id: dict(self.values(result))
            for step, result in results
            if result is not None and result.status == "completed"
        }


def in_threads(calls: Sequence[Callable[[], Ended]], at_once: int) -> list[Ended]:
    """Make the calls, so many at once, each in a copy of this context so that its log lines name the run too."""
    with ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="block") as pool:
        futures = [pool.submit(copy_context().run, call) for call in calls]
        return [future.result() for future in futures]


def _results(blocks: Sequence[Block], ended: Sequence[Ended]) -> list[BlockResult]:
    """What the step is told of its blocks; what stops the whole run is raised instead."""
    stops = [end for end in ended if isinstance(end, RunStoppedError)]
    parked = [stop for stop in stops if isinstance(stop, ParkedError)]
    for stop in stops:
        if not isinstance(stop, ParkedError):
            raise stop
    fails_for_now = any(isinstance(end, BlockResult) and isinstance(end.error, TransientError) for end in ended)
    if parked and not fails_for_now:
        raise min(parked, key=lambda stop: stop.until)
    # The ladder retries the one that failed; the one that waits will then be waiting still.
    return [
        end if isinstance(end, BlockResult) else BlockResult(block.key, "failed", {}, TransientError(str(end)))
        for block, end in zip(blocks, ended, strict=True)
    ]


def _error(failure: StepFailedError) -> PlaybookError:
    kinds = (TransientError, AlreadyReportedError)
    kind = next((kind for kind in kinds if isinstance(failure.cause, kind)), PermanentError)
    return kind(str(failure), code=failure.cause.code)
