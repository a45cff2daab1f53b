"""Files as people have them."""

from __future__ import annotations

import configparser
from pathlib import Path

import pytest

from iac.config import read
from iac.config.writeback import write
from iac.errors import UsageError
from tests import scripts
from tests.config.examples import ARN, EXAMPLES, HOST, MADE, Example

READABLE = {name: example for name, example in EXAMPLES.items() if not example.report}
CONNECTING = {name: example for name, example in EXAMPLES.items() if example.connects}


def put(folder: Path, text: str) -> Path:
    path = folder / "dwh.cfg"
    path.write_bytes(text.encode("utf-8"))
    return path


def as_a_script_reads_it(path: Path) -> str:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(path, encoding="utf-8")
    return "host={} dbname={} user={} password={} port={}".format(*parser["CLUSTER"].values())


def filled(path: Path) -> tuple[str, ...]:
    config = read(path)
    changes = {"host": HOST, "role_arn": ARN, "database": config.database, "user": config.user, "port": str(config.port)}
    if not config.managed_password:
        changes["password"] = config.password.reveal() if config.password else MADE
    return write(path, changes)


@pytest.mark.parametrize("example", READABLE.values(), ids=READABLE)
def test_a_file_is_read_as_a_person_would_read_it(example: Example, tmp_path: Path) -> None:
    config = read(put(tmp_path, example.text))
    assert {field: getattr(config, field) for field in example.read} == example.read
    assert [note for note in example.notes if note not in (*config.assumed, *config.notes)] == []


@pytest.mark.parametrize("name", [name for name in EXAMPLES if EXAMPLES[name].report])
def test_every_fault_is_reported_at_once_with_its_line(name: str, tmp_path: Path) -> None:
    path = put(tmp_path, EXAMPLES[name].text)
    with pytest.raises(UsageError) as caught:
        read(path)
    faults = tuple(caught.value.why.split("\n"))
    assert faults == EXAMPLES[name].report
    assert caught.value.what == f"dwh.cfg has {len(faults)} fault{'s' if len(faults) > 1 else ''}"
    assert "of dwh.cfg" in caught.value.remedy
    assert path.read_bytes() == EXAMPLES[name].text.encode()


@pytest.mark.parametrize("example", CONNECTING.values(), ids=CONNECTING)
def test_a_classic_script_connects_after_the_write(example: Example, tmp_path: Path) -> None:
    path = put(tmp_path, example.text)
    filled(path)
    assert as_a_script_reads_it(path) == example.connects


@pytest.mark.parametrize("example", READABLE.values(), ids=READABLE)
def test_what_was_written_is_read_back_and_not_written_again(example: Example, tmp_path: Path) -> None:
    path = put(tmp_path, example.text)
    before = read(path)
    filled(path)
    after = read(path)
    assert after.host == HOST
    assert after.password is not None or after.managed_password
    assert (after.database, after.user, after.port, after.tags) == (
        before.database, before.user, before.port, before.tags,
    )  # fmt: skip
    written = path.stat().st_mtime_ns
    assert filled(path) == ()
    assert path.stat().st_mtime_ns == written


@pytest.mark.parametrize("example", READABLE.values(), ids=READABLE)
def test_other_lines_keep_every_byte(example: Example, tmp_path: Path) -> None:
    path = put(tmp_path, example.text)
    before = path.read_bytes().splitlines(keepends=True)
    filled(path)
    after = path.read_bytes().splitlines(keepends=True)
    ours = (b"HOST", b"DB_", b"DWH_DB", b"ARN", b"DWH_ENDPOINT", b"DWH_PORT")
    kept = [line for line in before if not line.upper().startswith(ours)]
    assert [line for line in kept if line not in after] == []


def test_the_shipped_file_is_read_without_a_fault_and_fill_then_blank_gives_it_back(tmp_path: Path) -> None:
    path = put(tmp_path, scripts.shipped())
    config = read(path)
    assert (config.target, config.identifier, config.node_type, config.number_of_nodes) == (
        "simulator", "dwhcluster", "rg.large", 1,
    )  # fmt: skip
    filled(path)
    assert as_a_script_reads_it(path) == f"host={HOST} dbname=dwh user=dwhuser password={MADE} port=5439"
    write(path, {"host": "", "role_arn": "", "password": ""})
    assert path.read_text("utf-8") == scripts.shipped()


def test_the_number_of_nodes_of_the_shipped_file_is_changed_by_one_edit(tmp_path: Path) -> None:
    path = scripts.folder(tmp_path, DWH_NUM_NODES="2")
    config = read(path)
    assert (config.number_of_nodes, config.cluster_type) == (2, "multi-node")


def test_the_shipped_connection_section_is_what_scripts_expect() -> None:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(scripts.shipped())
    assert list(parser["CLUSTER"]) == ["host", "db_name", "db_user", "db_password", "db_port"]
    assert parser["S3"]["LOG_DATA"] == "'s3://udacity-dend/log_data'"
    assert parser.sections() == ["AWS", "DWH", "CLUSTER", "IAM_ROLE", "S3", "TAGS"]
