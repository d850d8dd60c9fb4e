"""An email, validated, always with a text part."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from shared.errors import PermanentError
from shared.messages.alert_types import MAX_TITLE_CHARS
from shared.messages.template.as_text import message_text
from shared.messages.template.drawing import InlinePicture
from shared.messages.template.models import Message
from shared.playbooks.problems import problem_lines
from shared.redaction import shape_of
from shared.values.email_address import EmailAddress

MAX_RECIPIENTS = 50
MAX_SUBJECT_CHARS = MAX_TITLE_CHARS

_CONTROL_CHARACTER = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]")
_TURNS_AROUND = re.compile(r"[\u202a-\u202e\u2066-\u2069]")


def _one_line(subject: str) -> str:
    if _CONTROL_CHARACTER.search(subject):
        raise ValueError(f"found {shape_of(subject)}; expected one line without control characters")
    return subject


class Email(BaseModel):
    """One email to 1 to 50 addresses that all see each other."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    to: Annotated[tuple[EmailAddress, ...], Field(min_length=1, max_length=MAX_RECIPIENTS)]
    subject: Annotated[str, Field(min_length=1, max_length=MAX_SUBJECT_CHARS), AfterValidator(_one_line)]
    text: str | None = None
    html: str | None = None
    content: Message | None = None
    """Structured content from our own steps; the HTML is rendered from it."""
    unsubscribe_url: str | None = None
    """The one-click unsubscribe URL; email programs show it as a button."""
    from_name: str | None = None
    """The sender's display name; None means the product's."""
    reply_to: EmailAddress | None = None
    inlined: tuple[InlinePicture, ...] = ()
    """Attached pictures used in its HTML."""
    payload: str | None = None
    """Returned by the provider with every event about the email."""

    @model_validator(mode="after")
    def _has_a_body(self) -> Email:
        if not self.text and not self.html and not self.content:
            raise ValueError("text and html are both missing or empty; expected at least one of them")
        return self

    @property
    def text_part(self) -> str:
        """The text, or the content or HTML converted to plain text."""
        return self.text or (message_text(self.content) if self.content else html_to_text(self.html or ""))


def compose(
    to: str | Sequence[str],
    subject: str,
    text: str | None = None,
    html: str | None = None,
    content: Message | None = None,
) -> Email:
    """Validates an email written by a playbook or a person.

    Raises:
        PermanentError: names the wrong field, or the wrong address.
    """
    recipients = [to] if isinstance(to, str) else list(to)
    try:
        bodies = {"text": text, "html": html, "content": content}
        return Email.model_validate({"to": recipients, "subject": subject, **bodies})
    except ValidationError as error:
        raise PermanentError(f"the email can't be sent: {'; '.join(problem_lines(error))}") from None


def subject_line(text: str) -> str:
    """`text` as a subject: one line, without direction-changing characters, ending in `…` if too long.

    Names in it may come from feeds or menus, which must not be able to block an email.

    Raises:
        ValueError: nothing is left.
    """
    line = " ".join(_TURNS_AROUND.sub("", _CONTROL_CHARACTER.sub(" ", text)).split())
    if not line:
        raise ValueError(f"found {shape_of(text)}; expected words")
    return line if len(line) <= MAX_SUBJECT_CHARS else f"{line[: MAX_SUBJECT_CHARS - 1].rstrip()}…"


SubjectLine = Annotated[str, AfterValidator(subject_line)]
"""A param used as an email subject."""


def html_to_text(markup: str) -> str:
    """Plain text of HTML: blocks on their own lines, table cells separated by ` | `, link targets shown."""
    reader = _TextReader()
    reader.feed(markup)
    reader.close()
    lines = [re.sub(r"\s+", " ", line).strip(" |") for line in "".join(reader.pieces).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _TextReader(HTMLParser):
    _SILENT = frozenset({"head", "script", "style", "title"})
    _LINES = frozenset({"br", "div", "li", "tr", "table", "ul", "ol", "hr", "dl"})
    _PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote"})
    _CELLS = frozenset({"td", "th"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent_depth = 0
        self._link: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self._SILENT:
            self._silent_depth += 1
        elif tag == "a":
            self._link = dict(attrs).get("href")
        elif tag in ("dt", "dd"):
            self.pieces.append("\n" if tag == "dt" else ": ")
        self._break_line(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._SILENT:
            self._silent_depth = max(0, self._silent_depth - 1)
        elif tag == "a" and self._link and self._link.startswith(("http://", "https://")):
            self.pieces.append(f" ({self._link})")
        elif tag in self._CELLS:
            self.pieces.append(" | ")
        self._break_line(tag)

    def handle_data(self, data: str) -> None:
        if not self._silent_depth:
            self.pieces.append(re.sub(r"\s+", " ", data))

    def _break_line(self, tag: str) -> None:
        if tag in self._PARAGRAPHS:
            self.pieces.append("\n\n")
        elif tag in self._LINES:
            self.pieces.append("\n")
