"""Preconditions, checked before anything is made or changed."""

from __future__ import annotations

from iac.config import Config
from iac.config.faults import Fault, Misconfigured
from iac.config.names import cluster_of
from iac.config.options import instead
from iac.errors import Problem
from iac.facts.node_types import NODE_TYPES, cluster_type, replacement
from iac.naming import OUR_TAG
from iac.observed import Cluster, Observed, Place, Snapshot
from iac.plan.context import Context
from iac.plan.restoring import chosen_snapshot, refuse_restore
from iac.status import Phase, broken, phase
from iac.steps.policy import trusts


def another_cluster(config: Config, seen: Observed) -> str | None:
    """`cluster NAME in REGION`, if HOST is the address of another one than dwh.cfg now means."""
    found = cluster_of(config.host)
    if found is None or found == (config.identifier, seen.place.region):
        return None
    return "cluster {} in {}".format(*found)


def left_behind(config: Config, seen: Observed) -> list[str]:
    """What to say where HOST is the address of another cluster, which nothing is done to."""
    return [
        f"HOST in {config.path.name} is of {other}, which stays, and goes on costing money if it is there. To delete it, "
        "write its REGION and DWH_CLUSTER_IDENTIFIER, then `python delete_cluster.py`."
        for other in [another_cluster(config, seen)]
        if other is not None
    ]


def refuse(config: Config, seen: Observed, context: Context) -> None:
    """Raises Problem for the first precondition of a running warehouse that is not met."""
    _refuse_node_type(config, seen)
    if seen.cluster is not None:
        _refuse_cluster(config, seen.cluster, seen.place, context)
    elif context.request.restore is not None:
        snapshot = chosen_snapshot(config, seen, context.request.restore)
        refuse_restore(config, snapshot)
        _refuse_unchangeable(config, f"Snapshot {snapshot.identifier}", snapshot)
    elif config.node_type in NODE_TYPES and config.number_of_nodes > NODE_TYPES[config.node_type].most:
        node = NODE_TYPES[config.node_type]
        raise Problem(
            f"A new cluster of {node.name} has {node.counts} nodes, not {config.number_of_nodes}.",
            f"Only a later resize reaches up to {node.most_resized} nodes.",
            f"Write DWH_NUM_NODES = {node.most} into dwh.cfg, create the cluster, then write {config.number_of_nodes}.",
        )
    _refuse_network(seen, context)
    if seen.role is not None and not seen.role.ours and not trusts(seen.role.trust):
        raise not_ours(
            f"IAM role {config.role_name}",
            "It does not let redshift.amazonaws.com take it. Edit DWH_IAM_ROLE_NAME in dwh.cfg to another name.",
        )


def another_account(config: Config, place: Place) -> list[str]:
    """What to say where ARN in the file is of another account than the login."""
    account, _ = config.role_in_arn
    if not account or not place.account or account == place.account:
        return []
    return [f"ARN in {config.path.name} is of AWS account {account}; the login is of account {_named(place)}."]


def refuse_another_account(config: Config, place: Place) -> None:
    """Raises Problem: in this account there is nothing of that file to stop, and the file is left as it is."""
    for why in another_account(config, place):
        account, _ = config.role_in_arn
        there = "write TARGET = aws" if place.target == "simulator" else "log in to it (PROFILE, or KEY and SECRET)"
        raise Problem(
            f"The warehouse of {config.path.name} is in another AWS account; nothing was stopped or deleted.",
            why,
            f"To stop the one in account {account}, {there}; to work in account {_named(place)}, "
            f"make ARN and HOST blank in {config.path.name}. Then run the same command again.",
        )


def _named(place: Place) -> str:
    return f"{place.account} (the simulator)" if place.target == "simulator" else place.account


def made_by_another(place: Place, cluster: Cluster | None) -> list[str]:
    """What to say where somebody else made the cluster: two people may have called theirs the same."""
    if cluster is None or not place.caller or cluster.maker in ("", place.caller):
        return []
    return [
        f"Cluster {cluster.identifier} was made by {cluster.maker}; this login is {place.caller}. "
        "If it is not meant to be shared, edit DWH_CLUSTER_IDENTIFIER to have one of your own."
    ]


def not_ours(thing: str, remedy: str) -> Problem:
    """What these scripts did not make is left alone."""
    key, value = OUR_TAG
    return Problem(
        f"{thing[0].upper()}{thing[1:]} is there, but these scripts did not make it.",
        f"It does not carry the tag {key} = {value}, and nothing without it is changed or deleted.",
        remedy,
    )


