"""A page's bytes are read in the charset that they are written in."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.competitors.menus.charset import decode_page

TEXT = "<p>Jalapeño “Haze” ½</p>"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (TEXT.encode(), None),
        (TEXT.encode(), "text/html; charset=UTF-8"),
        (TEXT.encode("cp1252"), "text/html; charset=windows-1252"),
        (TEXT.encode("cp1252"), 'text/html; charset="ISO-8859-1"'),
        (b'<meta charset="windows-1252">' + TEXT.encode("cp1252"), "text/html"),
        (b"<meta http-equiv=Content-Type content='text/html; charset=latin1'>" + TEXT.encode("cp1252"), None),
        (b'<?xml version="1.0" encoding="windows-1252"?>' + TEXT.encode("cp1252"), None),
        (codecs.BOM_UTF8 + TEXT.encode(), "text/html; charset=windows-1252"),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "text/html"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), None),
        (TEXT.encode("cp1252"), "text/html"),
        (TEXT.encode("cp1252"), "text/html; charset=utf-8"),
        (TEXT.encode(), "text/html; charset=no-such"),
        (b'<meta charset="utf-16">' + TEXT.encode(), None),
        (b'<meta charset="base64">' + TEXT.encode(), None),
    ],
)
def test_a_page_is_decoded(body: bytes, content_type: str | None) -> None:
    assert decode_page(body, content_type).endswith(TEXT)


@given(st.binary(max_size=300), st.none() | st.text(max_size=30).map(lambda name: f"text/html; charset={name}"))
def test_any_bytes_are_some_text(body: bytes, content_type: str | None) -> None:
    assert isinstance(decode_page(body, content_type), str)
