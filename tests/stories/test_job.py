"""create_cluster.py --run: a command between bringing the warehouse up and taking it down."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import signal
import subprocess
import sys
import termios
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from iac.console.process import run_command
from iac.console.unexpected import as_problem
from iac.words import shell_word
from tests import scripts
from tests.clock import FakeClock
from tests.workspace import Workspace

PAUSED = "Cluster dwhcluster is paused: 1 x ra3.large. The warehouse ran "


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path).running()


def status_of(workspace: Workspace) -> str:
    found: list[dict[str, str]] = workspace.ask("redshift", "DescribeClusters")["Clusters"]
    return found[0]["ClusterStatus"] if found else "absent"


def test_a_warehouse_is_made_for_a_command_and_paused_after_it(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    seen = shell_word(str(tmp_path / "seen"))
    ended = workspace.on("--run", f"grep '^HOST' {shell_word(str(workspace.config))} > {seen} && echo then >> {seen}")
    assert (ended.status, ended.out) == (0, "")
    host, then = (tmp_path / "seen").read_text().splitlines()
    assert "redshift.amazonaws.com" in host and then == "then"
    before, line, after = ended.err.partition("running: grep ")
    assert line and "- create cluster dwhcluster" in before and "- pause cluster dwhcluster" in after
    assert ended.err.count("Simulation (TARGET = simulator)") == 1
    assert after.splitlines()[-1].startswith(PAUSED)
    assert status_of(workspace) == "paused"


@pytest.mark.parametrize("end", ["paused", "absent"])
def test_a_command_that_moves_the_file_away_keeps_no_warehouse_running(workspace: Workspace, end: str) -> None:
    then = ["--then", "delete"] if end == "absent" else []
    ended = workspace.on("--run", f"rm {shell_word(str(workspace.config))}", *then)
    assert ended.status == 0 and status_of(workspace) == end


class Later(FakeClock):
    """Hours later than that, once this file is there."""

    def __init__(self, pace: float, file: Path, hours: float) -> None:
        super().__init__(pace)
        self._file, self._hours = file, hours

    def monotonic(self) -> float:
        return super().monotonic() + (self._hours * 3600 if self._file.exists() else 0)

    def now(self) -> datetime:
        return datetime(2026, 11, 23, 12, 0, tzinfo=timezone.utc) + timedelta(seconds=self.monotonic())


def working(folder: Path, hours: float, *options: str, **edits: str) -> tuple[str, str]:
    """What is said before and after a job of so many hours."""
    workspace, done = Workspace(folder, **edits), folder / "done"
    workspace.clock = Later(workspace.clock.pace, done, hours)
    ended = workspace.on(*options, "--run", f"touch {shell_word(str(done))}")
    assert ended.status == 0 and status_of(workspace) in ("paused", "absent")
    before, line, after = ended.err.partition("running: touch ")
    assert line
    return before.splitlines()[-1], after.splitlines()[-1]


def test_when_aws_pauses_the_cluster_is_told_before_the_command_starts(tmp_path: Path) -> None:
    said, last = working(tmp_path, 2, DWH_AUTO_PAUSE="8h")
    assert said == "Note: AWS pauses cluster dwhcluster by itself on 2026-11-23 20:00 UTC (DWH_AUTO_PAUSE)."
    assert last == "Cluster dwhcluster is paused: 1 x ra3.large. The warehouse ran 2 h until it was paused, about $1.09 of compute."


@pytest.mark.parametrize(
    ("options", "begins"),
    [
        ([], "Cluster dwhcluster is paused: 1 x ra3.large. "),
        (["--then", "delete"], "There is no cluster dwhcluster in us-west-2; its data is in final snapshot dwhcluster-final-"),
    ],
)
def test_a_job_that_outlasts_its_pause_is_warned_of_and_told(tmp_path: Path, options: list[str], begins: str) -> None:
    said, last = working(tmp_path, 2.5, *options, DWH_AUTO_PAUSE="1h")
    line = (tmp_path / "dwh.cfg").read_text().splitlines().index("DWH_AUTO_PAUSE = 1h") + 1
    assert said == (
        "Note: AWS pauses cluster dwhcluster by itself on 2026-11-23 13:00 UTC (DWH_AUTO_PAUSE), in 1 h, whatever "
        f"runs on it then. For a longer job, edit DWH_AUTO_PAUSE (line {line} of dwh.cfg) first."
    )
    ends = "AWS paused it before the job had ended, on 2026-11-23 13:00 UTC (DWH_AUTO_PAUSE). "
    assert last.startswith(begins) and ends in last
    assert last.endswith("The warehouse ran 59 min 54 s until it was paused, about $0.54 of compute.")


def test_a_pause_is_warned_of_that_comes_before_the_time_limit(tmp_path: Path) -> None:
    hours = {"DWH_RUNNING_HOURS": "daily 08:00-14:00 UTC"}
    assert "For a longer job" not in working(tmp_path / "75", 1, **hours)[0]
    assert "For a longer job, edit DWH_RUNNING_HOURS (line " in working(tmp_path / "180", 1, "--timeout", "180", **hours)[0]


def test_a_cluster_that_somebody_else_paused_meanwhile_is_told(workspace: Workspace) -> None:
    pause = f"{shell_word(sys.executable)} {scripts.ROOT}/delete_cluster.py -q --pause --config {shell_word(str(workspace.config))}"
    last = workspace.on("--run", pause).err.splitlines()[-1]
    assert last == "Cluster dwhcluster is paused: 1 x ra3.large. It was paused before the job had ended."


def test_a_file_without_a_region_whose_host_tells_it_then_is_of_the_same_cluster(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path, REGION="")
    assert workspace.on("--run", "true").status == 0 and status_of(workspace) == "paused"


def test_a_command_that_fails_gives_its_exit_status(workspace: Workspace) -> None:
    ended = workspace.on("-q", "--run", "true && (exit 7) && exit 0")
    assert (ended.status, ended.out) == (7, "")
    assert ended.err.startswith(PAUSED) and ended.err.count("\n") == 1
    told = workspace.on("--run", "exit 7").err
    assert told.index("running: exit 7") < told.index("The command ended with exit status 7.") < told.index(PAUSED)


def test_python_is_that_of_a_virtual_environment_which_nobody_activated(workspace: Workspace, tmp_path: Path) -> None:
    """Its Python is the one that runs the script, be it on the PATH or not."""
    home = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    packages = os.pathsep.join(path for path in sys.path if path.endswith("-packages"))
    shown = tmp_path / "shown"
    command = f'python -c "import sys; print(sys.prefix)" > {shell_word(str(shown))}'
    words = [str(home / "bin/python"), *scripts.command("create_cluster.py", workspace.config, "-q", "--run", command)[1:]]
    ended = subprocess.run(words, capture_output=True, text=True, env=scripts.environment(PYTHONPATH=packages), check=False)
    assert ended.returncode == 0 and os.path.samefile(shown.read_text().strip(), home), ended.stderr


def test_a_taking_down_that_was_interrupted_does_not_advise_to_start_the_job_again() -> None:
    interrupted = KeyboardInterrupt("It costs money as long as it runs; `python delete_cluster.py --pause` takes it down.")
    problem = as_problem(interrupted, None)
    assert problem.what == str(interrupted) and problem.remedy.startswith("Run that command.") and problem.exit_status == 130


def test_the_end_may_be_a_deletion_with_a_final_snapshot(workspace: Workspace) -> None:
    ended = workspace.on("--run", "true", "--then", "delete")
    assert (ended.status, ended.out) == (0, "")
    last = ended.err.splitlines()[-1]
    assert last.startswith("There is no cluster dwhcluster in us-west-2; its data is in final snapshot dwhcluster-final-")
    assert status_of(workspace) == "absent"


@pytest.mark.parametrize(
    ("region", "cost"),
    [("us-west-2", r", about \$\d+\.\d\d of compute\.\n"), ("eu-north-1", r"The warehouse ran [^,$]+ until it was paused\.\n")],
)
def test_what_it_cost_is_told_where_the_price_is_known(tmp_path: Path, region: str, cost: str) -> None:
    workspace = Workspace(tmp_path).running(REGION=region, DWH_NODE_TYPE="ra3.16xlarge", DWH_NUM_NODES="16")
    ended = workspace.on("-q", "--run", "true")
    assert ended.status == 0
    assert re.search(cost, ended.err), ended.err


def test_bringing_up_that_fails_half_way_is_taken_down(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    ended = workspace.on("--run", f"touch {shell_word(str(tmp_path / 'ran'))}", "--timeout", "0.04")
    assert (ended.status, ended.out) == (3, ""), ended.err
    assert "Cluster dwhcluster is paused: 1 x ra3.large.\nError: " in ended.err and "running:" not in ended.err
    assert status_of(workspace) == "paused" and not (tmp_path / "ran").exists()


def test_a_failure_of_both_ways_is_told_of_each(tmp_path: Path) -> None:
    ended = Workspace(tmp_path).on("-q", "--run", "true", "--timeout", "0.01")
    assert (ended.status, ended.out) == (3, "") and ended.err.count("Error: ") == 2
    assert "`python delete_cluster.py --config" in ended.err


def test_a_command_that_cannot_be_started_is_told_and_the_warehouse_taken_down(workspace: Workspace) -> None:
    ended = workspace.on("-q", "--run", "x" * 3_000_000)
    assert (ended.status, ended.out) == (1, "")
    paused, error, why, _ = ended.err.splitlines()
    assert paused.startswith(PAUSED) and error == "Error: The command could not be started." and "too long" in why


def test_the_cluster_of_the_job_is_taken_down_whatever_the_file_names_by_then(workspace: Workspace) -> None:
    file = shell_word(str(workspace.config))
    edit = f"sed 's/^DWH_CLUSTER_IDENTIFIER = .*/DWH_CLUSTER_IDENTIFIER = other/' {file} > {file}.new && mv {file}.new {file}"
    workspace.ask("redshift", "CreateCluster", ClusterIdentifier="other", NodeType="ra3.large", ClusterType="single-node",
                  MasterUsername="dwhuser", MasterUserPassword="Passw0rdOfOthers")  # fmt: skip
    ended = workspace.on("-q", "--run", f"{edit}; exit 3", "--then", "delete")
    assert ended.status == 3 and "There is no cluster dwhcluster" in ended.err
    assert [each["ClusterIdentifier"] for each in workspace.ask("redshift", "DescribeClusters")["Clusters"]] == ["other"]
    assert workspace.value("DWH_CLUSTER_IDENTIFIER") == "other" and workspace.value("HOST").startswith("dwhcluster.")


@pytest.mark.parametrize("then", ["pause", "delete"])
def test_a_file_that_nobody_can_read_any_more_keeps_no_warehouse_running(workspace: Workspace, then: str) -> None:
    ended = workspace.on("-q", "--run", f"echo garbage > {shell_word(str(workspace.config))}", "--then", then)
    assert ended.status == 0 and workspace.config.read_text() == "garbage\n"
    left = [each["ClusterStatus"] for each in workspace.ask("redshift", "DescribeClusters")["Clusters"]]
    assert left == (["paused"] if then == "pause" else [])


def test_a_command_that_deletes_the_current_folder_does_not_hinder_the_taking_down(tmp_path: Path) -> None:
    here = scripts.folder(tmp_path / "here").parent
    ended = subprocess.run(
        [sys.executable, str(scripts.ROOT / "create_cluster.py"), "-q", "--run", f"rm -r {shell_word(str(here))}"],
        cwd=here, capture_output=True, text=True, env=scripts.environment(), check=False,
    )  # fmt: skip
    # The simulated account was in that folder.
    assert (ended.returncode, ended.stdout) == (0, "") and ended.stderr.startswith("There is no cluster dwhcluster"), ended.stderr


def test_what_a_command_leaves_in_the_background_holds_nothing_up(workspace: Workspace, tmp_path: Path) -> None:
    ended = workspace.on("-q", "--run", f"sleep 600 & echo $! > {shell_word(str(tmp_path / 'left'))}")
    os.kill(int((tmp_path / "left").read_text()), signal.SIGKILL)
    assert ended.status == 0 and ended.err.startswith(PAUSED)


@pytest.mark.parametrize(
    "options",
    [["--run", "true", option] for option in ("--json", "--plan", "--no-wait", "--print-policy")]
    + [["--run", ""], ["--run", " "], ["--run"], ["--then", "pause"], ["--run", "true", "--then", "stop"]],
)
def test_what_has_no_meaning_together_is_refused(tmp_path: Path, options: list[str]) -> None:
    ended = Workspace(tmp_path).on(*options)
    assert ended.status == 2 and "Error: The command line is wrong." in ended.err and "argument --" in ended.err
    assert [path.name for path in tmp_path.iterdir()] == ["dwh.cfg"]


def start(workspace: Workspace, command: str, **streams: Any) -> subprocess.Popen[bytes]:
    """The script, in a process group of its own."""
    return subprocess.Popen(
        scripts.command("create_cluster.py", workspace.config, "--run", command),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=scripts.environment(), start_new_session=True, **streams,
    )  # fmt: skip


def test_the_streams_and_the_words_are_the_command_s(workspace: Workspace) -> None:
    given = bytes(range(256))
    command = r"cat && printf '\377\000' && echo told >&2 && : python delete_cluster.py dwh.cfg && kill -KILL $$"
    process = start(workspace, command, stdin=subprocess.PIPE)
    out, err = process.communicate(given, timeout=scripts.TIMEOUT)
    assert (process.returncode, out) == (137, given + b"\xff\x00")
    assert f"\nrunning: {command}\ntold\n".encode() in err and PAUSED.encode() in err


TOLD = """
import os, signal
def told(number, frame):
    global left
    os.write(1, b"told %d\\n" % number)
    left -= 1
