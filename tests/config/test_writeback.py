"""What a run writes back: in place, at once, and so that the user's own scripts connect."""

from __future__ import annotations

import fcntl
import os
import stat
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path
from time import process_time

import pytest

from iac.config import check_writable
from iac.config.writeback import write
from iac.errors import UsageError, Problem
from tests.config.examples import ARN, CLASSIC, HOST
from tests.scripts import ROOT

BESIDE = {
    "braces without quotes": ("etl.py", 'copy = """copy t from {} iam_role {} json {}"""', True),
    "braces in quotes": ("sql_queries.py", "copy = \"\"\"COPY t FROM {} IAM_ROLE '{}' JSON {}\"\"\"", False),
    "credentials": ("sql_queries.py", "\"\"\"copy t from {} credentials 'aws_iam_role={}' region 'us-west-2'\"\"\"", False),
    "a notebook": ("nb.ipynb", '{"source": ["COPY t FROM {}\\n", "iam_role {}\\n"]}', True),
    "an f-string": ("load.py", 'f"copy t from {x} iam_role {config[\'IAM_ROLE\'][\'ARN\']}"', True),
    "an f-string in quotes": ("load.py", "f\"copy t from {x} iam_role '{arn}'\"", False),
    "plain SQL": ("copy.sql", "COPY t FROM 's3://b/k'\nIAM_ROLE\n  '{role}';", False),
    "nothing that tells": ("etl.py", "print('iam_role')", False),
}


def put(folder: Path, text: str | bytes) -> Path:
    path = folder / "dwh.cfg"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return path


def modes(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_every_host_option_gets_the_value_without_quotes(tmp_path: Path) -> None:
    path = put(tmp_path, "[CLUSTER]\nHOST='old'\n[DWH]\ndwh_endpoint = #ENTER VALUE\n[DB]\nDB_HOST: <host>\n")
    assert write(path, {"host": HOST}) == ("HOST in [CLUSTER]", "dwh_endpoint in [DWH]", "DB_HOST in [DB]")
    assert path.read_text() == f"[CLUSTER]\nHOST={HOST}\n[DWH]\ndwh_endpoint = {HOST}\n[DB]\nDB_HOST: {HOST}\n"


def test_another_systems_host_is_left_alone(tmp_path: Path) -> None:
    path = put(tmp_path, "[POSTGRES]\nHOST=localhost\n[CLUSTER]\nHOST=\n")
    write(path, {"host": HOST})
    assert path.read_text() == f"[POSTGRES]\nHOST=localhost\n[CLUSTER]\nHOST={HOST}\n"


@pytest.mark.parametrize(("name", "content", "quoted"), BESIDE.values(), ids=BESIDE)
@pytest.mark.parametrize("blank", ["", "''", "<arn>"])
def test_a_blank_arn_is_written_as_the_scripts_beside_it_want_it(
    name: str, content: str, quoted: bool, blank: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    path = put(tmp_path, f"[IAM_ROLE]\nARN={blank}\n")
    (sentence,) = write(path, {"role_arn": ARN})
    assert path.read_text() == (f"[IAM_ROLE]\nARN='{ARN}'\n" if quoted else f"[IAM_ROLE]\nARN={ARN}\n")
    assert sentence.startswith("ARN in [IAM_ROLE], in quotes, because" if quoted else "ARN in [IAM_ROLE], without quotes, because")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("'arn:aws:iam::1:role/old'", f"'{ARN}'"),
        ('"arn:aws:iam::1:role/old"', f'"{ARN}"'),
        ("'<your arn>'", f"'{ARN}'"),
        ("arn:aws:iam::1:role/old", ARN),
        ("dwhRole", "dwhRole"),
        ("'dwhRole'", "'dwhRole'"),
        (f"'{ARN}'", f"'{ARN}'"),
    ],
)
def test_an_arn_keeps_its_quotes_and_a_role_name_stays(before: str, after: str, tmp_path: Path) -> None:
    (tmp_path / "etl.py").write_text("'iam_role {}'" if "'" not in before else "\"iam_role '{}'\"", "utf-8")
    path = put(tmp_path, f"[IAM_ROLE]\nARN={before}\n")
    write(path, {"role_arn": ARN})
    assert path.read_text() == f"[IAM_ROLE]\nARN={after}\n"


