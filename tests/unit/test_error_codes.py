"""Each error has a code of its own, and each code is described and in use."""

import importlib
import pkgutil
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest

import shared
from shared.error_codes import CODES, ErrorCode
from shared.errors import PermanentError, PlaybookError, TransientError, error_for_status

ROOT = Path(__file__).parents[2]


def subclasses(of: type[PlaybookError]) -> Iterator[type[PlaybookError]]:
    for one in of.__subclasses__():
        if one.__module__.startswith("shared."):
            yield one
        yield from subclasses(one)


@pytest.fixture(scope="module")
def error_classes() -> list[type[PlaybookError]]:
    for module in pkgutil.walk_packages(shared.__path__, "shared."):
        importlib.import_module(module.name)
    return list(dict.fromkeys(subclasses(PlaybookError)))


def test_every_class_of_errors_has_its_own_code(error_classes: list[type[PlaybookError]]) -> None:
    assert [one.__name__ for one in error_classes if "code" not in vars(one)] == []
    assert len({one.code for one in error_classes}) == len(error_classes)


def test_what_may_pass_is_answered_with_a_status_that_may_pass_and_nothing_else_is(
    error_classes: list[type[PlaybookError]],
) -> None:
    passing = {HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS}
    for one in error_classes:
        assert issubclass(one, TransientError) == (CODES[one.code].status in passing), one


def test_every_code_is_described() -> None:
    assert set(CODES) == set(ErrorCode)
    for code, described in CODES.items():
        assert described.meaning.endswith("."), code
        assert described.remedy.endswith("."), code


def test_every_code_is_in_use() -> None:
    sources = [path for room in ("shared", "functions") for path in (ROOT / room).rglob("*.py")]
    text = "\n".join(path.read_text() for path in sources if path.name != "error_codes.py")
    assert [code for code in ErrorCode if f"ErrorCode.{code.name}" not in text] == []


def test_a_failure_without_a_class_of_its_own_names_its_code() -> None:
    assert PermanentError("no").code is ErrorCode.REFUSED
    assert PermanentError("no", code=ErrorCode.TOO_LARGE).code is ErrorCode.TOO_LARGE
    assert TransientError("no", code=ErrorCode.BUSY).code is ErrorCode.BUSY


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, ErrorCode.PROVIDER_REFUSED),
        (429, ErrorCode.PROVIDER_THROTTLED),
        (503, ErrorCode.PROVIDER_UNAVAILABLE),
    ],
)
def test_what_another_system_answers_has_a_code(status: int, code: ErrorCode) -> None:
    assert error_for_status(status, "it said no").code is code
