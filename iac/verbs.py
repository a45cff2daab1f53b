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

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType

from iac import text
from iac.config import Config, read
from iac.errors import Problem, UsageError
from iac.progress import Progress, as_progress
from iac.report import Report
from iac.plan.context import Request
from iac.wait import Clock
from iac.warehouse import PATIENCE, opened

Told = Progress | Callable[[str], object] | None


def create(
    path: str | Path = "dwh.cfg", *, wait: bool = True, timeout: float = PATIENCE, restore: str | bool | None = None,
    adopt: bool = False, set_password: bool = False, progress: Told = None, clock: Clock | None = None,
) -> Report:  # fmt: skip
    """Bring the warehouse of this dwh.cfg up, or put right what differs from the file. Raises Problem.

    wait: False returns once AWS has accepted; HOST is written by the next run.
    timeout: seconds of waiting in all. progress: told each line of what happens, for example `print`.
    restore: the snapshot to start from, by its name or ARN; True for the newest final one; None to start empty.
    adopt: take over a cluster that other means created; dwh.cfg holds for it then.
    set_password: set the admin password to the DB_PASSWORD that stands in the file, or to a new one where it is blank.
    """
    request = _request(restore, adopt, set_password)
    with opened(read(Path(path)), as_progress(progress), clock, timeout) as warehouse:
        return warehouse.create(request, wait)


def delete(
    path: str | Path = "dwh.cfg", *, keep_data: bool = True, timeout: float = PATIENCE, progress: Told = None,
    clock: Clock | None = None,
) -> Report:  # fmt: skip
    """Take the warehouse of this dwh.cfg down, so that nothing is left that costs money but snapshots. Raises Problem.

    keep_data: False deletes without a final snapshot, and does not ask for confirmation.
    timeout: seconds of waiting in all. progress: told each line of what happens, for example `print`.
    """
    with opened(read(Path(path)), as_progress(progress), clock, timeout, stopping=True) as warehouse:
        return warehouse.delete(keep_data)


def pause(
    path: str | Path = "dwh.cfg", *, timeout: float = PATIENCE, progress: Told = None, clock: Clock | None = None
) -> Report:
    """Stop the compute bill of the warehouse of this dwh.cfg, and keep everything; create resumes it. Raises Problem.

    timeout: seconds of waiting in all. progress: told each line of what happens, for example `print`.
    """
    with opened(read(Path(path)), as_progress(progress), clock, timeout, stopping=True) as warehouse:
        return warehouse.pause()


def describe(
    path: str | Path = "dwh.cfg", *, restore: str | bool | None = None, adopt: bool = False,
    set_password: bool = False, progress: Told = None, clock: Clock | None = None,
) -> Report:  # fmt: skip
    """What is there, and in `steps` what create would do with these arguments. Changes nothing. Raises Problem."""
    request = _request(restore, adopt, set_password)
    with opened(read(Path(path)), as_progress(progress), clock, planning=True) as warehouse:
        return warehouse.create(request)


def plan_delete(
    path: str | Path = "dwh.cfg", *, keep_data: bool = True, progress: Told = None, clock: Clock | None = None
) -> Report:
    """What is there, and in `steps` what delete would do. Changes nothing. Raises Problem."""
    with opened(read(Path(path)), as_progress(progress), clock, planning=True) as warehouse:
        return warehouse.delete(keep_data)


def plan_pause(path: str | Path = "dwh.cfg", *, progress: Told = None, clock: Clock | None = None) -> Report:
    """What is there, and in `steps` what pause would do. Changes nothing. Raises Problem."""
    with opened(read(Path(path)), as_progress(progress), clock, planning=True) as warehouse:
        return warehouse.pause()


def _request(restore: str | bool | None, adopt: bool, set_password: bool) -> Request:
    snapshot = restore if isinstance(restore, str) else ("" if restore else None)
    return Request(snapshot, adopt, set_password)


