"""Charts in mail: drawn the same every time, told in words elsewhere, and no more than a mail can carry."""

from __future__ import annotations

import re
from datetime import date, timedelta
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pydantic import ValidationError

from shared.messages.email import compose
from shared.messages.mail import branded
from shared.messages.template import build
from shared.messages.template.as_slack import slack_blocks
from shared.messages.template.as_text import message_sms, message_text
from shared.messages.template.drawing import (
    HEIGHT,
    MAX_BYTES,
    MAX_DRAWINGS,
    WIDTH,
    InlinePicture,
    drawings,
    levels,
    png_of,
)
from shared.messages.template.models import Letterhead, Message
from shared.messages.template.palette import DARK, LIGHT, SERIES, Palette
from shared.messages.template.render import message_html, render
from shared.messages.template.timeline import MAX_SERIES, Point, Series, Timeline
from tests.unit.messages.conftest import use_mailjet_at
from tests.unit.messages.template.markup import find_all, parsed, words
from tests.unit.messages.template.palette import contrast

START = date(2026, 10, 1)
HOSTILE = '"><img src=x onerror=alert(1)> & co'


def series(name: str, *points: tuple[int, float]) -> Series:
    return Series(
        name=name, points=tuple(Point(day=START + timedelta(days=day), amount=amount) for day, amount in points)
    )


PRICES = Timeline(series=(series("Your price now", (0, 40), (28, 40)), series("Higher Level", (0, 40), (20, 34))))
WEEKS = Timeline(form="columns", series=(series("Revenue", *((7 * week, 900.5 + week) for week in range(8))),))
amounts = st.floats(min_value=-1e12, max_value=1e12)
charts = st.builds(
    lambda form, unit, points: Timeline(form=form, unit=unit, series=(series("A", *points.items()),)),
    st.sampled_from(["lines", "columns"]),
    st.sampled_from(["money", "number"]),
    st.dictionaries(st.integers(0, 400), amounts, min_size=2, max_size=12),
)


def document(*sections: Timeline) -> str:
    return render(Message(title="T", sections=sections), Letterhead(), "BakedBot", drawings=drawings(sections))


def test_the_same_chart_makes_the_same_bytes_and_another_one_others() -> None:
    again = Timeline.model_validate(PRICES.model_dump())
    assert drawings([PRICES]) == drawings([again])
    assert png_of(PRICES, LIGHT) != png_of(PRICES, DARK)
    assert drawings([PRICES])[PRICES].light.content_id != drawings([WEEKS])[WEEKS].light.content_id


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize("chart", [PRICES, WEEKS])
def test_a_picture_is_sharp_small_and_on_its_ground(chart: Timeline, palette: Palette) -> None:
    png = png_of(chart, palette)
    image = Image.open(BytesIO(png))
    assert (image.format, image.size) == ("PNG", (2 * WIDTH, 2 * HEIGHT))
    assert len(png) < MAX_BYTES / MAX_DRAWINGS / 2
    ground, *shades = sorted(image.convert("RGB").getcolors(1_000_000) or (), reverse=True)
    assert near(ground[1], palette.tile)
    assert any(near(shade, SERIES[0]) for _, shade in shades)


def near(shade: object, color: str) -> bool:
    """Whether they look alike: the picture has few colors, so that it is small."""
    wanted = [int(color[at : at + 2], 16) for at in (1, 3, 5)]
    return isinstance(shade, tuple) and sum(abs(one - other) for one, other in zip(shade, wanted, strict=True)) < 16


@given(charts)
def test_any_amounts_can_be_drawn(chart: Timeline) -> None:
    assert png_of(chart, LIGHT).startswith(b"\x89PNG")


@given(amounts, amounts)
def test_the_levels_are_round_few_and_hold_every_amount(one: float, other: float) -> None:
    lowest, highest = sorted((one, other))
    found = levels(lowest, highest)
    slack = 1e-6 * max(1.0, abs(lowest), abs(highest))
    assert found[0] <= lowest + slack
    assert found[-1] >= highest - slack
    assert 2 <= len(found) <= 7


@pytest.mark.parametrize("color", SERIES)
@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_every_line_is_distinguishable_from_its_background(color: str, palette: Palette) -> None:
    assert contrast(color, palette.tile) >= 3


