"""An error that nobody expected: kept in a file for whoever mends it, told as a Problem."""

from __future__ import annotations

import os
import tempfile
import traceback

from iac.config import Config
from iac.errors import Problem


def as_problem(error: Exception, config: Config | None) -> Problem:
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
