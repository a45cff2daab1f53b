"""Carrying a step out: one arm for each."""

from __future__ import annotations

from iac import steps
from iac.apply import changing, file
from iac.apply.creating import create_cluster, restore_cluster
from iac.apply.deleting import delete_cluster, delete_group
from iac.apply.finding import group_id
from iac.aws import cluster, network, role
from iac.observed import Observed
from iac.policy import trust_policy
from iac.run import Run


def apply(step: steps.Step, run: Run, seen: Observed) -> None:
    """Do what the step says. Raises Problem when AWS refuses, Busy when it is to be looked at anew."""
    if not (_to_role(step, run) or _to_network(step, run) or _to_cluster(step, run, seen) or _to_file(step, run)):
        raise AssertionError(f"no arm for {type(step).__name__}")


def _to_role(step: steps.Step, run: Run) -> bool:
    match step:
        case steps.CreateRole(name, tags):
            role.create(run.door, name, trust_policy(run.place.account), tags)
            run.role_changed = True
        case steps.SetTrust(name):
            role.set_trust(run.door, name, trust_policy(run.place.account))
            run.role_changed = True
        case steps.PutPolicy(name, policy):
            role.put_policy(run.door, name, policy, step.content)
        case steps.DeletePolicy(name, policy):
            role.delete_policy(run.door, name, policy)
        case steps.AttachPolicy(name, arn):
            role.attach_policy(run.door, name, arn)
        case steps.DetachPolicy(name, arn):
            role.detach_policy(run.door, name, arn)
        case steps.TagRole(name, tags):
            role.tag(run.door, name, tags)
        case steps.DeleteRole(name):
            found = role.look(run.door, name)
            if found is not None:
                role.delete(run.door, found)
        case _:
            return False
    return True


def _to_network(step: steps.Step, run: Run) -> bool:
    match step:
        case steps.CreateGroup(name, vpc_id, tags):
            network.create(run.door, name, vpc_id, tags)
        case steps.OpenPort(name, vpc_id, cidr, port, tags):
            network.authorize(run.door, group_id(run, name, vpc_id), cidr, port, tags)
        case steps.ClosePort(found, rule_id):
            network.revoke(run.door, found, rule_id)
        case steps.TagGroup(found, _, tags):
            network.tag(run.door, found, tags)
        case steps.DeleteGroup(found, name):
            delete_group(run, found, name)
        case _:
            return False
    return True


def _to_cluster(step: steps.Step, run: Run, seen: Observed) -> bool:
    match step:
        case steps.CreateCluster(spec):
            create_cluster(run, spec, seen)
        case steps.RestoreCluster():
            restore_cluster(run, step, seen)
        case steps.PauseCluster(identifier):
            cluster.pause(run.door, identifier)
        case steps.ResumeCluster(identifier):
            cluster.resume(run.door, identifier)
        case steps.ResizeCluster():
            cluster.resize(run.door, step)
        case steps.TakeSnapshot():
            changing.take_snapshot(run, step)
        case steps.ChangeCluster(identifier, setting, value):
            cluster.change(run.door, identifier, setting, value)
        case steps.UseGroup():
            changing.use_group(run, step)
        case steps.AssociateRole():
            changing.associate_role(run, step, seen)
        case steps.AnnouncePassword():
            changing.announce_password(run, step)
        case steps.SetPassword():
            changing.set_password(run, step)
        case steps.TagCluster(identifier, tags):
            cluster.set_tags(run.door, run.place.cluster_arn(identifier), tags)
        case steps.DeleteCluster():
            delete_cluster(run, step)
        case _:
            return False
    return True


def _to_file(step: steps.Step, run: Run) -> bool:
    match step:
        case steps.MakePassword():
            file.make_password(run)
        case steps.WriteAddress(_, arn):
            file.write_address(run, arn)
        case steps.BlankAddress():
            file.blank_address(run)
        case _:
            return False
    return True
