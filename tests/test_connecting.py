"""The lines to copy: they name what the file has, keep a long COPY connected, and hold no password."""

from __future__ import annotations

import configparser
import os
import re
import shlex
import subprocess
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

import botocore.session
import pytest
from botocore import xform_name

from iac import text
from iac.config import Credentials, file as files, read
from iac.console.process import as_typed
from iac.console.screen import Screen, for_file, laid_out
from iac.endpoint import Reach, diagnosis
from iac.endpoint.probe import NetworkFacts, Outcome, Probe
from iac.errors import UsageError
from iac.observed import Cluster, Snapshot
from iac.report import Report
from iac.text import connection_rows
from iac.words import shell_word
from tests.planned import reported
from tests.sample import CLUSTER, CONFIG, HOST, NOTHING, NOW, cluster, config, seen
from tests.terminal import Terminal

CLASSIC = """[CLUSTER]
HOST=warehouse.example.com
DB_NAME=dwh
DB_USER=dwhuser
DB_PASSWORD=Passw0rd%OfTests
DB_PORT=5439
"""
MIXED = """[DWH]
DWH_DB = dwh
DWH_DB_USER = dwhuser
DWH_DB_PASSWORD = Passw0rd%OfTests
DWH_PORT = 5439
DWH_ENDPOINT = warehouse.example.com
[CLUSTER]
HOST = warehouse.example.com
"""


def file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "dwh.cfg"
    path.write_text(text)
    return path


def rows(path: Path) -> dict[str, str]:
    return dict(connection_rows(read(path), CLUSTER))


def test_psql_keeps_a_silent_connection() -> None:
    program, parameters = shlex.split(dict(connection_rows(config(), CLUSTER))["psql"])
    found = dict(each.split("=") for each in parameters.split())
    assert program == "psql"
    assert found == {
        "host": HOST, "port": "5439", "dbname": "dwh", "user": "dwhuser", "sslmode": "require",
        "keepalives_idle": "60",
    }  # fmt: skip
    assert int(found["keepalives_idle"]) < 350


def test_jdbc_has_ssl_and_keepalives_by_its_own_names() -> None:
    url = dict(connection_rows(config(), CLUSTER))["JDBC"]
    assert url == f"jdbc:redshift://{HOST}:5439/dwh;ssl=true;TCPKeepAlive=true"


@pytest.mark.parametrize("text", [CLASSIC, MIXED], ids=["classic", "mixed"])
def test_the_python_line_reads_the_file_and_connects(tmp_path: Path, text: str) -> None:
    line = rows(file(tmp_path, text))["Python"]
    asked: dict[str, Any] = {}
    imports, _, rest = line.partition("; ")
    assert imports == "import configparser, psycopg2"
    before = Path.cwd()
    os.chdir(tmp_path)
    try:
        exec(rest, {"configparser": configparser, "psycopg2": SimpleNamespace(connect=asked.update)})
    finally:
        os.chdir(before)
    assert asked == {
        "host": "warehouse.example.com", "port": "5439", "dbname": "dwh", "user": "dwhuser",
        "password": "Passw0rd%OfTests", "sslmode": "require", "connect_timeout": 10, "keepalives_idle": 60,
    }  # fmt: skip


def test_no_line_holds_the_password(tmp_path: Path) -> None:
    assert "Passw0rd" not in str(rows(file(tmp_path, CLASSIC)))


NO_PYTHON = {
    "AWS keeps the password": CLASSIC.replace("Passw0rd%OfTests", "managed"),
    "a script would read the quotes": CLASSIC.replace("=dwhuser", "='dwhuser'"),
    "the file has no option for it": CLASSIC.replace("DB_PORT=5439\n", ""),
}


@pytest.mark.parametrize("case", NO_PYTHON)
def test_there_is_no_python_line_where_it_would_not_work(tmp_path: Path, case: str) -> None:
    assert list(rows(file(tmp_path, NO_PYTHON[case]))) == ["psql", "JDBC"]


