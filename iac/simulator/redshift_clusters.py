"""Clusters: created, restored, described, changed, paused, resumed, resized and deleted; their subnet groups and events."""

from __future__ import annotations

import re
from datetime import timedelta

from moto.moto_api._internal import mock_random
from moto.redshift.models import SubnetGroup

from iac.config.names import SIMULATED_HOST
from iac.facts import events, limits
from iac.facts.partitions import partition_and_domain
from iac.schedule.value import next_run
from iac.simulator import redshift_rules as rules
from iac.simulator.redshift import Cluster, Params, RedshiftRegion, elastic_counts
from iac.simulator.redshift_snapshots import begin_snapshot, complete_snapshot
from iac.simulator.refusals import Refusal, conflicting, invalid, wrong_state
from iac.status import TRANSITIONS

_DELETABLE = (
    "ACTIVE, INCOMPATIBLE_HSM, INSUFFICIENT_VPCE, HARDWARE_FAILURE, INCOMPATIBLE_NETWORK, PAUSED, "
    "INACCESSIBLE_KMS_KEY, INSUFFICIENT_CAPACITY, INCOMPATIBLE_RESTORE"
)
_CHANGED = frozenset(rules.SETTINGS).union(
    "ClusterIdentifier VpcSecurityGroupIds MasterUserPassword ManageMasterPassword".split()
)
_GIVEN = _CHANGED.union(
    "ClusterType NodeType NumberOfNodes DBName MasterUsername Tags IamRoles DefaultIamRoleArn ClusterSubnetGroupName "
    "AllowVersionUpgrade SnapshotIdentifier OwnerAccount".split()
)
"""What a cluster can be changed in, and what a new one can be given, in the simulated account."""

_OF_EVENTS = frozenset("SourceIdentifier SourceType Duration MaxRecords".split())
"""What DescribeEvents can be asked for."""


def create_cluster(region: RedshiftRegion, params: Params) -> Params:
    """API reference, CreateCluster; defaults as of January 2025: private, encrypted."""
    nodes = rules.check_size(params, region.orderable())
    user, database, password = params["MasterUsername"], params.get("DBName") or "dev", params.get("MasterUserPassword")
    rules.check_login(user, database)
    tags = rules.check_tags(params.get("Tags") or [])
    if not password and not params.get("ManageMasterPassword"):
        raise conflicting("Either MasterUserPassword or ManageMasterPassword must be specified.")
    cluster = _new_cluster(region, params, params["NodeType"], nodes)
    cluster.master_username, cluster.db_name, cluster.tags = user, database, tags
    if password:
        cluster.pending_modified_values = {"MasterUserPassword": "****"}
    _begin(region, cluster, region.durations.create, events.CREATED)
    return {"Cluster": cluster}


def restore_from_cluster_snapshot(region: RedshiftRegion, params: Params) -> Params:
    """API reference, RestoreFromClusterSnapshot.

    Size, database, user, password and tags are the snapshot's, and some settings (redshift_rules.SETTINGS). Security
    groups and roles are not: they are AWS's defaults unless given.
    """
    snapshot = complete_snapshot(region, params["SnapshotIdentifier"], params.get("OwnerAccount"))
    name, original = snapshot.shown["SnapshotIdentifier"], snapshot.cluster
    before = original.size
    node_type, nodes = params.get("NodeType") or before[0], params.get("NumberOfNodes") or before[1]
    rules.check_node_type(node_type, region.orderable())
    if (node_type, nodes) != before and nodes not in elastic_counts(before, node_type):
        raise Refusal(  # a 406
            "InvalidRestore",
            f"The snapshot {name} of {before[1]} x {before[0]} cannot be restored to {nodes} x {node_type}.",
        )
    if original.secret and not params.get("ManageMasterPassword"):
        raise conflicting(
            "The admin password was managed by AWS Secrets Manager when the snapshot was taken. "
            "ManageMasterPassword must be true."
        )
    inherited = {member: original.settings[member] for member, setting in rules.SETTINGS.items() if setting.restored}
    cluster = _new_cluster(region, {**inherited, **params}, node_type, nodes)
    cluster.master_username, cluster.db_name = original.master_username, original.db_name
    cluster.tags, cluster.password = snapshot.shown["Tags"], "" if cluster.secret else original.password
    cluster.restore_status = {"Status": "restoring"}
    region.tell(cluster.identifier, events.RESTORE_STARTED, snapshot=name)
    _begin(region, cluster, region.durations.restore, events.RESTORED, snapshot=name)
    return {"Cluster": cluster}


