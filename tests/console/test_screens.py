"""Whole screens at three widths: the result, a plan, a failure; and what a run notes."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from iac import text
from iac.console.screen import Screen, cells, failure, for_file
from iac.errors import Problem
from iac.observed import Observed, Snapshot
from tests.planned import reported, to_running
from iac.report import Report
from tests.sample import CONFIG, HOST, NOTHING, NOW, RUNNING, config, seen
from tests.terminal import Terminal
from tests.test_plan import CONTEXT
from tests.workspace import Workspace

PSQL = f'  psql      psql "host={HOST} port=5439 dbname=dwh user=dwhuser sslmode=require keepalives_idle=60"'
MORE = "  more      JDBC: `python create_cluster.py --plan -v`"
JDBC = f"  JDBC      jdbc:redshift://{HOST}:5439/dwh;ssl=true;TCPKeepAlive=true"

RESULT = f"""\
Done in 3 min 20 s.
Cluster dwhcluster is available: 1 x ra3.large, publicly accessible.

  created   2026-03-01 12:00 UTC, 0 s ago
  host      {HOST}
  port      5439
  database  dwh
  user      dwhuser
  password  DB_PASSWORD in dwh.cfg
  role      arn:aws:iam::123456789012:role/dwhRole
  reads     only the places in [S3]
  open to   203.0.113.7/32
{PSQL}
{MORE}

To stop paying:
  python delete_cluster.py          keeps a final snapshot
  python delete_cluster.py --pause  stops the compute bill
"""

PLAN_60 = """\
There is no cluster dwhcluster in us-west-2.
  snapshot  dwhcluster-final-20260301-120000: available,
            1,024 MB, about $0.02 a month, kept for ever
  price     $0.54 an hour, about $396 a month (list price
            of 2026-09-11); storage is extra

To be done:
  1. create IAM role dwhRole (assumed only by Amazon
     Redshift in this account)
  2. let IAM role dwhRole read only
     s3://udacity-dend/log_data,
     s3://udacity-dend/song_data
  3. create security group dwh-iac-dwhcluster in vpc-1
  4. add inbound rule: 203.0.113.7/32 may connect to port
     5439
  5. create cluster dwhcluster: 1 x ra3.large, publicly
     accessible, encrypted
  6. write HOST and ARN into dwh.cfg
"""

PLAN_160 = """\
There is no cluster dwhcluster in us-west-2.
  snapshot  dwhcluster-final-20260301-120000: available, 1,024 MB, about $0.02 a month, kept for ever
  price     $0.54 an hour, about $396 a month (list price of 2026-09-11); storage is extra

To be done:
  1. create IAM role dwhRole (assumed only by Amazon Redshift in this account)
  2. let IAM role dwhRole read only s3://udacity-dend/log_data, s3://udacity-dend/song_data
  3. create security group dwh-iac-dwhcluster in vpc-1
  4. add inbound rule: 203.0.113.7/32 may connect to port 5439
  5. create cluster dwhcluster: 1 x ra3.large, publicly accessible, encrypted
  6. write HOST and ARN into dwh.cfg
"""

PLAN_80 = PLAN_160.replace("log_data, s3", "log_data,\n     s3").replace("about $0.02 a", "about $0.02\n            a").replace(
    "2026-09-11); ", "2026-09-11);\n            "
)

FAILURE_60 = """\
Error: Cluster dwhcluster cannot be reached.
  Why: EC2 says: there is no default VPC in this Region,
       and none is named.
  Do:  Run
       `aws ec2 create-default-vpc --region eu-central-1`,
       or name a cluster subnet group.