HOSTILE = [
    "my$HOME", "$(touch hacked)", "`touch hacked`", 'a"; touch hacked; "', "a'; touch hacked; '", "a b", "a\\", "a\\' b",
    "a;b=c", "50%", "a!b", "a\ntouch hacked", "-rf", "", "\x1b[2J", "\u202ea", "caf\u00e9",
]  # fmt: skip


def in_a_shell(command: str, folder: Path) -> list[str]:
    """What the program of this command gets as its arguments, told by a shell."""
    code = f'show() {{ printf "%s\\0" "$@"; }}; show {command.partition(" ")[2]}'
    told = subprocess.run(["bash", "-c", code], cwd=folder, capture_output=True, check=True).stdout
    assert list(folder.iterdir()) == []
    return told.decode(errors="surrogateescape").split("\0")[:-1]


def by_libpq(conninfo: str) -> dict[str, str]:
    """As PostgreSQL's documentation has it (34.1.1.1, Keyword/Value Connection Strings)."""
    found = re.findall(r"(\w+)=('(?:[^'\\]|\\.)*'|(?:[^\s'\\]|\\.)+)(?:\s|$)", conninfo, re.DOTALL)
    assert "".join(f"{name}={value} " for name, value in found).rstrip() == conninfo
    bare = {name: value[1:-1] if value[0] == "'" else value for name, value in found}
    return {name: re.sub(r"\\(.)", r"\1", value, flags=re.DOTALL) for name, value in bare.items()}


@pytest.mark.parametrize("value", HOSTILE)
def test_whatever_a_value_is_psql_gets_one_argument_that_says_it(tmp_path: Path, value: str) -> None:
    row = dict(connection_rows(config(), cluster(database=value, user=value, host=value)))["psql"]
    (conninfo,) = in_a_shell(shown(row), tmp_path)
    assert by_libpq(conninfo) | {"host": value, "dbname": value, "user": value, "port": "5439"} == by_libpq(conninfo)


def shown(row: str) -> str:
    """As a terminal has it, which is copied from."""
    terminal = Terminal(40)
    Screen(terminal, terminal.environment).say(f"  psql      {row}")
    (line,) = terminal.standing[:-1]
    return line.removeprefix("  psql      ")


@pytest.mark.parametrize("value", HOSTILE)
def test_whatever_a_database_is_called_jdbc_gets_that_and_no_other_property(value: str) -> None:
    url = dict(connection_rows(config(), cluster(database=value)))["JDBC"]
    server, *properties = re.split("[?;&]", url)
    assert properties == ["ssl=true", "TCPKeepAlive=true"] and url.isprintable()
    assert unquote(server.partition(f"jdbc:redshift://{HOST}:5439/")[2]) == value


def test_there_is_no_jdbc_line_for_what_cannot_be_a_host() -> None:
    for host in ("a/b", "a;b=c", "a,b", "a?b", "a b", ""):
        assert "JDBC" not in dict(connection_rows(config(), cluster(host=host)))


@pytest.mark.parametrize("value", [each for each in HOSTILE if each and "\n" not in each])
def test_whatever_a_section_an_option_or_the_file_is_called_python_reads_that(tmp_path: Path, value: str) -> None:
    names = [("host", value, f"h{value}"), *((each, value, each) for each in ("port", "database", "user", "password"))]
    code = dict(connection_rows(config(path=Path(f"{value}.cfg"), connection=tuple(names)), CLUSTER))["Python"]
    asked: list[Any] = []
    reader = SimpleNamespace(RawConfigParser=lambda: Section(asked), configparser=None)
    exec(code.partition("; ")[2], {"configparser": reader, "psycopg2": SimpleNamespace(connect=lambda **given: None)})
    assert asked == [f"{value}.cfg", value, f"h{value}", "port", "database", "user", "password"] and code.isascii()


class Section:
    """Notes what is read, and what is looked up in it."""

    def __init__(self, asked: list[Any]) -> None:
        self.asked = asked

    def read(self, name: str) -> None:
        self.asked.append(name)

    def __getitem__(self, name: str) -> Section:
        self.asked.append(name)
        return self