def _new_cluster(region: RedshiftRegion, params: Params, node_type: str, nodes: int) -> Cluster:
    """A cluster with the parameters that CreateCluster and RestoreFromClusterSnapshot share.

    Checks all of them before it changes anything: a refused request leaves no trace.
    """
    identifier, roles = params["ClusterIdentifier"], params.get("IamRoles") or []
    _check_members(params, _GIVEN)
    rules.check_identifier(identifier)
    if identifier in region.clusters:
        raise Refusal("ClusterAlreadyExists", f"Cluster already exists: {identifier}")
    rules.check_options(params)
    region.check_roles(roles)
    rules.check_default_role(params.get("DefaultIamRoleArn"), roles)
    subnet_group = _subnet_group(region, (params.get("ClusterSubnetGroupName") or "default").lower())
    groups = region.network.check_groups(params.get("VpcSecurityGroupIds") or [], subnet_group.vpc_id)
    _, domain = partition_and_domain(region.name)
    cluster = Cluster(
        identifier=identifier,
        node_type=node_type,
        number_of_nodes=nodes,
        settings={member: setting.default for member, setting in rules.SETTINGS.items()},
        vpc_id=subnet_group.vpc_id,
        subnet_group_name=subnet_group.cluster_subnet_group_name,
        address=f"{identifier}.{SIMULATED_HOST}{mock_random.get_random_hex(12)[:3]}.{region.name}.redshift.{domain}",
        groups=groups,
        roles=dict.fromkeys(roles, "adding"),
        default_iam_role_arn=params.get("DefaultIamRoleArn") or None,
        original=(node_type, nodes),
    )
    _apply(cluster, params, _new_secret(region, params))
    return cluster


def _check_members(params: Params, known: frozenset[str]) -> None:
    """A member that would have no effect here is refused, so that nobody takes it for done."""
    for member in params.keys() - known:
        if params[member] is not None:
            raise Refusal("UnsupportedOperation", f"The simulated account does not know {member}.")


def _new_secret(region: RedshiftRegion, params: Params) -> str:
    """The ARN of the secret in which Secrets Manager is to keep the password; empty where it is not."""
    if not params.get("ManageMasterPassword"):
        return ""
    name = f"redshift!{params['ClusterIdentifier']}-user-{mock_random.get_random_string(6)}"
    return region.arn("secretsmanager", f"secret:{name}")


def _apply(cluster: Cluster, params: Params, secret: str) -> None:
    """Set those of the settings, the security groups and the password that are given."""
    cluster.settings |= {member: params[member] for member in rules.SETTINGS if params.get(member) is not None}
    cluster.groups = params.get("VpcSecurityGroupIds") or cluster.groups
    if password := params.get("MasterUserPassword"):
        cluster.password, cluster.secret = password, ""
    if secret:
        cluster.password, cluster.secret = "", cluster.secret or secret


def _begin(region: RedshiftRegion, cluster: Cluster, seconds: float, event_id: str, **words: str) -> None:
    """Add the cluster, available after so many seconds. event_id, words: of the event that tells so."""
    region.clusters[cluster.identifier] = cluster

    def ready() -> None:
        cluster.create_time = region.now
        cluster.pending_modified_values = {}
        cluster.roles = dict.fromkeys(cluster.roles, "in-sync")
        if cluster.restore_status:
            cluster.restore_status = {"Status": "completed"}
        region.make_available(cluster, event_id, **words)

    region.go_through(cluster, [("creating", seconds)], ready)


