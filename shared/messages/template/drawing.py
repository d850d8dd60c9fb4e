"""Draws timelines as PNG attachments for email, one each for light and dark mode.

Deterministic, so that a resent email is identical. The imaging library is loaded on first use.
"""

from __future__ import annotations

import hashlib
import io
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from shared.messages.template.palette import DARK, LIGHT, SERIES, Palette
from shared.messages.template.timeline import Timeline, amount_words, day_name

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont

WIDTH, HEIGHT = 440, 248
"""Displayed size in pixels; the file has twice as many each way for sharp screens."""
MAX_DRAWINGS = 4
MAX_BYTES = 200_000
"""All pictures of one email together; a chart takes about 20 kB."""

_SHARP = 2
_SMOOTH = 2
"""Supersampling factor: the library draws lines without antialiasing."""
_PIXELS = _SHARP * _SMOOTH
_FONT, _LINE, _DOT = 14, 2.5, 3.5
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 14, 26, 34
_LEVELS, _DAYS = 4, 4
_COLORS = 64
_STEPS = (1, 2, 2.5, 5, 10)
_SHORT = ((1e9, "B"), (1e6, "M"), (1e3, "k"))


class InlinePicture(BaseModel):
    """A picture attached to an email; HTML refers to it as `cid:{content_id}`."""

    model_config = ConfigDict(frozen=True)

    content_id: str
    png: bytes


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart on light and dark backgrounds."""

    light: InlinePicture
    dark: InlinePicture

    @property
    def pictures(self) -> tuple[InlinePicture, InlinePicture]:
        return self.light, self.dark


def drawings(sections: Iterable[object]) -> dict[Timeline, Drawing]:
    """Drawings of the timelines in the sections, within one email's limits."""
    found: dict[Timeline, Drawing] = {}
    left = MAX_BYTES
    for section in sections:
        if not isinstance(section, Timeline) or section in found or not section.has_course:
            continue
        drawing = Drawing(_picture(section, LIGHT), _picture(section, DARK))
        left -= sum(len(one.png) for one in drawing.pictures)
        if len(found) == MAX_DRAWINGS or left < 0:
            break
        found[section] = drawing
    return found


def _picture(chart: Timeline, palette: Palette) -> InlinePicture:
    png = png_of(chart, palette)
    return InlinePicture(content_id=f"chart-{hashlib.sha256(png).hexdigest()[:16]}", png=png)


