"""The command lines of the two scripts."""

from __future__ import annotations

import argparse
import os
import re
import sys

from iac.console.process import write

TYPE_CHECKING = False  # as typing has it, whose import takes longer than the help itself
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any, NoReturn

    from iac.plan.context import Request


SIMILARITY = 0.7
"""As difflib counts it: 1 is the same name, and a word of four letters, two of which changed places, has 0.75."""


class _Parser(argparse.ArgumentParser):
    """Raises UsageError, so that a wrong command line is told like any other fault, also as JSON."""

    def print_help(self, file: Any = None) -> None:
        write(sys.stdout, self.format_help())

    def error(self, message: str) -> NoReturn:
        from iac.errors import UsageError

        raise UsageError("The command line is wrong.", message, self._remedy(message))

    def _remedy(self, message: str) -> str:
        """Of an option that is not known, the one that was probably meant; the other script may have it."""
        from difflib import get_close_matches

        unknown = re.search(r"^unrecognized arguments: .*?--([\w-]+)", message)
        other = delete_arguments() if self.prog == "create_cluster.py" else create_arguments()
        for parser in (self, other) if unknown else ():
            known = [option[2:] for option in parser._option_string_actions if option.startswith("--")]
            for meant in get_close_matches(unknown[1], known, 1, SIMILARITY):
                said = f"Write --{meant} instead of --{unknown[1]}; see" if parser is self else f"{parser.prog} has --{meant}: see"
                return f"{said} `python {parser.prog} --help`."
        return f"See `python {self.prog} --help`."


class _CreateParser(_Parser):
    """Refuses what has no meaning beside --run: its result is the command's."""

    def parse_args(self, *given: Any) -> Any:
        arguments = super().parse_args(*given)
        for option in ("json", "plan", "no_wait", "print_policy"):
            if arguments.run is not None and getattr(arguments, option):
                self.error(f"argument --run: not allowed with argument --{option.replace('_', '-')}")
        if arguments.then is not None and arguments.run is None:
            self.error("argument --then: not allowed without argument --run")
        return arguments


def create_arguments() -> argparse.ArgumentParser:
    """What create_cluster.py understands."""
    parser = _common(
        _CreateParser,
        "create_cluster.py",
        "Bring the Redshift warehouse of dwh.cfg up, or put right what differs from the file. "
        "Running it again is always safe: it goes on from what is there.",
    )
    parser.add_argument(
        "--restore",
        metavar="SNAPSHOT",
        nargs="?",
        const="",
        help="start from a snapshot: this one, by its name or ARN, else the newest final one",
    )
    parser.add_argument(
        "--adopt", action="store_true", help="take over a cluster that other means created; dwh.cfg holds for it then"
    )
    parser.add_argument(
        "--set-password", action="store_true", help="set the admin password to DB_PASSWORD, to a new one where it is blank"
    )
    parser.add_argument(
        "--run",
        metavar="COMMAND",
        type=_command,
        help="bring it up, run this command line by the shell, then pause it, also where the command fails or is "
        "interrupted; the exit status is the command's",
    )
    parser.add_argument(
        "--then", choices=("pause", "delete"), help="how --run takes it down (default: pause); delete keeps a final snapshot"
    )
    parser.add_argument(
        "--print-policy", action="store_true", help="print the IAM policy that the login needs, and ask nothing of AWS"
    )
    parser.add_argument(
        "--no-wait", action="store_true", help="return once AWS has accepted; HOST is written by the next run"
    )
    return parser


def delete_arguments() -> argparse.ArgumentParser:
    """What delete_cluster.py understands."""
    parser = _common(
        _Parser,
        "delete_cluster.py",
        "Take the Redshift warehouse of dwh.cfg down. What is left is a final snapshot with its data. "
        "Running it again is always safe.",
    )
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument(
        "--pause", action="store_true", help="stop the compute bill and keep everything; create_cluster.py resumes it"
    )
    instead.add_argument("--discard-data", action="store_true", help="delete without a final snapshot")
    parser.add_argument("--yes", action="store_true", help="do not ask to confirm --discard-data")
    return parser


def request_of(arguments: argparse.Namespace) -> Request:
    """What create_cluster.py was asked for: its options of the same names."""
    from iac.plan.context import Request

    return Request(arguments.restore, arguments.adopt, arguments.set_password)


def _common(kind: type[_Parser], name: str, description: str) -> argparse.ArgumentParser:
    parser = kind(prog=name, description=description, epilog=_EPILOG, formatter_class=_formatter, allow_abbrev=False)
    parser.add_argument(
        "--config", metavar="FILE", type=_file, default="dwh.cfg", help="the file to read (default: dwh.cfg)"
    )
    parser.add_argument(
        "--plan", action="store_true", help="show what is there and what would be done, and change nothing"
    )
    parser.add_argument(
        "--timeout", metavar="MINUTES", type=_minutes, default=75.0, help="how long to wait for AWS in all (default: 75)"
    )
    parser.add_argument("--json", action="store_true", help="the result as one JSON object on stdout")
    volume = parser.add_mutually_exclusive_group()
    volume.add_argument("-q", "--quiet", action="store_true", help="no progress, only the result and errors")
    more = "more notes, the lines for JDBC and Python, and each API call with its duration"
    volume.add_argument("-v", "--verbose", action="store_true", help=more)
    return parser


def _formatter(prog: str) -> argparse.HelpFormatter:
    """As wide as the terminal, or COLUMNS. argparse would import shutil for it, with three modules for archives."""
    asked = os.environ.get("COLUMNS", "")
    try:
        width = int(asked if asked.isdecimal() else 0) or os.get_terminal_size(sys.__stdout__.fileno()).columns
    except (AttributeError, ValueError, OSError):
        width = 0
    return argparse.HelpFormatter(prog, width=(width or 80) - 2)


_EPILOG = (
    "Exit status: 0 done or nothing to do; 1 it could not be done: AWS refused, say, or a limit is exceeded; "
    "2 the command line or dwh.cfg is wrong; 3 gave up waiting, work goes on in AWS; "
    "129 hung up, 130 interrupted, 143 terminated."
)


def _file(text: str) -> Path:
    from pathlib import Path

    return Path(text)


def _command(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("there is no command")
    return text


def _minutes(text: str) -> float:
    try:
        minutes = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no number of minutes") from None
    if not 0 <= minutes <= 24 * 60:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 1440 minutes")
    return minutes