def describe_clusters(region: RedshiftRegion, params: Params) -> Params:
    """API reference, DescribeClusters: ClusterNotFound only when one is named.

    Of tags: those with any of the keys, and any of the values, where some are given.
    """
    if identifier := params.get("ClusterIdentifier"):
        return {"Clusters": [region.cluster(identifier)]}
    keys, values = params.get("TagKeys"), params.get("TagValues")
    found = [
        cluster
        for _, cluster in sorted(region.clusters.items())
        if not (keys or values)
        or any((not keys or tag["Key"] in keys) and (not values or tag.get("Value", "") in values) for tag in cluster.tags)
    ]
    return {"Clusters": found}


def modify_cluster(region: RedshiftRegion, params: Params) -> Params:
    """API reference, ModifyCluster: an available cluster only, and not at once."""
    cluster = region.changeable_cluster(params, "modified")
    _check_members(params, _CHANGED)
    rules.check_options(params)
    managed, password = params.get("ManageMasterPassword"), params.get("MasterUserPassword")
    if cluster.secret and password and managed is None:
        raise conflicting(
            "The admin password is managed by AWS Secrets Manager. To set one, "
            "give ManageMasterPassword false with it."
        )
    if cluster.secret and managed is False and not password:
        raise conflicting("MasterUserPassword is required when ManageMasterPassword is false.")
    if groups := params.get("VpcSecurityGroupIds"):
        region.network.check_groups(groups, cluster.vpc_id)
    secret = _new_secret(region, params)
    # The part of a change that AWS shows before it is done.
    shown = "AutomatedSnapshotRetentionPeriod PubliclyAccessible EnhancedVpcRouting".split()
    pending = {name: params.get(name) for name in shown}
    cluster.pending_modified_values = {**pending, "MasterUserPassword": "****" if password else None}

    def done() -> None:
        _apply(cluster, params, secret)
        cluster.pending_modified_values = {}
        region.make_available(cluster)

    region.go_through(cluster, [("modifying", region.durations.modify)], done)
    return {"Cluster": cluster}


def modify_cluster_iam_roles(region: RedshiftRegion, params: Params) -> Params:
    """API reference, ModifyClusterIamRoles: `adding` or `removing`, then in-sync or gone."""
    cluster = region.changeable_cluster(params, "modified")
    added, removed = params.get("AddIamRoles") or [], params.get("RemoveIamRoles") or []
    region.check_roles(added)
    for arn in removed:
        if arn not in cluster.roles:
            raise invalid(f"The IAM role {arn} is not associated with the cluster.")
    kept, default = {*cluster.roles, *added} - set(removed), params.get("DefaultIamRoleArn")
    rules.check_default_role(default, kept)
    if len(kept) > limits.MOST_ROLES:
        raise invalid(f"A cluster can have at most {limits.MOST_ROLES} IAM roles.")
    new = [arn for arn in added if arn not in cluster.roles]
    if default is not None or cluster.default_iam_role_arn in removed:
        cluster.default_iam_role_arn = default or None
    cluster.roles |= dict.fromkeys(new, "adding") | dict.fromkeys(removed, "removing")

    def done() -> None:
        left = {arn: status for arn, status in cluster.roles.items() if arn not in removed}
        cluster.roles = left | {arn: "in-sync" for arn in new if arn in left}

    region.timeline.after(region.durations.role_association, cluster, done)
    return {"Cluster": cluster}


def create_tags(region: RedshiftRegion, params: Params) -> None:
    """API reference, CreateTags, of clusters: a key that exists gets the new value."""
    cluster = _tagged(region, params["ResourceName"])
    tags = {tag["Key"]: tag for tag in [*cluster.tags, *params["Tags"]]}
    cluster.tags = rules.check_tags(list(tags.values()))


def delete_tags(region: RedshiftRegion, params: Params) -> None:
    """API reference, DeleteTags, of clusters: a key that does not exist is no error."""
    cluster = _tagged(region, params["ResourceName"])
    cluster.tags = [tag for tag in cluster.tags if tag["Key"] not in params["TagKeys"]]


def _tagged(region: RedshiftRegion, arn: str) -> Cluster:
    for cluster in region.clusters.values():
        if arn == region.arn("redshift", f"cluster:{cluster.identifier}"):
            return cluster
    raise Refusal("ResourceNotFoundFault", f"The resource {arn} was not found.")


