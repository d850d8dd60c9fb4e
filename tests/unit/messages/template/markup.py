"""What the tests read a mail with: a strict XML parser, which takes no unclosed tag and no stray sign."""

from __future__ import annotations

import xml.etree.ElementTree as ET

XHTML = "{http://www.w3.org/1999/xhtml}"
Shape = tuple[str, frozenset[str], tuple["Shape", ...]]


def parsed(document: str) -> ET.Element:
    """The document's root; a parse error fails the test."""
    assert document.startswith("<!DOCTYPE html>\n")
    return ET.fromstring(document.removeprefix("<!DOCTYPE html>\n"))


def tag(element: ET.Element) -> str:
    return element.tag.removeprefix(XHTML)


def find_all(root: ET.Element, name: str) -> list[ET.Element]:
    return [element for element in root.iter() if tag(element) == name]


def words(root: ET.Element) -> str:
    """All text, joined by blanks."""
    return " ".join(" ".join(root.itertext()).split())


def links(root: ET.Element) -> list[str]:
    return [element.attrib["href"] for element in find_all(root, "a")]


def shape(element: ET.Element) -> Shape:
    """Tags and names of attributes, without texts."""
    return tag(element), frozenset(element.attrib), tuple(shape(child) for child in element)
