"""Asking for a cluster, with a role that may still be settling."""

from __future__ import annotations

from datetime import timedelta

from iac import steps
from iac.apply.finding import group_id
from iac.aws import cluster
from iac.errors import Problem, RoleNotTrusted
from iac.observed import Observed
from iac.run import Run
from iac.wait import Cadence, until

ROLE_SETTLES = timedelta(minutes=5)
"""How old a role may be for "not valid" to mean "not yet known everywhere": IAM is
eventually consistent (IAM User Guide, Troubleshooting); seconds are typical."""

ROLE_CADENCE = Cadence(((0, 1.5), (30, 3)), "usually some seconds")


def create_cluster(run: Run, spec: steps.ClusterSpec, seen: Observed) -> None:
    """Asks again while a new role is not yet trusted; an old one is refused for good."""
    assert seen.network.vpc_id is not None
    found = group_id(run, spec.group, seen.network.vpc_id)
    role_arn = seen.role.arn if seen.role else run.place.role_arn(spec.role)
    is_new = seen.role is None or run.clock.now() - seen.role.created_at < ROLE_SETTLES
    password = None if spec.managed_password else run.config.password
    began = run.clock.monotonic()

    def ask() -> bool | None:
        try:
            cluster.create(run.door, spec, password, role_arn, found)
            return True
        except RoleNotTrusted:
            if not is_new:
                raise
            waited = run.clock.monotonic() - began
            run.progress.waiting(f"IAM role {spec.role}", "not yet trusted", waited, ROLE_CADENCE.usually)
            return None

    def gave_up(seconds: float) -> Problem:
        return Problem(
            f"Redshift does not accept IAM role {spec.role}.",
            f"After {seconds:.0f} s AWS still says that the role must delegate access to Amazon Redshift.",
            "Run the same command again; if it stays so, look at the role's trust policy in the IAM console.",
        )

    try:
        until(ask, run.clock, ROLE_CADENCE, ROLE_SETTLES.total_seconds(), gave_up)
    finally:
        run.progress.arrived()