@contextmanager
def running(
    path: str | Path = "dwh.cfg", *, then: str = "pause", timeout: float = PATIENCE, restore: str | bool | None = None,
    adopt: bool = False, set_password: bool = False, progress: Told = None, clock: Clock | None = None,
) -> Iterator[Report]:  # fmt: skip
    """Bring the warehouse of this dwh.cfg up, give create's Report to the block, and take it down at the end.

    then: "pause" stops the compute bill and keeps everything; storage is billed, and the next block finds the data.
    "delete" stops more: what is left is a final snapshot, and the next block starts empty unless restore is True.
    timeout: seconds of waiting, once for each way; the block may last longer. progress: also told when AWS would pause the
    cluster by itself, a warning where that is sooner than timeout, and at the end what became of it. The others are create's.

    It is taken down, also where it ran before, when the block ends, when it raises, on Ctrl-C, and when bringing it
    up fails half way (not with UsageError: then nothing was made or changed). The exception of the block stays the
    one that is raised; should taking down fail as well, a note on it says so, and that failure is its context.

    Ctrl-C while it is being taken down ends that at once. What AWS has accepted goes on there.

    SIGTERM raises SystemExit(143) in the block, and SIGHUP SystemExit(129), after the handler that the program had, if
    any: that of Airflow 3 returns, and the task would go on until it is killed (apache/airflow pull request 73395). From then
    on both are ignored. The handlers are put back at the end; a signal that is ignored, as SIGHUP by nohup, stays so. Python handles signals in the
    main thread only: in another thread they are left as they are, and end the process without taking anything down; so
    does SIGKILL anywhere.

    Raises Problem as create, pause and delete do.
    """
    if then not in ("pause", "delete"):
        raise UsageError("Nothing was brought up.", f"then = {then!r} is unknown.", 'Write then="pause" or then="delete".')

    config, request = read(Path(path)), _request(restore, adopt, set_password)
    with kept_up(config, request, then, timeout, as_progress(progress), clock, f"iac.{then}({str(path)!r})") as report:
        yield report


@contextmanager
def kept_up(
    config: Config, request: Request, then: str, timeout: float, progress: Progress, clock: Clock | None, command: str,
    block: str = "the with block",
) -> Iterator[Report]:  # fmt: skip
    """running, for a file that was read. command: what a person may type to take it down. block: what it is, for a person."""
    config = replace(config, path=config.path.absolute())  # the block may leave the current folder, or delete it
    began: Report | None = None
    known: Config | None = None  # None as long as AWS was not asked

    def up() -> Report:
        nonlocal began, known
        with opened(config, progress, clock, timeout) as warehouse:
            try:
                began = warehouse.create(request)
            finally:
                known = warehouse.config
        ahead = text.pause_ahead(began, timeout, then)
        if ahead:
            progress.note(ahead)
        return began

    def down() -> None:
        if known is None:
            return
        with opened(known, progress, clock, timeout, stopping=True, brought_up=True) as warehouse:
            report = warehouse.delete() if then == "delete" else warehouse.pause()
        progress.ended(text.after_job(began, report))

    with up_and_down(up, down, command, block, progress.ended) as report:
        yield report


@contextmanager
def up_and_down(
    up: Callable[[], Report], down: Callable[[], object], command: str, block: str = "the with block",
    tell: Callable[[Problem], None] = lambda problem: None,
) -> Iterator[Report]:  # fmt: skip
    """Runs a block between the two. tell: told a failure of taking down that is not the one raised. The rest is kept_up's."""
    report = None
    with _signals_raise():
        try:
            report = up()
            yield report
        except BaseException as error:
            if report is None and isinstance(error, UsageError):
                raise
            _down_after(error, down, command, block, tell)
            raise
        _down(down, command, block)


def _down(down: Callable[[], object], command: str, block: str) -> None:
    try:
        down()
    except Problem as problem:
        problem.what = f"At the end of {block}, taking the warehouse down failed. {problem.what}"
        problem.remedy += f" {_costs(command)}"
        raise
    except KeyboardInterrupt as interrupted:
        interrupted.args = (f"Taking the warehouse down was interrupted. {_costs(command)}",)
        raise interrupted from None


def _down_after(
    error: BaseException, down: Callable[[], object], command: str, block: str, tell: Callable[[Problem], None]
) -> None:
    """Should it fail, that becomes the context of the exception of the block, and a note on it."""
    try:
        _down(down, command, block)
    except Exception as failure:
        if isinstance(error, SystemExit):
            raise  # it would end the process without a word of this
        if isinstance(failure, Problem):
            tell(failure)
        first: BaseException = failure
        while first.__context__ not in (None, error):  # Python has put the exception of the block at the end
            first = first.__context__
        first.__context__, error.__context__ = error.__context__, failure
        if hasattr(error, "add_note"):  # since Python 3.11
            error.add_note(f"And after this exception: {failure}")


def _costs(command: str) -> str:
    return f"It costs money as long as it runs; `{command}` takes it down."


@contextmanager
def _signals_raise() -> Iterator[None]:
    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]  # Windows has no SIGHUP
    own = {each: signal.getsignal(each) for each in numbers if threading.current_thread() is threading.main_thread()}
    before = {number: handler for number, handler in own.items() if handler not in (None, signal.SIG_IGN)}

    def handle(number: int, frame: FrameType | None) -> None:
        handler = before[number]
        for each in before:  # they often come twice: from a shell and from the kernel, when a window is closed
            signal.signal(each, signal.SIG_IGN)
        if callable(handler):
            handler(number, frame)
        raise SystemExit(128 + number)

    for number in before:
        signal.signal(number, handle)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
