"""The difference between what should be and what is: pure, as a list of steps.

The cluster is absent, ready, paused or broken here; whatever moves was waited
out before. The same file and the same AWS give the same steps.
"""

from __future__ import annotations

import json
from datetime import datetime

from iac.config import Config
from iac.config.nodes import NODE_TYPES
from iac.errors import Problem
from iac.observed import OUR_TAG, Observed
from iac.policy import INLINE_POLICY, READ_ALL_POLICY, s3_policy, trusts_redshift
from iac.settle import BROKEN, Phase, phase
from iac.steps import (
    AttachPolicy,
    BlankAddress,
    ClusterSpec,
    CreateCluster,
    CreateGroup,
    CreateRole,
    DeleteCluster,
    DeleteGroup,
    DeleteRole,
    MakePassword,
    OpenPort,
    PutPolicy,
    Step,
    Tags,
    WriteAddress,
)


def to_running(config: Config, seen: Observed, group: str) -> list[Step]:
    """What is missing until the warehouse runs as dwh.cfg says.

    Raises Problem for what is broken, not ours, or cannot be had.
    """
    _refuse(config, seen, group)
    return [
        *_role_steps(config, seen),
        *_group_steps(config, seen, group),
        *_cluster_steps(config, seen, group),
        *_file_steps(config, seen),
    ]


def to_gone(config: Config, seen: Observed, keep_data: bool, now: datetime) -> list[Step]:
    """What is left to do until nothing costs money, and nothing of ours stays but snapshots."""
    steps: list[Step] = []
    if seen.cluster is not None:
        if not seen.cluster.ours:
            raise _not_ours(f"cluster {config.identifier}", "It is left alone, and so is all that it uses.")
        snapshot = f"{config.identifier}-final-{now:%Y%m%d-%H%M%S}" if keep_data else None
        steps.append(DeleteCluster(config.identifier, snapshot, config.snapshot_days))
    if seen.role is not None and seen.role.ours and not seen.users_of_role:
        steps.append(DeleteRole(config.role_name))
    steps.extend(DeleteGroup(group.group_id, group.name) for group in seen.groups if group.ours)
    if config.host or config.role_arn:
        steps.append(BlankAddress(config.path.name))
    return steps


def wanted_tags(config: Config) -> Tags:
    """The tags of everything we make."""
    return (OUR_TAG, *config.tags)


def _refuse(config: Config, seen: Observed, group: str) -> None:
    """All that stands in the way, before anything is made."""
    if seen.cluster is not None and not seen.cluster.ours:
        raise _not_ours(f"cluster {config.identifier}", "Edit DWH_CLUSTER_IDENTIFIER in dwh.cfg to another name.")
    if seen.cluster is not None and phase(seen.cluster) is Phase.BROKEN:
        status = seen.cluster.status
        means, way_out = BROKEN.get(status, ("It does not run, and waiting does not help.", "See the AWS console."))
        raise Problem(f"Cluster {config.identifier} is broken: {status}.", means, way_out)
    node = NODE_TYPES[config.node_type]
    if seen.cluster is None and config.number_of_nodes > node.most:
        raise Problem(
            f"A new cluster of {node.name} has {node.counts} nodes, not {config.number_of_nodes}.",
            f"Only a later resize reaches up to {node.most_resized} nodes.",
            f"Write DWH_NUM_NODES = {node.most} into dwh.cfg, create the cluster, then write {config.number_of_nodes}.",
        )
    if config.max_hourly_usd is not None:
        raise Problem(
            f"It is not known whether the cluster costs more than {config.max_hourly_usd} US dollars an hour.",
            "DWH_MAX_HOURLY_USD sets a limit, and the price of this node type cannot be looked up here.",
            "Blank DWH_MAX_HOURLY_USD in dwh.cfg to go without the limit.",
        )
    if seen.network.vpc_id is None:
        raise Problem(
            f"There is no default VPC in {seen.place.region}.",
            "DWH_SUBNET_GROUP is blank, so the cluster would go to the default VPC.",
            f"Run `aws ec2 create-default-vpc --region {seen.place.region}`, or name a cluster subnet group "
            "in DWH_SUBNET_GROUP.",
        )
    found = seen.group_in(seen.network.vpc_id)
    if found is not None and not found.ours:
        raise _not_ours(
            f"security group {group} ({found.group_id})",
            f"Rename or delete it (`aws ec2 delete-security-group --group-id {found.group_id} "
            f"--region {seen.place.region}`), or edit DWH_CLUSTER_IDENTIFIER in dwh.cfg.",
        )
    if seen.role is not None and not seen.role.ours and not trusts_redshift(seen.role.trust):
        raise _not_ours(
            f"IAM role {config.role_name}",
            "It does not let redshift.amazonaws.com take it. Edit DWH_IAM_ROLE_NAME in dwh.cfg to another name.",
        )