def pause_cluster(region: RedshiftRegion, params: Params) -> Params:
    """API reference, PauseCluster: an available cluster only. Management Guide, Setting up Multi-AZ deployment: none of those.

    Which of the codes of PauseCluster AWS has for the second is not documented.
    """
    cluster = region.changeable_cluster(params, "paused")
    if cluster.settings["MultiAZ"]:
        raise wrong_state(f"Cluster {cluster.identifier} cannot be paused: you can't pause a Multi-AZ deployment.")

    def done() -> None:
        cluster.status = "paused"
        region.tell(cluster.identifier, events.PAUSED)

    region.tell(cluster.identifier, events.PAUSE_STARTED)
    region.go_through(cluster, [("pausing", region.durations.pause)], done)
    return {"Cluster": cluster}


def resume_cluster(region: RedshiftRegion, params: Params) -> Params:
    """API reference, ResumeCluster: a paused cluster only."""
    cluster = region.changeable_cluster(params, "resumed", "paused")
    statuses = [("resuming", region.durations.resume)]
    region.go_through(cluster, statuses, lambda: region.make_available(cluster, events.RESUMED))
    return {"Cluster": cluster}


def resize_cluster(region: RedshiftRegion, params: Params) -> Params:
    """API reference, ResizeCluster; limits of the Management Guide, "Resizing a cluster".

    In an elastic resize queries work during the first and the last part, hence `available, ...`.
    """
    cluster = region.changeable_cluster(params, "resized")
    size = rules.check_resize(cluster, params, region.orderable())
    third, classic = region.durations.elastic_resize / 3, params.get("Classic")

    def resized() -> None:
        cluster.node_type, cluster.number_of_nodes = size
        if classic:
            cluster.original = size
        last = [] if classic else [("available, resize-cleanup", third)]
        region.go_through(cluster, last, lambda: region.make_available(cluster, events.RESIZED))

    region.tell(cluster.identifier, events.RESIZE_STARTED)
    elastically = [("available, prep-for-resize", third), ("resizing", third)]
    region.go_through(cluster, [("resizing", region.durations.classic_resize)] if classic else elastically, resized)
    return {"Cluster": cluster}


def describe_node_configuration_options(region: RedshiftRegion, params: Params) -> Params:
    """API reference, DescribeNodeConfigurationOptions: what an elastic resize reaches."""
    if params["ActionType"] != "resize-cluster":
        raise invalid(f"The simulated account has no options for {params['ActionType']}.")
    cluster = region.cluster(params.get("ClusterIdentifier") or "")
    options = [
        {"NodeType": node.name, "NumberOfNodes": count}
        for node in region.orderable()
        for count in elastic_counts(cluster.original, node.name)
    ]
    return {"NodeConfigurationOptionList": options}


def describe_orderable_cluster_options(region: RedshiftRegion, params: Params) -> Params:
    """API reference, DescribeOrderableClusterOptions: what can be ordered in this Region."""
    options = [
        {"ClusterType": kind, "NodeType": node.name}
        for node in region.orderable()
        for kind in (["single-node"] if node.single_node else []) + ["multi-node"]
        if params.get("NodeType") in (None, node.name)
    ]
    return {"OrderableClusterOptions": options}


