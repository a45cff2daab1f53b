"""dwh.cfg as a file: read whole, replaced whole."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from iac.config.text import lines_of
from iac.errors import UsageError
from iac.words import shell_word

LONGEST_LINE = 10_000
LONGEST_FILE = 1_000_000
PRIVATE = 0o600


def load(path: Path) -> str:
    """The file's text, line ends and byte order mark as they are.

    Raises UsageError where there is no readable text: missing, a folder, no permission,
    empty, not UTF-8, NUL bytes, a line over 10,000 characters, a file over 1 MB.
    """
    raw = _bytes(path)
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


def _bytes(path: Path) -> bytes:
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise _unreadable(path, "It is a folder.", "Name the file itself: --config FILE")
        if not stat.S_ISREG(mode):
            raise _unreadable(path, "It is not an ordinary file.", "Name an ordinary file: --config FILE")
        if path.stat().st_size > LONGEST_FILE:
            raise _unreadable(path, f"It is larger than {LONGEST_FILE:,} bytes.", "Check --config FILE")
        return path.read_bytes()
    except FileNotFoundError:
        raise UsageError(
            f"There is no {path}", "The file that says what to make was not found.", "Name it: --config FILE"
        ) from None
    except PermissionError:
        raise _unreadable(path, "You may not read it.", f"Allow it: chmod u+r {shell_word(str(path))}") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise _unreadable(path, f"The system says: {why}.", "Name another file: --config FILE") from None


def _unreadable(path: Path, why: str, remedy: str) -> UsageError:
    return UsageError(f"{path} cannot be read", why, f"{remedy}, then run the command again.")


def replace(path: Path, text: str, private: bool) -> None:
    """Puts the text in the file's place in one step: whoever reads sees all of the old or all of the new.

    The mode is kept, or 0600 if `private`; the owner is kept where the system allows it.
    A symbolic link stays one: what it points to is replaced. Raises OSError.
    """
    real = Path(os.path.realpath(path))
    before = real.stat()
    if not before.st_mode & 0o222:
        raise PermissionError(13, "the file is read-only", str(real))
    temporary = _beside(real, text.encode("utf-8"))
    try:
        if hasattr(os, "chown") and (before.st_uid, before.st_gid) != (os.geteuid(), os.getegid()):
            _give(temporary, before)
        os.chmod(temporary, PRIVATE if private else stat.S_IMODE(before.st_mode))
        os.replace(temporary, real)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _settle(real.parent)


def make_private(path: Path) -> None:
    """Takes away what others may do with the file; silent where the system does not allow it."""
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            path.chmod(PRIVATE)
    except OSError:
        return


def check_writable(path: Path) -> None:
    """Tries whether the file can be replaced later, before anything depends on it.

    A temporary file of the same size is made beside it and removed; the file itself is
    not touched. Raises UsageError if it is read-only, or its folder is, or the disk is full.
    """
    real = Path(os.path.realpath(path))
    try:
        before = real.stat()
        if not before.st_mode & 0o222 or not os.access(real, os.W_OK):
            why, remedy = "The file is read-only.", f"Allow it: chmod u+w {shell_word(str(path))}"
            raise UsageError(f"{path} cannot be written", why, remedy)
        _beside(real, b"\n" * max(before.st_size, 1)).unlink()
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written",
            f"The system says of {real.parent}: {error.strerror}.",
            "Make room or allow writing there, or name a file elsewhere: --config FILE",
        ) from None


def _beside(real: Path, data: bytes) -> Path:
    """A temporary file in the same folder, its bytes on the disk."""
    import tempfile  # a third of this package's import time, and needed for writing only

    handle, name = tempfile.mkstemp(prefix=f".{real.name}.", suffix=".tmp", dir=real.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        os.unlink(name)
        raise
    return Path(name)


def _give(temporary: Path, before: os.stat_result) -> None:
    try:
        os.chown(temporary, before.st_uid, before.st_gid)
    except OSError:
        return  # only the administrator may give files away


def _settle(folder: Path) -> None:
    """Makes the new name itself durable, where folders can be synced."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)