def _role_steps(config: Config, seen: Observed) -> list[Step]:
    """A role of someone else's that fits is used as it is."""
    if seen.role is not None and not seen.role.ours:
        return []
    steps: list[Step] = [] if seen.role else [CreateRole(config.role_name, wanted_tags(config))]
    if config.s3_access == "listed":
        document = s3_policy(config.s3_places, seen.place.partition)
        if seen.role is None or dict(seen.role.inline).get(INLINE_POLICY) != document:
            text = json.dumps(document, sort_keys=True)
            steps.append(PutPolicy(config.role_name, INLINE_POLICY, text, config.s3_places))
        return steps
    arn = config.policy_arn or seen.place.policy_arn(READ_ALL_POLICY)
    if seen.role is None or arn not in seen.role.attached:
        steps.append(AttachPolicy(config.role_name, arn))
    return steps


def _group_steps(config: Config, seen: Observed, group: str) -> list[Step]:
    vpc_id = seen.network.vpc_id
    assert vpc_id is not None
    found = seen.group_in(vpc_id)
    tags = wanted_tags(config)
    steps: list[Step] = [] if found else [CreateGroup(group, vpc_id, tags)]
    open_now = {
        rule.cidr
        for rule in (found.rules if found else ())
        if rule.protocol in ("tcp", "-1") and (rule.protocol == "-1" or rule.from_port <= config.port <= rule.to_port)
    }
    steps.extend(OpenPort(group, vpc_id, cidr, config.port, tags) for cidr in seen.ingress if cidr not in open_now)
    return steps


def _cluster_steps(config: Config, seen: Observed, group: str) -> list[Step]:
    if seen.cluster is not None:
        return []
    spec = ClusterSpec(
        identifier=config.identifier,
        node_type=config.node_type,
        number_of_nodes=config.number_of_nodes,
        database=config.database,
        user=config.user,
        port=config.port,
        publicly_accessible=config.publicly_accessible,
        subnet_group=config.subnet_group,
        role=config.role_name,
        group=group,
        managed_password=config.managed_password,
        tags=wanted_tags(config),
    )
    needs_password = config.password is None and not config.managed_password
    return [*([MakePassword(config.path.name)] if needs_password else []), CreateCluster(spec)]


def _file_steps(config: Config, seen: Observed) -> list[Step]:
    arn = seen.role.arn if seen.role else seen.place.role_arn(config.role_name)
    host = seen.cluster.host if seen.cluster else None
    has_arn = config.arn_holds_name or arn == config.role_arn
    if host is not None and host == config.host and has_arn and config.in_line:
        return []
    return [WriteAddress(config.path.name, arn, not config.in_line)]


def _not_ours(thing: str, remedy: str) -> Problem:
    key, value = OUR_TAG
    return Problem(
        f"{thing[0].upper()}{thing[1:]} is there, but these scripts did not make it.",
        f"It does not carry the tag {key} = {value}, and nothing without it is changed or deleted.",
        remedy,
    )
