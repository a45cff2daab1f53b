"""A script in its process: streams that are missing, full or closed, signals that end a run, the command of --run.

What cannot be written is lost and holds nothing up: the work goes on, and the exit status tells how it ended.
"""

from __future__ import annotations

import os
import signal
import sys

TYPE_CHECKING = False  # as typing has it, whose import takes longer than the help itself
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType
    from typing import TextIO

ENDING = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
"""Ctrl-C, `kill`, and that the window is closed or the connection lost, of which Windows has no signal."""

PATIENCE = 5.0
"""Seconds that a command has to end after SIGTERM or SIGHUP: Docker gives this process 10 in all, Kubernetes 30."""


class Terminated(KeyboardInterrupt):
    """Another signal, made to travel as Ctrl-C does. number: which."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def begin() -> None:
    """From now on a signal raises KeyboardInterrupt or Terminated, unless whoever started the script has it ignored."""
    for number in ENDING:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _end)


def _end(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt if number == signal.SIGINT else Terminated(number)


def ignore_signals() -> None:
    """The last words are said, and no signal garbles them; it would end what is over. Does nothing before begin."""
    for number in ENDING:
        if signal.getsignal(number) is _end:
            signal.signal(number, signal.SIG_IGN)


def as_typed(script: str, command_line: Sequence[str], executable: str) -> tuple[str, str]:
    """The Python and the folder with which one of our scripts was typed; "python" and "" where none was, as in a test.

    script, command_line, executable: sys.argv[0], sys.orig_argv and sys.executable.
    """
    # On Windows a launcher starts the Python, whose path no quoting has right for each of its shells.
    if os.path.basename(script) not in ("create_cluster.py", "delete_cluster.py") or os.name == "nt":
        return "python", ""
    python = command_line[0]
    # On macOS a launcher may start another program, without the virtual environment (GitHub, python/cpython#125006).
    if os.path.dirname(python) and os.path.abspath(python) != os.path.abspath(executable):
        python = executable.removeprefix(os.path.join(here(), ""))
    return python, os.path.dirname(script)


def here() -> str:
    """The current folder, blank where it was deleted."""
    try:
        return os.getcwd()
    except OSError:
        return ""


def open_missing() -> None:
    """A closed stream is None: what is written to it is lost, and there is nothing to read."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))


def write(stream: TextIO, text: str) -> None:
    """At once, or not at all where its reader has gone, the disk is full, the terminal is gone, or it would have to wait."""
    try:
        stream.write(text)
        stream.flush()
    except (OSError, ValueError):
        pass


def end() -> None:
    """What could not be written is given up, so that Python does not fail to write it once more when it ends."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            leave(stream)


def leave(stream: TextIO) -> None:
    """What is written to it from now on is lost, also what Python writes at its end."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except (OSError, ValueError):
        pass


def run_command(command: str, patience: float = PATIENCE) -> int:
    """Run a command line by the shell, its streams untouched. Returns its exit status; 128 + N where signal N ended it.

    A signal to this process does not end the wait for the command, and counts as what ended it, whatever its own exit
    status. Without a terminal the command has a session of its own, so that what is passed on reaches all of it, not the
    shell alone. On a terminal it is in our process group, to read from the terminal, which sends Ctrl-C to both; so may others
    be, as the rest of a pipeline, so SIGTERM is passed on to the shell alone.

    SIGTERM and SIGHUP are passed on, and a shell that does not end within patience (seconds) is killed. Both are ignored
    from then on, for they are often sent twice (coreutils' timeout; a shell and the kernel, when a window is closed). Raises Problem where it cannot be started.
    """
    import subprocess
    from threading import Timer

    grouped = hasattr(os, "killpg") and not _has_terminal()  # Windows has no process groups
    came: list[int] = []
    timers: list[Timer] = []
    process: subprocess.Popen[bytes] | None = None

    def take(number: int, frame: FrameType | None = None) -> None:
        came.append(number)
        pass_on(number)

    def pass_on(number: int) -> None:
        if grouped or number != signal.SIGINT:
            send(number)
        if number != signal.SIGINT:
            timers.append(Timer(patience, send, [getattr(signal, "SIGKILL", signal.SIGTERM)]))
            timers[-1].daemon = True
            timers[-1].start()

    def send(number: int) -> None:
        try:
            if process is not None and grouped:
                os.killpg(process.pid, number)
            elif process is not None:
                process.send_signal(number)
        except OSError:  # it has ended
            pass

    before = {number: signal.getsignal(number) for number in ENDING}
    taken = [number for number, handler in before.items() if handler is not signal.SIG_IGN]
    for number in taken:
        signal.signal(number, take)
    try:
        process = subprocess.Popen(command, shell=True, start_new_session=grouped, env=_environment())
        for number in list(came):  # while it was being started
            pass_on(number)
        status = process.wait()
    except OSError as error:
        from iac.errors import Problem

        raise Problem(
            "The command could not be started.",
            f"The operating system refused the shell: {error.strerror}.",
            "Put the command into a script of its own, and give its name to --run.",
        ) from error
    finally:
        for timer in timers:
            timer.cancel()
        ended = any(number != signal.SIGINT for number in came)
        for number in taken:
            signal.signal(number, signal.SIG_IGN if ended and number != signal.SIGINT else before[number])
    if came:
        return 128 + came[0]
    return status if status >= 0 else 128 - status


def _environment() -> dict[str, str] | None:
    """In a virtual environment, also one that was not activated, `python` is its own."""
    if sys.prefix == sys.base_prefix:
        return None
    paths = [os.path.dirname(sys.executable), *filter(None, [os.environ.get("PATH")])]
    return {**os.environ, "VIRTUAL_ENV": sys.prefix, "PATH": os.pathsep.join(paths)}


def _has_terminal() -> bool:
    """Whether this process has a controlling terminal, whatever its streams are."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True
