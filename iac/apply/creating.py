"""Asking for a cluster, with a role that may still be settling and a snapshot in the making."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from iac import steps
from iac.apply.finding import group_id
from iac.aws import cluster, snapshot
from iac.errors import Busy, GaveUp, Problem, RoleNotTrusted
from iac.observed import Observed
from iac.run import Run
from iac.wait import Cadence
from iac.watch import Going

ROLE_SETTLES = timedelta(minutes=5)
"""How old a role may be for "not valid" to mean "not yet known everywhere": IAM is
eventually consistent (IAM User Guide, Troubleshooting); seconds are typical."""

ROLE_CADENCE = Cadence(((0, 1.5), (30, 3)), "usually some seconds")
SNAPSHOT_CADENCE = Cadence(((0, 5), (120, 10), (1200, 30)), "usually 1 to 10 min")


def create_cluster(run: Run, spec: steps.ClusterSpec, seen: Observed) -> None:
    """A new, empty cluster."""
    password = None if spec.managed_password else run.config.password
    _with_settling_role(
        run, spec, seen, lambda role_arn, group: cluster.create(run.door, spec, password, role_arn, group)
    )


def restore_cluster(run: Run, step: steps.RestoreCluster, seen: Observed) -> None:
    """From a snapshot, which may still be in the making; tagged as ours at once where AWS allows it."""
    wait_for_snapshot(run, step.snapshot)
    _with_settling_role(
        run, step.spec, seen, lambda role_arn, group: cluster.restore(run.door, step, role_arn, group)
    )
    try:
        cluster.set_tags(run.door, run.place.cluster_arn(step.spec.identifier), step.spec.tags)
    except Busy:
        return  # the plan after the wait has the tags again


def wait_for_snapshot(run: Run, name: str) -> None:
    """Until it can be restored from. Raises Problem when it failed or is gone."""
    def look() -> bool | Going:
        found = snapshot.find(run.door, name)
        if found is None or found.status in ("failed", "deleted", "cancelled"):
            raise Problem(
                f"Snapshot {name} cannot be used.",
                f"Its status is {found.status if found else 'gone'}.",
                "See which there are: `python delete_cluster.py --plan`.",
            )
        return found.status == "available" or Going(found.status)

    def gave_up(seconds: float) -> GaveUp:
        return GaveUp(
            f"Snapshot {name} is still being made.",
            f"The wait ended after {run.elapsed / 60:.0f} min, its limit.",
            "Run the same command again to go on waiting; --timeout MINUTES waits longer.",
        )

    run.watch(f"snapshot {name}", look, SNAPSHOT_CADENCE, gave_up)


def _with_settling_role(
    run: Run, spec: steps.ClusterSpec, seen: Observed, ask_for: Callable[[str, str], None]
) -> None:
    """Asks again while a new role is not yet trusted; an old one is refused for good."""
    assert seen.network.vpc_id is not None
    found = group_id(run, spec.group, seen.network.vpc_id)
    role_arn = seen.role.arn if seen.role else run.place.role_arn(spec.role)
    with_settling_role(run, spec.role, seen, lambda: ask_for(role_arn, found))


def with_settling_role(run: Run, name: str, seen: Observed, ask_for: Callable[[], None]) -> None:
    """Asks again while a new role is not yet trusted; an old one is refused for good."""
    is_new = run.role_changed or seen.role is None or run.clock.now() - seen.role.created_at < ROLE_SETTLES

    def ask() -> bool | Going:
        try:
            ask_for()
            return True
        except RoleNotTrusted:
            if not is_new:
                raise
            return Going("not yet trusted")

    def gave_up(seconds: float) -> Problem:
        return Problem(
            f"Redshift does not accept IAM role {name}.",
            f"After {seconds:.0f} s AWS still says that the role must delegate access to Amazon Redshift.",
            "Run the same command again; if it stays so, look at the role's trust policy in the IAM console.",
        )

    run.watch(f"IAM role {name}", ask, ROLE_CADENCE, gave_up, limit=ROLE_SETTLES.total_seconds())
