"""From a dwh.cfg to its warehouse: the account that TARGET names, and one run at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

from iac import endpoint
from iac.aws.address import own_address
from iac.aws.connection import Connection
from iac.aws.session import DEFAULT_REGION, Access, aws_session
from iac.config import Config, read
from iac.config.git import git_exposure
from iac.errors import Problem, UsageError
from iac.lock import exclusive
from iac.observe import find_place
from iac.place import Place
from iac.progress import Progress
from iac.run import Run
from iac.wait import Clock, SystemClock
from iac.warehouse import Warehouse

STATE_FILE = ".dwh-simulator"
"""Where the simulated account is kept, beside dwh.cfg."""

PATIENCE = 75 * 60.0
"""Seconds that a run waits in all, unless told otherwise."""


def made_by_another(config: Config, clock: Clock | None = None) -> list[str]:
    """What to say before data is thrown away where somebody else made the cluster; nothing where AWS does not tell."""
    try:
        with closing(connect(config, None, clock)) as warehouse:
            return warehouse.made_by_another()
    except Problem:
        return []


@contextmanager
def to_change(
    path: Path,
    progress: Progress | None = None,
    clock: Clock | None = None,
    timeout: float = PATIENCE,
    confirmed: Config | None = None,
) -> Iterator[Warehouse]:
    """The warehouse of this file for a run that changes something: the only such run meanwhile.

    The file is read once the others have ended: they may have written a password.
    confirmed: the file as it was when a person confirmed something about its cluster.
    Raises UsageError where it means another cluster by now.
    """
    time = clock or SystemClock()
    began = time.monotonic()
    with exclusive(path, progress or Progress(), time, timeout):
        left = max(timeout - (time.monotonic() - began), 0.0)
        config = read(path)
        _check_same(confirmed, config)
        with closing(connect(config, progress, clock, left)) as warehouse:
            yield warehouse


def _check_same(confirmed: Config | None, config: Config) -> None:
    if confirmed is None:
        return
    before, now = ((each.target, each.region, each.identifier) for each in (confirmed, config))
    if before != now:
        raise UsageError(
            "Nothing was deleted.",
            f"{config.path.name} was edited meanwhile: it names cluster {config.identifier} now, "
            f"not {confirmed.identifier}.",
            "Run the same command again, and confirm that cluster.",
        )


def connect(
    config: Config, progress: Progress | None = None, clock: Clock | None = None, timeout: float = PATIENCE
) -> Warehouse:
    """The warehouse of this dwh.cfg, on the account that TARGET names.

    timeout: seconds of waiting in all. Raises Problem when there are no usable credentials.
    """
    progress = progress or Progress()
    progress.opening(config)
    exposed = git_exposure(config.path)
    if exposed:  # a password is told of when it is written; who reads an AWS key can do more than this file says
        (progress.note if config.credentials.secret else progress.detail)(exposed)
    if config.target == "simulator":
        from iac.simulator import SIMULATED_PACE, Simulator

        clock = clock or SystemClock(SIMULATED_PACE)
        account = Simulator(config.path.parent / STATE_FILE, clock)
        session = account.session(config.region or DEFAULT_REGION)
        return connect_to(Access(session, lambda: account.own_address, 1), config, progress, clock, timeout)
    access = Access(aws_session(config), own_address, at_once=True, probe=endpoint.ask)
    return connect_to(access, config, progress, clock or SystemClock(), timeout)


def connect_to(access: Access, config: Config, progress: Progress, clock: Clock, timeout: float) -> Warehouse:
    """The warehouse of this dwh.cfg, on an account that is at hand."""
    began = clock.monotonic()
    connection = Connection(access.session, clock, progress, access.attempts, access.at_once)
    connection.deadline = began + timeout
    if config.region is None:
        where = "from the AWS settings or by default"
        said = f"REGION is not in {config.path.name}; {connection.region} is used, {where}."
        config = replace(config, assumed=(*config.assumed, said))
    place, unidentified = _find_place(connection, config)
    run = Run(config, connection, place, clock, progress, cache(access.own_address), began, timeout)
    run.unidentified, run.probe = unidentified, access.probe
    if unidentified is None:
        progress.connected(place)
    return Warehouse(run)


def _find_place(connection: Connection, config: Config) -> tuple[Place, Problem | None]:
    """Stopping goes on without knowing the account, should STS not answer; creating does not."""
    connection.prepare("sts", "redshift", "iam", "ec2")
    try:
        return find_place(connection, config.target), None
    except Problem as problem:
        return Place(config.target, "", "aws", connection.region), problem
