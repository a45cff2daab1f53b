"""One run at a time for one dwh.cfg, on one computer.

Two runs that both find DB_PASSWORD blank would each make one, and the file would
keep the one that the cluster does not have.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from iac.errors import TimedOut
from iac.progress import Progress, watch
from iac.wait import Cadence, Clock, InProgress

try:
    import fcntl
except ImportError:  # Windows has no flock; there a second run is not held back
    fcntl = None  # type: ignore[assignment]

_CADENCE = Cadence(((0, 1),), "as long as the other run takes")


@contextmanager
def exclusive(path: Path, progress: Progress, clock: Clock, timeout: float) -> Iterator[None]:
    """Wait until no other run works with this file, and keep others waiting meanwhile.

    The lock ends with the process, however that ends. timeout: seconds; then TimedOut.
    """
    if fcntl is None:
        yield
        return
    handle = os.open(_lock_file(path), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _acquire(handle, path, progress, clock, timeout)
        yield
    finally:
        os.close(handle)


def _acquire(handle: int, path: Path, progress: Progress, clock: Clock, timeout: float) -> None:
    def attempt() -> bool | InProgress:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            return InProgress(f"at work with {path.name}")

    def gave_up(seconds: float, status: str) -> TimedOut:
        return TimedOut(
            f"Another run is still at work with {path.name}.",
            f"It was waited for {seconds / 60:.0f} min, and nothing was asked of AWS meanwhile.",
            "Let it end or end it, then run this again.",
        )

    watch("another run", attempt, progress, clock, _CADENCE, timeout, gave_up)


def _lock_file(path: Path) -> Path:
    """Not beside dwh.cfg, where it would lie about; one for each user and file."""
    name = hashlib.sha256(f"{os.getuid()}:{os.path.realpath(path)}".encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"dwh-iac-{name}.lock"
