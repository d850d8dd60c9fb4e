from __future__ import annotations

import pytest

from shared.gcp.settings import SettingsError, require_valid_numbers, settings

PROJECT = {"GOOGLE_CLOUD_PROJECT": "demo"}


@pytest.mark.parametrize("given", [{}, *({"ANTHROPIC_API_KEY": value} for value in ("", "  ", "unset"))])
def test_a_key_that_is_not_set_is_none(given: dict[str, str]) -> None:
    assert settings({**PROJECT, **given}).anthropic_api_key is None


@pytest.mark.parametrize(("given", "read"), [(None, None), ("", None), ("unset", None), (" token ", "token")])
def test_a_token_of_apify_may_be_unset(given: str | None, read: str | None) -> None:
    environment = PROJECT if given is None else {**PROJECT, "APIFY_TOKEN": given}
    assert settings(environment).apify_token == read


def test_a_key_and_an_address_are_read() -> None:
    read = settings({**PROJECT, "ANTHROPIC_API_KEY": " k ", "ANTHROPIC_BASE_URL": "http://127.0.0.1:1/x/"})
    assert (read.anthropic_api_key, read.anthropic_base_url) == ("k", "http://127.0.0.1:1/x")
    assert settings(PROJECT).anthropic_base_url == "https://api.anthropic.com"


def test_the_models_can_be_named() -> None:
    read = settings({**PROJECT, "MODEL_ROUTINE": "a", "MODEL_ANALYSIS": "unset"})
    assert (read.model_routine, read.model_analysis) == ("a", "claude-sonnet-5-5")
    assert read.model_best == "claude-opus-5-5"


@pytest.mark.parametrize(("written", "limit"), [(None, 800), ("0", 0), ("4500", 4_500)])
def test_the_limit_of_scheduler_jobs_may_be_none_at_all(written: str | None, limit: int) -> None:
    given = {**PROJECT, "SCHEDULER_JOB_LIMIT": written} if written is not None else PROJECT
    assert settings(given).scheduler_job_limit == limit


def test_a_limit_that_is_not_a_number_is_refused_by_name() -> None:
    given = settings({**PROJECT, "SCHEDULER_JOB_LIMIT": "-1"})
    with pytest.raises(SettingsError, match="SCHEDULER_JOB_LIMIT is '-1'"):
        assert given.scheduler_job_limit


@pytest.mark.parametrize(
    ("name", "written", "expected"),
    [
        ("LEASE_SECONDS", "0", "a whole number, 1 or above"),
        ("LEASE_SECONDS", "a minute", "a whole number, 1 or above"),
        ("SCHEDULER_JOB_LIMIT", "\N{SUPERSCRIPT TWO}", "a whole number, 0 or above"),
        ("RETRY_DELAYS_SECONDS", "5,30", "three numbers of seconds, like 5,30,300"),
        ("RETRY_DELAYS_SECONDS", "5,-1,3", "three numbers of seconds, like 5,30,300"),
    ],
)
def test_a_function_does_not_start_with_a_malformed_number(name: str, written: str, expected: str) -> None:
    with pytest.raises(SettingsError) as refused:
        require_valid_numbers({**PROJECT, name: written})
    assert str(refused.value) == f"{name} is {written!r}; expected {expected}"


def test_a_function_starts_with_numbers_that_are_valid_or_not_set() -> None:
    require_valid_numbers({})
    valid = {"LEASE_SECONDS": "20", "SCHEDULER_JOB_LIMIT": "0", "RETRY_DELAYS_SECONDS": "1,2,3"}
    require_valid_numbers(valid)
    assert settings({**PROJECT, **valid}).retry_delays_seconds == (1, 2, 3)
