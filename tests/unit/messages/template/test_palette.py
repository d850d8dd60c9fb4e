"""The colors of the HTML mail, on light and on dark screens."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from shared.messages.template.palette import DARK, LIGHT, Palette
from tests.look.samples import report
from tests.unit.messages.template.markup import find_all, parsed, tag
from tests.unit.messages.template.palette import contrast
from tests.unit.messages.template.render import document


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_every_text_can_be_read_on_its_ground(palette: Palette) -> None:
    for text, ground in palette.pairs():
        assert contrast(text, ground) >= 4.5, (text, ground)


def test_every_color_of_the_document_is_of_the_palettes() -> None:
    known = {getattr(palette, each.name) for palette in (LIGHT, DARK) for each in fields(Palette)}
    assert set(re.findall(r"#[0-9a-f]{6}\b", document(report()))) <= known


def test_every_class_that_has_a_color_turns_dark() -> None:
    page = document(report())
    body = find_all(parsed(page), "body")[0]
    dark = page[page.index("prefers-color-scheme: dark") : page.index("@media (max-width")]
    for element in body.iter():
        style = element.attrib.get("style", "")
        if "background-color" in style or re.search(r"(?<![-\w])color:#", style):
            classes = element.attrib.get("class", "").split()
            hidden = "display:none" in style
            assert hidden or any(f".{name} {{" in dark for name in classes), (tag(element), style)
