"""Whole stories through the real scripts, as processes of their own."""

from __future__ import annotations

import ast
import difflib
import fcntl
import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from iac.config import read
from iac.errors import UsageError
from iac.warehouse import opened
from iac.words import shell_word
from tests import scripts
from tests.conftest import OnAndOff
from tests.test_readme import README
from tests.workspace import Workspace

KEYS = [
    "target", "region", "account", "cluster", "role_arn", "security_group_id", "ingress",
    "snapshot", "hourly_usd", "reachable", "unreachable_because", "steps", "elapsed_seconds",
]  # fmt: skip
CLUSTER_KEYS = [
    "identifier", "status", "node_type", "number_of_nodes", "host", "port", "database", "user",
    "publicly_accessible", "encrypted", "created_at", "managed",
]  # fmt: skip


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return scripts.folder(tmp_path)


def changed(before: str, after: str) -> list[str]:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line[1:].partition("=")[0].strip() for line in lines if re.match(r"\+[^+]", line)]


def test_what_the_scripts_write_and_show(on_and_off: OnAndOff) -> None:
    assert on_and_off.first.splitlines()[0].startswith("Simulation")
    assert changed(on_and_off.shipped, on_and_off.running) == ["HOST", "DB_PASSWORD", "ARN"]
    assert changed(on_and_off.shipped, on_and_off.stopped) == ["DB_PASSWORD"]


def test_no_secret_is_shown_or_left_anywhere(on_and_off: OnAndOff) -> None:
    password = scripts.value(on_and_off.folder / "dwh.cfg", "DB_PASSWORD")
    shown = on_and_off.first + on_and_off.off
    assert len(password) > 20 and password not in shown
    for path in on_and_off.folder.iterdir():
        if path.is_file() and not path.is_symlink() and path.name != "dwh.cfg" and path.suffix != ".py":
            assert password not in path.read_text(errors="replace"), path
            assert path.stat().st_mode & 0o077 == 0, path
    assert (on_and_off.folder / "dwh.cfg").stat().st_mode & 0o777 == 0o600


INTERRUPTED = """
import runpy, sys
class Finder:
    def find_spec(name, *_):
        if name == "iac.console": raise KeyboardInterrupt
sys.meta_path.insert(0, Finder)
runpy.run_path(sys.argv[1], run_name="__main__")
"""


@pytest.mark.parametrize("script", ["create_cluster.py", "delete_cluster.py"])
def test_ctrl_c_while_the_script_is_being_loaded_is_no_traceback(script: str) -> None:
    words = [sys.executable, "-c", INTERRUPTED, str(scripts.ROOT / script)]
    ended = subprocess.run(words, capture_output=True, text=True, cwd=scripts.ROOT, check=False)
    assert (ended.returncode, ended.stderr) == (130, "")


MOMENTS = """
import atexit, json, os, runpy, signal, sys
atexit.register(signal.raise_signal, signal.SIGINT)  # and once more while Python ends
words, every = sys.argv[1:-1], int(sys.argv[-1])
number, left = 0, True
while left:
    number += every
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.dup2(writing, 1), os.dup2(writing, 2)
        lines = iter(range(number))
        def trace(frame, event, argument):
            file = frame.f_code.co_filename
            ours = file.endswith((words[0], "iac/__init__.py")) or "/iac/console/" in file
            if ours and event == "line" and next(lines, None) == number - 1:
                signal.raise_signal(signal.SIGINT)
            return trace if ours else None
        atexit.register(lambda: next(lines, None) is not None and os.write(1, b"ALL OF THEM"))
        sys.argv = words
        sys.settrace(trace)
        runpy.run_path(words[0], run_name="__main__")
    os.close(writing)
    with open(reading) as pipe:
        said = pipe.read()
    status, left = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), "ALL OF THEM" not in said
    if "Traceback" in said or "Exception ignored" in said or "bug" in said or status not in (2, 130, -signal.SIGINT):
        print(number, status, said)
os._exit(0)
"""
"""Runs a script again and again, with a Ctrl-C before another line of it or of the console each time."""

EVERY = 13
"""More than the lines before a script has dealt with Ctrl-C. By hand, with 1, it is every moment but these first six."""


