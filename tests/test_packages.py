"""A package that is missing or too old: told as that, with the line to type, in a script and in a program."""

from __future__ import annotations

import re
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import botocore.exceptions
import pytest

from iac.aws.refusals import explain_local, explain_unexpected
from iac.config import Config
from iac.console import create_arguments, main
from iac.console.display import Display
from iac.aws import unmet
from iac.report import Report
from tests import scripts

LEAST = dict(re.findall(r"(\w+)>=([\d.]+)", (scripts.ROOT / "requirements.txt").read_text()))
MISSING = "raise ModuleNotFoundError(\"No module named '{0}'\", name='{0}')"
NOTEBOOK = """
import iac, sys
try:
    iac.describe(sys.argv[1])
except iac.Problem as problem:
    print(problem, file=sys.stderr)
    sys.exit(1)
"""


def install(folder: Path, name: str, version: str, code: str = "") -> None:
    """A package of this version, before the real one on the path that the folder is put on."""
    (folder / f"{name}-{version}.dist-info").mkdir()
    (folder / f"{name}-{version}.dist-info/METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    if code:
        (folder / f"{name}.py").write_text(code)


@pytest.fixture
def old_boto3(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "boto3", "1.20.0")
    monkeypatch.syspath_prepend(tmp_path)


@pytest.mark.parametrize("as_script", [True, False])
@pytest.mark.parametrize(
    ("name", "code", "what", "why"),
    [
        ("boto3", MISSING.format("boto3"), "boto3 is not installed in this Python.", f"asks for boto3>={LEAST['boto3']}"),
        ("moto", MISSING.format("moto"), "moto is not installed in this Python.", f", moto>={LEAST['moto']};"),
        ("moto", "__version__ = '4.2.0'", "moto is too old for these scripts.", f", moto>={LEAST['moto']};"),
        ("boto3", "raise TypeError()", "boto3 is too old for these scripts.", f"asks for boto3>={LEAST['boto3']}"),
    ],
)
def test_a_package_that_is_missing_or_too_old_is_told_with_the_line_to_type(
    tmp_path: Path, name: str, code: str, what: str, why: str, as_script: bool
) -> None:
    config = scripts.folder(tmp_path / "a b")
    install(tmp_path, name, "1.20.0" if name == "boto3" else "4.2.0", code)
    words = [str(scripts.ROOT / "create_cluster.py"), "--plan", "--config"] if as_script else ["-c", NOTEBOOK]
    ended = subprocess.run(
        [sys.executable, *words, str(config)], cwd=config.parent, capture_output=True, text=True, check=False,
        env=scripts.environment(PYTHONPATH=f"{tmp_path}:{scripts.ROOT}"),
    )  # fmt: skip
    assert ended.returncode == 1 and what in ended.stderr and why in ended.stderr and sys.executable in ended.stderr
    assert f"`{sys.executable} -m pip install -r {scripts.ROOT}/requirements.txt`" in ended.stderr
    assert "bug" not in ended.stderr and "Traceback" not in ended.stderr


OF_OLD = [
    botocore.exceptions.UnknownServiceError(service_name="scheduler", known_service_names="s3"),
    botocore.exceptions.ParamValidationError(report="Unknown parameter in input"),
    botocore.exceptions.OperationNotPageableError(operation_name="list_schedules"),
    AttributeError("'EC2' object has no attribute 'describe_vpc_block_public_access_options'"),
    KeyError("list_schedules"),
    ModuleNotFoundError("No module named 'botocore.new'", name="botocore.new"),
]


@pytest.mark.parametrize("error", OF_OLD, ids=lambda error: type(error).__name__)
def test_what_an_old_boto3_does_not_know_is_told_as_that(old_boto3: None, error: Exception) -> None:
    explain = explain_local if isinstance(error, botocore.exceptions.BotoCoreError) else explain_unexpected
    problem = explain("scheduler", "ListSchedules", "us-west-2", error)
    assert problem.what == "boto3 is too old for these scripts."
    assert f"has boto3 1.20.0 ({type(error).__name__})" in problem.why and "-m pip install -r" in problem.remedy


def test_an_old_boto3_is_not_blamed_for_what_has_other_causes(old_boto3: None) -> None:
    for error in (botocore.exceptions.NoCredentialsError(), botocore.exceptions.EndpointConnectionError(endpoint_url="x")):
        assert "too old" not in explain_local("sts", "GetCallerIdentity", "us-west-2", error).what
    assert "too old" not in explain_unexpected("sts", "GetCallerIdentity", "us-west-2", OSError()).what


@pytest.mark.parametrize("error", OF_OLD, ids=lambda error: type(error).__name__)
def test_a_boto3_that_is_new_enough_is_not_blamed(error: Exception) -> None:
    assert "too old" not in str(unmet(error))


def test_a_bug_with_an_old_package_is_none_before_it_is_new(old_boto3: None, capsys: pytest.CaptureFixture[str]) -> None:
    def story(arguments: Namespace, config: Config, display: Display) -> Report:
        raise ZeroDivisionError

    assert main(create_arguments(), story, []) == 1
    shown = capsys.readouterr().err
    assert "Error: boto3 is too old for these scripts." in shown and "(ZeroDivisionError)" in shown and "bug" not in shown


@pytest.mark.parametrize(
    ("version", "requirements", "old"),
    [
        ("1.44.4", "boto3>=1.44.5,<2\n", True), ("1.9.400", "boto3 >= 1.44.5\n", True), ("1.44", "boto3[crt]>=1.44.5", True),
        ("1.44.5", "boto3>=1.44.5", False), ("1.44.5rc1", "boto3>=1.44.5", False), ("2.0", "boto3>=1.44.5,<2", False),
        ("1.20.0", "boto3\nmoto>=5\n", False), ("1.20.0", "# boto3>=1.44.5\npytest>=99\n", False), ("1.20.0", None, False),
        ("1.20.0", "\xff", False),
    ],
)  # fmt: skip
def test_the_versions_are_those_of_requirements_txt_whatever_stands_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, requirements: str | None, old: bool
) -> None:
    install(tmp_path, "boto3", version)
    monkeypatch.syspath_prepend(tmp_path)
    if requirements is not None:
        (tmp_path / "requirements.txt").write_text(requirements, "latin-1")
    assert (unmet(KeyError(), tmp_path / "requirements.txt") is not None) is old
