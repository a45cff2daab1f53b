"""The file itself: what cannot be read is said, what git would publish too."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from iac.config import check_writable, read
from iac.config.writeback import git_exposure, write
from iac.errors import Problem, UsageError
from iac.words import shell_word
from tests.scripts import ROOT

UNREADABLE = {
    "empty": (b"", "It is empty."),
    "blank lines": (b"\xef\xbb\xbf \r\n\n", "It is empty."),
    "NUL": (b"[A]\nX=\0\n", "Line 2 has a NUL byte."),
    "not UTF-8": (b"[A]\nX=1\nY=\xff\n", "Line 3 has bytes that are not UTF-8."),
    "UTF-16": ("[A]\nX=1\n".encode("utf-16"), "It is saved as UTF-16."),
    "a very long line": (b"[A]\nX=" + b"x" * 20_000, "Line 2 has 20,002 characters; 10,000 is the most."),
    "a very large file": (b"[A]\n" + b"#\n" * 600_000, "It is larger than 1,000,000 bytes."),
    "comments only": (b"# nothing\n", "It has no option at all."),
}


def refusal(path: Path) -> UsageError:
    with pytest.raises(UsageError) as caught:
        read(path)
    assert caught.value.exit_status == 2
    return caught.value


@pytest.mark.parametrize(("data", "why"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_file_without_readable_text_says_what_is_wrong_with_it(data: bytes, why: str, tmp_path: Path) -> None:
    path = tmp_path / "dwh.cfg"
    path.write_bytes(data)
    misuse = refusal(path)
    assert misuse.why == why
    assert misuse.remedy


def test_a_missing_file_is_told_with_the_folder_and_the_one_beside_the_scripts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for path in (Path("dwh.cfg"), tmp_path / "dwh.cfg"):
        misuse = refusal(path)
        assert (misuse.what, misuse.why) == (f"There is no {path}", f"It was looked for in {tmp_path}.")
        assert misuse.remedy == f"There is one beside the scripts: --config {shell_word(str(ROOT / 'dwh.cfg'))}"
    other = refusal(Path("sub/other.cfg"))
    assert (other.why, other.remedy) == (f"It was looked for in {tmp_path / 'sub'}.", "Go to its folder, or name it: --config FILE")


def test_a_folder_a_pipe_and_a_name_that_is_too_long_are_no_files(tmp_path: Path) -> None:
    assert refusal(tmp_path).why == "It is a folder."
    os.mkfifo(tmp_path / "pipe")
    assert refusal(tmp_path / "pipe").why == "It is not an ordinary file."
    assert "too long" in refusal(tmp_path / ("x" * 300)).why.lower()
    assert refusal(tmp_path / "dwh.cfg" / "\0").what


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may read everything")
def test_a_file_that_may_not_be_read_says_how_to_allow_it(tmp_path: Path) -> None:
    path = tmp_path / "dwh.cfg"
    path.write_text("[A]\n")
    path.chmod(0)
    assert "chmod u+r" in refusal(path).remedy


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    if not shutil.which("git"):
        pytest.skip("git is not installed")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    path = tmp_path / "dwh.cfg"
    path.write_text("[CLUSTER]\nDB_PASSWORD=Passw0rd\n")
    return path


def git(path: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=path.parent, check=True, capture_output=True)


def test_a_tracked_file_with_a_secret_comes_with_the_command_that_helps(repository: Path) -> None:
    assert git_exposure(repository) is None
    git(repository, "add", "dwh.cfg")
    note = git_exposure(repository) or ""
    assert note.endswith(f"`git -C {repository.parent} update-index --skip-worktree dwh.cfg`")
    git(repository, "update-index", "--skip-worktree", "dwh.cfg")
    assert git_exposure(repository) is None


def test_a_tracked_file_without_a_secret_is_fine(repository: Path) -> None:
    repository.write_text("[CLUSTER]\nDB_PASSWORD=\n")
    git(repository, "add", "dwh.cfg")
    assert git_exposure(repository) is None


def test_no_repository_no_note(tmp_path: Path) -> None:
    path = tmp_path / "dwh.cfg"
    path.write_text("[CLUSTER]\nDB_PASSWORD=Passw0rd\n")
    assert git_exposure(path) is None
    assert git_exposure(tmp_path / "missing.cfg") is None


def hostile(repository: Path) -> Path:
    """A partial clone whose index lacks a folder, with a program that git runs to fetch it. The file that it would write."""
    marker = repository.parent / "marker"
    (repository.parent / "far").mkdir()
    (repository.parent / "far" / "file").write_text("x")
    git(repository, "add", "-A")
    git(repository, "-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-qm", "x")
    git(repository, "sparse-checkout", "init", "--cone", "--sparse-index")
    git(repository, "sparse-checkout", "set", "near")
    tree = subprocess.run(["git", "rev-parse", "HEAD:far"], cwd=repository.parent, check=True, capture_output=True, text=True)
    (repository.parent / ".git" / "objects" / tree.stdout[:2] / tree.stdout[2:].strip()).unlink()
    for name, value in {
        "core.repositoryformatversion": "1", "extensions.partialClone": "origin", "remote.origin.url": ".",
        "remote.origin.promisor": "true", "remote.origin.uploadpack": f"touch {marker}; false", "core.fsmonitor": f"touch {marker}",
    }.items():  # fmt: skip
        git(repository, "config", name, value)
    return marker


def test_nothing_that_a_repository_names_is_run(repository: Path) -> None:
    marker = hostile(repository)
    assert "git tracks this file" in (git_exposure(repository) or "")
    assert not marker.exists()


def test_nothing_that_an_embedded_bare_repository_names_is_run_nor_is_git_advised_there(repository: Path) -> None:
    marker = hostile(repository)
    git(repository, "config", "core.worktree", str(repository.parent))
    for each in (repository.parent / ".git").iterdir():
        each.rename(repository.parent / each.name)
    (repository.parent / ".git").rmdir()
    assert git_exposure(repository) is None
    assert not marker.exists()


def test_another_repository_of_the_environment_is_not_asked(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(repository, "add", "dwh.cfg")
    monkeypatch.setenv("GIT_DIR", str(repository.parent / "none"))
    assert "git tracks this file" in (git_exposure(repository) or "")


@pytest.mark.parametrize("version", ["2", "3", "4"])
def test_each_version_of_gits_index_is_read(version: str, repository: Path) -> None:
    below = repository.parent / "a folder" / "dwh.cfg"
    below.parent.mkdir()
    repository.rename(below)
    for name in ("a", "a folder.txt", "a folder/dwh.cf", "a folder/dwh.cfg.old", "zz" * 70):
        (repository.parent / name).write_text(name)
    git(repository, "add", "-A", "--", ":!a folder/dwh.cfg")
    git(repository, "update-index", "--index-version", version)
    assert git_exposure(below) is None
    git(repository, "add", "-A")
    if version == "3":
        git(repository, "update-index", "--skip-worktree", "a folder.txt")  # only then is it of version 3
    index = (repository.parent / ".git" / "index").read_bytes()
    assert index[7] == int(version)
    assert "git tracks this file" in (git_exposure(below) or "")
    for option in ("--assume-unchanged", "--skip-worktree"):
        git(repository, "update-index", option, "a folder/dwh.cfg")
        assert git_exposure(below) is None
        git(repository, "update-index", option.replace("--", "--no-"), "a folder/dwh.cfg")


def test_a_worktree_has_its_own_index(repository: Path) -> None:
    git(repository, "add", "dwh.cfg")
    git(repository, "-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-qm", "x")
    git(repository, "worktree", "add", "-q", "tree")
    assert "git tracks this file" in (git_exposure(repository.parent / "tree" / "dwh.cfg") or "")


@pytest.mark.parametrize("data", [b"", b"DIRC", b"DIRC\0\0\0\2\xff\xff\xff\xff", b"DIRC\0\0\0\4\xff\xff\xff\xff" + bytes(3_000_000)])
def test_a_damaged_index_is_no_note(data: bytes, repository: Path) -> None:
    (repository.parent / ".git" / "index").write_bytes(data)
    assert git_exposure(repository) is None
    (repository.parent / ".git" / "index").unlink()
    os.mkfifo(repository.parent / ".git" / "index")
    assert git_exposure(repository) is None


NO_UTF8 = os.fsdecode(b"dwh\xff.cfg")


@pytest.mark.parametrize("name", [NO_UTF8, "dwh\x1b[2J.cfg", "dwh\u202e.cfg", "dwh\x9b.cfg"])
def test_no_message_has_what_a_screen_cannot_show(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    said = [str(refusal(path))]
    for text in ("", "[A]\n", "[A]\nX=\0", "[A\x1b]\n[A\x1b]\nX\x9b=1\nX\x9b=1\n", "[DWH]\nDWH_NUM_NODES\u202e = 2\nDWH_PORT = \x9b5\u202e\n"):
        path.write_text(text, "utf-8")
        said.append(str(refusal(path)))
    path.write_text("[CLUSTER]\nHOST =\nDB_PASSWORD = Passw0rd\n[X\x1b\u202e]\nDWH_HOST\x9b = \nREDSHIFT_HOST =\n", "utf-8")
    found = read(path)
    said += [*found.notes, *found.assumed, *found.default_identifier, *write(path, {"host": "h"})]
    path.chmod(0o444)
    with pytest.raises(Problem) as caught:
        write(path, {"host": "other"})
    with pytest.raises(UsageError) as unwritable:
        check_writable(path)
    said += [str(caught.value), str(unwritable.value)]
    assert [each for each in said if not each.replace("\n", "").isprintable()] == []


def test_a_wrong_file_is_told_of_without_what_only_a_run_needs(tmp_path: Path) -> None:
    path = tmp_path / "dwh.cfg"
    path.write_text("[DWH]\nDWH_NUM_NODES = two\n")
    code = (
        "import sys, pathlib\n"
        "from iac.config import read\n"
        "try:\n"
        f"    read(pathlib.Path({str(path)!r}))\n"
        "except Exception as refused:\n"
        "    print(type(refused).__name__, *sys.modules)\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    refused, *loaded = ended.stdout.split()
    needless = {"boto3", "difflib", "secrets", "tempfile", "subprocess", "iac.config.writeback"}
    assert refused == "Misconfigured" and needless & set(loaded) == set()