FILES = [*(each for each in HOSTILE if each), "\udcff", "it's a\u00a0b", "my-dwh"]


@pytest.mark.parametrize("value", FILES)
def test_whatever_the_file_is_called_a_command_names_it_in_one_argument(tmp_path: Path, value: str) -> None:
    path = Path(f"{value}.cfg")
    told = for_file("Run `python create_cluster.py --plan` or  python delete_cluster.py  now.", path)
    first, last = re.findall(r"python \w+\.py --config (.*?)(?: --plan`|  now)", told, re.DOTALL)
    assert first == last and first.isprintable()
    name = str(path) if value != "-rf" else "./-rf.cfg"
    assert in_a_shell(f"python {first}", tmp_path) == [name]
    assert laid_out(told, 20).replace("\n  ", " ").count(f"--config {first}") == 2


TYPED = [("python", ""), ("my python", "its folder"), (".venv/bin/python", "/home/me/dwh")]


@pytest.mark.parametrize("typed", TYPED)
@pytest.mark.parametrize("folder", ["a;python create_cluster.py;b", "it's python delete_cluster.py", "the dwh.cfg; x"])
@pytest.mark.parametrize("name", ["dwh.cfg", "a;python create_cluster.py .cfg"])
def test_a_name_that_is_quoted_already_stays_one_argument(tmp_path: Path, folder: str, name: str, typed: tuple[str, str]) -> None:
    path = tmp_path / folder / name
    for each in (path, path.parent, path.parent / "requirements.txt", Path("python create_cluster.py;touch hacked")):
        told = for_file(f"Run `git rm {shell_word(str(each))}`, then  python delete_cluster.py .", path, typed)
        assert in_a_shell(f"git rm {told.split('git rm ')[1].split('`')[0]}", tmp_path) == ["rm", str(each)]
        command = [shell_word(typed[0]), shell_word(os.path.join(typed[1], "delete_cluster.py"))]
        assert told.endswith(f" {' '.join(command)} --config {shell_word(str(path))} .")


@pytest.mark.parametrize("value", FILES)
def test_whatever_the_python_and_the_folder_are_called_a_command_runs_them(tmp_path: Path, value: str) -> None:
    said = "python delete_cluster.py"
    told = for_file(f"Run `{said}`; or  {said} , say.", None, (value, f"/x/{value}"))
    first, last = re.findall(r"(?s)(?:`|or  )(.*?)(?:`;| ,)", told)
    assert first == last and first.isprintable()
    assert in_a_shell(f"show {first}", tmp_path) == ["./-rf" if value == "-rf" else value, f"/x/{value}/delete_cluster.py"]


def test_a_command_that_stands_in_other_words_is_left_alone() -> None:
    psql = "  psql      psql \"host=x dbname='python create_cluster.py'\""
    others = ("xpython create_cluster.py", "/usr/bin/python create_cluster.py", "python create_cluster.pyc", "python -m pip")
    for told in (psql, *others):
        assert for_file(told, None, ("python3", "/x")) == told


@pytest.mark.parametrize(
    ("script", "python", "executable", "expected"),
    [
        ("create_cluster.py", "python3", "/usr/bin/python3", ("python3", "")),
        ("./create_cluster.py", ".venv/bin/python", f"{os.getcwd()}/.venv/bin/python", (".venv/bin/python", ".")),
        ("create_cluster.py", "../y/python", f"{os.getcwd()}/../y/python", ("../y/python", "")),
        ("/x/delete_cluster.py", "/usr/bin/python3", "/usr/bin/python3", ("/usr/bin/python3", "/x")),
        ("create_cluster.py", "/Library/Python.app/Python", f"{os.getcwd()}/.venv/bin/python", (".venv/bin/python", "")),
        ("create_cluster.py", "/Library/Python.app/Python", "/y/python3", ("/y/python3", "")),
        ("/x/pytest/__main__.py", "python3", "/usr/bin/python3", ("python", "")),
        ("", "python3", "/usr/bin/python3", ("python", "")),
    ],
)  # fmt: skip
def test_what_was_typed_is_told_where_it_can_be_known(script: str, python: str, executable: str, expected: tuple[str, str]) -> None:
    assert as_typed(script, [python], executable) == expected


