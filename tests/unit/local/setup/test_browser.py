from __future__ import annotations

import os
from pathlib import Path

import pytest

from local.setup import browser

WORKS = "#!/bin/sh\necho Chromium 1.0\n"
BROKEN = "#!/bin/sh\necho 'error while loading shared libraries: libnss3.so' >&2\nexit 127\n"


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with nothing but an empty folder on PATH, whose user is not root."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "playwright"))
    monkeypatch.delenv("CHROME_BIN", raising=False)
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(browser, "_MAC_PROGRAMS", ())
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    return tmp_path


def program(path: Path, text: str = WORKS) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def test_one_that_is_named_comes_before_one_on_the_path(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(bare / "bin" / "chromium")
    own = program(bare / "own")
    monkeypatch.setenv("CHROME_BIN", str(own))
    assert browser.find_browser() == own


def test_one_that_does_not_start_is_skipped(bare: Path) -> None:
    program(bare / "bin" / "chromium", BROKEN)
    other = program(bare / "bin" / "google-chrome")
    assert browser.find_browser() == other


def test_playwrights_own_is_found_and_the_newest_first(bare: Path) -> None:
    for version in ("1100", "1255"):
        program(bare / "playwright" / f"chromium-{version}" / "chrome-linux64" / "chrome")
    found = browser.find_browser()
    assert found is not None
    assert found.parts[-3] == "chromium-1255"


def test_what_is_there_is_not_installed_again(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = program(bare / "bin" / "chromium")
    monkeypatch.setattr(browser, "_fails", lambda command, *_, **__: None if command[0] == str(there) else "no")
    assert browser.provide_browser() == (there, f"using {there}")


def test_it_is_downloaded_where_there_is_none(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = bare / "playwright" / "chromium_headless_shell-1" / "chrome-linux64" / "headless_shell"
    installer = program(
        bare / "python",
        f"#!/bin/sh\n/bin/mkdir -p {target.parent}\nprintf '#!/bin/sh\\n' > {target}\n/bin/chmod +x {target}\n",
    )
    monkeypatch.setattr(browser, "venv_python", lambda: installer)
    found, line = browser.provide_browser()
    assert found == target
    assert line == f"installed {target} (Playwright's download)"


def test_a_machine_without_any_says_so_and_why(
    bare: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    installer = program(bare / "python", "#!/bin/sh\necho 'Error: no such host'\nexit 1\n")
    monkeypatch.setattr(browser, "venv_python", lambda: installer)
    program(bare / "bin" / "apt-get")
    assert browser.main() == 0
    said = capsys.readouterr().err
    assert "Playwright's download: Error: no such host" in said
    assert "Debian's package: only root can install it" in said
    assert "NO BROWSER" in said


def test_in_ci_a_machine_without_any_has_failed(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installer = program(bare / "python", "#!/bin/sh\nexit 1\n")
    monkeypatch.setattr(browser, "venv_python", lambda: installer)
    monkeypatch.setenv("CI", "true")
    assert browser.main() == 1


def test_root_gets_debians_package(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installer = program(bare / "python", "#!/bin/sh\nexit 1\n")
    monkeypatch.setattr(browser, "venv_python", lambda: installer)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    chromium = bare / "bin" / "chromium"
    program(
        bare / "bin" / "apt-get",
        f"#!/bin/sh\n[ \"$1\" = update ] && exit 0\nprintf '#!/bin/sh\\n' > {chromium}\n/bin/chmod +x {chromium}\n",
    )
    assert browser.provide_browser() == (chromium, f"installed {chromium} (Debian's package)")
