"""Changing a cluster that runs."""

from __future__ import annotations

from iac import steps
from iac.apply.finding import group_id
from iac.apply.waiting import wait_for_snapshot, with_settling_role
from iac.aws import cluster, snapshot
from iac.observed import PASSWORD_TAG, PENDING, Observed
from iac.run import Run


def use_group(run: Run, step: steps.UseGroup) -> None:
    """By the group's name: it may have been made a moment ago."""
    cluster.use_group(run.door, step.identifier, group_id(run, step.group, step.vpc_id))


def associate_role(run: Run, step: steps.AssociateRole, seen: Observed) -> None:
    """A new role may have to settle first."""
    name = step.role_arn.rpartition("/")[2]
    with_settling_role(
        run, name, seen, lambda: cluster.associate_role(run.door, step.identifier, step.role_arn)
    )


def announce_password(run: Run, step: steps.AnnouncePassword) -> None:
    """Before the file changes: a run that ends in between is continued by the next."""
    cluster.set_tags(run.door, run.place.cluster_arn(step.identifier), ((PASSWORD_TAG, PENDING),))


def set_password(run: Run, step: steps.SetPassword) -> None:
    """The one that stands in dwh.cfg; then marked by the moment of the cluster's creation.

    The moment, because a restore copies the tags of the old cluster.
    """
    found = cluster.look(run.door, step.identifier)
    password = run.config.password
    assert password is not None, "a password is made before it is set"
    cluster.set_password(run.door, step.identifier, password, bool(found and found.managed_password))
    there = run.settle(began_here=True)
    if there is not None:
        cluster.set_tags(run.door, run.place.cluster_arn(step.identifier), ((PASSWORD_TAG, there.password_stamp),))


def take_snapshot(run: Run, step: steps.TakeSnapshot) -> None:
    """And wait until it is there."""
    snapshot.take(run.door, step.identifier, step.snapshot, step.keep_days)
    wait_for_snapshot(run, step.snapshot)
