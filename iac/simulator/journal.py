"""The file that holds the account: a log of every change that was accepted, one a line.

Plain JSON, never pickle: a file that comes along with a clone must not be able
to run code. The account is opened by replaying the log.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from iac.errors import Problem
from iac.simulator.call import Call

try:
    import fcntl
except ImportError:  # Windows: nothing keeps two processes apart
    fcntl = None  # type: ignore[assignment]

_FORMAT = 1


@dataclass(frozen=True)
class Entry:
    """A change and the time at which it was accepted."""

    at: datetime
    call: Call


@dataclass
class Unread:
    """The entries that other processes have appended since this one last read.

    replaced: the file is another one than before, and entries are all of it.
    """

    replaced: bool = False
    entries: list[Entry] = field(default_factory=list)


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
    def locked(self, *, writing: bool) -> Iterator[Unread]:
        """Hold the file's lock until the end of the block.

        Raises a Problem if the file cannot be read or is not a simulated account.
        """
        file = self._open(writing)
        if file is None:
            yield self._without_file()
            return
        with file:
            if fcntl is not None:
                fcntl.flock(file, fcntl.LOCK_EX)
            self._file = file
            try:
                yield self._read(file)
            finally:
                self._file = None

    def append(self, entry: Entry) -> None:
        """Add a change, on the disk when this returns. Only in locked(writing=True)."""
        self.count += 1
        if self._file is None:
            return
        text = _line(entry)
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
            raise self._unusable(str(error)) from error
        self._offset += len(text)

    def damaged(self, why: str) -> Problem:
        """The error for a file that can be read but not replayed."""
        return Problem(
            what="The simulated account cannot be read.",
            why=f"{self.path}: {why}",
            remedy=f"Delete {self.path} to begin with an empty simulated account, and run again.",
        )

    def _unusable(self, why: str) -> Problem:
        return Problem(
            what="The simulated account cannot be kept.",
            why=why,
            remedy=f"Make {self.path} a file that you may read and write, or delete it, and run again.",
        )

    def _open(self, writing: bool) -> BinaryIO | None:
        """None if there is no file and none is needed."""
        if self.path is None:
            return None
        flags = os.O_RDWR | (os.O_CREAT if writing else 0) | getattr(os, "O_BINARY", 0)
        try:
            return os.fdopen(os.open(self.path, flags, 0o600), "r+b")
        except OSError as error:
            if isinstance(error, FileNotFoundError) and not writing:
                return None
            raise self._unusable(str(error)) from error

    def _without_file(self) -> Unread:
        deleted = self._offset > 0
        if deleted:
            self._rewind()
        return Unread(replaced=deleted)

    def _rewind(self) -> None:
        self._offset = self.count = 0
        self._header = b""

    def _read(self, file: BinaryIO) -> Unread:
        """The entries after the offset; all of them if this is another file."""
        replaced = self._offset > 0 and (
            file.read(len(self._header)) != self._header or file.seek(0, os.SEEK_END) < self._offset
        )
        if replaced or self._offset == 0:
            self._rewind()
        file.seek(self._offset)
        text = file.read()
        whole = text[: text.rfind(b"\n") + 1].splitlines(keepends=True)
        entries: list[Entry] = []
        first = 1 if self._offset == 0 else self.count + 2
        for number, line in enumerate(whole, start=first):
            try:
                self._read_line(line, number, entries)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise self.damaged(f"line {number} is not a change ({error})") from error
        self._offset += sum(len(line) for line in whole)
        self.count += len(entries)
        return Unread(replaced, entries)

    def _read_line(self, line: bytes, number: int, entries: list[Entry]) -> None:
        data = json.loads(line)
        if number > 1:
            entries.append(_entry(data))
        elif data["simulator"] != _FORMAT:
            raise ValueError(f"made by another version: {data['simulator']}")
        else:
            self.salt, self._header = str(data["salt"]), line


def _line(entry: Entry) -> bytes:
    call = entry.call
    data = {"at": entry.at.isoformat(), "region": call.region, "service": call.service}
    return json.dumps({**data, "form": call.form}).encode() + b"\n"


def _entry(data: dict[str, Any]) -> Entry:
    form = {str(key): str(value) for key, value in data["form"].items()}
    call = Call(str(data["service"]), str(data["region"]), form["Action"], form)
    at = datetime.fromisoformat(data["at"])
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return Entry(at, call)
