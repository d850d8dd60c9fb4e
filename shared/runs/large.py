"""What a run's document only points to, fetched for a reader: outputs, archives, messages and their charts."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from shared.errors import PlaybookError
from shared.gcp import logging
from shared.messages.template.drawing import drawings
from shared.messages.template.models import Message
from shared.runs import messages
from shared.runs.kept import outer_paths
from shared.runs.outputs import event_of, value_of
from shared.runs.parts import EffectRecord, StepResult
from shared.runs.record import Execution
from shared.runs.room import contents_of

_CHART = re.compile(r'src="cid:(chart-[0-9a-f]{16})"')
log = logging.get_logger(__name__)


def with_charts(html: str, outputs: Iterable[Any]) -> str:
    """The mail with its charts inside it, where one of the run's `outputs` is the report that they stand in.

    A chart of no report, or of one from before a deploy, stays the words that the mail has in its place.
    """
    if not _CHART.search(html):
        return html
    pictures = dict(_pictures(outputs))

    def shown(found: re.Match[str]) -> str:
        png = pictures.get(found[1])
        return f'src="data:image/png;base64,{base64.b64encode(png).decode()}"' if png else found[0]

    return _CHART.sub(shown, html)


def _pictures(outputs: Iterable[Any]) -> Iterator[tuple[str, bytes]]:
    for output in outputs:
        if not isinstance(output, Mapping) or "message" not in output:
            continue
        try:
            report = Message.model_validate(output["message"])
        except ValidationError:
            continue
        for drawing in drawings(report.sections).values():
            yield from ((one.content_id, one.png) for one in drawing.pictures)


def fetch_into(data: Mapping[str, Any], execution: Execution, most_bytes: int) -> dict[str, Any]:
    """The run's document with what it points to, in place of the pointers, as far as `most_bytes` allow.

    What is larger, or cannot be had now, stays a pointer: `outputRef` with `outputBytes`, `eventDataRef`.
    """
    room = _Room(most_bytes - len(json.dumps(data, default=str)))
    shown = dict(data)
    progress, effects = _archived(execution, room)
    shown["stepResults"] = [_fetched(result, room) for result in execution.step_results]
    shown["progress"] = {
        path: _fetched(result, room) for path, result in {**progress, **execution.progress}.items()
    }
    outputs = [one.get("output") for one in (*shown["stepResults"], *shown["progress"].values())]
    shown["effects"] = {
        key: _with_message(effect.document(), outputs, room)
        for key, effect in {**effects, **execution.effects}.items()
    }
    if execution.event_data_ref is not None:
        try:
            event = dict(event_of(execution))
        except PlaybookError as error:
            log.warning("an event's data cannot be fetched", extra={"reason": str(error)})
        else:
            if room.takes(len(json.dumps(event))):
                shown["eventData"] = event
    return shown


class _Room:
    """How much more an answer may hold."""

    def __init__(self, left: int) -> None:
        self._left = left

    def takes(self, size: int) -> bool:
        """Whether so many bytes more fit; they are taken then."""
        if size > self._left:
            return False
        self._left -= size
        return True


def _archived(execution: Execution, room: _Room) -> tuple[dict[str, StepResult], dict[str, EffectRecord]]:
    """What the archives hold, without results inside steps that have ended since: these tell of them themselves."""
    progress: dict[str, StepResult] = {}
    effects: dict[str, EffectRecord] = {}
    for archive in execution.archives:
        if not room.takes(archive.bytes):
            continue
        try:
            results, records = contents_of(archive)
        except PlaybookError as error:
            log.warning("an archive of a run cannot be fetched", extra={"reason": str(error)})
        else:
            progress |= results
            effects |= records
    results_now = [*execution.step_results, *execution.progress.values(), *progress.values()]
    ended = {result.step_id for result in results_now if result.status != "failed"}
    return {path: one for path, one in progress.items() if ended.isdisjoint(outer_paths(path))}, effects


def _fetched(result: StepResult, room: _Room) -> dict[str, Any]:
    fields = result.document()
    if result.output_json is not None:
        fields.pop("outputJson")
        return {**fields, "output": dict(value_of(result))}
    if result.output_ref is None or not room.takes(result.output_bytes or 0):
        return fields
    try:
        output = dict(value_of(result))
    except PlaybookError as error:
        log.warning("an output cannot be fetched", extra={"stepId": result.step_id, "reason": str(error)})
        return fields
    fields.pop("outputRef")
    return {**fields, "output": output}


def _with_message(effect: dict[str, Any], outputs: Sequence[Any], room: _Room) -> dict[str, Any]:
    packed = effect.pop("message", None)
    message = messages.unpack(packed) if packed else None
    if message is None:
        return effect
    shown = message.document()
    if not room.takes(len(json.dumps(shown))):
        return effect
    if message.html:
        drawn = with_charts(message.html, outputs)
        if room.takes(len(drawn) - len(message.html)):
            shown["html"] = drawn
    return {**effect, "message": shown}
