"""The story, importable: create, delete, pause, describe a dwh.cfg's warehouse."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from iac.config import check_writable, read
from iac.lock import alone
from iac.progress import Progress
from iac.report import Report
from iac.wait import Clock, SystemClock
from iac.warehouse import PATIENCE, Warehouse, connect


def create(
    path: str | Path = "dwh.cfg",
    *,
    wait: bool = True,
    restore: str | None = None,
    adopt: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Bring up the warehouse that this file describes. Raises Problem."""
    with to_change(_checked(path), progress) as warehouse:
        return warehouse.create(wait, restore, adopt)


def delete(path: str | Path = "dwh.cfg", *, keep_data: bool = True, progress: Progress | None = None) -> Report:
    """Take the warehouse of this file down, into a final snapshot. Raises Problem."""
    with to_change(_checked(path), progress) as warehouse:
        return warehouse.delete(keep_data)


def pause(path: str | Path = "dwh.cfg", *, progress: Progress | None = None) -> Report:
    """Stop the compute bill of the warehouse of this file, and keep everything. Raises Problem."""
    with to_change(_checked(path), progress) as warehouse:
        return warehouse.pause()


def describe(path: str | Path = "dwh.cfg", *, progress: Progress | None = None) -> Report:
    """What is there, and what create would do. Changes nothing. Raises Problem."""
    return connect(read(Path(path)), progress).plan_create()


@contextmanager
def to_change(
    path: Path, progress: Progress | None = None, clock: Clock | None = None, timeout: float = PATIENCE
) -> Iterator[Warehouse]:
    """The warehouse of this file for a run that changes something: the only such run meanwhile.

    The file is read once the others have ended: they may have written a password.
    """
    with alone(path, progress or Progress(), clock or SystemClock(), timeout):
        yield connect(read(path), progress, clock, timeout)


def _checked(path: str | Path) -> Path:
    """Raises Misuse when the file is wrong or cannot be written, before AWS is asked for anything."""
    config = read(Path(path))
    check_writable(config.path)
    return config.path