def test_both_sections_get_the_value_and_equal_values_keep_their_quotes(tmp_path: Path) -> None:
    path = put(
        tmp_path,
        "[DWH]\nDWH_DB='dwh'\nDWH_DB_PASSWORD=\nDWH_PORT = 5439\n[CLUSTER]\nHOST=\nDB_NAME=dev\nDB_PASSWORD=<password>\n",
    )
    said = write(path, {"database": "dwh", "password": "Passw0rd", "port": "5439"})
    assert said == ("DB_NAME in [CLUSTER]", "DWH_DB_PASSWORD in [DWH]", "DB_PASSWORD in [CLUSTER]")
    assert path.read_text() == (
        "[DWH]\nDWH_DB='dwh'\nDWH_DB_PASSWORD=Passw0rd\nDWH_PORT = 5439\n"
        "[CLUSTER]\nHOST=\nDB_NAME=dwh\nDB_PASSWORD=Passw0rd\n"
    )


def test_no_sentence_shows_the_password(tmp_path: Path) -> None:
    said = write(put(tmp_path, CLASSIC), {"password": "Fresh1password", "host": HOST})
    assert "Fresh1password" not in " ".join(said)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[CLUSTER]\nDB_NAME=dwh\nDB_USER=u\n\n[S3]\nA=1\n", f"[CLUSTER]\nDB_NAME=dwh\nDB_USER=u\nHOST={HOST}\n\n[S3]\nA=1\n"),
        ("[dwh]\ndwh_db = x\ndwh_db_user = y", f"[dwh]\ndwh_db = x\ndwh_db_user = y\nhost = {HOST}"),
        ("[CLUSTER]\nNUM_NODES=1\n[DB]\nDB_NAME=x\n", f"[CLUSTER]\nNUM_NODES=1\n[DB]\nDB_NAME=x\nHOST={HOST}\n"),
        ("[AWS]\r\nKEY =\r\n", f"[AWS]\r\nKEY =\r\n\r\n[CLUSTER]\r\nHOST = {HOST}\r\n"),
    ],
)
def test_a_missing_host_is_added_at_the_end_of_the_connection_section(before: str, after: str, tmp_path: Path) -> None:
    path = put(tmp_path, before)
    write(path, {"host": HOST})
    assert path.read_bytes().decode() == after


def test_a_missing_arn_gets_its_section_at_the_end_of_the_file(tmp_path: Path) -> None:
    path = put(tmp_path, "[CLUSTER]\nHOST=x\n")
    write(path, {"role_arn": ARN})
    assert path.read_text() == f"[CLUSTER]\nHOST=x\n\n[IAM_ROLE]\nARN={ARN}\n"


def test_a_connection_section_that_has_to_be_made_has_the_order_scripts_expect(tmp_path: Path) -> None:
    path = put(tmp_path, "[AWS]\nKEY =\n")
    write(path, {"password": "Passw0rd", "port": "5439", "user": "u", "database": "d"})
    write(path, {"host": HOST})
    assert path.read_text() == (
        f"[AWS]\nKEY =\n\n[CLUSTER]\nHOST = {HOST}\nDB_NAME = d\nDB_USER = u\nDB_PASSWORD = Passw0rd\nDB_PORT = 5439\n"
    )


def test_nothing_is_added_only_to_be_blank(tmp_path: Path) -> None:
    path = put(tmp_path, "[AWS]\nKEY=\n")
    assert write(path, {"host": "", "role_arn": ""}) == ()
    assert path.read_text() == "[AWS]\nKEY=\n"


@pytest.mark.parametrize("value", ["", "''", "<your host>"])
def test_what_is_blank_already_is_not_made_blank(value: str, tmp_path: Path) -> None:
    path = put(tmp_path, f"[CLUSTER]\nHOST={value}\nDB_PASSWORD={value}\n[IAM_ROLE]\nARN={value}\n")
    assert write(path, {"host": "", "role_arn": "", "password": ""}) == ()


def test_the_file_is_read_again_before_it_is_written(tmp_path: Path) -> None:
    path = put(tmp_path, CLASSIC)
    put(tmp_path, "# edited meanwhile\n" + CLASSIC.replace("DB_USER=dwhuser", "DB_USER=me"))
    write(path, {"host": HOST})
    assert path.read_text().startswith("# edited meanwhile\n") and "DB_USER=me" in path.read_text()


