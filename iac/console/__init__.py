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
    from contextlib import AbstractContextManager
    from types import FrameType

    from iac.config import Config
    from iac.console.display import Display
    from iac.errors import Problem
    from iac.report import Report
    from iac.warehouse import Warehouse

    Story = Callable[[argparse.Namespace, Display], "Report | str"]

__all__ = ["confirm", "create_arguments", "delete_arguments", "main", "policy_text", "request_of"]


class Terminated(BaseException):
    """SIGTERM, made to travel like Ctrl-C does."""


def main(parser: argparse.ArgumentParser, story: Story, command_line: Sequence[str] | None = None) -> int:
    """Run a story and print its report, or what it returns as text. Returns the exit status of the script.

    command_line: the command line, that of the process unless given.
    """
    # botocore's models are many objects that stay: to look through them while they are read takes a sixth of the time.
    gc.set_threshold(1_000_000)
    given = sys.argv[1:] if command_line is None else list(command_line)
    as_json, display = "--json" in given, None
    try:
        arguments = parser.parse_args(given)
        import signal

        from iac.console.display import Display

        signal.signal(signal.SIGTERM, _terminate)

        display = Display(arguments.config, arguments.quiet, arguments.verbose)
        result = story(arguments, display)
        display.close()
        _show(result, display, as_json)
        return 0
    except (Exception, KeyboardInterrupt, Terminated) as error:
        if isinstance(error, (KeyboardInterrupt, Terminated)):  # a second Ctrl-C must not garble what is said after the first
            import signal

            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        from iac.console.display import Display, failure

        display = display or Display()
        problem, status = _as_problem(error, display)
        display.close()
        checklist = display.known().checklist if display.known else ()
        if checklist and not as_json:
            display.say_result(f"  {row}" for row in checklist)
        display.line(*failure(problem))
        if as_json:
            print(_as_json(display.report().as_json(problem)))
        return status


def confirm(identifier: str, opening: AbstractContextManager[Warehouse]) -> None:
    """Have the identifier typed before data is thrown away; who made the cluster is told, where AWS tells and it was another.

    opening: the warehouse, for planning. Raises UsageError if the identifier is not typed.
    """
    from iac.console.display import Screen
    from iac.errors import Problem, UsageError

    screen = Screen(sys.stderr)
    try:
        with opening as warehouse:
            warnings = warehouse.made_by_another()
    except Problem:
        warnings = []
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

    from iac.abilities import login_policy

    return json.dumps(login_policy(config), indent=2)


def _show(result: Report | str, display: Display, as_json: bool) -> None:
    """The result, on stdout. Whoever would read it may have closed the pipe; the work is done all the same."""
    from iac.console.display import leave_pipe

    try:
        if isinstance(result, str):
            print(result)
        elif as_json:
            print(_as_json(result.as_json()))
        else:
            from iac import text

            display.say_result(text.result(result, display.verbose))
        sys.stdout.flush()
    except BrokenPipeError:
        leave_pipe(sys.stdout)


def _as_json(result: dict[str, object]) -> str:
    import json

    return json.dumps(result, indent=2)


def _as_problem(error: BaseException, display: Display) -> tuple[Problem, int]:
    """What a person reads, and the exit status."""
    from iac.errors import Problem

    if isinstance(error, Problem):
        return error, error.exit_status
    if isinstance(error, (KeyboardInterrupt, Terminated)):
        return _interrupted(display), 130 if isinstance(error, KeyboardInterrupt) else 143
    if isinstance(error, ModuleNotFoundError):
        return Problem(
            f"{error.name} is not installed in this Python.",
            f"This Python is {sys.executable}; requirements.txt names what it needs.",
            "Run the script with the Python of the virtual environment (.venv/bin/python), or install into this one: "
            f"`{sys.executable} -m pip install -r requirements.txt`.",
        ), 1
    return _bug(error, display.config), 1


def _interrupted(display: Display) -> Problem:
    """What goes on in AWS without this run, and costs money."""
    from iac.errors import Problem

    known, (sentence, settles) = display.report(), display.begun
    cluster = known.cluster
    if known.config is None or known.seen is None:
        going_on = "Nothing was asked of AWS by this run; what is there stays as it is."
    elif cluster is None and settles:
        going_on = f"AWS may have begun to {sentence}, and a cluster costs money as long as it exists."
    elif cluster is None:
        going_on = "There is no cluster, so none costs money; what was done before stays done."
    else:
        goes = "What was asked of AWS goes on there, and the cluster costs money as long as it exists."
        if cluster.status in ("deleting", "final-snapshot"):
            goes = "The deletion goes on in AWS; the next run does the rest."
        going_on = f"Cluster {cluster.identifier} was {cluster.status} at the last look. {goes}"
    return Problem(
        "Interrupted.", going_on, "Run the same command again to go on, or `python delete_cluster.py` to take everything down."
    )


def _bug(error: BaseException, config: Config | None) -> Problem:
    """Write the traceback, without secrets, into a new file that only this user can read."""
    import os
    import tempfile
    import traceback

    from iac.errors import Problem

    login = config.credentials if config else None
    secrets = (config.password, login.key, login.secret, login.session_token) if config and login else ()

    def without_secrets(text: str) -> str:
        for secret in secrets:
            if secret is not None and secret.reveal():
                text = text.replace(secret.reveal(), "****")
        return text

    handle, path = tempfile.mkstemp(prefix="dwh-iac-bug-", suffix=".txt")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(without_secrets("".join(traceback.format_exception(type(error), error, error.__traceback__))))
    return Problem(
        "This is a bug in these scripts, not in your dwh.cfg.",
        without_secrets(f"{type(error).__name__}: {error}"),
        f"Running the same command again is safe. If it stays so, report it with the file {path}.",
    )


def _terminate(number: int, frame: FrameType | None) -> None:
    raise Terminated