def png_of(chart: Timeline, palette: Palette) -> bytes:
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("RGB", (WIDTH * _PIXELS, HEIGHT * _PIXELS), palette.tile)
    font = ImageFont.load_default(_FONT * _PIXELS)
    _Plot(chart, palette, ImageDraw.Draw(image), font).draw()
    small = image.reduce(_SMOOTH).quantize(_COLORS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    file = io.BytesIO()
    small.save(file, "PNG")
    return file.getvalue()


class _Plot:
    """Draws one chart; coordinates are in displayed pixels."""

    def __init__(
        self, chart: Timeline, palette: Palette, canvas: ImageDraw, font: FreeTypeFont | ImageFont
    ) -> None:
        self._chart, self._palette, self._canvas, self._font = chart, palette, canvas, font
        amounts = [point.amount for one in chart.series for point in one.points]
        self._days = sorted({point.day for one in chart.series for point in one.points})
        self._levels = levels(*_range(chart.form, amounts))

    def draw(self) -> None:
        for level in self._levels:
            y = self._y(level)
            self._line([(_LEFT, y), (WIDTH - _RIGHT, y)], self._palette.line, 1)
            self._text(_LEFT - 8, y, _short(level, self._chart), "rm")
        if self._chart.form == "columns":
            self._columns()
        else:
            self._lines()

    def _lines(self) -> None:
        for day in _spread(self._days[0], self._days[-1]):
            self._text(self._x(day), HEIGHT - _BOTTOM + 18, day_name(day), "mm")
        # Our series comes first and is drawn last, on top.
        for one, color in reversed(list(zip(self._chart.series, SERIES, strict=False))):
            points = sorted(one.points, key=lambda each: each.day)
            places = [(self._x(point.day), self._y(point.amount)) for point in points]
            self._line(places, color, _LINE)
            for x, y in places:
                self._canvas.ellipse(_scaled(x - _DOT, y - _DOT, x + _DOT, y + _DOT), fill=color)

    def _columns(self) -> None:
        points = sorted(self._chart.series[0].points, key=lambda each: each.day)
        slot = (WIDTH - _LEFT - _RIGHT) / len(points)
        every_amount = self._every(slot, (_short(one.amount, self._chart) for one in points), 2)
        every_day = self._every(slot, (day_name(one.day) for one in points), 6)
        for number, point in enumerate(points):
            middle, y = _LEFT + slot * (number + 0.5), self._y(point.amount)
            half = slot * 0.32
            ground = self._y(0)
            corners = _scaled(middle - half, min(y, ground - 1), middle + half, max(y, ground))
            self._canvas.rectangle(corners, fill=SERIES[0])
            # Counted from the last column, which matters most.
            from_last = len(points) - 1 - number
            if from_last % every_amount == 0:
                self._text(middle, min(y, ground) - 10, _short(point.amount, self._chart), "mm")
            if from_last % every_day == 0:
                self._text(middle, HEIGHT - _BOTTOM + 18, day_name(point.day), "mm")

    def _every(self, slot: float, texts: Iterable[str], apart: float) -> int:
        """Label every nth column so that labels don't overlap."""
        return math.ceil((max(map(self._font.getlength, texts)) / _PIXELS + apart) / slot)

    def _x(self, day: date) -> float:
        days = (self._days[-1] - self._days[0]).days
        inset = 16
        return _LEFT + inset + (WIDTH - _LEFT - _RIGHT - 2 * inset) * (day - self._days[0]).days / days

    def _y(self, amount: float) -> float:
        lowest, highest = self._levels[0], self._levels[-1]
        return HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * (amount - lowest) / (highest - lowest)

    def _line(self, places: list[tuple[float, float]], color: str, width: float) -> None:
        corners = [(x * _PIXELS, y * _PIXELS) for x, y in places]
        self._canvas.line(corners, fill=color, width=round(width * _PIXELS), joint="curve")

    def _text(self, x: float, y: float, text: str, anchor: str) -> None:
        self._canvas.text((x * _PIXELS, y * _PIXELS), text, fill=self._palette.text, font=self._font, anchor=anchor)


def levels(lowest: float, highest: float) -> list[float]:
    """Evenly spaced round numbers covering `lowest` to `highest`, for grid lines."""
    if highest == lowest:
        apart = abs(lowest) * 0.1 or 1
        lowest, highest = lowest - apart, highest + apart
    rough = (highest - lowest) / _LEVELS
    power = 10 ** math.floor(math.log10(rough))
    step = next(one * power for one in _STEPS if one * power >= rough * (1 - 1e-9))
    first, last = math.floor(lowest / step + 1e-9), math.ceil(highest / step - 1e-9)
    return [number * step for number in range(first, max(last, first + 1) + 1)]


def _range(form: str, amounts: list[float]) -> tuple[float, float]:
    """The value range; columns start at zero."""
    ground = [0.0] if form == "columns" else []
    return min([*amounts, *ground]), max([*amounts, *ground])


def _spread(first: date, last: date) -> Iterator[date]:
    """Days for the axis, including the first and the last."""
    days = (last - first).days
    count = min(_DAYS, days + 1)
    return (first + timedelta(days=round(days * number / (count - 1))) for number in range(count))


def _short(amount: float, chart: Timeline) -> str:
    """`$34`, `$12.5k`."""
    for size, letter in _SHORT:
        if abs(amount) >= size:
            sign, dollar = "-" if amount < 0 else "", "$" if chart.unit == "money" else ""
            return f"{sign}{dollar}{f'{abs(amount) / size:.1f}'.removesuffix('.0')}{letter}"
    return amount_words(round(amount) if chart.form == "columns" else amount, chart.unit)


def _scaled(*places: float) -> tuple[float, ...]:
    return tuple(place * _PIXELS for place in places)
