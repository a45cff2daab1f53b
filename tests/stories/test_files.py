"""Every example of a dwh.cfg through the real script: a plan, a warehouse, the user's own script connects."""

from __future__ import annotations

import re
from configparser import ConfigParser
from pathlib import Path

import pytest

from iac.errors import Problem
from tests.config.examples import EXAMPLES
from tests.workspace import Workspace

ASKS_FOR_MORE = "the new options"
"""Names a subnet group and a limit on the price, which this account cannot satisfy."""

READABLE = [name for name, example in EXAMPLES.items() if not example.report and name != ASKS_FOR_MORE]
WRONG = [name for name, example in EXAMPLES.items() if example.report]


def house_of(name: str, tmp_path: Path) -> Workspace:
    """The file as it is found, but for TARGET, which puts it on the simulator."""
    workspace = Workspace(tmp_path)
    text = EXAMPLES[name].text.replace("arn:aws:iam::aws:policy/X", "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")
    newline = "\r\n" if "\r\n" in text else "\n"
    target = f"TARGET=simulator{newline}"
    if re.search(r"^TARGET *=", text, re.MULTILINE):
        text = re.sub(r"^TARGET *=.*$", "TARGET=simulator", text, flags=re.MULTILINE)
    elif "[AWS]" in text:
        text = re.sub(r"^(\[AWS\].*?\n)", lambda found: found.group() + target, text, flags=re.MULTILINE)
    elif text:
        text = f"[AWS]{newline}{target}{text}"
    workspace.config.write_bytes(text.encode("utf-8", "surrogateescape"))
    return workspace


@pytest.mark.parametrize("name", READABLE)
def test_a_readable_file_becomes_a_warehouse(name: str, tmp_path: Path) -> None:
    workspace = house_of(name, tmp_path)
    before = workspace.config.read_bytes()
    planned = workspace.on("--plan", "--json")
    assert planned.status == 0, planned.err
    assert workspace.config.read_bytes() == before
    assert sum("create cluster" in step for step in planned.json["steps"]) == 1

    made = workspace.on("--json")
    assert made.status == 0, made.err
    assert workspace.on("--json").json["steps"] == []
    connects = EXAMPLES[name].connects
    if connects:
        parser = ConfigParser(interpolation=None)
        parser.read_string(workspace.config.read_text("utf-8-sig"))
        section = next(each for each in parser.sections() if each.upper() == "CLUSTER")
        line = "host={} dbname={} user={} password={} port={}".format(*parser[section].values())
        assert line.startswith(f"host={made.json['cluster']['host']} ")
        assert line.replace("'", "").split()[1].endswith(made.json["cluster"]["database"])


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_file_names_the_line_and_is_left_alone(name: str, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    before = EXAMPLES[name].text.encode("utf-8", "surrogateescape")
    workspace.config.write_bytes(before)
    ended = workspace.on("--plan", "--json")
    assert ended.status == 2
    assert ended.json["error"]["why"].splitlines() == list(EXAMPLES[name].report)
    assert workspace.config.read_bytes() == before
    assert not (tmp_path / ".dwh-simulator").exists()


def test_whatever_is_said_of_an_option_has_its_name_in_this_file(tmp_path: Path) -> None:
    workspace = house_of("the course's file, AWS and DWH only", tmp_path)
    made, text = workspace.on(), workspace.config.read_text()
    assert "  password  DWH_DB_PASSWORD in dwh.cfg\n" in made.out
    workspace.config.write_text(text.replace("DWH_DB=dwh\n", "DWH_DB=dev\n"))
    refused = workspace.on("--json")
    for said in (refused.err, refused.json["error"]["remedy"]):
        assert "Write DWH_DB = dwh back into dwh.cfg" in said
    workspace.config.write_text(text.replace("DWH_DB_PASSWORD=Passw0rd\n", "DWH_DB_PASSWORD=\n"))
    told = workspace.on()
    assert "Note: DWH_DB_PASSWORD in dwh.cfg is blank" in told.err and "Or write DWH_DB_PASSWORD = managed" in told.err
    with pytest.raises(Problem, match="DWH_DB_PASSWORD in dwh.cfg is blank"):
        workspace.create().password()


def test_a_subnet_group_that_aws_does_not_know_is_told_by_its_option(tmp_path: Path) -> None:
    ended = house_of(ASKS_FOR_MORE, tmp_path).on("--plan", "--json")
    assert ended.status == 1 and "DWH_SUBNET_GROUP" in ended.json["error"]["remedy"]
