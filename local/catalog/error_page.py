"""The page `docs/errors.md`, rendered from the table of error codes."""

from __future__ import annotations

from shared.error_codes import CODES

HEAD = """# Errors

Every error has a code, which never changes its meaning; programs depend on it, and on no text. Made by `make docs`
from `shared/error_codes.py`; `make check` fails where the two differ.

It stands in `code` of every HTTP problem (`application/problem+json`, beside `detail`) and of every error that an
MCP tool answers with; and in `errorCode` of

- a playbook, beside `statusReason`, where it cannot run or is not scheduled yet;
- an execution, beside `statusReason`, while it is `failed` or `retrying`; of each of its `attempts[]`, beside
  `error`; and of each of its `stepResults[]` that failed, with the steps inside it (`inner[]`);
- a dead letter, in `dead_letters/{executionId}` and in the message of the topic.

A run climbs the retry ladder (5 s, 30 s, 5 min) where the status is 503; with any other it goes to the dead letters
at once. A document from before there were codes has none.

| Code | HTTP | Means | What to do |
|---|---|---|---|
"""


def render() -> str:
    """The whole page, in Markdown."""
    rows = [f"| `{code}` | {of.status.value} | {of.meaning} | {of.remedy} |" for code, of in CODES.items()]
    return HEAD + "\n".join(rows) + "\n"
