"""Decodes a page's bytes in its charset."""

from __future__ import annotations

import codecs
import re
from email.message import Message

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META_WITHIN = 4_096
_META = re.compile(
    rb"""<meta[^>]{0,400}?charset\s{0,9}=\s{0,9}["']?\s{0,9}([a-zA-Z0-9_.:-]{1,40})""", re.IGNORECASE
)
_XML = re.compile(
    rb"""\s{0,9}<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}["']([a-zA-Z0-9_.:-]{1,40})""", re.IGNORECASE
)
_AS_BROWSERS_READ = {
    "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "ascii": "cp1252",
    "us-ascii": "cp1252", "iso-8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932",
    "utf-16": "utf-16-le", "x-sjis": "cp932", "ks_c_5601-1987": "cp949", "euc-kr": "cp949", "iso-8859-11": "cp874",
}  # fmt: skip


def decode_page(body: bytes, content_type: str | None = None) -> str:
    """The text of a page: by its byte order mark, the header `content_type`, its `<meta>`, or what fits its bytes.

    A charset that is named but unknown, or that the bytes are not written in, gives way to the next.
    """
    for mark, charset in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(charset, errors="replace")
    named = [charset for charset in (_of_header(content_type), _of_page(body)) if charset]
    for charset in (*named, "utf-8"):
        try:
            return body.decode(charset)
        except UnicodeError:
            continue
    # Cut in the middle, or with a stray byte: still what was named, where most of it fits.
    lenient = body.decode(named[0] if named else "utf-8", errors="replace")
    return lenient if lenient.count("\ufffd") * 1_000 < len(lenient) else body.decode("cp1252", errors="replace")


def _of_header(content_type: str | None) -> str | None:
    if not content_type:
        return None
    header = Message()
    header["content-type"] = content_type
    named = header.get_content_charset()
    return _known(named) if named else None


def _of_page(body: bytes) -> str | None:
    start = body[:_META_WITHIN]
    found = _XML.match(start) or _META.search(start)
    charset = _known(found[1].decode("ascii")) if found else None
    # What could be read to find the tag is not written in two bytes a letter.
    return "utf-8" if charset and charset.startswith("utf-16") else charset


def _known(charset: str) -> str | None:
    name = charset.strip().lower()
    name = _AS_BROWSERS_READ.get(name, name)
    try:
        return name if codecs.lookup(name)._is_text_encoding else None
    except (LookupError, ValueError):
        return None
