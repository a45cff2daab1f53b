"""The edge: arguments in, words out, exit status. The only place that prints.

`--help` must come in a blink, so what a run needs is imported when it runs.
"""

from __future__ import annotations

import gc
import sys

from iac.console.arguments import create_arguments, delete_arguments, request_of

TYPE_CHECKING = False  # as typing has it, whose import takes longer than the help itself
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence
    from types import FrameType

    from iac.config import Config
    from iac.console.display import Display
    from iac.errors import Problem
    from iac.report import Report

    Story = Callable[[argparse.Namespace, Display], "Report | str"]

__all__ = ["confirm", "create_arguments", "delete_arguments", "main", "policy_text", "request_of"]


class Terminated(BaseException):
    """SIGTERM, made to travel like Ctrl-C does."""


def main(parser: argparse.ArgumentParser, story: Story, command_line: Sequence[str] | None = None) -> int:
    """Run a story and print its report, or what it returns as text. Returns the exit status of the script.

    command_line: the command line, that of the process unless given.
    """
    from iac.errors import Problem

    # botocore's models are many objects that stay: to look through them while they are read takes a sixth of the time.
    gc.set_threshold(1_000_000)
    given = sys.argv[1:] if command_line is None else list(command_line)
    display: Display | None = None
    try:
        arguments = parser.parse_args(given)
        _watch_for_signals()
        display = _display(arguments)
        result = story(arguments, display)
        display.close()
        _show_if_read(result, display, arguments.json)
        return 0
    except (Problem, Exception, KeyboardInterrupt, Terminated) as error:
        return _failed(display or _display(None), error, "--json" in given)


def confirm(identifier: str, warnings: Sequence[str] = ()) -> None:
    """Have the identifier typed before data is thrown away. Raises UsageError if it is not."""
    from iac.console.screen import Screen
    from iac.errors import UsageError

    screen = Screen(sys.stderr)
    for warning in warnings:
        screen.say(f"Note: {warning}")
    screen.say(f"All data of cluster {identifier} will be lost.")
    screen.ask("Type its identifier to go on:")
    if sys.stdin.readline().strip() != identifier:
        raise UsageError(
            "Nothing was deleted.",
            "--discard-data was not confirmed by typing the cluster's identifier.",
            "Leave --discard-data away to keep the data in a snapshot, or add --yes.",
        )


def policy_text(config: Config) -> str:
    """The IAM policy that the login needs for this dwh.cfg, as JSON."""
    import json

    from iac.permissions import operator_policy

    return json.dumps(operator_policy(config), indent=2)


def _display(arguments: argparse.Namespace | None) -> Display:
    from iac.console.display import Display

    return Display() if arguments is None else Display(arguments.config, arguments.quiet, arguments.verbose)


def _show(result: Report | str, display: Display, as_json: bool) -> None:
    """The result, on stdout."""
    if isinstance(result, str):
        print(result)
        return
    if as_json:
        print(_as_json(result.as_json()))
        return
    from iac.console import text

    _say(text.result(result, display.verbose), display)


def _show_if_read(result: Report | str, display: Display, as_json: bool) -> None:
    """Whoever would read the result may have closed the pipe; the work is done all the same."""
    try:
        _show(result, display, as_json)
        sys.stdout.flush()
    except BrokenPipeError:
        from iac.console.screen import leave_pipe

        leave_pipe(sys.stdout)


def _say(lines: Sequence[str], display: Display) -> None:
    from iac.console.lines import for_file
    from iac.console.screen import Screen

    Screen(sys.stdout).say(*(for_file(line, display.file) for line in lines))


def _as_json(result: dict[str, object]) -> str:
    import json

    return json.dumps(result, indent=2)


def _failed(display: Display, error: BaseException, as_json: bool) -> int:
    from iac.console.lines import failure

    problem, status = _as_problem(error, display)
    display.close()
    report = display.known()
    if report.checklist and not as_json:
        from iac.console import text

        _say(text.remaining(report), display)
    display.line(*failure(problem))
    if as_json:
        print(_as_json(display.known().as_json(problem)))
    return status


def _as_problem(error: BaseException, display: Display) -> tuple[Problem, int]:
    """What a person reads, and the exit status."""
    from iac.errors import Problem

    if isinstance(error, Problem):
        return error, error.exit_status
    from iac.console import unexpected

    if isinstance(error, (KeyboardInterrupt, Terminated)):
        _ignore_signals()
        return unexpected.interrupted(display), 130 if isinstance(error, KeyboardInterrupt) else 143
    if isinstance(error, ModuleNotFoundError):
        return unexpected.not_installed(error), 1
    return unexpected.bug(error, display.config), 1


def _watch_for_signals() -> None:
    import signal

    signal.signal(signal.SIGTERM, _terminate)


def _ignore_signals() -> None:
    """A second Ctrl-C must not garble what is said after the first."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def _terminate(number: int, frame: FrameType | None) -> None:
    raise Terminated