def _refuse_node_type(config: Config, seen: Observed) -> None:
    """Raises Misconfigured for a node type, or a number of its nodes, that AWS does not offer in the region."""
    region, name, number = seen.place.region, config.node_type, config.number_of_nodes
    if seen.offer is None or not seen.offer.told:
        return
    if not seen.offer.cluster_types:
        fix = replacement(name, region, number).name
        raise _fault(config, "node_type", f"AWS does not offer it in {region}; {instead(name, region, number)}", fix)
    if seen.offer.cluster_types == (cluster_type(1 if number > 1 else 2),):
        (offered,) = seen.offer.cluster_types
        why = f"AWS offers {name} in {region} for {offered} clusters only"
        raise _fault(config, "number_of_nodes", why, "1" if number > 1 else "2")


def _fault(config: Config, meaning: str, why: str, value: str) -> Misconfigured:
    """One line of dwh.cfg to edit; that of the node type where the option is missing."""
    lines = {each: (option, line) for each, option, line in config.lines}
    usual = {"node_type": "DWH_NODE_TYPE", "number_of_nodes": "DWH_NUM_NODES"}
    option, line = lines.get(meaning) or (usual[meaning], lines.get("node_type", ("", 1))[1])
    shown = str(getattr(config, meaning))
    return Misconfigured(config.path.name, [Fault(line, option, shown, why, f"{option} = {value}")])


def _refuse_cluster(config: Config, cluster: Cluster, place: Place, context: Context) -> None:
    if not cluster.ours and not context.request.adopt:
        raise not_ours(
            f"cluster {config.identifier}",
            "Take it over with `python create_cluster.py --adopt` (see first: --plan --adopt), "
            "or edit DWH_CLUSTER_IDENTIFIER in dwh.cfg to another name.",
        )
    grows = config.number_of_nodes > cluster.number_of_nodes
    if phase(cluster) is Phase.BROKEN and not (cluster.status == "storage-full" and grows):
        raise broken(cluster)
    anew = (
        "; or start empty: `python delete_cluster.py` (a snapshot keeps the data), then `python create_cluster.py`"
        if cluster.ours and not made_by_another(place, cluster)
        else ""
    )
    groups = [name or "default" for name in (cluster.subnet_group, config.subnet_group)]
    _refuse_unchangeable(config, f"Cluster {config.identifier}", cluster, anew, *groups)


def _refuse_unchangeable(
    config: Config, thing: str, found: Cluster | Snapshot, anew: str = "", group: str = "", wanted_group: str = ""
) -> None:
    """A restore moves to another subnet group and keeps the others, so there is no way round (API reference,
    RestoreFromClusterSnapshot)."""
    differ = [
        (what, f"{what} {there}, not {wanted}", f"{option} = {'' if there == 'default' else there}", way)
        for what, there, wanted, option, way in (
            ("database", found.database, config.database, "DB_NAME", "CREATE DATABASE"),
            ("admin user", found.user, config.user, "DB_USER", "CREATE USER"),
            ("subnet group", group, wanted_group, "DWH_SUBNET_GROUP", ""),
        )
        if there and there != wanted
    ]
    if not differ:
        return
    whats, found_there, lines, ways = zip(*differ, strict=True)
    beside = " and ".join(filter(None, ways))
    restored, way_out = ", not even by a restore", f" (for another one beside it: {beside}){anew}"
    if not beside:
        again = "`python delete_cluster.py` (a snapshot keeps the data), then `python create_cluster.py --restore`"
        restored, way_out = "", f"; or to move it, run {again}"
    raise Problem(
        f"{thing} has {', and '.join(found_there)}.",
        f"AWS cannot change the {' and '.join(whats)} of a cluster{restored}.",
        f"Write {' and '.join(lines)} back into dwh.cfg{way_out}.",
    )


def _refuse_network(seen: Observed, context: Context) -> None:
    region = seen.place.region
    if seen.network.vpc_id is None:
        raise Problem(
            f"There is no default VPC in {region}.",
            "DWH_SUBNET_GROUP is blank, so the cluster would go to the default VPC.",
            f"Run `aws ec2 create-default-vpc --region {region}`, or name a cluster subnet group in DWH_SUBNET_GROUP.",
        )
    found = seen.group
    if found is not None and not found.ours:
        raise not_ours(
            f"security group {context.group} ({found.group_id})",
            f"Rename or delete it (`aws ec2 delete-security-group --group-id {found.group_id} "
            f"--region {region}`), or edit DWH_CLUSTER_IDENTIFIER in dwh.cfg.",
        )
