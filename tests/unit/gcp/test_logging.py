from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.gcp import tracing
from shared.gcp.logging import (
    REPORTED_ERROR,
    JsonFormatter,
    StdoutHandler,
    bind,
    configure_logging,
    fields_of,
    get_logger,
)
from shared.gcp.tracing import TraceContext
from tests.harness.production_logs import CheckingHandler
from tests.harness.traces import traced

MAX_LINE_BYTES = 256 * 1024
"""What Cloud Logging takes."""

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


def test_a_line_within_a_span_names_it(capsys: pytest.CaptureFixture[str]) -> None:
    with traced(), bind(trace="ab" * 16):
        with tracing.part("attempt", kind="consumer", parent=TraceContext("cd" * 16, "ef" * 8, sampled=True)):
            logger.info("in the attempt")
            attempt = tracing.current()
            with tracing.span("step"):
                logger.info("in the step")
        logger.info("after it")
    assert attempt is not None
    attempts, steps, outside = lines(capsys)
    for line in (attempts, steps):
        assert line["logging.googleapis.com/trace"] == "projects/demo/traces/" + "cd" * 16
        assert line["logging.googleapis.com/trace_sampled"] is True
    assert attempts["logging.googleapis.com/spanId"] == attempt.span_id
    assert steps["logging.googleapis.com/spanId"] != attempt.span_id
    assert outside["logging.googleapis.com/trace"] == "projects/demo/traces/" + "ab" * 16
    assert "logging.googleapis.com/spanId" not in outside