@pytest.mark.parametrize("script", ["create_cluster.py", "delete_cluster.py"])
def test_ctrl_c_at_any_moment_of_start_up_and_end_is_no_traceback(script: str) -> None:
    words = [sys.executable, "-c", MOMENTS, script, "--config", "no such file", str(EVERY)]
    ended = subprocess.run(words, capture_output=True, text=True, cwd=scripts.ROOT, check=False, timeout=scripts.TIMEOUT)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


@pytest.mark.parametrize("script", ["create_cluster.py", "delete_cluster.py"])
def test_a_python_that_does_not_look_beside_the_script_says_so(script: str) -> None:
    ended = subprocess.run([sys.executable, "-I", scripts.ROOT / script], capture_output=True, text=True, check=False)
    assert ended.returncode == 1 and ended.stderr.startswith("Error: The folder iac is not found.\n  Why: ")
    assert "Do:  Run it without these options" in ended.stderr and "Traceback" not in ended.stderr


@pytest.mark.parametrize("folder", ["dwh", "a b\x1b[2J`x`;'python create_cluster.py'"])
@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("python3 create_cluster.py", "python3 create_cluster.py"),
        (".venv/bin/python ./delete_cluster.py", ".venv/bin/python ./delete_cluster.py"),
        ("python -X utf8 -u {}/create_cluster.py", "python {}/create_cluster.py"),
        ("{}/.venv/bin/python -m delete_cluster", "{}/.venv/bin/python {}/delete_cluster.py"),
    ],
)
def test_a_command_is_printed_as_the_script_was_typed(tmp_path: Path, folder: str, typed: str, printed: str) -> None:
    there = tmp_path / folder
    (there / ".venv/bin").mkdir(parents=True)
    for name in ("python", "python3"):
        (there / ".venv/bin" / name).symlink_to(sys.executable)
    for name in ("create_cluster.py", "delete_cluster.py", "iac"):
        (there / name).symlink_to(scripts.ROOT / name)
    path = scripts.environment(PATH=f"{there}/.venv/bin:{os.environ['PATH']}")

    def ended(command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["bash", "-c", command], cwd=there, env=path, capture_output=True, text=True, check=False)

    told = ended(f"{typed.replace('{}', shell_word(str(there)))} --nonsense").stderr
    (command,) = re.findall("Do:  See `(.*) --help`", told)
    assert command == re.sub(r"{}(\S*)", lambda found: shell_word(f"{there}{found[1]}"), printed)
    assert told.replace("\n", "").isprintable()
    assert ended(f"{command} --help").stdout.startswith("usage: ")


OLDER = """
import runpy, sys
sys.version_info = (3, 9, 18, "final", 0)
runpy.run_path(sys.argv[1], run_name="__main__")
"""


