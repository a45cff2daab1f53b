"""The edge: arguments in, words out, exit status. The only place that prints.

`--help` must come in a blink, so what a run needs is imported when it runs.
"""

from __future__ import annotations

import gc
import sys

from iac.console import process
from iac.console.arguments import create_arguments, delete_arguments, request_of

TYPE_CHECKING = False  # as typing has it, whose import takes longer than the help itself
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path
    from typing import TextIO

    from iac.config import Config
    from iac.console.display import Display
    from iac.report import Report
    from iac.warehouse import Warehouse

    Story = Callable[[argparse.Namespace, Config, Display], "Report | str | int"]

__all__ = [
    "confirm", "create_arguments", "delete_arguments", "main", "policy_text", "request_of", "run_command", "run_script",
]  # fmt: skip


def run_script(arguments: Callable[[], argparse.ArgumentParser], story: Story) -> int:
    """main in a process of its own, which no stream and no second signal ends before its time. Returns the exit status."""
    try:
        process.begin()
        return main(arguments(), story)
    finally:
        process.ignore_signals()
        process.end()
        gc.freeze()  # so that Python, while it ends, does not look through all that was loaded


def main(parser: argparse.ArgumentParser, story: Story, command_line: Sequence[str] | None = None) -> int:
    """Read dwh.cfg, run a story and print its report, or what it returns as text. Returns the exit status of the script:
    a story that returns one, that of a command, has said all itself, and stdout is not written to.

    A wrong file must be told of in a blink, so what a run shows is imported when the file was read.

    command_line: the command line, that of the process unless given.
    """
    # botocore's models are many objects that stay: to look through them while they are read takes a sixth of the time.
    gc.set_threshold(1_000_000)
    given = sys.argv[1:] if command_line is None else list(command_line)
    as_json, display, file, out = "--json" in given, None, None, sys.stdout
    process.open_missing()
    try:
        try:
            arguments = parser.parse_args(given)
            out = sys.stderr if getattr(arguments, "run", None) else sys.stdout
            from iac.config import read

            file = arguments.config
            config = read(file)
            from iac.console.display import Display

            display = Display(file, arguments.quiet, arguments.verbose)
            result = story(arguments, config, display)
        finally:
            process.ignore_signals()
        display.close()
        if isinstance(result, int):
            return result
        _show(result, display, as_json)
        return 0
    except (Exception, KeyboardInterrupt) as error:
        return _failed(error, display, file, as_json, out)


def confirm(config: Config, opening: AbstractContextManager[Warehouse]) -> None:
    """Have the identifier typed before data is thrown away; who made the cluster is told, where AWS tells and it was another.

    opening: the warehouse, for planning. Raises UsageError if the identifier is not typed.
    """
    from contextlib import suppress

    from iac.console.screen import Screen
    from iac.errors import Problem, UsageError

    screen, identifier = Screen(sys.stderr), config.identifier
    for default in config.default_identifier:
        screen.say(f"Note: {default}")
    with suppress(Problem), opening as warehouse:
        for warning in warehouse.made_by_another():
            screen.say(f"Note: {warning}")
    screen.say(f"All data of cluster {identifier} will be lost.")
    screen.ask("Type its identifier to go on:")
    try:
        typed = sys.stdin.readline().strip()
    except (OSError, ValueError, TypeError):  # not for reading, not UTF-8, not waiting though empty
        typed = ""
    if typed != identifier:
        raise UsageError(
            "Nothing was deleted.",
            "--discard-data was not confirmed by typing the cluster's identifier.",
            "Leave --discard-data away to keep the data in a snapshot, or add --yes.",
        )


def run_command(arguments: argparse.Namespace, display: Display) -> int:
    """The command of --run, in the current folder. Returns its exit status. Raises Problem where it cannot be started."""
    from iac.console.screen import Screen

    display.close()
    screen = Screen(sys.stderr)
    if not arguments.quiet:
        screen.say(f"running: {arguments.run}")
    status = process.run_command(arguments.run)
    if status and not arguments.quiet:
        screen.say(f"The command ended with exit status {status}.")
    return status


def policy_text(config: Config) -> str:
    """The IAM policy that the login needs for this dwh.cfg, as JSON."""
    from iac.abilities import login_policy

    return _as_json(login_policy(config))


def _show(result: Report | str, display: Display, as_json: bool) -> None:
    """The result, on stdout."""
    if isinstance(result, str):
        process.write(sys.stdout, f"{result}\n")
    elif as_json:
        process.write(sys.stdout, f"{_as_json(result.as_json())}\n")
    else:
        from iac import text
        from iac.console.screen import tell

        tell(sys.stdout, text.result(result, display.verbose), display.file)


def _failed(error: BaseException, display: Display | None, file: Path | None, as_json: bool, out: TextIO) -> int:
    """What went wrong, on stderr. Returns the exit status. display: None where no run had begun, as with a wrong file.

    out: where the checklist of a deletion goes that left something behind.
    """
    process.ignore_signals()  # a second one may have come between
    from iac.console.screen import failure, tell
    from iac.errors import Problem

    if isinstance(error, Problem):
        problem = error
    else:
        from iac.console.unexpected import as_problem

        problem = as_problem(error, display)
    if display is not None:
        display.close()
        known = display.report()
        if known.checklist and not as_json:
            from iac.text import remaining

            tell(out, remaining(known), file)
    tell(sys.stderr, failure(problem), file)
    if as_json:
        from iac.report import Report

        process.write(sys.stdout, f"{_as_json((display.report() if display else Report()).as_json(problem))}\n")
    return problem.exit_status


def _as_json(result: object) -> str:
    import json

    return json.dumps(result, indent=2)
