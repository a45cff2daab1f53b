"""dwh.cfg as a file: read whole, replaced whole."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from iac.config.text import lines_of
from iac.errors import UsageError, printable
from iac.words import shell_word

try:
    import fcntl
except ImportError:  # Windows: nothing tells what a killed run left from what another is writing
    fcntl = None  # type: ignore[assignment]

LONGEST_LINE = 10_000
LONGEST_FILE = 1_000_000
PRIVATE = 0o600
_TEMPORARY = re.compile(r"\.dwh-iac-\w+\.tmp", re.ASCII)
"""What is written beside the file, whatever that is called; .gitignore has the same names."""


def load(path: Path) -> str:
    """The file's text, line ends and byte order mark as they are.

    Raises UsageError where there is no readable text: missing, a folder, no permission,
    empty, not UTF-8, NUL bytes, a line over 10,000 characters, a file over 1 MB.
    """
    raw = _whole(path)
    if len(raw) > LONGEST_FILE:
        raise _unreadable(path, f"It is larger than {LONGEST_FILE:,} bytes.", "Check --config FILE")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _unreadable(path, "It is saved as UTF-16.", "Save it as UTF-8 in your editor")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        why = f"Line {line} has bytes that are not UTF-8."
        raise _unreadable(path, why, "Save it as UTF-8 in your editor") from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise _unreadable(path, f"Line {line} has a NUL byte.", "Delete that byte, or restore the file")
    for each in lines_of(text):
        if len(each.text) > LONGEST_LINE:
            why = f"Line {each.number} has {len(each.text):,} characters; {LONGEST_LINE:,} is the most."
            raise _unreadable(path, why, "Check that it is the file you meant (--config FILE)")
    if not text.strip("\ufeff \t\r\n"):
        raise _unreadable(path, "It is empty.", f"Restore it, for example with: git checkout {shell_word(path.name)}")
    return text


def _whole(path: Path) -> bytes:
    try:
        return content(path, LONGEST_FILE + 1)
    except FileNotFoundError:
        beside, why = Path(__file__).parents[2] / path.name, "The current folder was deleted."
        with suppress(FileNotFoundError):
            why = f"It was looked for in {path.absolute().parent}."
        found = f"There is one beside the scripts: --config {shell_word(str(beside))}"
        remedy = found if beside.is_file() else "Go to its folder, or name it: --config FILE"
        raise UsageError(printable(f"There is no {path}"), printable(why), printable(remedy)) from None
    except PermissionError:
        raise _unreadable(path, "You may not read it.", f"Allow it: chmod u+r {shell_word(str(path))}") from None
    except IsADirectoryError:
        raise _unreadable(path, "It is a folder.", "Name the file itself: --config FILE") from None
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None)
        why = f"The system says: {said}." if said else str(error)
        raise _unreadable(path, why, "Name another file: --config FILE") from None


def content(path: Path, most: int, links: bool = True) -> bytes:
    """So many bytes of an ordinary file, at most. links: whether its name may be a link. Raises OSError."""
    with _opened(path, links) as stream:
        return stream.read(most)


def careful(links: bool) -> int:
    """Flags to open a file: a pipe is not waited for, nor, without links, a link followed. Windows knows neither."""
    return getattr(os, "O_NONBLOCK", 0) | (0 if links else getattr(os, "O_NOFOLLOW", 0))


def _opened(path: Path, links: bool) -> BinaryIO:
    """An ordinary file, to read."""
    stream = open(path, "rb", opener=lambda name, flags: os.open(name, flags | careful(links)))
    if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
        stream.close()
        raise OSError("It is not an ordinary file.")
    return stream


def _unreadable(path: Path, why: str, remedy: str) -> UsageError:
    remedy = f"{remedy}, then run the command again."
    return UsageError(printable(f"{path} cannot be read"), printable(why), printable(remedy))


def replace(path: Path, text: str, private: bool) -> None:
    """Puts the text in the file's place in one step: whoever reads sees all of the old or all of the new.

    The mode is kept, or 0600 if `private`; the owner is kept where the system allows it.
    A symbolic link stays one: what it points to is replaced. Raises OSError.
    """
    real = Path(os.path.realpath(path))
    before = real.stat()
    if not before.st_mode & 0o222:
        raise PermissionError(13, "the file is read-only", str(real))
    with _beside(real, text.encode("utf-8")) as (stream, temporary):
        if fcntl is None:
            stream.close()  # Windows replaces no file by one that is open
        elif (before.st_uid, before.st_gid) != (os.geteuid(), os.getegid()):
            with suppress(OSError):  # only the administrator may give files away
                os.chown(stream.fileno(), before.st_uid, before.st_gid)
        # Not by its name, which somebody else may have turned into a link.
        os.chmod(temporary if fcntl is None else stream.fileno(), PRIVATE if private else stat.S_IMODE(before.st_mode))
        os.replace(temporary, real)
    _settle(real.parent)


def make_private(path: Path) -> None:
    """Takes away what others may do with the file; silent where the system does not allow it."""
    with suppress(OSError), _opened(path, links=True) as stream:
        if stat.S_IMODE(os.fstat(stream.fileno()).st_mode) & 0o077:
            os.chmod(path if fcntl is None else stream.fileno(), PRIVATE)


def check_writable(path: Path) -> None:
    """Tries whether the file can be replaced later, before anything depends on it.

    A temporary file of the same size is made beside it and removed; the file itself is
    not touched. Raises UsageError if it is read-only, or its folder is, or the disk is full.
    """
    real = Path(os.path.realpath(path))
    why = ""
    try:
        before = real.stat()
        if before.st_mode & 0o222 and os.access(real, os.W_OK):
            with _beside(real, b"\n" * max(before.st_size, 1)):
                return
        why, remedy = "The file is read-only.", f"Allow it: chmod u+w {shell_word(str(path))}"
    except OSError as error:
        why = f"The system says of {real.parent}: {error.strerror}."
        remedy = "Make room or allow writing there, or name a file elsewhere: --config FILE"
    raise UsageError(printable(f"{path} cannot be written"), printable(why), printable(remedy))


@contextmanager
def _beside(real: Path, data: bytes) -> Iterator[tuple[BinaryIO, Path]]:
    """A new file in the same folder, its bytes on the disk; gone at the end, unless it took another name.

    It is locked meanwhile, so that no other run takes it for one that a kill left.
    """
    import tempfile  # a third of this package's import time, and needed for writing only

    clean(real)
    while True:
        handle, name = tempfile.mkstemp(".tmp", ".dwh-iac-", real.parent)
        _lock(handle, wait=True)
        if os.path.exists(name):
            break
        os.close(handle)  # taken for one that a kill left, before it was locked
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(handle)
            yield stream, Path(name)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(name)


def clean(path: Path) -> None:
    """Deletes what a run that was killed left beside the file: it may hold a password.

    By its name, if it is an ordinary file of this user's that no other run is writing.
    """
    folder = Path(os.path.realpath(path)).parent
    with suppress(OSError):
        for name in filter(_TEMPORARY.fullmatch, os.listdir(folder)):
            with suppress(OSError), _opened(folder / name, links=False) as stream:
                if fcntl and os.fstat(stream.fileno()).st_uid == os.geteuid() and _lock(stream.fileno(), wait=False):
                    os.unlink(folder / name)


def _lock(handle: int, wait: bool) -> bool:
    """Whether it is this run's; not where the file system has no locks."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except (AttributeError, OSError):
        return False
    return True


def _settle(folder: Path) -> None:
    """Makes the new name itself durable, where folders can be synced."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
