"""Renders `docs/errors.md` from the table of error codes."""

from __future__ import annotations

from shared.error_codes import CODES

HEAD = """# Errors

Every error has a code whose meaning never changes. Programs should depend on it, never on an error's text. Made by
`make docs` from `shared/error_codes.py`; `make check` fails if the two differ.

The code is in `code` of every HTTP problem (`application/problem+json`, next to `detail`) and of every error an
MCP tool returns, and in `errorCode` of

- a playbook, next to `statusReason`, if it can't run or isn't scheduled yet;
- an execution, next to `statusReason`, while it is `failed` or `retrying`; of each of its `attempts[]`, next to
  `error`; and of each of its `stepResults[]` that failed, with the steps inside it (`inner[]`);
- a dead letter, in `dead_letters/{executionId}` and in the topic's message.

A run is retried (after 5 s, 30 s and 5 min) if the status is 503; otherwise it goes to the dead letters
at once. Documents from before codes existed have none.

| Code | HTTP | Means | What to do |
|---|---|---|---|
"""


def render() -> str:
    rows = [f"| `{code}` | {of.status.value} | {of.meaning} | {of.remedy} |" for code, of in CODES.items()]
    return HEAD + "\n".join(rows) + "\n"
