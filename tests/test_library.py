"""The verbs in a program: the examples of the README, progress by a function, the options of the scripts."""

from __future__ import annotations

import builtins
import inspect
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import iac
from iac import Problem, verbs
from iac.console import create_arguments, delete_arguments
from iac.progress import SIMULATION
from tests import scripts
from tests.clock import FakeClock
from tests.test_readme import README, block
from tests.workspace import Workspace

PACE = 0.2


class Example:
    """Runs the README's examples in one folder. connections: what psycopg2 was asked for."""

    def __init__(self, folder: Path) -> None:
        self.config, self.clock = scripts.folder(folder), FakeClock(PACE)
        self.connections: list[dict[str, Any]] = []

    def run(self, mark: str) -> dict[str, Any]:
        """The names that the example defines; the value of its last line as `_`."""
        names = {"__builtins__": {**vars(builtins), "__import__": self._import}, "__file__": str(self.config), "__name__": mark}
        *_, last = block(mark).rstrip().split("\n")
        exec(block(mark), names)  # noqa: S102
        if last.isidentifier():
            names["_"] = names[last]
        return names

    def _import(self, name: str, *about: Any) -> Any:
        """iac with a make-believe clock, and stand-ins for what is not installed or not to be reached here."""
        if name == "iac":
            timed = {each: partial(getattr(iac, each), clock=self.clock) for each in ("create", "running")}
            return SimpleNamespace(**timed)
        stand_ins = {
            "airflow.sdk": SimpleNamespace(task=lambda function: function),
            "pytest": SimpleNamespace(fixture=lambda scope: lambda function: function),
            "psycopg2": SimpleNamespace(connect=self._connect),
        }
        return stand_ins[name] if name in stand_ins else builtins.__import__(name, *about)

    def _connect(self, **options: Any) -> Any:
        self.connections.append(options)
        return SimpleNamespace(cursor=lambda: SimpleNamespace(execute=str, fetchone=lambda: (1,)))

    @property
    def status(self) -> Any:
        return verbs.describe(self.config, clock=self.clock).as_json()["cluster"]["status"]


def test_the_readme_s_examples(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    example = Example(tmp_path)
    monkeypatch.chdir(tmp_path)
    shown = repr(example.run("notebook example")["_"])
    told = capsys.readouterr()
    assert shown.startswith("Cluster dwhcluster is available") and "- create cluster dwhcluster" in told.out and not told.err
    password = scripts.value(example.config, "DB_PASSWORD")
    assert len(password) > 20 and password not in shown + told.out

    names = example.run("pytest example")
    fixture: Iterator[Any] = names["database"]()
    names["test_songs_were_loaded"](next(fixture))
    assert next(fixture, None) is None and example.status == "paused"
    assert example.connections == [{
        "host": scripts.value(example.config, "HOST"), "port": 5439, "dbname": "dwh", "user": "dwhuser",
        "password": password, "sslmode": "require",
    }]  # fmt: skip

    stored = json.dumps(example.run("Airflow example")["load_warehouse"]())
    assert '"available"' in stored and password not in stored and example.status == "paused"
    assert capsys.readouterr() == ("", "")


def test_completion_shows_the_verbs_and_no_more() -> None:
    code = "import iac, sys; print(*dir(iac), *{'boto3'} & set(sys.modules))"
    shown = subprocess.run([sys.executable, "-c", code], cwd=scripts.ROOT, capture_output=True, text=True, check=True).stdout
    assert shown.split() == sorted(iac.__all__)


def test_a_function_gets_the_lines_that_the_script_shows(tmp_path: Path) -> None:
    workspace, lines = Workspace(tmp_path / "script"), list[str]()
    config = scripts.folder(tmp_path / "library")
    iac.create(config, progress=lines.append, clock=FakeClock(workspace.clock.pace))
    shown = workspace.on().err.splitlines()
    assert lines == shown and len([line for line in lines if line.startswith("- ")]) == 7


def test_a_with_block_tells_what_became_of_the_warehouse(tmp_path: Path) -> None:
    lines, config = list[str](), scripts.folder(tmp_path, DWH_AUTO_PAUSE="1h")
    with iac.running(config, progress=lines.append, clock=FakeClock(PACE)):
        assert lines[-1].startswith("Note: AWS pauses cluster dwhcluster by itself on 2026-11-23 13:00 UTC (DWH_AUTO_PAUSE), in")
    assert lines.count(SIMULATION) == 1
    assert lines[-1].startswith("Cluster dwhcluster is paused: 1 x ra3.large. The warehouse ran ")


def test_the_cluster_of_a_with_block_is_taken_down_whatever_the_file_names_by_then(tmp_path: Path) -> None:
    config, clock = scripts.folder(tmp_path), FakeClock(PACE)
    with iac.running(config, clock=clock):
        scripts.edit(config, DWH_CLUSTER_IDENTIFIER="other")
    scripts.edit(config, DWH_CLUSTER_IDENTIFIER="dwhcluster")
    assert iac.describe(config, clock=clock).as_json()["cluster"]["status"] == "paused"


def test_the_verbs_and_their_plans(tmp_path: Path) -> None:
    path, timed = scripts.folder(tmp_path), {"clock": FakeClock(PACE)}
    with pytest.raises(iac.TimedOut, match="still creating"):
        iac.create(path, timeout=2, **timed)
    assert iac.create(path, wait=False, **timed).as_json()["cluster"]["status"] == "creating"
    iac.create(path, **timed)
    assert iac.plan_pause(path, **timed).steps[0].startswith("pause cluster dwhcluster")
    assert "and all its data" in iac.plan_delete(path, keep_data=False, **timed).steps[0]
    snapshot = iac.delete(path, **timed).snapshot
    with pytest.raises(Problem, match="no snapshot mine"):
        iac.describe(path, restore="mine", **timed)
    planned = {restore: " ".join(iac.describe(path, restore=restore, **timed).steps) for restore in (None, False, True)}
    assert snapshot and snapshot in planned[True] and planned[False] == planned[None] and snapshot not in planned[None]


def test_every_option_of_the_scripts_is_an_argument_of_a_verb() -> None:
    """But for those that are about the console, and --yes: nobody is asked here."""
    console = {"help", "config", "json", "quiet", "verbose", "yes", "print_policy", "run", "then"}
    words = {"no_wait": "wait", "discard_data": "keep_data"}
    for parser, verbs in ((create_arguments(), ("create",)), (delete_arguments(), ("delete", "pause"))):
        options = {action.dest for action in parser._actions} - console - {"plan", "pause"}
        arguments = {name for verb in verbs for name in inspect.signature(getattr(iac, verb)).parameters}
        assert {words.get(option, option) for option in options} == arguments - {"path", "progress", "clock"}


def test_the_readme_has_the_arguments_of_every_verb() -> None:
    table = README.partition("| verb | as |")[2].partition("\n\n")[0]
    for verb, told in re.findall(r"`(\w+)\((path.*?)\)`", table):
        parameters = inspect.signature(getattr(iac, verb)).parameters.values()
        assert all(each.kind is each.KEYWORD_ONLY for each in parameters if each.name != "path")
        shown = ["path", "*", *(f"{each.name}={each.default!r}" for each in parameters if each.name not in ("path", "clock"))]
        assert told.replace("4500", "4500.0").replace('"', "'").split(", ") in (shown, [*shown[:3], "..."]), verb
