"""Where secrets lie: no two orgs, and no two names, share an id."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import PermanentError
from shared.secrets.ids import secret_id

ORGS = st.from_regex(r"[A-Za-z0-9_-]{1,180}", fullmatch=True)
NAMES = st.from_regex(r"[A-Z][A-Z0-9_]{0,63}", fullmatch=True)


@given(ORGS, NAMES, ORGS, NAMES)
def test_no_two_secrets_share_an_id(org: str, name: str, other_org: str, other_name: str) -> None:
    if (org, name) != (other_org, other_name):
        assert secret_id(org, name) != secret_id(other_org, other_name)


@given(st.from_regex(r"[A-Z_-]{0,4}", fullmatch=True), st.from_regex(r"[A-Z_-]{0,4}", fullmatch=True), NAMES)
def test_orgs_with_a_common_id_prefix_share_no_secret(start: str, end: str, name: str) -> None:
    assert secret_id(f"a{start}", name) != secret_id(f"a{start}-{end}", name)


@given(ORGS, NAMES)
def test_every_id_is_one_that_secret_manager_takes(org: str, name: str) -> None:
    assert re.fullmatch(r"org-[A-Za-z0-9_-]{1,251}", secret_id(org, name))


@pytest.mark.parametrize("org_id", ["", "a/b", "a b", "ü", "x" * 181])
def test_an_org_whose_id_fits_no_secret_is_refused(org_id: str) -> None:
    with pytest.raises(PermanentError, match="expected letters"):
        secret_id(org_id, "KEY")


@pytest.mark.parametrize("name", ["", "A-B", "1A", "A B", "A/../B", "A" * 71])
def test_a_name_that_could_be_part_of_another_org_is_a_defect(name: str) -> None:
    with pytest.raises(ValueError, match="no name of a secret"):
        secret_id("org", name)