def test_a_mail_shows_both_pictures_by_their_ids_with_the_words_for_them() -> None:
    root = parsed(document(PRICES))
    light, dark = find_all(root, "img")
    drawn = drawings([PRICES])[PRICES]
    assert [light.attrib["src"], dark.attrib["src"]] == [f"cid:{one.content_id}" for one in drawn.pictures]
    assert light.attrib["alt"] == dark.attrib["alt"] == PRICES.words
    assert (
        light.attrib["alt"]
        == "Your price now: $40 on Oct 1, $40 on Oct 29; Higher Level: $40 on Oct 1, $34 on Oct 21"
    )
    assert (light.attrib["width"], light.attrib["height"]) == (str(WIDTH), str(HEIGHT))
    assert "display:none" in dark.attrib["style"]
    assert "Your price now" in words(root)
    assert "Higher Level" in words(root)


def test_where_there_are_no_pictures_the_words_stand() -> None:
    message = Message(title="T", lead="L", sections=(PRICES,))
    assert PRICES.words in message_text(message)
    assert PRICES.words in str(slack_blocks(message))
    assert PRICES.words in message_html(message)
    assert PRICES.words in words(parsed(render(message, Letterhead(), "BakedBot")))
    assert "<img" not in message_html(message) + render(message, Letterhead(), "BakedBot")
    assert message_sms(message) == "L"


def test_a_name_or_an_alt_of_others_stays_text() -> None:
    chart = Timeline(series=(series(HOSTILE, (0, 1), (1, 2)),), alt=HOSTILE)
    root = parsed(document(chart))
    assert [each.attrib["alt"] for each in find_all(root, "img")] == [HOSTILE] * 2
    assert HOSTILE in words(root)
    assert "<img" not in message_html(Message(title="T", sections=(chart,)))


@pytest.mark.parametrize(
    "chart", [None, Timeline(series=(series("A", (3, 40)),)), Timeline(series=(series("A", (3, 1), (3, 2)),))]
)
def test_one_day_is_not_a_chart(chart: Timeline | None) -> None:
    assert build.timeline(chart) == []
    assert chart is None or drawings([chart]) == {}


def test_a_mail_carries_a_few_charts_and_tells_the_others_in_words() -> None:
    many = tuple(Timeline(series=(series(f"Shop {number}", (0, 1), (1, number)),)) for number in range(9))
    assert len(drawings(many)) == MAX_DRAWINGS
    root = parsed(document(*many))
    assert len(find_all(root, "img")) == 2 * MAX_DRAWINGS
    assert many[-1].words in words(root)


def test_a_mail_carries_what_its_html_shows_and_a_mail_sent_again_is_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    use_mailjet_at("http://127.0.0.1:1", monkeypatch)
    message = compose("owner@shop.example", "S", content=Message(title="S", lead="L", sections=(PRICES, WEEKS)))
    sent = branded(message, None)
    shown = set(re.findall(r'src="cid:([^"]+)"', sent.html or ""))
    assert shown == {one.content_id for one in sent.inlined}
    assert len(shown) == 4
    assert all(isinstance(one, InlinePicture) and one.png for one in sent.inlined)
    assert branded(message, None) == sent
    assert branded(compose("owner@shop.example", "S", text="no chart"), None).inlined == ()


def test_a_chart_survives_its_json() -> None:
    assert Timeline.model_validate_json(WEEKS.model_dump_json()) == WEEKS
    assert Message.model_validate(Message(title="T", sections=(WEEKS,)).model_dump()).sections == (WEEKS,)


@pytest.mark.parametrize(
    "wrong",
    [
        {"series": []},
        {"series": [{"name": "A", "points": []}]},
        {"series": [{"name": "A", "points": [{"day": "soon", "amount": 1}]}]},
        {"series": [{"name": "A", "points": [{"day": "2026-10-01", "amount": float("inf")}]}]},
        {"series": [{"name": "A", "points": [{"day": "2026-10-01", "amount": 1}]}] * (MAX_SERIES + 1)},
        {"form": "pie", "series": [{"name": "A", "points": [{"day": "2026-10-01", "amount": 1}]}]},
    ],
)
def test_anything_other_than_a_chart_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Timeline.model_validate(wrong)
