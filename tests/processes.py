"""The suite on two processors: groups of tests that run in pytest processes of their own, beside the others."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

import pytest

SELECTED, REPORTS = "DWH_TESTS_SELECTED", "DWH_TESTS_REPORTS"
"""Environment of such a process: the file with the ids of its tests, and the pipe for its reports."""

GROUPS = (
    # Many calls of the simulated account.
    ("tests/faults/", "tests/test_permissions.py", "tests/stories/test_calls.py", "tests/stories/test_ending.py",
     "tests/stories/test_other_people.py", "tests/stories/test_stopping.py", "tests/stories/test_create_and_delete.py",
     "tests/stories/test_full_disk.py", "tests/stories/test_schedules.py"),
    # Mostly waits for the scripts, which are processes themselves.
    ("tests/stories/test_scripts.py", "tests/stories/test_streams.py", "tests/test_lock.py", "tests/test_readme.py",
     "tests/config/test_ini.py", "tests/simulator/test_isolation.py"),
    # Waits alone, or nearly so.
    ("tests/stories/test_slow_servers.py", "tests/stories/test_job.py", "tests/stories/test_wire.py"),
)  # fmt: skip


class Group:
    """A pytest process, and the reports of its tests."""

    def __init__(self, config: pytest.Config, items: list[pytest.Item], folder: Path) -> None:
        self._config, self._log = config, folder / "log"
        self._arrived: SimpleQueue[dict[str, Any] | None] = SimpleQueue()
        self._reports: dict[str, list[pytest.TestReport]] = {}
        selected = folder / "selected"
        selected.write_text(json.dumps([item.nodeid for item in items]))
        receive, send = os.pipe()
        options = [given for given in config.invocation_params.args if given not in config.args]
        files = sorted({str(item.path) for item in items})
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "pytest", f"--rootdir={config.rootpath}", *map(str, options), *files],
                cwd=config.invocation_params.dir, env={**os.environ, SELECTED: str(selected), REPORTS: str(send)},
                pass_fds=[send], stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip
        os.close(send)
        # A pipe that nobody reads would stop the process when it is full.
        Thread(target=self._receive, args=(receive,), daemon=True).start()

    def reports(self, item: pytest.Item) -> list[pytest.TestReport]:
        """Those of one test, waited for; a failed one if the process ends without them."""
        reports = self._reports.setdefault(item.nodeid, [])
        while not any(report.when == "teardown" for report in reports):
            data = self._arrived.get()
            if data is None:
                self._arrived.put(None)
                why = f"its process ended without a report of it:\n{self._log.read_text()}"
                return [pytest.TestReport(item.nodeid, item.location, {}, "failed", why, "call")]
            report = self._config.hook.pytest_report_from_serializable(config=self._config, data=data)
            self._reports.setdefault(report.nodeid, []).append(report)
        return reports

    def end(self) -> None:
        """End the process, should it still run."""
        self._process.kill()
        self._process.wait()

    def _receive(self, receive: int) -> None:
        with open(receive, encoding="utf-8") as pipe:
            for line in pipe:
                self._arrived.put(json.loads(line))
        self._arrived.put(None)


class Distributor:
    """The plugin of the first process: starts the others when the whole suite was selected."""

    def __init__(self) -> None:
        self._group_of: dict[str, Group] = {}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        groups = [[item for item in items if item.nodeid.startswith(paths)] for paths in GROUPS]
        elsewhere = {item.nodeid for group in groups for item in group}
        here = [item for item in items if item.nodeid not in elsewhere]
        if not here or not all(groups) or config.option.collectonly or config.option.usepdb:
            return
        # Those of the other processes last: by then most of their reports have arrived.
        items[:] = [*here, *(item for group in groups for item in group)]
        for chosen in groups:
            folder = TemporaryDirectory(prefix="tests-")
            group = Group(config, chosen, Path(folder.name))
            config.add_cleanup(folder.cleanup)
            config.add_cleanup(group.end)
            self._group_of.update({item.nodeid: group for item in chosen})

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> bool | None:
        if item.nodeid not in self._group_of:
            return None
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        for report in self._group_of[item.nodeid].reports(item):
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True


class Reporter:
    """The plugin of the other processes: runs the selected tests and sends their reports."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._selected = set(json.loads(Path(os.environ.pop(SELECTED)).read_text()))
        self._pipe = open(int(os.environ.pop(REPORTS)), "w", encoding="utf-8", buffering=1)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if item.nodeid in self._selected]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        data = self._config.hook.pytest_report_to_serializable(config=self._config, report=report)
        self._pipe.write(json.dumps(data) + "\n")


def plugin(config: pytest.Config) -> Distributor | Reporter:
    return Reporter(config) if REPORTS in os.environ else Distributor()
