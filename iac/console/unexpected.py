"""What ends a run and is no Problem yet: a signal, a package that is missing or too old, a bug."""

from __future__ import annotations

import os
import signal
import tempfile
import traceback
from contextlib import suppress

from iac.console.display import Display
from iac.console.process import Terminated
from iac.errors import Problem
from iac.aws import unmet


def as_problem(error: BaseException, display: Display | None) -> Problem:
    """What a person reads, and the exit status. display: what was shown; None where no run had begun."""
    display = display or Display()
    if not isinstance(error, Exception):
        problem = _interrupted(display)
        if str(error):  # while a --run was taken down
            problem.what, problem.remedy = str(error), "Run that command. Run again, this one would start the job anew."
        problem.exit_status = 128 + (error.number if isinstance(error, Terminated) else signal.SIGINT)
        return problem
    return unmet(error) or _bug(error, display)


def _interrupted(display: Display) -> Problem:
    """What goes on in AWS without this run, and costs money."""
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
        "Interrupted.",
        going_on,
        "Run the same command again to go on, or `python delete_cluster.py` to take everything down.",
    )


def _bug(error: BaseException, display: Display) -> Problem:
    """Write the traceback, without secrets, into a new file that only this user can read."""
    config = display.config
    login = config.credentials if config else None
    secrets = (config.password, login.key, login.secret, login.session_token) if config and login else ()

    def without_secrets(text: str) -> str:
        for secret in secrets:
            if secret is not None and secret.reveal():
                text = text.replace(secret.reveal(), "****")
        return text

    what, why = "This is a bug in these scripts, not in your dwh.cfg.", f"{type(error).__name__}: {error}"
    trace = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    path = ""
    try:
        handle, path = tempfile.mkstemp(prefix="dwh-iac-bug-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(without_secrets(trace))
        report = f"report it with the file {path}."
    except OSError as unwritten:
        with suppress(OSError):
            os.unlink(path)
        place = traceback.extract_tb(error.__traceback__)[-1]
        why = f"{why} ({place.filename}, line {place.lineno}, in {place.name})"
        report = f"report these lines: no file could be written with more ({unwritten.strerror})."
    return Problem(what, without_secrets(why), f"Running the same command again is safe. If it stays so, {report}")
