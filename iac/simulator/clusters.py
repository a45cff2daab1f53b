"""Clusters are created, described and deleted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from botocore import xform_name
from moto.moto_api._internal import mock_random

from iac.facts.events import CREATED, DELETED
from iac.facts.node_types import DEFAULT_PORT
from iac.simulator import rules
from iac.simulator.cluster import Cluster
from iac.simulator.events import tell
from iac.simulator.refusals import Refusal, conflicting, invalid, undeletable
from iac.simulator.region import RedshiftRegion
from iac.simulator.snapshots import begin_snapshot, check_new_snapshot
from iac.simulator.subnet_groups import subnet_group_for

Params = dict[str, Any]

_TRANSITIONS = frozenset("creating deleting final-snapshot modifying pausing resizing resuming".split())
"""While one of these lasts, a cluster cannot be deleted; nor during the parts of an elastic resize."""


def create_cluster(region: RedshiftRegion, params: Params) -> Params:
    """API reference, CreateCluster; defaults as of January 2025: private, encrypted."""
    check_new_cluster(region, params["ClusterIdentifier"])
    nodes = rules.check_size(params, region.orderable())
    database = params.get("DBName") or "dev"
    rules.check_user(params["MasterUsername"])
    rules.check_password(params, needed=True)
    rules.check_database(database)
    tags = rules.check_tags(params.get("Tags") or [])
    if params.get("Encrypted") is False:
        raise invalid("You can't create an unencrypted cluster. Encrypted must be true.")
    cluster = new_cluster(region, params, params["NodeType"], nodes)
    cluster.master_username, cluster.db_name, cluster.tags = params["MasterUsername"], database, tags
    cluster.password = params.get("MasterUserPassword") or ""
    if cluster.password:
        cluster.pending_modified_values = {"MasterUserPassword": "****"}
    begin_cluster(region, cluster, region.durations.create)
    return {"Cluster": cluster.as_aws()}


def check_new_cluster(region: RedshiftRegion, identifier: str) -> None:
    """Raises ClusterAlreadyExists, or InvalidParameterValue for a bad identifier."""
    rules.check_identifier(identifier)
    if identifier in region.clusters:
        raise Refusal("ClusterAlreadyExists", f"Cluster already exists: {identifier}")


def new_cluster(region: RedshiftRegion, params: Params, node_type: str, nodes: int) -> Cluster:
    """A cluster with the parameters that CreateCluster and RestoreFromClusterSnapshot share.

    Checks all of them before it changes anything: a refused request leaves no trace.
    """
    rules.check_port(params.get("Port"))
    rules.check_automated_retention(params.get("AutomatedSnapshotRetentionPeriod"))
    roles = params.get("IamRoles") or []
    region.check_roles(roles)
    rules.check_default_role(params.get("DefaultIamRoleArn"), roles)
    subnet_group = subnet_group_for(region, params.get("ClusterSubnetGroupName"))
    groups = region.network.check_groups(params.get("VpcSecurityGroupIds") or [], subnet_group.vpc_id)
    identifier = params["ClusterIdentifier"]
    cluster = Cluster(
        identifier=identifier,
        node_type=node_type,
        number_of_nodes=nodes,
        port=DEFAULT_PORT,
        vpc_id=subnet_group.vpc_id,
        subnet_group_name=subnet_group.cluster_subnet_group_name,
        address=f"{identifier}.{mock_random.get_random_hex(12)}.{region.name}.redshift.{region.domain}",
        groups=groups,
        roles=dict.fromkeys(roles, "adding"),
        default_iam_role_arn=params.get("DefaultIamRoleArn") or None,
        original=(node_type, nodes),
    )
    set_options(cluster, params)
    if params.get("ManageMasterPassword"):
        cluster.secret = new_secret(region, identifier)
    return cluster


def set_options(cluster: Cluster, params: Params) -> None:
    """Set those of the plain options that are given."""
    for member in ("PubliclyAccessible", "AutomatedSnapshotRetentionPeriod", "EnhancedVpcRouting", "Port"):
        if params.get(member) is not None:
            setattr(cluster, xform_name(member), params[member])


def new_secret(region: RedshiftRegion, identifier: str) -> str:
    """The ARN of the secret in which Secrets Manager keeps the password."""
    return region.arn("secretsmanager", f"secret:redshift!{identifier}-user-{mock_random.get_random_string(6)}")


def begin_cluster(
    region: RedshiftRegion, cluster: Cluster, seconds: float, event_id: str = CREATED, **words: str
) -> None:
    """Add the cluster, available after so many seconds. event_id, words: of the event that tells so."""
    region.clusters[cluster.identifier] = cluster

    def ready() -> None:
        cluster.create_time = region.now
        cluster.pending_modified_values = {}
        cluster.roles = dict.fromkeys(cluster.roles, "in-sync")
        if cluster.restore_status:
            cluster.restore_status = {"Status": "completed"}
        region.make_available(cluster)
        tell(region, cluster.identifier, event_id, **words)

    region.go_through(cluster, [("creating", seconds)], ready)


def describe_clusters(region: RedshiftRegion, params: Params) -> Params:
    """API reference, DescribeClusters: ClusterNotFound only when one is named."""
    if identifier := params.get("ClusterIdentifier"):
        return {"Clusters": [region.cluster(identifier).as_aws()]}
    keys, values = params.get("TagKeys") or [], params.get("TagValues") or []
    found = [cluster for _, cluster in sorted(region.clusters.items())]
    wanted = [cluster for cluster in found if not (keys or values) or _is_tagged(cluster, keys, values)]
    return {"Clusters": [cluster.as_aws() for cluster in wanted]}


def _is_tagged(cluster: Cluster, keys: list[str], values: list[str]) -> bool:
    """Any of these keys, and any of these values, where some are given."""
    return any(
        (not keys or tag["Key"] in keys) and (not values or tag.get("Value", "") in values) for tag in cluster.tags
    )


def delete_cluster(region: RedshiftRegion, params: Params) -> Params:
    """API reference, DeleteCluster; the states are those in AWS's own error text."""
    cluster = region.cluster(params["ClusterIdentifier"])
    skip, name = params.get("SkipFinalClusterSnapshot"), params.get("FinalClusterSnapshotIdentifier")
    if skip and name:
        raise conflicting("FinalClusterSnapshotIdentifier cannot be specified when SkipFinalClusterSnapshot is true")
    if not skip and not name:
        raise conflicting("FinalClusterSnapshotIdentifier is required unless SkipFinalClusterSnapshot is specified.")
    if cluster.status in _TRANSITIONS or cluster.status.startswith("available,"):
        raise undeletable(cluster.identifier)
    region.check_idle(cluster)
    days = params.get("FinalClusterSnapshotRetentionPeriod")
    if name:
        check_new_snapshot(region, name, days)
    region.timeline.cancel(cluster)
    statuses = [("deleting", region.durations.delete)]
    if name:
        seconds = region.durations.final_snapshot
        begin_snapshot(region, cluster, name, days, seconds, cluster.tags, "final snapshot")
        statuses.insert(0, ("final-snapshot", seconds))
    region.go_through(cluster, statuses, lambda: _remove(region, cluster, "was" if name else "was not"))
    return {"Cluster": cluster.as_aws()}


def _remove(region: RedshiftRegion, cluster: Cluster, saved: str) -> None:
    """The cluster's network interfaces stay a little longer, and keep its security groups in use."""
    del region.clusters[cluster.identifier]
    until = region.now + timedelta(seconds=region.durations.interfaces_linger)
    region.lingering.append((until, cluster.groups))
    tell(region, cluster.identifier, DELETED, was=saved)