def test_a_file_that_became_unreadable_meanwhile_is_a_problem_and_stays(tmp_path: Path) -> None:
    path = put(tmp_path, "[CLUSTER]\nHOST=\nHOST=\n")
    with pytest.raises(Problem) as caught:
        write(path, {"host": HOST})
    assert "dwh.cfg:3" in caught.value.why and caught.value.exit_status == 1
    assert path.read_text() == "[CLUSTER]\nHOST=\nHOST=\n"


def test_a_file_that_says_it_already_is_not_touched(tmp_path: Path) -> None:
    path = put(tmp_path, f"[CLUSTER]\nHOST={HOST}\n")
    os.utime(path, ns=(1, 1))
    inode = path.stat().st_ino
    assert write(path, {"host": HOST}) == ()
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (1, inode)


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("[CLUSTER]\nHOST=\nDB_PASSWORD=\n", 0o644, 0o644),
        ("[CLUSTER]\nHOST=\nDB_PASSWORD=managed\n", 0o640, 0o640),
        ("[CLUSTER]\nHOST=\nDB_PASSWORD=<password>\n", 0o664, 0o664),
        ("[CLUSTER]\nHOST=\nDB_PASSWORD=Passw0rd\n", 0o644, 0o600),
        ("[AWS]\nSECRET=abc\n[CLUSTER]\nHOST=\n", 0o644, 0o600),
        (f"[CLUSTER]\nHOST={HOST}\nDB_PASSWORD=Passw0rd\n", 0o644, 0o600),
    ],
)
def test_a_file_that_holds_a_secret_is_for_its_owner_alone(text: str, before: int, after: int, tmp_path: Path) -> None:
    path = put(tmp_path, text)
    path.chmod(before)
    write(path, {"host": HOST})
    assert modes(path) == after


