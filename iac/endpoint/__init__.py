"""Whether the warehouse answers here, asked at the end of a run; and what is looked at where it does not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from iac.endpoint import network
from iac.endpoint.diagnosis import diagnose, happened, needs_look
from iac.endpoint.probe import Cause, NetworkFacts, Outcome, Probe
from iac.errors import Problem
from iac.observed import Cluster
from iac.progress import watch
from iac.report import Told
from iac.status import Phase, phase
from iac.wait import Cadence, InProgress
from iac.words import shell_word

if TYPE_CHECKING:
    from iac.config import Config
    from iac.steps.permissions import Permissions
    from iac.report import Report
    from iac.run import Run

NAME = "endpoint"

PATIENCE = 20.0
"""Seconds that a new endpoint has until it answers. A cluster can go back to
`modifying` for some 15 s after it was `available` (GitHub, apache/airflow#58645)."""

NAME_PATIENCE = 6.0
"""Seconds until its name must be known: an endpoint gets it while the cluster is creating, so it is there as a rule."""

PROBE_LIMIT = 20.0
"""Seconds for one try as a whole: its own limits hold for each part of an answer anew."""

CADENCE = Cadence(((0, 2), (10, 4)), "usually at once")


@dataclass(frozen=True)
class Reach:
    """What a run found out about the way to the cluster.

    happened: what was met, as half a sentence; empty where it answers as it should.
    causes: the most likely first; of an untrusted certificate, what to do about it.
    """

    probe: Probe
    happened: str = ""
    causes: tuple[Cause, ...] = ()

    @property
    def because(self) -> str | None:
        """Why it does not answer, in one text; None where it does."""
        if self.probe.reachable:
            return None
        return " ".join([f"{self.happened[:1].upper()}{self.happened[1:]}.", *(cause.what for cause in self.causes)])


def at_end(run: Run) -> Reach | None:
    """The probe's outcome, and the causes where it failed; None where there is nothing to ask.

    Not asked are the simulator, a cluster that is not at rest, and one that is private as dwh.cfg says.
    After a change it is asked again for a while. Raises nothing: a run is done all the same.
    """
    seen, found = run.seen, run.cluster
    if run.goal.name != "running" or not run.goal.wait or seen is None or found is None:
        return None
    public = found.publicly_accessible or run.config.publicly_accessible
    if not (run.view.probe and run.connection.left > 0 and phase(found) is Phase.READY):
        return None
    if not (found.host and found.port and public):
        return None
    probe = _asked(run, found, PATIENCE if run.journal else 0.0)
    facts = _facts(run, found) if needs_look(probe) else NetworkFacts()
    causes = diagnose(run.config, run.place, found, seen.group_in(found.vpc_id), probe, facts)
    return Reach(probe, happened(probe), causes)


def told(report: Report) -> Told:
    """Whether it answers; why it does not, or what is wrong with how it does, and what to do, is told below the table."""
    reach: Reach | None = report.of.get(NAME)
    if reach is None:
        return Told(access=tuple(_without_port(report)), json={"reachable": None, "unreachable_because": None})
    json = {"reachable": reach.probe.reachable, "unreachable_because": reach.because}
    answers = _answers(reach) if reach.probe.reachable else _without_port(report)
    return Told(access=tuple(answers), lines=tuple(_unanswered(reach)), json=json)


def permissions(config: Config) -> Permissions:
    """Of the looks at the network."""
    looks = ("RouteTables", "SecurityGroupRules", "VpcBlockPublicAccessExclusions", "VpcBlockPublicAccessOptions")
    operations = (*(f"ec2:Describe{each}" for each in looks), "redshift:DescribeClusterSubnetGroups")
    return {"anything": ({"Resource": ["*"]}, operations)}


def _answers(reach: Reach) -> list[tuple[str, str]]:
    if reach.probe.outcome is Outcome.UNTRUSTED:
        return [("answers", "yes, with a certificate that this computer does not trust")]
    shown = reach.probe.certificate
    until = f", valid until {shown.not_after:%Y-%m-%d}" if shown and shown.not_after else ""
    return [("answers", f"yes: TLS certificate {shown.name}{until}" if shown else "yes")]


def _without_port(report: Report) -> list[tuple[str, str]]:
    """For a login that may redshift-data:ExecuteStatement and redshift:GetClusterCredentials, also where AWS keeps the
    password (Data API reference, ExecuteStatement). Nothing where the port may be open here: public, and not asked."""
    config, seen, found = report.config, report.seen, report.cluster
    if not (config and seen and found) or config.target == "simulator":
        return []
    if report.of.get(NAME) is None and found.publicly_accessible:
        return []
    profile = config.credentials.profile
    options = {
        "cluster-identifier": found.identifier, "database": found.database, "db-user": found.user,
        "region": seen.place.region, **({"profile": profile} if profile else {}),
    }  # fmt: skip
    given = " ".join(f"--{option} {shell_word(value)}" for option, value in options.items())
    return [("Data API", f'aws redshift-data execute-statement {given} --sql "SELECT 1"')]


def _unanswered(reach: Reach) -> list[str]:
    """Why it does not answer, or what is wrong with how it does, and what to do."""
    if not reach.happened:
        return []
    said = f"It does not answer: {reach.happened}"
    if reach.probe.reachable:
        said = f"{reach.happened[0].upper()}{reach.happened[1:]}"
    causes = [line for cause in reach.causes for line in (f"  Why: {cause.what}", f"  Do:  {cause.remedy}")]
    return ["", f"{said}.", *causes]


def _asked(run: Run, found: Cluster, patience: float) -> Probe:
    """The first answer, or the last failure."""
    assert run.view.probe is not None
    host, port = found.host or "", found.port or 0
    ask, last = partial(run.view.probe, host, port), [Probe(Outcome.SILENT, host, port)]
    began = run.clock.monotonic()

    def look() -> Probe | InProgress:
        last.append(run.connection.within(ask, PROBE_LIMIT, lambda: _Over("silent", f"{PROBE_LIMIT} s", "")))
        unknown = last[-1].outcome is Outcome.NO_ADDRESS and run.clock.monotonic() - began >= NAME_PATIENCE
        settled = last[-1].reachable or not last[-1].may_pass or unknown
        return last[-1] if settled else InProgress(last[-1].outcome.value)

    thing, limit = f"endpoint of {found.identifier}", min(patience, run.connection.left)
    try:
        return watch(
            thing, look, run.progress, run.clock, CADENCE, limit, lambda seconds, status: _Over(status, f"{seconds} s", "")
        )
    except _Over:
        return last[-1]


class _Over(Problem):
    """The wait is over."""


def _facts(run: Run, found: Cluster) -> NetworkFacts:
    """What can be seen of the network, soon: nobody waits for a diagnosis while AWS has trouble."""
    with run.connection.hurried():
        address = run.connection.begin(partial(_own_address, run))
        return replace(network.look(run.connection, found), own_address=address())


def _own_address(run: Run) -> str | None:
    try:
        return run.view.own_address()
    except Problem:
        return None
