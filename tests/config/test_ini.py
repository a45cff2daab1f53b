"""The text: read as configparser reads it, edited in place."""

from __future__ import annotations

import subprocess
import sys
from ast import literal_eval
from pathlib import Path

import pytest

from iac.config.text import parse
from tests import scripts


def changed(raw: str, section: str, name: str, value: str) -> str:
    text = parse(raw)
    option = text.option(section, name)
    assert option is not None
    return text.with_value(option, value).raw


def added(raw: str, section: str, name: str, value: str) -> str:
    text = parse(raw)
    header = text.section_at(section)
    assert header is not None
    return text.with_option(header, name, value).raw


def test_thousands_of_files_are_read_as_configparser_reads_them_and_show_no_secret(tmp_path: Path) -> None:
    """In a process of its own: made-up files and damaged real ones."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.config.fuzz"],
        cwd=scripts.ROOT, env=scripts.environment(COUNT="1500", SEED="5439"),
        capture_output=True, text=True, timeout=scripts.TIMEOUT, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    made_up, damaged = (literal_eval(line.partition(": ")[2]) for line in ended.stdout.splitlines())
    assert min(made_up["accepted by configparser"], made_up["refused by configparser"]) > 500
    assert min(damaged["read"], damaged["refused"]) > 400


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        ("[A]\nX = old\n", "new", "[A]\nX = new\n"),
        ("[A]\nX=old", "new", "[A]\nX=new"),
        ("[A]\r\nx:  'old' \r\nY=1\r\n", "new", "[A]\r\nx:  new \r\nY=1\r\n"),
        ("[A]\nX =\n", "new", "[A]\nX = new\n"),
        ("[A]\nX=\n", "new", "[A]\nX=new\n"),
        ("[A]\nX= \n", "new", "[A]\nX= new\n"),
        ("[A]\nX = old  \n", "", "[A]\nX =\n"),
        ("[A]\nX=old\n", "", "[A]\nX=\n"),
        ("[A]\nX = a\n  b\n# kept\n\n  c\nY = 1\n", "new", "[A]\nX = new\n# kept\n\nY = 1\n"),
        ("\ufeff[A]\nX = 1\rY = 2\r\n", "new", "\ufeff[A]\nX = new\rY = 2\r\n"),
    ],
)
def test_one_value_is_edited_and_every_other_byte_stays(before: str, value: str, after: str) -> None:
    assert changed(before, "A", "x", value) == after


@pytest.mark.parametrize("raw", ["[A]\nX =\n", "[A]\nX=\n", "[A]\r\nX:\r\n", "[A]\nX ="])
def test_fill_then_blank_gives_back_the_same_bytes(raw: str) -> None:
    assert changed(changed(raw, "A", "X", "value"), "A", "X", "") == raw


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[A]\nX = 1\n\n# about B\n[B]\nY = 2\n", "[A]\nX = 1\nNEW = 2\n\n# about B\n[B]\nY = 2\n"),
        ("[A]\nX=1", "[A]\nX=1\nNEW=2"),
        ("[A]\r\nx:1\r\n  more\r\n[B]\r\n", "[A]\r\nx:1\r\n  more\r\nnew:2\r\n[B]\r\n"),
        ("[A]\n[B]\nY=1\n", "[A]\nNEW=2\n[B]\nY=1\n"),
        ("[A]\n  [B]\nY = 1\n", "[A]\n  NEW = 2\n  [B]\nY = 1\n"),
        ("[A]\n\tX =\n", "[A]\n\tX =\n\tNEW = 2\n"),
    ],
)
def test_an_option_is_added_at_the_end_of_its_section_in_the_style_of_its_neighbours(before: str, after: str) -> None:
    assert added(before, "A", "NEW", "2") == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[A]\nX=1\n", "[A]\nX=1\n\n[NEW]\n"),
        ("[A]\nX=1\n\n", "[A]\nX=1\n\n[NEW]\n"),
        ("[A]\r\nX=1", "[A]\r\nX=1\r\n\r\n[NEW]"),
    ],
)
def test_a_section_is_added_at_the_end_of_the_file(before: str, after: str) -> None:
    assert parse(before).with_section("NEW").raw == after


def test_every_flaw_is_found_with_its_line_and_the_rest_is_read_on() -> None:
    text = parse("X=0\n[A]\nX=1\nx=2\nnothing\n=3\n[B]\nY=1\n[A]\nZ=1\n")
    assert [(flaw.line, flaw.kind, flaw.first) for flaw in text.flaws] == [
        (1, "no section", 0),
        (4, "option twice", 3),
        (5, "no delimiter", 0),
        (6, "no name", 0),
        (9, "section twice", 2),
    ]
    assert [(option.section, option.name, option.value) for option in text.options] == [
        ("A", "X", "1"),
        ("B", "Y", "1"),
        ("A", "Z", "1"),
    ]
    assert [(flaw.line, flaw.kind) for flaw in parse("[A]\n[B\nX=1\n").flaws] == [(2, "no bracket")]


def test_an_option_added_to_an_empty_header_does_not_swallow_the_indented_header_below() -> None:
    raw = added("[DEFAULT]\nX=1\n[DEFAULT]\n\t[B]\nY=1\n", "DEFAULT", "NEW", "2")
    assert raw == "[DEFAULT]\nX=1\n[DEFAULT]\n\tNEW=2\n\t[B]\nY=1\n"