left = {times}
signal.alarm(120)
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, told)
os.write(1, b"up\\n")
while left:
    signal.pause()
raise SystemExit(3)
"""
"""Ends only when it was told so often, or after two minutes."""


@pytest.mark.parametrize(("number", "times"), [(signal.SIGINT, 2), (signal.SIGTERM, 1), (signal.SIGHUP, 1)])
def test_a_signal_ends_the_command_and_the_warehouse_is_paused(workspace: Workspace, number: int, times: int) -> None:
    """On a terminal Ctrl-C goes to the process group, and a second one does not end the wait for the command; the others
    come without one, to us alone.
    """
    told = workspace.config.with_name("told.py")
    told.write_text(TOLD.format(times=times))
    primary, secondary = pty.openpty()
    on_it = {"stdin": secondary, "preexec_fn": lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0)}
    given = on_it if number == signal.SIGINT else {"stdin": subprocess.DEVNULL}
    rest = "" if number == signal.SIGINT else "; true"  # where a shell stays in between, what is passed on reaches more than it
    process = start(workspace, f"{shell_word(sys.executable)} -SE {shell_word(str(told))}{rest}", **given)
    os.close(secondary)
    assert process.stdout is not None and process.stdout.readline() == b"up\n"
    for _ in range(times):
        (os.killpg if number == signal.SIGINT else os.kill)(process.pid, number)
        assert process.stdout.readline() == b"told %d\n" % number
    out, err = process.communicate(timeout=scripts.TIMEOUT)
    os.close(primary)
    assert (process.returncode, out) == (128 + number, b""), err
    assert err.decode().splitlines()[-1].startswith(PAUSED) and b"Error" not in err


def test_a_signal_that_comes_twice_while_the_cluster_is_made_leaves_none_running(tmp_path: Path) -> None:
    """As when a window is closed: from the shell, and from the kernel."""
    workspace = Workspace(tmp_path / "new")
    process = start(workspace, "true", stdin=subprocess.DEVNULL)
    assert process.stderr is not None
    while b"creating" not in process.stderr.readline():
        assert process.poll() is None, "ended before it waited for the cluster"
    for number in (signal.SIGHUP, signal.SIGTERM):
        os.kill(process.pid, number)
    _, err = process.communicate(timeout=scripts.TIMEOUT)
    assert process.returncode == 129 and "Cluster dwhcluster is paused" in err.decode(), err


def test_a_command_that_does_not_heed_a_signal_is_killed_after_a_while() -> None:
    before = {each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGHUP)}
    try:
        assert run_command("trap '' TERM; kill -TERM $PPID; exec sleep 600", patience=0.1) == 143
        assert {signal.getsignal(each) for each in before} == {signal.SIG_IGN}
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
