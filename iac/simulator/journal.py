"""The file that holds the account: a log of every change that was accepted, one a line.

Plain JSON, never pickle: a file that comes along with a clone must not be able
to run code. Nor may it be a link to another file, or anything that is not ours:
what does not begin with our header is never written. The account is opened by
replaying the log.
"""

from __future__ import annotations

import json
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from iac.config.file import careful
from iac.errors import Problem
from iac.simulator.call import Call

try:
    import fcntl
except ImportError:  # Windows: nothing keeps two processes apart
    fcntl = None  # type: ignore[assignment]

_FORMAT = 1
_HEADER = b'{"simulator": '
_MOST_BYTES = 16 * 1024 * 1024
"""Some ten thousand creates and deletes."""

Entry = tuple[datetime, Call]
"""A change, and the time at which it was accepted."""


class Journal:
    """path: the file, or None to keep nothing.

    count: the number of changes so far. salt: of this file's password hashes.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.count = 0
        self.salt = secrets.token_hex(8)
        self._file: BinaryIO | None = None
        self._offset = 0
        self._header = b""

    @contextmanager
    def locked(self, *, writing: bool) -> Iterator[tuple[bool, list[Entry]]]:
        """Hold the file's lock until the end of the block, and tell what other processes have appended before it.

        Yields (replaced, entries): the entries since this process last read; all of them if the file was replaced by
        another, or deleted. Raises a Problem if the file cannot be read or is not a simulated account.
        """
        with self._open(writing) as file:
            if file is not None and fcntl is not None:
                fcntl.flock(file, fcntl.LOCK_EX)
            self._file = file
            try:
                yield self._read(file)
            finally:
                self._file = None

    def append(self, at: datetime, call: Call) -> None:
        """Add a change, on the disk when this returns. Only in locked(writing=True)."""
        self.count += 1
        if self._file is None:
            return
        data = {"at": at.isoformat(), "region": call.region, "service": call.service, "form": call.form}
        text = json.dumps(data).encode() + b"\n"
        if self._offset == 0:
            self._header = json.dumps({"simulator": _FORMAT, "salt": self.salt}).encode() + b"\n"
            text = self._header + text
        try:
            # An incomplete last line was left by a crash.
            self._file.truncate(self._offset)
            self._file.seek(self._offset)
            self._file.write(text)
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise self._unusable(error) from error
        self._offset += len(text)

    def damaged(self, why: str) -> Problem:
        """The error for a file that can be read but not replayed."""
        return Problem(
            "The simulated account cannot be read.",
            f"{self.path}: {why}",
            f"Delete {self.path} to begin with an empty simulated account, and run again.",
        )

    def _unusable(self, error: OSError) -> Problem:
        return Problem(
            "The simulated account cannot be kept.",
            str(error),
            f"Make {self.path} a file that you may read and write, or delete it, and run again.",
        )

    def _open(self, writing: bool) -> AbstractContextManager[BinaryIO | None]:
        """The file; None if there is none and none is needed."""
        if self.path is None:
            return nullcontext()
        flags = os.O_RDWR | careful(links=False) | getattr(os, "O_BINARY", 0) | (os.O_CREAT if writing else 0)
        try:
            handle = os.open(self.path, flags, 0o600)
        except OSError as error:
            if isinstance(error, FileNotFoundError) and not writing:
                return nullcontext()
            raise self._unusable(error) from error
        found = os.fstat(handle)
        regular = stat.S_ISREG(found.st_mode)
        if regular and found.st_size <= _MOST_BYTES:
            return os.fdopen(handle, "r+b")
        os.close(handle)
        raise self.damaged(f"it has {found.st_size:,} bytes" if regular else "it is not a regular file")

    def _read(self, file: BinaryIO | None) -> tuple[bool, list[Entry]]:
        """Whether the file was replaced, and its entries after the offset, which is then 0."""
        replaced = self._offset > 0 and (
            file is None
            or file.read(len(self._header)) != self._header
            or file.seek(0, os.SEEK_END) < self._offset
        )
        offset, count = (0, 0) if replaced else (self._offset, self.count)
        entries: list[Entry] = []
        if file is not None:
            file.seek(offset)
        for line in file or ():
            if not line.endswith(b"\n"):
                # An incomplete line was left by a crash, if it is ours at all.
                if offset == 0 and not _HEADER.startswith(line[: len(_HEADER)]):
                    raise self.damaged("it does not begin as a simulated account does")
                break
            try:
                data = json.loads(line)
                if offset:
                    form = {str(key): str(value) for key, value in data["form"].items()}
                    at = datetime.fromisoformat(data["at"])
                    if not at.tzinfo or at.year > 3000:
                        raise ValueError("not a time")
                    entries.append((at, Call(str(data["service"]), str(data["region"]), form["Action"], form)))
                elif data["simulator"] != _FORMAT:
                    raise ValueError(f"made by another version: {data['simulator']}")
                else:
                    self.salt, self._header = str(data["salt"]), line
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
                number = count + len(entries) + 2 if offset else 1
                raise self.damaged(f"line {number} is not a change ({error})") from error
            offset += len(line)
        self._offset, self.count = offset, count + len(entries)
        return replaced, entries