def test_a_symbolic_link_is_followed_and_stays_one(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    real = put(tmp_path / "real", CLASSIC)
    link = tmp_path / "dwh.cfg"
    link.symlink_to(real)
    write(link, {"host": HOST})
    assert link.is_symlink() and f"HOST={HOST}" in real.read_text()
    assert [path.name for path in (tmp_path / "real").iterdir()] == ["dwh.cfg"]


def test_a_failed_write_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    path = put(tmp_path, CLASSIC)
    path.chmod(0o444)
    with pytest.raises(Problem) as caught:
        write(path, {"host": HOST})
    assert "read-only" in caught.value.why
    assert path.read_text() == CLASSIC
    assert [each.name for each in tmp_path.iterdir()] == ["dwh.cfg"]


@pytest.mark.parametrize("text", [CLASSIC, CLASSIC.replace("\n", "\r\n"), "\ufeff" + CLASSIC, CLASSIC.rstrip("\n")])
def test_line_ends_and_the_byte_order_mark_stay(text: str, tmp_path: Path) -> None:
    path = put(tmp_path, text)
    write(path, {"host": HOST, "role_arn": ARN})
    expected = text.replace("HOST=''", f"HOST={HOST}").replace("ARN=''", f"ARN={ARN}")
    assert path.read_bytes() == expected.encode("utf-8")


@pytest.mark.parametrize("value", ["two\nlines", " padded", "cr\r"])
def test_a_value_that_is_no_single_line_is_refused(value: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError):
        write(put(tmp_path, CLASSIC), {"host": value})


def test_writability_is_tried_without_touching_the_file(tmp_path: Path) -> None:
    path = put(tmp_path, CLASSIC)
    os.utime(path, ns=(1, 1))
    check_writable(path)
    assert path.stat().st_mtime_ns == 1
    assert [each.name for each in tmp_path.iterdir()] == ["dwh.cfg"]


def test_a_read_only_file_is_found_before_anything_depends_on_it(tmp_path: Path) -> None:
    path = put(tmp_path, CLASSIC)
    path.chmod(0o444)
    with pytest.raises(UsageError) as caught:
        check_writable(path)
    assert "chmod u+w" in caught.value.remedy


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder in which nobody can make files")
def test_a_folder_that_takes_no_files_is_found_before_anything_depends_on_it() -> None:
    with pytest.raises(UsageError) as caught:
        check_writable(Path("/proc/self/comm"))
    assert "cannot be written" in caught.value.what


def killed_while_writing(path: Path) -> Path:
    """What a run leaves that is killed between its temporary file and the file itself."""
    code = (
        "import os, pathlib, signal\n"
        "from iac.config import writeback\n"
        "os.replace = lambda *paths: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"writeback.write(pathlib.Path({str(path)!r}), {{'password': 'Fresh1password'}})\n"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == -9
    (left,) = (each for each in path.parent.iterdir() if each != path)
    assert "Fresh1password" in left.read_text()
    return left


@pytest.mark.parametrize("name", ["dwh.cfg", "my own.ini", ".cfg"])
def test_a_kill_leaves_no_password_behind(name: str, tmp_path: Path) -> None:
    path = put(tmp_path, CLASSIC).rename(tmp_path / name)
    left = killed_while_writing(path)
    assert fnmatch(left.name, *(line for line in (ROOT / ".gitignore").read_text().split() if line.endswith(".tmp")))
    check_writable(path)
    assert [each.name for each in tmp_path.iterdir()] == [name]
    killed_while_writing(path)
    write(path, {"host": HOST})
    assert [each.name for each in tmp_path.iterdir()] == [name]


def test_what_another_run_is_writing_and_what_is_not_ours_stays(tmp_path: Path) -> None:
    path, other = put(tmp_path, CLASSIC), tmp_path / "other"
    left = killed_while_writing(path)
    other.write_text("mine")
    stay = {".dwh-iac-link0000.tmp", ".dwh-iac-pipe0000.tmp", ".dwh-iac-dir00000.tmp", ".dwh-iac.tmp", "x.dwh-iac-a0000000.tmp"}
    (tmp_path / ".dwh-iac-link0000.tmp").symlink_to(other)
    os.mkfifo(tmp_path / ".dwh-iac-pipe0000.tmp")
    (tmp_path / ".dwh-iac-dir00000.tmp").mkdir()
    for name in (".dwh-iac.tmp", "x.dwh-iac-a0000000.tmp"):
        (tmp_path / name).write_text("mine")
    with left.open() as writing:
        fcntl.flock(writing, fcntl.LOCK_EX)
        write(path, {"host": HOST})
        assert {each.name for each in tmp_path.iterdir()} == stay | {"dwh.cfg", "other", left.name}
    write(path, {"host": "another"})
    assert {each.name for each in tmp_path.iterdir()} == stay | {"dwh.cfg", "other"}
    assert other.read_text() == "mine"


def test_a_link_put_in_place_of_the_temporary_file_gets_no_mode_and_no_text(tmp_path: Path) -> None:
    path, victim = put(tmp_path, CLASSIC), tmp_path / "victim"
    path.chmod(0o666)
    victim.write_text("theirs")
    victim.chmod(0o600)
    code = (
        "import os, pathlib\n"
        "from iac.config import file\n"
        "sync = os.fsync\n"
        "def swap(handle):\n"
        "    sync(handle)\n"
        "    os.fsync = sync\n"
        f"    (name,) = (each for each in pathlib.Path({str(tmp_path)!r}).iterdir() if each.suffix == '.tmp')\n"
        "    name.unlink()\n"
        f"    name.symlink_to({str(victim)!r})\n"
        "os.fsync = swap\n"
        f"file.replace(pathlib.Path({str(path)!r}), 'new', private=False)\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
    assert (victim.read_text(), modes(victim)) == ("theirs", 0o600)


def test_many_large_scripts_beside_the_file_take_no_time(tmp_path: Path) -> None:
    (tmp_path / "0.py").write_text("'iam_role {}'")
    for number in range(1, 201):
        (tmp_path / f"{number}.py").write_text("aws_iam_role" + " " * 1_000_000 + "iam_role={" * 50_000)
    path = put(tmp_path, "[IAM_ROLE]\nARN=\n")
    began = process_time()
    write(path, {"role_arn": ARN})
    assert process_time() - began < 1
    assert f"'{ARN}'" in path.read_text()


def test_only_ordinary_files_of_the_folder_itself_tell_how_scripts_quote(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "outside.py").write_text("'iam_role {}'")
    (folder / "link.py").symlink_to(tmp_path / "outside.py")
    (folder / "folder.py").mkdir()
    os.mkfifo(folder / "pipe.py")
    path = put(folder, "[IAM_ROLE]\nARN=\n")
    write(path, {"role_arn": ARN})
    assert path.read_text() == f"[IAM_ROLE]\nARN={ARN}\n"
