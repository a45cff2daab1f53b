"""Clusters come and go: create, describe, delete."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from iac.simulator import passwords, rules
from iac.simulator.cluster import Cluster
from iac.simulator.paging import has_tags, page
from iac.simulator.refusals import Refusal, conflicting, invalid, undeletable
from iac.simulator.region import RedshiftRegion
from iac.simulator.session import ACCOUNT
from iac.simulator.snapshots import begin_snapshot, check_new_snapshot
from iac.simulator.subnet_groups import keep_default_group, subnet_group_for

Params = dict[str, Any]

_TRANSITIONS = frozenset("creating deleting final-snapshot modifying pausing resizing resuming".split())
"""While one of these lasts, a cluster cannot be deleted; nor during the parts of an elastic resize."""


def create_cluster(region: RedshiftRegion, params: Params) -> Params:
    """API reference, CreateCluster; defaults as of January 2025: private, encrypted."""
    check_new_cluster(region, params["ClusterIdentifier"])
    nodes = rules.check_size(params, region.orderable())
    rules.check_user(params["MasterUsername"])
    rules.check_password(params, needed=True)
    rules.check_database(params.get("DBName") or "dev")
    tags = rules.check_tags(params.get("Tags") or [])
    if params.get("Encrypted") is False:
        raise invalid("You can't create an unencrypted cluster. Encrypted must be true.")
    cluster = new_cluster(region, params, params["NodeType"], nodes)
    cluster.user, cluster.database = params["MasterUsername"], params.get("DBName") or "dev"
    cluster.tags = tags
    cluster.password = params.get(passwords.FIELD) or ""
    if cluster.password:
        cluster.pending = {passwords.FIELD: "****"}
    begin_cluster(region, cluster, region.durations.create)
    return {"Cluster": cluster.as_aws()}


def check_new_cluster(region: RedshiftRegion, identifier: str) -> None:
    """Raises ClusterAlreadyExists, or InvalidParameterValue for a bad identifier."""
    rules.check_identifier(identifier)
    if identifier in region.clusters:
        raise Refusal("ClusterAlreadyExists", f"Cluster already exists: {identifier}")


def new_cluster(region: RedshiftRegion, params: Params, node_type: str, nodes: int) -> Cluster:
    """A cluster with what CreateCluster and RestoreFromClusterSnapshot take alike.

    Checks all of it, and changes nothing yet: a refused request leaves no trace.
    """
    rules.check_port(params.get("Port"))
    rules.check_automated_retention(params.get("AutomatedSnapshotRetentionPeriod"))
    _check_parameter_group(params.get("ClusterParameterGroupName"))
    roles = params.get("IamRoles") or []
    default_role = params.get("DefaultIamRoleArn") or ""
    region.check_roles([*roles, default_role] if default_role else roles)
    name, vpc, zone = subnet_group_for(region, params.get("ClusterSubnetGroupName"))
    groups = region.network.check_groups(params.get("VpcSecurityGroupIds") or [], vpc)
    identifier = params["ClusterIdentifier"]
    host = f"{identifier}.{region.random.get_random_hex(12)}.{region.name}.redshift.amazonaws.com"
    cluster = Cluster(
        identifier=identifier,
        node_type=node_type,
        nodes=nodes,
        user="",
        password="",
        database="",
        port=params.get("Port") or 5439,
        vpc=vpc,
        subnet_group=name,
        zone=zone,
        address=host + (".cn" if region.partition == "aws-cn" else ""),
        namespace=region.arn("namespace", str(region.random.uuid4())),
        groups=groups,
        tags={},
        original=(node_type, nodes),
        default_role=default_role,
        roles={arn: "adding" for arn in [*roles, *filter(None, [default_role])]},
    )
    set_options(cluster, params)
    if params.get("ManageMasterPassword"):
        cluster.secret = new_secret(region, identifier)
    return cluster


def set_options(cluster: Cluster, params: Params) -> None:
    """Take over the plain options that are given."""
    for member, name in (
        ("PubliclyAccessible", "public"),
        ("AutomatedSnapshotRetentionPeriod", "retention"),
        ("EnhancedVpcRouting", "routing"),
        ("AllowVersionUpgrade", "upgrades"),
        ("Port", "port"),
        ("PreferredMaintenanceWindow", "window"),
    ):
        if params.get(member) is not None:
            setattr(cluster, name, params[member])


def new_secret(region: RedshiftRegion, identifier: str) -> str:
    """The ARN of the secret that Redshift makes for a managed password."""
    end = region.random.get_random_string(6)
    place = f"arn:{region.partition}:secretsmanager:{region.name}:{ACCOUNT}"
    return f"{place}:secret:redshift!{identifier}-user-{end}"


def begin_cluster(region: RedshiftRegion, cluster: Cluster, seconds: float) -> None:
    """Let the cluster be there, and available after so many seconds."""
    region.clusters[cluster.identifier] = cluster
    if cluster.subnet_group == "default":
        keep_default_group(region)

    def ready() -> None:
        cluster.born = region.now
        cluster.pending = {}
        cluster.roles = dict.fromkeys(cluster.roles, "in-sync")
        if cluster.restoring:
            cluster.restoring = "completed"
        region.make_available(cluster)

    region.become(cluster, [("creating", seconds)], ready)


def describe_clusters(region: RedshiftRegion, params: Params) -> Params:
    """API reference, DescribeClusters: ClusterNotFound only when one is named."""
    if identifier := params.get("ClusterIdentifier"):
        return {"Clusters": [region.cluster(identifier).as_aws()]}
    chosen = [c for c in region.clusters.values() if has_tags(c.tags, params)]
    shown, more = page(sorted(chosen, key=lambda c: c.identifier), params)
    return {"Clusters": [cluster.as_aws() for cluster in shown], **more}


def delete_cluster(region: RedshiftRegion, params: Params) -> Params:
    """API reference, DeleteCluster; the states are those in AWS's own error text."""
    cluster = region.cluster(params["ClusterIdentifier"])
    skip, name = params.get("SkipFinalClusterSnapshot"), params.get("FinalClusterSnapshotIdentifier")
    if skip and name:
        raise conflicting(
            "FinalClusterSnapshotIdentifier cannot be specified when SkipFinalClusterSnapshot is true"
        )
    if not skip and not name:
        raise conflicting(
            "FinalClusterSnapshotIdentifier is required unless SkipFinalClusterSnapshot is specified."
        )
    if cluster.status in _TRANSITIONS or cluster.status.startswith("available,"):
        raise undeletable(cluster.identifier)
    region.check_idle(cluster)
    kept = params.get("FinalClusterSnapshotRetentionPeriod")
    if name:
        check_new_snapshot(region, name, kept)
    region.timeline.cancel(cluster)
    steps = [("deleting", region.durations.delete)]
    if name:
        seconds = region.durations.final_snapshot
        begin_snapshot(region, cluster, name, kept, seconds, cluster.tags, "final snapshot")
        steps.insert(0, ("final-snapshot", seconds))
    region.become(cluster, steps, lambda: _gone(region, cluster))
    return {"Cluster": cluster.as_aws()}


def _gone(region: RedshiftRegion, cluster: Cluster) -> None:
    """The cluster's interfaces outlive it a little, and hold its security groups."""
    del region.clusters[cluster.identifier]
    until = region.now + timedelta(seconds=region.durations.interfaces_linger)
    region.lingering.append((until, cluster.groups))


def _check_parameter_group(name: str | None) -> None:
    if name not in (None, "default.redshift-2.0"):
        raise Refusal("ClusterParameterGroupNotFound", f"ParameterGroup not found: {name}")
