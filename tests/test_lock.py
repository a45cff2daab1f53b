"""One run at a time for one dwh.cfg."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from iac.errors import TimedOut
from iac.lock import exclusive
from iac.simulator import Simulator
from iac.warehouse import STATE_FILE
from tests import scripts
from tests.clock import FakeClock
from tests.workspace import Recorder

HOLD = """
import sys
from pathlib import Path
from iac.lock import exclusive
from iac.progress import Progress
from iac.wait import SystemClock
with exclusive(Path(sys.argv[1]), Progress(), SystemClock(), 1):
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_a_second_run_waits_and_says_so(tmp_path: Path) -> None:
    path, recorder = tmp_path / "dwh.cfg", Recorder()
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        cwd=scripts.ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert holder.stdout is not None and holder.stdout.readline() == "held\n"
    with pytest.raises(TimedOut, match="Another run"):
        with exclusive(path, recorder, FakeClock(), 30):
            raise AssertionError("both runs were let in")
    assert recorder.statuses == ["at work with dwh.cfg"]
    holder.kill()
    holder.communicate()
    with exclusive(path, recorder, FakeClock(), 5):
        pass


def test_other_files_are_not_held_back(tmp_path: Path) -> None:
    with exclusive(tmp_path / "a.cfg", Recorder(), FakeClock(), 1), exclusive(tmp_path / "b.cfg", Recorder(), FakeClock(), 1):
        pass


def test_two_creates_at_once_make_one_warehouse_and_keep_its_password(tmp_path: Path) -> None:
    config = scripts.folder(tmp_path)
    both = [
        subprocess.Popen(
            scripts.command("create_cluster.py", config, "--no-wait", "--json"),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=scripts.environment(),
        )
        for _ in range(2)
    ]  # fmt: skip
    ends = [process.communicate(timeout=scripts.TIMEOUT) for process in both]
    assert [process.returncode for process in both] == [0, 0], ends
    account = Simulator(tmp_path / STATE_FILE, FakeClock())
    assert account.password_is("dwhcluster", scripts.value(config, "DB_PASSWORD"))
    assert len(account.session("us-west-2").client("redshift").describe_clusters()["Clusters"]) == 1
    assert "another run: at work with dwh.cfg" in ends[0][1] + ends[1][1]
