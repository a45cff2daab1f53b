"""Asking for a cluster, new or from a snapshot."""

from __future__ import annotations

from iac import steps
from iac.apply.finding import group_id
from iac.apply.waiting import wait_for_snapshot, with_settling_role
from iac.aws import cluster
from iac.errors import Busy
from iac.observed import PASSWORD_TAG, PENDING, Observed
from iac.run import Run


def create_cluster(run: Run, spec: steps.ClusterSpec, seen: Observed) -> None:
    """A new, empty cluster."""
    password = None if spec.managed_password else run.config.password
    role_arn, group = _role_and_group(run, spec, seen)
    with_settling_role(
        run, spec.role, seen, lambda: cluster.create(run.door, spec, password, role_arn, group)
    )


def restore_cluster(run: Run, step: steps.RestoreCluster, seen: Observed) -> None:
    """From a snapshot, which may still be in the making; tagged as ours at once where AWS allows it.

    Its password is the snapshot's, and is marked so.
    """
    wait_for_snapshot(run, step.snapshot)
    role_arn, group = _role_and_group(run, step.spec, seen)
    with_settling_role(run, step.spec.role, seen, lambda: cluster.restore(run.door, step, role_arn, group))
    tags = (*step.spec.tags, (PASSWORD_TAG, PENDING))
    try:
        cluster.set_tags(run.door, run.place.cluster_arn(step.spec.identifier), tags)
    except Busy:
        return  # the plan after the wait has the tags again


def _role_and_group(run: Run, spec: steps.ClusterSpec, seen: Observed) -> tuple[str, str]:
    assert seen.network.vpc_id is not None
    role_arn = seen.role.arn if seen.role else run.place.role_arn(spec.role)
    return role_arn, group_id(run, spec.group, seen.network.vpc_id)
