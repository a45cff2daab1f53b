"""Ends that nobody planned, told as a Problem: an interruption, a missing package, a bug."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from typing import TYPE_CHECKING

from iac.errors import Problem

if TYPE_CHECKING:
    from iac.config import Config
    from iac.console.display import Display


def bug(error: BaseException, config: Config | None) -> Problem:
    """Write the traceback, without secrets, into a new file that only this user can read."""
    trace = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    handle, path = tempfile.mkstemp(prefix="dwh-iac-bug-", suffix=".txt")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(without_secrets(trace, config))
    return Problem(
        "This is a bug in these scripts, not in your dwh.cfg.",
        without_secrets(f"{type(error).__name__}: {error}", config),
        f"Running the same command again is safe. If it stays so, report it with the file {path}.",
    )


def without_secrets(text: str, config: Config | None) -> str:
    """The text with every secret of dwh.cfg blacked out."""
    if config is None:
        return text
    login = config.credentials
    for secret in (config.password, login.key, login.secret, login.session_token):
        if secret is not None and secret.reveal():
            text = text.replace(secret.reveal(), "****")
    return text


def interrupted(display: Display) -> Problem:
    """What goes on in AWS without this run, and costs money."""
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


def not_installed(error: ModuleNotFoundError) -> Problem:
    """Which Python this is, and which one to use."""
    return Problem(
        f"{error.name} is not installed in this Python.",
        f"This Python is {sys.executable}; requirements.txt names what it needs.",
        "Run the script with the Python of the virtual environment (.venv/bin/python), or install into this one: "
        f"`{sys.executable} -m pip install -r requirements.txt`.",
    )
