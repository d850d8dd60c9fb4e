from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from shared.gcp.logging import bind, configure_logging, get_logger

logger = get_logger("shared.example")


@pytest.fixture(autouse=True)
def configured(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo")
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    for handler in before:
        root.removeHandler(handler)
    configure_logging()
    yield
    for handler in list(root.handlers):
        root.removeHandler(handler)
    for handler in before:
        root.addHandler(handler)
    root.setLevel(level)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_record_is_one_json_line(capsys: pytest.CaptureFixture[str]) -> None:
    logger.warning("two\nlines %s", "é")
    (line,) = lines(capsys)
    assert line["severity"] == "WARNING"
    assert line["message"] == "two\nlines é"
    assert line["logger"] == "shared.example"
    assert line["time"].endswith("Z")


def test_configuring_twice_does_not_double_the_lines(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging()
    logger.info("once")
    assert len(lines(capsys)) == 1


def test_bound_fields_are_on_every_line_within(capsys: pytest.CaptureFixture[str]) -> None:
    with bind(executionId="e1", orgId="o1", stepId=None):
        with bind(stepId="s1"):
            logger.info("inner")
        logger.info("outer")
    logger.info("outside")
    inner, outer, outside = lines(capsys)
    assert (inner["executionId"], inner["orgId"], inner["stepId"]) == ("e1", "o1", "s1")
    assert outer["executionId"] == "e1"
    assert "stepId" not in outer
    assert "executionId" not in outside


def test_fields_are_unbound_after_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="no"), bind(executionId="e1"):
        raise ValueError("no")
    logger.info("after")
    assert "executionId" not in lines(capsys)[0]


def test_the_trace_is_named_as_cloud_logging_wants_it(capsys: pytest.CaptureFixture[str]) -> None:
    with bind(trace="ab" * 16):
        logger.info("traced")
    assert lines(capsys)[0]["logging.googleapis.com/trace"] == "projects/demo/traces/" + "ab" * 16


def test_extra_fields_of_one_line_are_kept(capsys: pytest.CaptureFixture[str]) -> None:
    logger.info("with more", extra={"attempt": 2})
    assert lines(capsys)[0]["attempt"] == 2


def test_the_stack_of_an_exception_is_in_the_message(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        raise RuntimeError("broken")
    except RuntimeError:
        logger.exception("it failed")
    message = lines(capsys)[0]["message"]
    assert message.startswith("it failed\nTraceback (most recent call last):")
    assert message.endswith("RuntimeError: broken")


@pytest.mark.parametrize("name", ["httpx", "httpcore", "urllib3.connectionpool"])
def test_clients_that_log_urls_are_quiet(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger(name).info("HTTP Request: GET https://sms/?apiKey=hush")
    assert lines(capsys) == []


@pytest.mark.parametrize(
    "text",
    [
        "GET https://sms/send?to=1&apiKey=hush&body=x",
        "api_key=hush",
        "Authorization: Bearer hush",
        "key pbk_0123456789abcdef_hush",
        "token=hush",
    ],
)
def test_what_looks_like_a_secret_is_cut_out(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    logger.error(text)
    assert "hush" not in lines(capsys)[0]["message"]
