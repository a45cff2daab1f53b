"""Writing into dwh.cfg what only the run could know."""

from __future__ import annotations

from dataclasses import replace

from iac.aws import cluster
from iac.config import git_exposure, write
from iac.run import Run
from iac.secret import new_password


def make_password(run: Run) -> None:
    """Into the file first: a run killed after this loses nothing."""
    password = new_password()
    write(run.config.path, {"password": password.reveal()})
    run.config = replace(run.config, password=password)
    exposed = git_exposure(run.config.path)
    if exposed:
        run.progress.note(f"{exposed}.")


def write_address(run: Run, role_arn: str) -> None:
    """What the user's own scripts need to connect and to load."""
    found = cluster.look(run.door, run.config.identifier)
    host = found.host if found and found.host else ""
    written = write(run.config.path, {"host": host, "role_arn": role_arn, **run.config.settings})
    if written:
        run.progress.note(f"{run.config.path.name}: wrote {'; '.join(written)}.")
    run.config = replace(run.config, host=host, role_arn=role_arn, in_line=True)


def blank_address(run: Run) -> None:
    """A host that is gone must not be connected to."""
    write(run.config.path, {"host": "", "role_arn": ""})
    run.config = replace(run.config, host="", role_arn="")