@pytest.mark.parametrize("script", ["create_cluster.py", "delete_cluster.py"])
def test_an_old_python_is_told_which_one_is_needed(script: str) -> None:
    needed = re.findall(r"Python 3\.\d+ to 3\.\d+", README)[0]
    words = [sys.executable, "-c", OLDER, script, "--help"]
    ended = subprocess.run(words, cwd=scripts.ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", f"Error: {needed} is needed; this is Python 3.9.18. Make the virtual environment with another one.\n")


@pytest.mark.parametrize("name", ["create_cluster.py", "delete_cluster.py", "iac/__init__.py"])
def test_what_tells_an_old_python_so_can_be_compiled_by_it(name: str) -> None:
    tree = ast.parse((scripts.ROOT / name).read_text("utf-8"), feature_version=(3, 6))
    nodes = list(ast.walk(tree))
    assert not [node for node in nodes if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
    hints = [getattr(node, "annotation", None) or getattr(node, "returns", None) for node in nodes]
    assert [ast.unparse(hint) for hint in hints if not isinstance(hint, (ast.Constant, ast.Name, type(None)))] == []


def test_a_folder_that_was_deleted_meanwhile_is_no_traceback(tmp_path: Path) -> None:
    command = f"rmdir {shell_word(str(tmp_path))} && {shell_word(sys.executable)} {scripts.ROOT}/create_cluster.py --config my.cfg"
    ended = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.returncode == 2 and ended.stderr.startswith("Error: There is no my.cfg\n")


def test_a_file_of_any_name_is_planned_for_where_only_ascii_is_written(tmp_path: Path) -> None:
    config = scripts.folder(tmp_path).rename(tmp_path / "Zo\u00eb \udcff.cfg")
    only_ascii = {"PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    planned = scripts.create(config, "--plan", "-v", **only_ascii)
    assert planned.status == 0 and "create cluster dwhcluster" in planned.out, planned.err
    assert "Zo?? ?.cfg" in planned.out and "Traceback" not in planned.err


def test_a_plan_changes_nothing_and_leaves_nothing(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    before = workspace.config.read_bytes()
    planned = workspace.on("--plan", "--json", "-q")
    assert (planned.status, planned.err) == (0, "")
    assert list(planned.json) == [*KEYS[:-1], "calls", KEYS[-1]] and list(planned.json["cluster"]) == CLUSTER_KEYS
    assert planned.json["cluster"]["status"] == "absent" and len(planned.json["steps"]) == 7
    assert workspace.config.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["dwh.cfg"]


def test_verbose_shows_every_call_and_quiet_none(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    assert re.search(r"redshift:CreateCluster \d+ ms ok", workspace.on("-v").err)
    assert workspace.on("-q").err == ""


def without_boto3(folder: Path) -> str:
    for package in ("boto3", "botocore", "moto"):
        (folder / f"{package}.py").write_text(f"raise SystemExit('{package} was imported')\n")
    return str(folder)


def test_help_and_a_wrong_file_come_without_boto3(config: Path, tmp_path: Path) -> None:
    path = without_boto3(tmp_path)
    for run in (scripts.create, scripts.delete):
        helped = run(config, "--help", PYTHONPATH=path)
        assert helped.status == 0 and "--config FILE" in helped.out
    scripts.edit(config, DWH_NODE_TYPE="dc2.large", DB_PASSWORD="short")
    wrong = scripts.create(config, "--json", PYTHONPATH=path)
    assert wrong.status == 2
    assert set(wrong.json["error"]) == {"what", "why", "remedy"}
    assert "dc2.large" in wrong.err and "DB_PASSWORD" in wrong.err and "short" not in wrong.err


@pytest.mark.parametrize("options", [["--nonsense"], ["-q", "-v"], ["--timeout", "soon"], ["--timeout", "-1"]])
def test_a_wrong_command_line_says_so(tmp_path: Path, options: list[str]) -> None:
    workspace = Workspace(tmp_path)
    for run in (workspace.on, workspace.off):
        ended = run(*options, "--json")
        assert ended.status == 2 and ended.json["error"]["remedy"].endswith("--help`.")


@pytest.mark.parametrize(("script", "options", "meant"), [
    ("on", ["--plna"], "Write --plan instead of --plna; see `python create_cluster.py --help`."), ("on", ["--timeuot=5"], "Write --timeout instead of --timeuot; "),
    ("off", ["--discard", "x"], "Write --discard-data instead of --discard; "), ("off", ["-p"], ""), ("on", ["x"], ""), ("on", ["--resume"], ""), ("on", ["--dry-run"], ""),
    ("on", ["--pause"], "delete_cluster.py has --pause: see `python delete_cluster.py --help`."),
    ("off", ["--run", "x"], "create_cluster.py has --run: see `python create_cluster.py --help`."),
    ("on", ["--puase"], "delete_cluster.py has --pause: see `python delete_cluster.py --help`."),
])  # fmt: skip
def test_an_option_that_is_not_known_is_told_with_the_one_that_was_meant(
    tmp_path: Path, script: str, options: list[str], meant: str
) -> None:
    error = getattr(Workspace(tmp_path), script)(*options, "--json").json["error"]
    assert error["why"] == f"unrecognized arguments: {' '.join(options)}"
    assert error["remedy"].startswith(meant or "See `python ")


def test_discarding_data_has_to_be_confirmed(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    for typed in ("something else\n", ""):
        refused = workspace.off("--discard-data", typed=typed)
        assert refused.status == 2 and "Nothing was deleted" in refused.err
    assert not (tmp_path / ".dwh-simulator").exists()
    workspace.on()
    assert workspace.off("--discard-data", typed="dwhcluster\n").status == 0
    assert "snapshot" not in workspace.off("--discard-data", "--yes").out


def test_the_question_before_data_is_discarded_says_who_made_the_cluster(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    workspace.on()
    assert "was made by" not in workspace.off("--discard-data", typed="no\n").err
    arn = "arn:aws:redshift:us-west-2:123456789012:cluster:dwhcluster"
    anna = [{"Key": "dwh-iac-maker", "Value": "arn:aws:iam::123456789012:user/anna"}]
    workspace.client("redshift").create_tags(ResourceName=arn, Tags=anna)
    refused = workspace.off("--discard-data", typed="no\n")
    assert refused.status == 2
    asked = refused.err.partition("All data of cluster")[0]
    assert "was made by arn:aws:iam::123456789012:user/anna; this login is" in asked


def test_another_cluster_than_the_one_confirmed_is_not_deleted(tmp_path: Path) -> None:
    config = scripts.folder(tmp_path)
    confirmed = read(config)
    scripts.edit(config, DWH_CLUSTER_IDENTIFIER="prodcluster")
    with pytest.raises(UsageError, match="Nothing was deleted"), opened(confirmed, confirmed=True):
        raise AssertionError("the run went on")


def test_a_file_that_cannot_be_written_is_told_before_anything_is_made(config: Path) -> None:
    config.chmod(0o444)
    ended = scripts.create(config)
    assert ended.status == 2 and "read-only" in ended.err
    assert [path.name for path in config.parent.iterdir()] == ["dwh.cfg"]


def test_a_wait_that_is_given_up_goes_on_with_the_next_run(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    gave_up = workspace.on("--timeout", "0.025", "--json")
    assert gave_up.status == 3 and gave_up.json["cluster"]["status"] == "creating"
    assert "goes on" in gave_up.json["error"]["why"]
    assert workspace.on().status == 0 and workspace.value("HOST")


def with_a_cluster_that_stays_creating(folder: Path) -> Path:
    """A run that is to be interrupted waits for it however slow this machine is. Returns dwh.cfg."""
    workspace = Workspace(folder)
    workspace.create(wait=False)
    workspace.simulator.break_cluster("dwhcluster", "creating")
    return workspace.config


def test_a_terminated_run_says_what_goes_on_and_the_next_goes_on(tmp_path: Path) -> None:
    config = with_a_cluster_that_stays_creating(tmp_path)
    process = subprocess.Popen(
        scripts.command("create_cluster.py", config),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=scripts.environment(),
    )  # fmt: skip
    assert process.stderr is not None
    while "creating" not in (line := process.stderr.readline()):
        assert line, "ended before it waited for the cluster"
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=scripts.TIMEOUT)
    assert process.returncode == 143
    assert "costs money" in err and "Traceback" not in err
    joined = scripts.create(config, "--no-wait", "--json")
    assert joined.status == 0 and joined.json["steps"] in ([], ["write HOST and ARN into dwh.cfg"])


def test_a_window_that_is_closed_ends_a_run_as_a_signal_does(tmp_path: Path) -> None:
    config = with_a_cluster_that_stays_creating(tmp_path)
    primary, secondary = pty.openpty()
    process = subprocess.Popen(
        scripts.command("create_cluster.py", config), stdin=secondary, stdout=secondary, stderr=subprocess.PIPE, text=True,
        env=scripts.environment(), start_new_session=True, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )  # fmt: skip
    os.close(secondary)
    assert process.stderr is not None
    while "creating" not in (line := process.stderr.readline()):
        assert line, "ended before it waited for the cluster"
    os.close(primary)
    _, err = process.communicate(timeout=scripts.TIMEOUT)
    assert process.returncode == 129
    assert "Error: Interrupted." in err and "costs money" in err and "Traceback" not in err


def read_terminal(primary: int, until: str, process: subprocess.Popen) -> str:
    """What a terminal shows until some words come, or the process ends."""
    shown = b""
    while until not in shown.decode(errors="replace"):
        if select.select([primary], [], [], 0.2)[0]:
            try:
                shown += os.read(primary, 4096)
            except OSError:
                break
        elif process.poll() is not None:
            break
    return shown.decode(errors="replace")


def test_ctrl_c_on_a_terminal_restores_its_line_and_says_what_goes_on(tmp_path: Path) -> None:
    config = with_a_cluster_that_stays_creating(tmp_path)
    primary, secondary = pty.openpty()
    process = subprocess.Popen(
        scripts.command("create_cluster.py", config),
        stdout=subprocess.PIPE, stderr=secondary, env=scripts.environment(COLUMNS="40", TERM="xterm", NO_COLOR="1"),
    )  # fmt: skip
    os.close(secondary)
    shown = read_terminal(primary, "creating, 1 s", process)
    process.send_signal(signal.SIGINT)
    end = read_terminal(primary, "\x00", process)
    os.close(primary)
    process.communicate(timeout=scripts.TIMEOUT)
    assert process.returncode == 130
    live = [part for part in shown.split("\r\x1b[K") if "creating" in part]
    assert len(live) > 3 and all(len(part) < 40 for part in live[1:])
    assert "\r\x1b[K" in (shown + end).partition("Error: Interrupted.")[0][-10:]
    assert "costs money" in end and "Run the same command again" in end and "Traceback" not in end


def loaded(script: str, *options: str) -> set[str]:
    """The modules that a run of this script imports."""
    code = (
        "import sys\n"
        "before = set(sys.modules)\n"
        f"sys.argv = {[script, *options]!r}\n"
        "try:\n"
        f"    exec(compile(open({script!r}).read(), {script!r}, 'exec'), {{'__name__': '__main__'}})\n"
        "finally:\n"
        "    print('', *sorted(set(sys.modules) - before), file=sys.stderr, sep='\\n')\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=scripts.ROOT, capture_output=True, text=True, check=False)
    return set(ended.stderr.split("\n"))


def of_the_product(modules: set[str]) -> set[str]:
    return {name for name in modules if name.partition(".")[0] == "iac"}


HELP_LOADS = {"iac", "iac.console", "iac.console.arguments", "iac.console.process"}


@pytest.mark.parametrize("script", ["create_cluster.py", "delete_cluster.py"])
def test_help_loads_nothing_but_the_arguments(script: str) -> None:
    modules = loaded(script, "--help")
    assert of_the_product(modules) == HELP_LOADS
    heavy = {
        "typing", "dataclasses", "inspect", "json", "pathlib", "ipaddress", "secrets", "traceback", "difflib", "decimal", "shutil",
    }  # fmt: skip
    assert modules & heavy == set()


@pytest.mark.parametrize("script", ["create_cluster.py", "delete_cluster.py"])
def test_a_wrong_file_loads_nothing_of_a_run_or_a_report(config: Path, script: str) -> None:
    scripts.edit(config, DWH_NODE_TYPE="dc2.large")
    modules = loaded(script, "--config", str(config))
    own = {name for name in of_the_product(modules) if not name.startswith(("iac.config", "iac.facts"))}
    assert own == HELP_LOADS | {"iac.console.screen", "iac.errors", "iac.words"}
    assert "iac.config" in modules and modules & {"iac.config.config", "iac.config.times", "iac.config.writeback"} == set()
    assert modules & {"json", "shutil", "tempfile", "textwrap", "traceback", "secrets"} == set()


BY_PYTHON = "import argparse, pathlib, sys, typing; argparse.ArgumentParser().add_argument('--x'); print(*sys.modules)"


NEEDED = {
    ("DWH_NUM_NODES", "x"): set(), ("DB_PORT", "80"): set(), ("DWH_AUTO_PAUSE", "soon"): set(),
    ("DWH_NODE_TYPE", "dc2.large"): {"decimal"}, ("DWH_INGRESS_CIDR", "here"): {"ipaddress"},
}  # fmt: skip
"""By what is wrong: the price of what to take instead, and whether it is an address."""


@pytest.mark.parametrize(("option", "value"), NEEDED)
def test_a_wrong_file_loads_nothing_slow_that_it_does_not_need(config: Path, option: str, value: str) -> None:
    scripts.edit(config, **{option: value})
    ended = subprocess.run([sys.executable, "-c", BY_PYTHON], capture_output=True, text=True, check=True)
    slow = {"dataclasses", "inspect", "decimal", "ipaddress", "datetime", "zoneinfo"}
    allowed = {*ended.stdout.split(), *NEEDED[option, value]}
    assert loaded("create_cluster.py", "--config", str(config)) & slow <= allowed
