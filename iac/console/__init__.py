"""The edge: arguments in, words out, exit status. The only place that prints."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from types import FrameType

from iac.console import bug, text
from iac.console.arguments import create_arguments, delete_arguments, request_of
from iac.console.display import Display, wrapped
from iac.config import Config
from iac.errors import UsageError, Problem
from iac.permissions import operator_policy
from iac.report import Report

__all__ = ["Display", "confirm", "create_arguments", "delete_arguments", "main", "policy_text", "request_of"]

Story = Callable[[argparse.Namespace, Display], "Report | str"]


class Terminated(BaseException):
    """SIGTERM, made to travel like Ctrl-C does."""


def main(parser: argparse.ArgumentParser, story: Story, command_line: Sequence[str] | None = None) -> int:
    """Run a story and print its report, or what it returns as text. Returns the exit status of the script.

    command_line: the command line, that of the process unless given.
    """
    given = sys.argv[1:] if command_line is None else list(command_line)
    display, as_json = Display(), "--json" in given
    try:
        signal.signal(signal.SIGTERM, _terminate)
        arguments = parser.parse_args(given)
        display = Display(arguments.config, arguments.quiet, arguments.verbose)
        result = story(arguments, display)
        display.close()
        print(result if isinstance(result, str) else _shown(result, display, as_json))
        return 0
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0  # whoever read the result has closed the pipe; the work is done
    except Problem as problem:
        return _failed(display, problem, problem.exit_status, as_json)
    except ModuleNotFoundError as error:
        return _failed(display, _not_installed(error), 1, as_json)
    except Exception as error:
        return _failed(display, bug.as_problem(error, display.config), 1, as_json)
    except KeyboardInterrupt:
        return _failed(display, _interrupted(display), 130, as_json)
    except Terminated:
        return _failed(display, _interrupted(display), 143, as_json)


def confirm(identifier: str, warnings: Sequence[str] = ()) -> None:
    """Have the identifier typed before data is thrown away. Raises UsageError if it is not."""
    for warning in warnings:
        print(f"Note: {warning}", file=sys.stderr)
    print(f"All data of cluster {identifier} will be lost. Type its identifier to go on: ", end="", file=sys.stderr)
    sys.stderr.flush()
    if sys.stdin.readline().strip() != identifier:
        raise UsageError(
            "Nothing was deleted.",
            "--discard-data was not confirmed by typing the cluster's identifier.",
            "Leave --discard-data away to keep the data in a snapshot, or add --yes.",
        )


def policy_text(config: Config) -> str:
    """The IAM policy that the login needs for this dwh.cfg, as JSON."""
    return json.dumps(operator_policy(config), indent=2)


def _shown(report: Report, display: Display, as_json: bool) -> str:
    if as_json:
        return json.dumps(report.as_json(), indent=2)
    return wrapped(text.for_file(text.result(report, display.verbose), display.file), sys.stdout)


def _failed(display: Display, problem: Problem, status: int, as_json: bool) -> int:
    display.close()
    display.line(text.for_file(text.failure(problem), display.file))
    if as_json:
        print(json.dumps(display.known().as_json(problem), indent=2))
    return status


def _interrupted(display: Display) -> Problem:
    """What goes on without us, and costs. A second Ctrl-C must not garble it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    return Problem(
        "Interrupted.",
        _going_on(display),
        "Run the same command again to go on, or `python delete_cluster.py` to take everything down.",
    )


def _going_on(display: Display) -> str:
    known, step = display.known(), display.begun
    if known.config is None or known.seen is None:
        return "Nothing was asked of AWS by this run; what is there stays as it is."
    if known.cluster is None and step is not None and step.settles:
        return f"AWS may have begun to {step}, and a cluster costs money as long as it exists."
    if known.cluster is None:
        return "There is no cluster, so none costs money; what was done before stays done."
    status = f"Cluster {known.cluster.identifier} was {known.cluster.status} at the last look."
    if known.cluster.status in ("deleting", "final-snapshot"):
        return f"{status} The deletion goes on in AWS; the next run does the rest."
    return f"{status} What was asked of AWS goes on there, and the cluster costs money as long as it exists."


def _not_installed(error: ModuleNotFoundError) -> Problem:
    return Problem(
        f"{error.name} is not installed in this Python.",
        f"This Python is {sys.executable}; requirements.txt names what it needs.",
        "Run the script with the Python of the virtual environment (.venv/bin/python), or install into this one: "
        f"`{sys.executable} -m pip install -r requirements.txt`.",
    )


def _terminate(number: int, frame: FrameType | None) -> None:
    raise Terminated
