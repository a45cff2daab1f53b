"""Whether the warehouse answers here: the probe at the end of a run, and what is looked at where it does not."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from iac.aws import internet
from iac.errors import Problem
from iac.observed import Cluster
from iac.plan.diagnosis import diagnose, happened, needs_look
from iac.probe import NetworkFacts, Outcome, Probe, Reach
from iac.run import Run
from iac.status import Phase, phase
from iac.wait import Cadence, InProgress, watch

PATIENCE = 20.0
"""Seconds that a new endpoint has until it answers. A cluster can go back to
`modifying` for some 15 s after it was `available` (GitHub, apache/airflow#58645)."""

NAME_PATIENCE = 6.0
"""Seconds until its name must be known: an endpoint gets it while the cluster is creating, so it is there as a rule."""

CADENCE = Cadence(((0, 2), (10, 4)), "usually at once")


def reach(run: Run, patient: bool) -> Reach | None:
    """The probe's outcome, and the causes where it failed; None where there is nothing to ask.

    Not asked are the simulator, a cluster that is not at rest, and one that is private as dwh.cfg says.
    patient: whether it is asked again for a while, as after a change. Raises nothing: a run is done all the same.
    """
    seen = run.seen
    found = seen.cluster if seen else None
    if run.view.probe is None or seen is None or found is None or not _is_to_answer(run, found):
        return None
    probe = _asked(run, found, PATIENCE if patient else 0.0)
    facts = _facts(run, found) if needs_look(probe) else NetworkFacts()
    causes = diagnose(run.config, run.place, found, seen.group_in(found.vpc_id), probe, facts)
    return Reach(probe, happened(probe), causes)


def _is_to_answer(run: Run, found: Cluster) -> bool:
    public = found.publicly_accessible or run.config.publicly_accessible
    return bool(run.connection.left > 0 and phase(found) is Phase.READY and found.host and found.port and public)


def _asked(run: Run, found: Cluster, patience: float) -> Probe:
    """The first answer, or the last failure."""
    assert run.view.probe is not None
    ask, last = partial(run.view.probe, found.host or "", found.port or 0), []
    began = run.clock.monotonic()

    def look() -> Probe | InProgress:
        last.append(ask())
        unknown = last[-1].outcome is Outcome.NO_ADDRESS and run.clock.monotonic() - began >= NAME_PATIENCE
        over = last[-1].reachable or not last[-1].may_pass or unknown
        return last[-1] if over else InProgress(last[-1].outcome.value)

    limit = min(patience, run.connection.left)
    try:
        return watch(f"endpoint of {found.identifier}", look, run.progress, run.clock, CADENCE, limit, _over)
    except _Over:
        return last[-1]


class _Over(Problem):
    """The wait is over."""


def _over(seconds: float, status: str) -> Problem:
    return _Over(status, f"{seconds} s", "")


def _facts(run: Run, found: Cluster) -> NetworkFacts:
    """What can be seen of the network, soon: nobody waits for a diagnosis while AWS has trouble."""
    with run.connection.hurried():
        address = run.connection.begin(partial(_own_address, run))
        return replace(internet.look(run.connection, found), own_address=address())


def _own_address(run: Run) -> str | None:
    try:
        return run.view.own_address()
    except Problem:
        return None
