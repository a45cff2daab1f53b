"""Every example of a dwh.cfg through the real script: a plan, a warehouse, the user's own script connects."""

from __future__ import annotations

import re
from configparser import ConfigParser
from pathlib import Path

import pytest

from tests.config.examples import EXAMPLES
from tests.house import House

ASKS_FOR_MORE = "the new options"
"""Names a subnet group and a limit on the price, which this account cannot satisfy."""

READABLE = [name for name, example in EXAMPLES.items() if not example.report and name != ASKS_FOR_MORE]
WRONG = [name for name, example in EXAMPLES.items() if example.report]


def house_of(name: str, tmp_path: Path) -> House:
    """The file as it is found, but for TARGET, which puts it on the simulator."""
    house = House(tmp_path)
    text = EXAMPLES[name].text.replace("arn:aws:iam::aws:policy/X", "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")
    newline = "\r\n" if "\r\n" in text else "\n"
    target = f"TARGET=simulator{newline}"
    if re.search(r"^TARGET *=", text, re.MULTILINE):
        text = re.sub(r"^TARGET *=.*$", "TARGET=simulator", text, flags=re.MULTILINE)
    elif "[AWS]" in text:
        text = re.sub(r"^(\[AWS\].*?\n)", lambda found: found.group() + target, text, flags=re.MULTILINE)
    elif text:
        text = f"[AWS]{newline}{target}{text}"
    house.config.write_bytes(text.encode("utf-8", "surrogateescape"))
    return house


@pytest.mark.parametrize("name", READABLE)
def test_a_readable_file_becomes_a_warehouse(name: str, tmp_path: Path) -> None:
    house = house_of(name, tmp_path)
    before = house.config.read_bytes()
    planned = house.on("--plan", "--json")
    assert planned.status == 0, planned.err
    assert house.config.read_bytes() == before
    assert sum("create cluster" in step for step in planned.json["steps"]) == 1

    made = house.on("--json")
    assert made.status == 0, made.err
    assert house.on("--json").json["steps"] == []
    connects = EXAMPLES[name].connects
    if connects:
        parser = ConfigParser(interpolation=None)
        parser.read_string(house.config.read_text("utf-8-sig"))
        section = next(each for each in parser.sections() if each.upper() == "CLUSTER")
        line = "host={} dbname={} user={} password={} port={}".format(*parser[section].values())
        assert line.startswith(f"host={made.json['cluster']['host']} ")
        assert line.replace("'", "").split()[1].endswith(made.json["cluster"]["database"])


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_file_names_the_line_and_is_left_alone(name: str, tmp_path: Path) -> None:
    house = House(tmp_path)
    before = EXAMPLES[name].text.encode("utf-8", "surrogateescape")
    house.config.write_bytes(before)
    ended = house.on("--plan", "--json")
    assert ended.status == 2
    assert ended.json["error"]["why"].splitlines() == list(EXAMPLES[name].report)
    assert house.config.read_bytes() == before
    assert not (tmp_path / ".dwh-simulator").exists()


def test_a_subnet_group_that_aws_does_not_know_is_told_by_its_option(tmp_path: Path) -> None:
    ended = house_of(ASKS_FOR_MORE, tmp_path).on("--plan", "--json")
    assert ended.status == 1 and "DWH_SUBNET_GROUP" in ended.json["error"]["remedy"]