def delete_cluster(region: RedshiftRegion, params: Params) -> Params:
    """API reference, DeleteCluster; the states are those in AWS's own error text.

    The cluster's network interfaces stay a little longer, and keep its security groups in use.
    """
    cluster = region.cluster(params["ClusterIdentifier"])
    skip, name = params.get("SkipFinalClusterSnapshot"), params.get("FinalClusterSnapshotIdentifier")
    if skip and name:
        raise conflicting("FinalClusterSnapshotIdentifier cannot be specified when SkipFinalClusterSnapshot is true")
    if not skip and not name:
        raise conflicting("FinalClusterSnapshotIdentifier is required unless SkipFinalClusterSnapshot is specified.")
    if cluster.status in TRANSITIONS:
        raise wrong_state(
            f"Unable to delete the cluster {cluster.identifier}. You can only delete clusters with {_DELETABLE} lifecycles."
        )
    region.check_idle(cluster)
    statuses = [("deleting", region.durations.delete)]
    if name:
        days, seconds = params.get("FinalClusterSnapshotRetentionPeriod"), region.durations.final_snapshot
        begin_snapshot(region, cluster, name, days, seconds, cluster.tags, "final snapshot")
        statuses.insert(0, ("final-snapshot", seconds))

    def gone() -> None:
        del region.clusters[cluster.identifier]
        until = region.now + timedelta(seconds=region.durations.interfaces_linger)
        region.lingering.append((until, cluster.groups))
        region.tell(cluster.identifier, events.DELETED, was="was" if name else "was not")

    region.timeline.cancel(cluster)
    region.go_through(cluster, statuses, gone)
    return {"Cluster": cluster}


def create_cluster_subnet_group(region: RedshiftRegion, params: Params) -> Params:
    """API reference, CreateClusterSubnetGroup: the VPC is that of the subnets."""
    name = params["ClusterSubnetGroupName"].lower()
    if not re.match(limits.SUBNET_GROUP, name) or name == "default":
        raise invalid(f"The parameter ClusterSubnetGroupName is not valid: {name}")
    if name in region.subnet_groups:
        raise Refusal("ClusterSubnetGroupAlreadyExists", f"Cluster subnet group {name} already exists.")
    group = SubnetGroup(region.network, name, params["Description"], params.get("SubnetIds") or [], region.name)
    region.subnet_groups[name] = group
    return {"ClusterSubnetGroup": group}


def describe_cluster_subnet_groups(region: RedshiftRegion, params: Params) -> Params:
    """API reference, DescribeClusterSubnetGroups."""
    if name := params.get("ClusterSubnetGroupName"):
        return {"ClusterSubnetGroups": [_subnet_group(region, name.lower())]}
    return {"ClusterSubnetGroups": list(region.subnet_groups.values())}


def _subnet_group(region: RedshiftRegion, name: str) -> SubnetGroup:
    """AWS itself creates the one called `default`, in the default VPC.

    Raises ClusterSubnetGroupNotFoundFault, which is a 400 here, not a 404.
    """
    if name == "default":
        return SubnetGroup(region.network, name, name, region.network.default_subnets(), region.name)
    if name not in region.subnet_groups:
        raise Refusal("ClusterSubnetGroupNotFoundFault", f"Cluster subnet group {name} not found.")
    return region.subnet_groups[name]


def describe_events(region: RedshiftRegion, params: Params) -> Params:
    """API reference, DescribeEvents: of the last hour unless told otherwise, also those of clusters that are gone."""
    _check_members(params, _OF_EVENTS)
    since = region.now - min(timedelta(minutes=params.get("Duration") or 60), events.KEPT)
    kind, identifier = params.get("SourceType"), params.get("SourceIdentifier")
    found = [
        event
        for event in region.events
        if event["Date"] >= since
        and kind in (None, event["SourceType"])
        and identifier in (None, event["SourceIdentifier"])
    ]
    return {"Events": found}


def create_scheduled_action(region: RedshiftRegion, params: Params) -> Params:
    """API reference, CreateScheduledAction. It is shown, and not carried out."""
    params["NextInvocations"] = [next_run(params["Schedule"], "UTC", region.now)]
    region.scheduled_actions.append(params)
    return params


def describe_scheduled_actions(region: RedshiftRegion, params: Params) -> Params:
    """API reference, DescribeScheduledActions: all of them, for there are those of one cluster only."""
    return {"ScheduledActions": region.scheduled_actions}


OPERATIONS = (
    create_cluster, restore_from_cluster_snapshot, describe_clusters, modify_cluster, modify_cluster_iam_roles,
    create_tags, delete_tags, pause_cluster, resume_cluster, resize_cluster, describe_node_configuration_options,
    describe_orderable_cluster_options, delete_cluster, create_cluster_subnet_group, describe_cluster_subnet_groups,
    describe_events, create_scheduled_action, describe_scheduled_actions,
)  # fmt: skip
