"""The lines to copy: they name what the file has, keep a long COPY connected, and hold no password."""

from __future__ import annotations

import configparser
import os
import shlex
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from iac.config import read
from iac.text import connection_rows
from tests.sample import CLUSTER, HOST, config

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


def test_psql_gives_up_soon_and_keeps_a_silent_connection() -> None:
    program, parameters = shlex.split(dict(connection_rows(config(), CLUSTER))["psql"])
    found = dict(each.split("=") for each in parameters.split())
    assert program == "psql"
    assert found == {
        "host": HOST, "port": "5439", "dbname": "dwh", "user": "dwhuser", "sslmode": "require", "connect_timeout": "10",
        "keepalives_idle": "60", "keepalives_interval": "10", "keepalives_count": "5",
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
