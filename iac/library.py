"""The verbs for a notebook, a pipeline, a test: one call each, silent, with the powers of the command line.

Every verb has these arguments:
path: the dwh.cfg.
timeout: seconds of waiting in all, as Python has it elsewhere (--timeout of the command line has minutes).
progress: told what happens meanwhile: a function that gets one line of text (`print`), a Progress, or None.
clock: the time; None for the system's.

Each returns a Report, and raises Problem: UsageError where the file is wrong and nothing was asked of AWS, TimedOut
where the wait was given up and work goes on in AWS. Running it again goes on from what is there.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from iac.config import check_writable, read
from iac.lines import as_progress
from iac.progress import Progress
from iac.report import Report
from iac.request import Request
from iac.verbs import PATIENCE, connect, to_change
from iac.wait import Clock

Told = Progress | Callable[[str], object] | None


def create(
    path: str | Path = "dwh.cfg", *, wait: bool = True, timeout: float = PATIENCE, restore: str | bool | None = None,
    adopt: bool = False, set_password: bool = False, progress: Told = None, clock: Clock | None = None,
) -> Report:  # fmt: skip
    """Bring the warehouse of this dwh.cfg up, or put right what differs from the file. Raises Problem.

    wait: False returns once AWS has accepted; HOST is written by the next run.
    timeout: seconds of waiting in all. progress: told each line of what happens, for example `print`.
    restore: the snapshot to start from; True for the newest final one; None to start empty.
    adopt: take over a cluster that other means created; dwh.cfg holds for it then.
    set_password: set the admin password to the DB_PASSWORD that stands in the file.
    """
    request = _request(restore, adopt, set_password)
    with to_change(_checked(path), as_progress(progress), clock, timeout) as warehouse:
        return warehouse.create(request, wait)


def delete(
    path: str | Path = "dwh.cfg", *, keep_data: bool = True, timeout: float = PATIENCE, progress: Told = None,
    clock: Clock | None = None,
) -> Report:  # fmt: skip
    """Take the warehouse of this dwh.cfg down, so that nothing is left that costs money but snapshots. Raises Problem.

    keep_data: False deletes without a final snapshot, and does not ask for confirmation.
    timeout: seconds of waiting in all. progress: told each line of what happens, for example `print`.
    """
    with to_change(_checked(path), as_progress(progress), clock, timeout) as warehouse:
        return warehouse.delete(keep_data)


def pause(
    path: str | Path = "dwh.cfg", *, timeout: float = PATIENCE, progress: Told = None, clock: Clock | None = None
) -> Report:
    """Stop the compute bill of the warehouse of this dwh.cfg, and keep everything; create resumes it. Raises Problem.

    timeout: seconds of waiting in all. progress: told each line of what happens, for example `print`.
    """
    with to_change(_checked(path), as_progress(progress), clock, timeout) as warehouse:
        return warehouse.pause()


def describe(
    path: str | Path = "dwh.cfg", *, restore: str | bool | None = None, adopt: bool = False,
    set_password: bool = False, progress: Told = None, clock: Clock | None = None,
) -> Report:  # fmt: skip
    """What is there, and in `steps` what create would do with these arguments. Changes nothing. Raises Problem."""
    request = _request(restore, adopt, set_password)
    with closing(connect(read(Path(path)), as_progress(progress), clock)) as warehouse:
        return warehouse.plan_create(request)


def plan_delete(
    path: str | Path = "dwh.cfg", *, keep_data: bool = True, progress: Told = None, clock: Clock | None = None
) -> Report:
    """What is there, and in `steps` what delete would do. Changes nothing. Raises Problem."""
    with closing(connect(read(Path(path)), as_progress(progress), clock)) as warehouse:
        return warehouse.plan_delete(keep_data)


def plan_pause(path: str | Path = "dwh.cfg", *, progress: Told = None, clock: Clock | None = None) -> Report:
    """What is there, and in `steps` what pause would do. Changes nothing. Raises Problem."""
    with closing(connect(read(Path(path)), as_progress(progress), clock)) as warehouse:
        return warehouse.plan_pause()


def _request(restore: str | bool | None, adopt: bool, set_password: bool) -> Request:
    snapshot = restore if isinstance(restore, str) else ("" if restore else None)
    return Request(snapshot, adopt, set_password)


def _checked(path: str | Path) -> Path:
    """Raises UsageError when the file is wrong or cannot be written, before AWS is asked for anything."""
    config = read(Path(path))
    check_writable(config.path)
    return config.path
