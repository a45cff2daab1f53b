"""One run at a time for one dwh.cfg, on one computer.

Two runs that both find DB_PASSWORD blank would each make one, and the file would
keep the one that the cluster does not have.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from iac.errors import Problem, TimedOut
from iac.progress import Progress, watch
from iac.wait import Cadence, Clock, InProgress

try:
    import fcntl
except ImportError:  # Windows has no flock; there a second run is not held back
    fcntl = None  # type: ignore[assignment]

_CADENCE = Cadence(((0, 1),), "as long as the other run takes")


@contextmanager
def exclusive(path: Path, progress: Progress, clock: Clock, timeout: float, needed: bool = True) -> Iterator[None]:
    """Wait until no other run works with this file, and keep others waiting meanwhile.

    The lock ends with the process, however that ends. timeout: seconds; then TimedOut.
    needed: whether there is no going on without: raises Problem where there can be no lock. What stops a bill goes on.
    """
    handle = _opened(path) if fcntl is not None else None
    if handle is None and fcntl is not None and needed:
        raise Problem(
            "Another run with the same file could not be held back, so nothing was made or changed.",
            "There is no folder that this user alone may write, be it among the temporary files or in the home folder.",
            "Make room or allow writing there, or name a folder of your own in TMPDIR, then run the same command again.",
        )
    try:
        if handle is not None:
            _acquire(handle, path, progress, clock, timeout, needed)
        yield
    finally:
        if handle is not None:
            os.close(handle)


def _acquire(handle: int, path: Path, progress: Progress, clock: Clock, timeout: float, needed: bool) -> None:
    def attempt() -> bool | InProgress:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            return InProgress(f"at work with {path.name}")
        except OSError as error:  # a file system without locks
            if not needed:
                return True
            raise Problem(
                "Another run with the same file could not be held back, so nothing was made or changed.",
                f"The system says of the lock: {error.strerror}.",
                "Name a folder on a local disk in TMPDIR, then run the same command again.",
            ) from None

    def gave_up(seconds: float, status: str) -> TimedOut:
        return TimedOut(
            f"Another run is still at work with {path.name}.",
            f"It was waited for {seconds / 60:.0f} min, and nothing was asked of AWS meanwhile.",
            "Let it end or end it, then run this again.",
        )

    watch("another run", attempt, progress, clock, _CADENCE, timeout, gave_up)


def _opened(path: Path) -> int | None:
    """The lock file of this user and file, not beside dwh.cfg, where it would lie about; None where there can be none.

    It is in a folder that no other user may write, so that nobody else can hold it, or put a link in its place.
    """
    name = hashlib.sha256(os.fsencode(os.path.realpath(path))).hexdigest()[:16]
    home, user = os.path.expanduser("~"), f"dwh-iac-{os.getuid()}"
    for folder in (Path(os.environ.get("TMPDIR") or "/tmp", user), Path(home, ".cache", "dwh-iac")):
        try:
            folder.mkdir(0o700, exist_ok=True)
            found = folder.lstat()
            if stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o022:
                return os.open(folder / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        except OSError:
            continue
    return None