def test_the_remedies_for_a_file_are_commands_for_that_very_file(tmp_path: Path) -> None:
    path = tmp_path / "a; touch 'x'.cfg"
    path.write_text(" ")
    with pytest.raises(UsageError) as empty:
        files.load(path)
    path.chmod(0o444)
    with pytest.raises(UsageError) as closed:
        files.check_writable(path)
    path.unlink()
    told = [caught.value.remedy.partition(": ")[2].partition(", then")[0] for caught in (empty, closed)]
    assert [in_a_shell(each, tmp_path) for each in told] == [["checkout", path.name], ["u+w", str(path)]]


def test_a_command_with_a_name_of_aws_s_has_it_in_one_argument(tmp_path: Path) -> None:
    for value in HOSTILE:
        left = Snapshot(value, "dwhcluster", "available", NOW, "ra3.large", 1, "dwh", "dwhuser", 1024)
        lines = text.result(Report(CONFIG, seen(NOTHING, snapshots=(left,)), (), 1.0))
        (command,) = [line.partition("remove    ")[2] for line in lines if "  remove" in line]
        assert in_a_shell(command, tmp_path)[3] == ("./-rf" if value == "-rf" else value) and command.isprintable()
        for outcome in (Outcome.NO_ADDRESS, Outcome.SILENT):
            cause = diagnosis._between(Probe(outcome, value, 5439), NetworkFacts())
            (command,) = re.findall("`((?:nc|nslookup) .*?)`", cause.remedy)
            assert ("./-rf" if value == "-rf" else value) in in_a_shell(command, tmp_path)


PRIVATE = cluster(publicly_accessible=False)
SILENT = {"endpoint": Reach(Probe(Outcome.TIMED_OUT, HOST, 5439), "the connection timed out")}
DATA_API = (
    "aws redshift-data execute-statement --cluster-identifier dwhcluster --database dwh --db-user dwhuser --region us-west-2"
)


@pytest.mark.parametrize(("there", "target", "of", "shown"), [
    (CLUSTER, "aws", {"endpoint": None}, False), (CLUSTER, "aws", {"endpoint": Reach(Probe(Outcome.ANSWERED, HOST, 5439))}, False),
    (CLUSTER, "aws", SILENT, True), (PRIVATE, "aws", {}, True), (PRIVATE, "simulator", {}, False),
])  # fmt: skip
def test_where_the_port_is_not_open_here_there_is_a_way_without_it(
    there: Cluster, target: str, of: dict[str, Any], shown: bool
) -> None:
    report = reported(config(target=target), seen(cluster=there), of=of)
    assert (f'  Data API  {DATA_API} --sql "SELECT 1"' in text.result(report)) is shown
    assert "execute-statement" not in str(report.as_json()) + str(text.result(replace(report, stopping=True)))


def test_the_data_api_knows_what_it_is_given(tmp_path: Path) -> None:
    login = Credentials(None, None, None, "my profile")
    hostile = cluster(publicly_accessible=False, database="a b", user='a"; touch hacked')
    (row,) = [value for name, value in reported(config(credentials=login), seen(cluster=hostile)).told.access if name == "Data API"]
    _, operation, *options = in_a_shell(row, tmp_path)
    model = botocore.session.get_session().get_service_model("redshift-data").operation_model("ExecuteStatement")
    given = dict(zip(options[::2], options[1::2], strict=True))
    assert operation == "execute-statement" and given.pop("--profile") == "my profile" and given.pop("--region") == "us-west-2"
    assert set(given) <= {f"--{xform_name(each, '-')}" for each in model.input_shape.members}
    assert (given["--database"], given["--db-user"], given["--sql"]) == ("a b", 'a"; touch hacked', "SELECT 1")


def test_an_ordinary_name_is_written_as_it_is() -> None:
    for name in ("dwh.cfg", "/home/me/a_b-c+d=e@f%g,h:i.cfg"):
        assert shell_word(name) == name
