"""What reaches a terminal or a pipe, whatever stands in AWS's answers, in dwh.cfg or in a tag."""

from __future__ import annotations

import json
import os
import re
from argparse import Namespace
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import TextIO

import pytest

from iac.aws.refusals import explain
from iac import text
from iac.console.display import Display
from iac.console.process import leave
from iac.console.screen import Screen, cells, failure, for_file
from iac.errors import Problem, UsageError
from iac.observed import IngressRule
from iac.plan.preconditions import made_by_another
from iac.plan.running import _remarks as remarks
from iac.progress import Lines
from iac.report import Report
from iac.steps import Step
from tests.sample import CONFIG, GROUP, NOTHING, NOW, PLACE, cluster, group, seen
from tests.terminal import ERASE, Pipe, Terminal
from tests.test_plan import CONTEXT

HOSTILE = "\x1b]0;owned\x07\x1b[2J\x9b31m\x7f\u202etxt.exe\u2066\nError: nothing is wrong\r- delete cluster prod\u2028x"
OUR_CODES = re.compile(r"\r\x1b\[K|\x1b\[(?:1;31|1|0)m")


def refused() -> Problem:
    answer = {"Error": {"Code": "AccessDenied", "Message": HOSTILE}, "ResponseMetadata": {"HTTPStatusCode": 403}}
    return explain("iam", "CreateRole", "us-west-2", answer)


def of_others() -> list[str]:
    """Notes on a cluster and on a rule whose maker's tags say that."""
    theirs = cluster(tags=(("dwh-iac-maker", HOSTILE),))
    rule = IngressRule("sgr-9", "192.0.2.0/24", "tcp", 5439, 5439, True, HOSTILE)
    there = seen(cluster=theirs, groups=(group(rules=(rule,)),))
    return [*made_by_another(PLACE, theirs), *remarks(CONFIG, there, CONTEXT)]


def hostile_report() -> Report:
    there = cluster(database=HOSTILE, user=HOSTILE, host=HOSTILE, identifier=HOSTILE)
    return Report(CONFIG, seen(cluster=there), (f"tag cluster x: a = {HOSTILE}",), 1.0, now=NOW)


def say_everything(display: Lines) -> None:
    """Every way in which words reach the screen while a run is on."""
    display.opening(replace(CONFIG, notes=(HOSTILE,)))
    display.connected(replace(PLACE, account=HOSTILE))
    for note in of_others():
        display.note(note)
    display.detail(HOSTILE)
    display.begin(HOSTILE, False)
    display.waiting(HOSTILE, HOSTILE, 3.0, HOSTILE, 0.4)
    display.done(HOSTILE)
    display.trouble(refused())
    display.called(HOSTILE, HOSTILE, 0.1, HOSTILE)
    display.price(HOSTILE)
    display.ended(HOSTILE)
    display.ended(refused())


def show_everything(display: Display, screen: Screen) -> None:
    """And those in which they do at its end."""
    say_everything(display)
    display.close()
    display.line(*failure(refused()))
    screen.ask(HOSTILE)
    screen.say(*text.result(hostile_report()), *text.result(replace(hostile_report(), planned=True, calls=((HOSTILE,),)), True))


@pytest.mark.parametrize("make", [Terminal, Pipe, lambda: Terminal(TERM="dumb")], ids=["terminal", "pipe", "dumb"])
def test_no_control_code_from_outside_reaches_the_screen(make: Callable[[], StringIO]) -> None:
    stream = make()
    screen = Screen(stream, getattr(stream, "environment", {}))
    show_everything(Display(Path("dwh.cfg"), verbose=True, screen=screen), screen)
    shown = stream.getvalue()
    ours = OUR_CODES.sub("", shown) if getattr(stream, "environment", {}).get("TERM") == "xterm" else shown
    assert [line for line in ours.split("\n") if not line.isprintable()] == []
    assert "owned" in shown and "txt.exe" in shown