def test_an_error_with_a_stack_has_the_form_of_error_reporting(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("K_SERVICE", "runexecution")
    monkeypatch.setenv("K_REVISION", "runexecution-00007-abc")
    try:
        raise RuntimeError("broken")
    except RuntimeError:
        logger.exception("it failed")
        logger.warning("and was tried again", exc_info=True)
    logger.error("no stack")
    error, warning, plain_error = lines(capsys)
    assert error["@type"] == REPORTED_ERROR
    assert error["serviceContext"] == {"service": "runexecution", "version": "runexecution-00007-abc"}
    assert "@type" not in warning
    assert "@type" not in plain_error


def test_locally_the_service_of_an_error_is_its_function(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("K_SERVICE", raising=False)
    with bind(functionName="run_execution"):
        try:
            raise RuntimeError("broken")
        except RuntimeError:
            logger.exception("it failed")
    assert lines(capsys)[0]["serviceContext"] == {"service": "run_execution"}


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
def test_possible_secrets_are_redacted(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    logger.error(text)
    assert "hush" not in lines(capsys)[0]["message"]


RESERVED = sorted(
    {*logging.makeLogRecord({}).__dict__, "message", "asctime", "taskName", "severity", "time", "logger"}
)


@pytest.mark.parametrize("name", [*RESERVED, "timestamp", "httpRequest", "fields", "extra", "self", "msg", "level"])
def test_no_name_of_a_field_breaks_a_line(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    logger.info("catalog assigned", extra={name: "theirs"})
    (line,) = lines(capsys)
    assert line["message"] == "catalog assigned"
    assert line["severity"] == "INFO"
    assert "theirs" in {line.get(name), line.get(f"{name}_")}


class Unprintable:
    def __str__(self) -> str:
        raise RuntimeError("no text")


def circular() -> list[object]:
    ring: list[object] = []
    ring.append({"ring": ring})
    return ring


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (b"\x00secret", "<7 bytes>"),
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        (10**5000, "<an integer of 16610 bits>"),
        (Unprintable(), "<Unprintable that cannot be printed: RuntimeError>"),
        ({1: "a", None: "b", (1, 2): "c"}, {"1": "a", "None": "b", "(1, 2)": "c"}),
        ({3}, [3]),
        ("half \ud800", "half \\ud800"),
        (list(range(150)), [*range(100), "… (50 more)"]),
        ("x" * 5_000, "x" * 4_000 + "… (1000 more characters)"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_any_value_is_written(value: object, shown: object, capsys: pytest.CaptureFixture[str]) -> None:
    logger.info("odd", extra={"value": value})
    assert lines(capsys)[0]["value"] == shown


def test_a_circle_and_a_depth_end(capsys: pytest.CaptureFixture[str]) -> None:
    logger.info("odd", extra={"value": circular()})
    assert "lies too deep" in json.dumps(lines(capsys)[0])


@pytest.mark.parametrize("extra", [None, {}, 7, "text", ["a"], Unprintable()])
def test_fields_of_another_shape_break_no_line(extra: object, capsys: pytest.CaptureFixture[str]) -> None:
    logger.info("odd", extra=extra)  # type: ignore[arg-type]  # wrong on purpose
    assert lines(capsys)[0]["message"] == "odd"


anything = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(),
        st.text(st.characters(categories=["Cs", "Cc", "So"]), max_size=20),
        st.binary(),
        st.datetimes(),
        st.decimals(),
        st.builds(Unprintable),
        st.just("\x00" * 9_000),
        st.just(10**4_000),
    ),
    lambda inner: st.one_of(
        st.lists(inner),
        st.dictionaries(st.one_of(st.text(), st.integers(), st.none()), inner),
        st.tuples(inner, inner),
    ),
    max_leaves=30,
)


@given(st.dictionaries(st.one_of(st.text(), st.sampled_from(RESERVED)), anything), st.text())
def test_any_record_is_one_line_of_json_valid_for_cloud_logging(extra: dict[str, Any], text: str) -> None:
    record = logging.makeLogRecord({"msg": text, "log_fields": extra, "levelname": "INFO"})
    line = JsonFormatter().format(record)
    assert len(line.encode()) < MAX_LINE_BYTES
    assert "\n" not in line
    read = json.loads(line, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert read["severity"] == "INFO"


def test_the_longest_line_is_valid_for_cloud_logging() -> None:
    many = {f"{number:03}": "\x01" * 4_000 for number in range(200)}
    try:
        raise RuntimeError("\x01" * 200_000)
    except RuntimeError as error:
        told = (RuntimeError, error, error.__traceback__)
    record = logging.makeLogRecord({"msg": "\x01" * 200_000, "exc_info": told, "log_fields": many})
    assert len(JsonFormatter().format(record).encode()) < MAX_LINE_BYTES


@contextmanager
def only(handler: logging.Handler) -> Iterator[None]:
    """No handler but this one: those of the test runner raise on purpose."""
    root = logging.getLogger()
    before, root.handlers = root.handlers, [handler]
    yield
    root.handlers = before


def test_a_wrong_log_call_does_not_raise_and_still_logs(capsys: pytest.CaptureFixture[str]) -> None:
    with only(StdoutHandler()):
        logger.warning("%d of %d for apiKey=hush", "a")
        logger.warning(Unprintable())
    first, second = lines(capsys)
    assert first["message"] == "a log record cannot be written (TypeError): %d of %d for apiKey=[redacted]"
    assert "Unprintable that cannot be printed" in second["message"]


def test_a_closed_standard_output_raises_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    closed = io.StringIO()
    closed.close()
    with only(StdoutHandler()):
        with redirect_stdout(closed):
            logger.error("nobody hears it")
        logger.error("back again")
    assert [line["message"] for line in lines(capsys)] == ["back again"]


def test_a_line_that_cannot_be_written_fails_the_test_it_comes_from(log_lines: CheckingHandler) -> None:
    with only(log_lines):
        logger.warning("%d", "a")
    (failure,) = log_lines.failures
    log_lines.failures.clear()
    assert "TypeError" in failure


def test_the_fields_of_a_record_are_as_they_were_given(caplog: pytest.LogCaptureFixture) -> None:
    logger.warning("x", extra={"created": 3})
    logging.getLogger("theirs").warning("y", extra={"theirs": 1})
    assert [fields_of(record) for record in caplog.records] == [{"created": 3}, {"theirs": 1}]


def test_the_whole_record_is_redacted(capsys: pytest.CaptureFixture[str]) -> None:
    with bind(subject="customers/jane@shop.example"):
        try:
            raise ValueError("refused: jane@shop.example, POST https://hooks.slack.com/services/hush?apiKey=hush")
        except ValueError as error:
            logger.exception(
                "to jane@shop.example with Bearer hush",
                extra={
                    "reason": str(error),
                    "error": error,
                    "headers": {"X-Api-Key": "hush", "Cookie": "hush", "pairs": [("Authorization", "hush")]},
                    "deep": [
                        {"ownerEmail": "jane@shop.example", "staffPhones": ["+13155550101"], "n": "+13155550101"}
                    ],
                    "jane@shop.example": 1,
                    "executionId": "exec_3155550101",
                },
            )
    output = capsys.readouterr().out
    for private in ("hush", "jane", '3155550101"]', "+1315"):
        assert private not in output
    line = json.loads(output)
    assert line["executionId"] == "exec_3155550101"
    assert "https://hooks.slack.com/…" in line["message"]
    assert line["headers"] == {
        "X-Api-Key": "[redacted]",
        "Cookie": "[redacted]",
        "pairs": [["Authorization", "[redacted]"]],
    }
