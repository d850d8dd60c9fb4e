"""The charts of a mail that was sent, drawn again for its run's page, which keeps no more than their ids."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from shared.messages.template.drawing import drawings
from shared.messages.template.models import Message

_CHART = re.compile(r'src="cid:(chart-[0-9a-f]{16})"')


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