def test_a_line_end_in_a_value_does_not_begin_a_line() -> None:
    terminal = Terminal(400)
    screen = Screen(terminal, terminal.environment)
    show_everything(Display(verbose=True, screen=screen), screen)
    begins = [line for line in terminal.standing if line.startswith(("Error: nothing", "- delete"))]
    assert begins == []


def test_json_escapes_what_a_terminal_would_obey() -> None:
    found = json.dumps(hostile_report().as_json(refused()))
    assert found.isprintable() and json.loads(found)["cluster"]["database"] == HOSTILE


def test_no_control_code_from_outside_is_in_what_a_program_prints() -> None:
    report, lines = hostile_report(), list[str]()
    for problem in (refused(), UsageError(HOSTILE, f"{HOSTILE}\n{HOSTILE}", HOSTILE)):
        lines += str(problem).split("\n")
    hostile = replace(report, snapshot=HOSTILE, config=replace(CONFIG, identifier=HOSTILE))
    for each in (report, hostile, replace(hostile, seen=seen(NOTHING, place=replace(PLACE, region=HOSTILE)), planned=True)):
        lines += repr(each).split("\n")
    say_everything(Lines(lines.append))
    assert [line for line in lines if not line.isprintable()] == []
    assert [line for line in lines if line.startswith(("Error:", "- delete"))] == []


def test_the_file_that_is_named_on_the_command_line_is_shown_as_text() -> None:
    terminal = Terminal()
    Display(Path("a\x1b[2J\\1.cfg"), screen=Screen(terminal, terminal.environment)).note("dwh.cfg is empty")
    assert terminal.standing[0] == "Note: a?[2J\\1.cfg is empty"
    assert for_file("dwh.cfg", Path("x\\g<0>.cfg")) == "x\\g<0>.cfg"


@pytest.mark.parametrize("name", ["my-dwh.cfg", "dwh.cfg.bak", "a dwh.cfg", "dwh", "d", "x+.cfg"])
def test_a_file_that_is_named_already_is_not_named_twice(name: str) -> None:
    for path in (Path(name), Path("/tmp", name)):
        told = for_file(f"There is no {path}, so {name} is no dwh.cfg", path)
        assert told == f"There is no {path}, so {name} is no {name}"


@pytest.mark.parametrize(
    ("environment", "coloured", "live"),
    [({}, True, True), ({"NO_COLOR": "1"}, False, True), ({"NO_COLOR": ""}, True, True), ({"TERM": "dumb"}, False, False)],
)
def test_colour_and_the_live_line_are_for_terminals_that_know_them(
    environment: dict[str, str], coloured: bool, live: bool
) -> None:
    terminal = Terminal(**environment)
    display = Display(screen=Screen(terminal, terminal.environment))
    display.waiting("cluster x", "creating", 1.0, "usually")
    display.line(*failure(Problem("It failed.", "why", "do")))
    shown = terminal.getvalue()
    assert ("\x1b[1;31mError:\x1b[0m It failed." in shown, ERASE in shown) == (coloured, live)
    assert coloured or live or "\x1b" not in shown


def test_a_pipe_gets_neither_colour_nor_a_live_line_nor_a_width() -> None:
    pipe = Pipe()
    display = Display(screen=Screen(pipe, {"COLUMNS": "40"}))
    display.waiting("cluster x", "creating", 1.0, "usually 3 to 15 min")
    display.note("one two three " * 8)
    assert pipe.getvalue() == f"  cluster x: creating, 1 s (usually 3 to 15 min)\nNote: {'one two three ' * 8}\n"


@pytest.mark.parametrize(("encoding", "shown"), [("utf-8", "Zoë – 東京"), ("latin-1", "Zoë ? ??"), ("ascii", "Zo? ? ??")])
def test_a_character_that_the_stream_cannot_carry_is_a_question_mark(encoding: str, shown: str) -> None:
    pipe = Pipe(encoding)
    Screen(pipe, {}).say("Zoë – 東京")
    assert pipe.getvalue() == f"{shown}\n"


