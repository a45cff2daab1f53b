"""Carrying a step out: one arm for each."""

from __future__ import annotations

from iac import steps
from iac.apply import file
from iac.apply.creating import create_cluster
from iac.apply.deleting import delete_group
from iac.apply.finding import group_id
from iac.aws import cluster, network, role
from iac.observed import Observed
from iac.policy import trust_policy
from iac.run import Run


def apply(step: steps.Step, run: Run, seen: Observed) -> None:
    """Do what the step says. Raises Problem when AWS refuses, Busy when it is to be looked at anew."""
    match step:
        case steps.CreateRole(name, tags):
            role.create(run.door, name, trust_policy(run.place.account), tags)
        case steps.PutPolicy(name, policy):
            role.put_policy(run.door, name, policy, step.content)
        case steps.AttachPolicy(name, arn):
            role.attach_policy(run.door, name, arn)
        case steps.CreateGroup(name, vpc_id, tags):
            network.create(run.door, name, vpc_id, tags)
        case steps.OpenPort(name, vpc_id, cidr, port, tags):
            network.authorize(run.door, group_id(run, name, vpc_id), cidr, port, tags)
        case steps.MakePassword():
            file.make_password(run)
        case steps.CreateCluster(spec):
            create_cluster(run, spec, seen)
        case steps.WriteAddress(_, arn):
            file.write_address(run, arn)
        case steps.DeleteCluster(identifier, snapshot, keep_days):
            cluster.delete(run.door, identifier, snapshot, keep_days)
            run.snapshot = snapshot
        case steps.DeleteRole(name):
            found = role.look(run.door, name)
            if found is not None:
                role.delete(run.door, found)
        case steps.DeleteGroup(found, name):
            delete_group(run, found, name)
        case steps.BlankAddress():
            file.blank_address(run)
        case _:
            raise AssertionError(f"no arm for {type(step).__name__}")