"""


def on(columns: int, *lines: str) -> str:
    terminal = Terminal(columns, NO_COLOR="1")
    Screen(terminal, terminal.environment).say(*lines)
    return terminal.getvalue()


def planned(there: Observed) -> Report:
    steps = tuple(to_running(CONFIG, there, CONTEXT))
    calls = tuple(tuple(call.name for call in step.calls) for step in steps)
    return reported(CONFIG, there, tuple(map(str, steps)), 1.0, planned=True, now=NOW, calls=calls)


@pytest.mark.parametrize("columns", [60, 80, 160])
def test_the_result_is_a_table_whose_values_stay_whole(columns: int) -> None:
    report = reported(CONFIG, RUNNING, ("create it",), 200.0, now=NOW)
    shown = on(columns, *text.result(report))
    first = "Cluster dwhcluster is available: 1 x ra3.large, publicly\n  accessible."
    assert shown == (RESULT.replace("Cluster dwhcluster is available: 1 x ra3.large, publicly accessible.", first)
                     if columns == 60 else RESULT)  # fmt: skip


def test_whoever_asks_for_more_sees_the_lines_for_jdbc_and_python(tmp_path: Path) -> None:
    names = {each: ("CLUSTER", each) for each in ("host", "port", "database", "user", "password")}
    with_names = config(connection=tuple((meaning, *place) for meaning, place in names.items()))
    shown = text.result(reported(with_names, RUNNING, (), 1.0, now=NOW))
    assert MORE.replace("JDBC", "JDBC and Python") in shown and JDBC not in shown
    shown = text.result(reported(with_names, RUNNING, (), 1.0, now=NOW), True)
    assert shown[shown.index(PSQL) + 1] == JDBC and shown[shown.index(PSQL) + 2].startswith("  Python ") and MORE not in shown


def test_how_to_connect_is_no_part_of_a_deletion(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path).running()
    assert "  psql " in workspace.on("--plan").out
    for options in (["--plan"], ["--plan", "--pause"], ["--plan", "-v"]):
        shown = workspace.off(*options).out
        assert "To be done:" in shown and "  psql " not in shown and "  more " not in shown


@pytest.mark.parametrize(("columns", "screen"), [(60, PLAN_60), (80, PLAN_80), (160, PLAN_160)])
def test_a_plan_has_numbered_steps_with_a_hanging_indent(columns: int, screen: str) -> None:
    final = Snapshot("dwhcluster-final-20260301-120000", "dwhcluster", "available", NOW, "ra3.large", 1, "dwh", "dwhuser", 1024)
    assert on(columns, *text.result(planned(seen(NOTHING, snapshots=(final,))))) == screen


def test_a_command_in_a_failure_stays_in_one_piece() -> None:
    problem = Problem(
        "Cluster dwhcluster cannot be reached.",
        "EC2 says: there is no default VPC in this Region,\nand none is named.",
        "Run `aws ec2 create-default-vpc --region eu-central-1`, or name a cluster subnet group.",
    )
    assert on(60, *failure(problem)) == FAILURE_60


def test_a_command_of_a_row_stays_in_one_piece() -> None:
    typed = ("/home/me/the warehouse/.venv/bin/python", "/home/me/the warehouse")
    rows = [for_file(row, Path("my.cfg"), typed) for row in RESULT.splitlines()[-2:]]
    shown = on(60, *rows).splitlines()
    assert [line for line in shown if "_cluster.py" in line] == [row[: row.rindex("  ")].rstrip() for row in rows]
    assert [line.strip() for line in shown[1::2]] == ["keeps a final snapshot", "stops the compute bill"]


def test_a_rule_for_the_whole_internet_is_called_that() -> None:
    wide = config(ingress=("0.0.0.0/0",))
    (rule,) = [str(step) for step in to_running(wide, seen(NOTHING, ingress=("0.0.0.0/0",)), CONTEXT) if "inbound" in str(step)]
    assert rule == "add inbound rule: 0.0.0.0/0, which is every address on the internet, may connect to port 5439"


def notes(shown: str) -> list[str]:
    return [line for line in shown.splitlines() if line.startswith("Note: ")]


def test_what_is_so_by_default_is_said_to_whoever_makes_a_cluster(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path, DWH_NODE_TYPE="", DWH_S3_ACCESS="")
    said = ["Note: Not said in dwh.cfg, so by default: node type ra3.large",
            "Note: S3 access is listed: [S3] names places, so the role reads those alone"]  # fmt: skip
    assert notes(workspace.on("--plan").err) == said
    assert notes(workspace.on().err) == said
    assert notes(workspace.on().err) == []
    assert notes(workspace.off("--plan", "-v").err) == said


def test_a_key_in_a_file_that_git_tracks_is_told_in_every_run_and_a_password_when_it_is_written(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path, DB_PASSWORD="Passw0rdOfTests")
    for words in (["init", "--quiet"], ["add", "dwh.cfg"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    assert "git tracks this file" not in workspace.on("--plan").err
    assert "git tracks this file" in workspace.on("--plan", "-v").err
    workspace.edit(KEY="AKIAIOSFODNN7EXAMPLE", SECRET="abcdefgh")
    assert "git tracks this file" in workspace.on("--plan").err


def test_what_is_filled_in_is_a_detail_and_what_is_changed_besides_is_a_note(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path).running()
    workspace.edit(HOST="", ARN="")
    assert notes(workspace.on("-v").err)[-1].startswith("Note: Written into dwh.cfg: HOST in [CLUSTER]; ARN in [IAM_ROLE], ")
    edited = workspace.config.read_text("utf-8").replace("DB_NAME = dwh", "DB_NAME = dev")
    workspace.config.write_text(edited.replace("[DWH]\n", "[DWH]\nDWH_DB = dwh\n"), "utf-8")
    first, last = notes(workspace.on().err)
    assert "is overridden by DWH_DB in [DWH]" in first
    assert last == "Note: Written into dwh.cfg, so that every section of it says the same: DB_NAME in [CLUSTER]."


def test_what_others_added_is_said_where_something_is_planned_or_asked_for(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path).running()
    workspace.ask("iam", "AttachRolePolicy", RoleName="dwhRole", PolicyArn="arn:aws:iam::aws:policy/AWSGlueConsoleFullAccess")
    said = ["Note: Role dwhRole also has policy arn:aws:iam::aws:policy/AWSGlueConsoleFullAccess; these scripts did not "
            "add it, and leave it."]  # fmt: skip
    assert notes(workspace.on().err) == []
    assert notes(workspace.on("--plan").err) == said
    workspace.edit(DWH_PUBLICLY_ACCESSIBLE="no")
    assert said[0] in notes(workspace.on().err)


def test_a_run_on_a_narrow_terminal_wraps_no_live_line_and_leaves_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("TERM", "xterm")
    workspace, made = Workspace(tmp_path), []

    def terminal() -> Terminal:
        made.append(Terminal(60))
        return made[-1]

    workspace.stream = terminal
    assert workspace.on().status == 0
    _, err = made
    assert len(err.live) > 10 and max(map(cells, err.live)) < 60
    assert not [line for line in err.standing if "creating" in line or line.startswith("...")]
    assert err.standing[-2:] == ["- write HOST and ARN into dwh.cfg", ""]