def test_the_products_own_words_are_ascii() -> None:
    root = Path(text.__file__).parent
    assert [path.name for path in root.rglob("*.py") if not path.read_text("utf-8").isascii()] == []


@pytest.mark.parametrize("columns", [20, 59, 60, 80, 160])
def test_the_live_line_is_never_wider_than_the_terminal_and_leaves_nothing(columns: int) -> None:
    terminal = Terminal(columns)
    display = Display(screen=Screen(terminal, terminal.environment))
    for identifier in ("dwhcluster", "d" * 63, "東" * 40):
        display.begin(f"tag cluster {identifier}: owner = 東京 and more", False)
        for seconds in (0, 59, 200, 4000):
            display.waiting(f"cluster {identifier}", "final-snapshot", seconds, "usually 5 to 15 min", seconds / 4001)
        display.arrived()
    assert len(terminal.live) == 15 and max(map(cells, terminal.live)) < columns
    assert terminal.standing == [""]


def test_a_note_on_a_step_comes_below_it_also_when_the_step_fails() -> None:
    pipe = Pipe()
    display = Display(screen=Screen(pipe, {}))
    display.begin("write it", False)
    display.note("it is a secret")
    display.done("write it")
    display.note("at once")
    display.begin("fail", False)
    display.note("there is another way")
    display.close()
    assert pipe.getvalue().splitlines() == [
        "- write it", "Note: it is a secret", "Note: at once", "Note: there is another way",
    ]  # fmt: skip


def test_the_same_trouble_is_told_once_until_it_is_over() -> None:
    pipe = Pipe()
    display = Display(screen=Screen(pipe, {}))
    for _ in range(3):
        display.trouble(Problem("AWS is busy.", "Throttling.", ""))
        display.waiting("cluster x", "creating", 1.0, "")
        display.called("redshift", "DescribeClusters", 0.1, "Throttling")
    display.called("redshift", "DescribeClusters", 0.1, "ok")
    display.trouble(Problem("AWS is busy.", "Throttling.", ""))
    assert pipe.getvalue().count("AWS is busy. Throttling. Trying again.") == 2


@pytest.mark.parametrize(("quiet", "verbose", "shown"), [(False, False, ["n"]), (False, True, ["n", "d"]), (True, False, [])])
def test_details_are_for_verbose_and_nothing_for_quiet(quiet: bool, verbose: bool, shown: list[str]) -> None:
    pipe = Pipe()
    display = Display(quiet=quiet, verbose=verbose, screen=Screen(pipe, {}))
    display.note("n")
    display.detail("d")
    assert [line.removeprefix("Note: ") for line in pipe.getvalue().splitlines()] == shown


def without_a_reader() -> TextIO:
    reading, writing = os.pipe()
    os.close(reading)
    return open(writing, "w")


def full_and_not_waiting() -> TextIO:
    _, writing = os.pipe()
    os.set_blocking(writing, False)
    with suppress(BlockingIOError):
        while True:
            os.write(writing, b"x" * 65536)
    return open(writing, "w")


def closed() -> TextIO:
    stream = open(os.devnull, "w")
    stream.close()
    return stream


@pytest.mark.parametrize("make", [without_a_reader, full_and_not_waiting, closed, lambda: open("/dev/full", "w")])
def test_words_that_cannot_be_written_do_not_end_a_run(make: Callable[[], TextIO]) -> None:
    stream = make()
    screen = Screen(stream, {})
    screen.say("- create cluster dwhcluster")
    screen.say("- write HOST and ARN into dwh.cfg" * 1000)
    screen.ask("Type its identifier to go on:")
    screen.show("cluster dwhcluster: creating")
    screen.clear()
    leave(stream)
    stream.close()
