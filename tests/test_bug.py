"""An error that nobody expected: told in three lines, kept in a file without secrets."""

from __future__ import annotations

import re
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import pytest

from iac.config import Config
from iac.console import create_arguments, main
from iac.console.display import Display
from iac.report import Report
from iac.config.secret import Secret
from tests.sample import CONFIG

PASSWORD = "Passw0rdOfTests"


def test_a_bug_says_so_and_keeps_a_traceback_without_secrets(capsys: pytest.CaptureFixture[str]) -> None:
    def story(arguments: Namespace, config: Config, display: Display) -> Report:
        display.opening(replace(CONFIG, password=Secret(PASSWORD)))
        raise ZeroDivisionError(f"with {PASSWORD} in it")

    assert main(create_arguments(), story, []) == 1
    shown = capsys.readouterr().err
    assert "This is a bug in these scripts" in shown and "Traceback" not in shown and PASSWORD not in shown
    found = re.search(r"(\S+dwh-iac-bug-\S+\.txt)", shown)
    assert found
    kept = Path(found.group(1))
    text = kept.read_text()
    assert "ZeroDivisionError" in text and "in story" in text and PASSWORD not in text
    assert kept.stat().st_mode & 0o077 == 0
    kept.unlink()


def test_a_python_without_boto3_is_told_which_one_to_use(capsys: pytest.CaptureFixture[str]) -> None:
    def story(arguments: Namespace, config: Config, display: Display) -> Report:
        raise ModuleNotFoundError("No module named 'boto3'", name="boto3")

    assert main(create_arguments(), story, []) == 1
    shown = capsys.readouterr().err
    assert "boto3 is not installed in this Python" in shown and "requirements.txt" in shown and "bug" not in shown
