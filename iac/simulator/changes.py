"""A cluster is changed in place: settings, roles and tags; it is paused and resumed."""

from __future__ import annotations

from typing import Any

from iac.facts import limits
from iac.facts.events import PAUSE_STARTED, PAUSED, RESUMED
from iac.simulator import rules
from iac.simulator.cluster import Cluster
from iac.simulator.clusters import new_secret, set_options
from iac.simulator.events import tell
from iac.simulator.refusals import Refusal, conflicting, invalid, wrong_state
from iac.simulator.region import RedshiftRegion

Params = dict[str, Any]

_NOT_SIMULATED = (
    "ClusterType", "NodeType", "NumberOfNodes", "NewClusterIdentifier", "ClusterParameterGroupName",
    "ClusterVersion", "KmsKeyId", "AvailabilityZone", "AvailabilityZoneRelocation", "MultiAZ",
)  # fmt: skip


def modify_cluster(region: RedshiftRegion, params: Params) -> Params:
    """API reference, ModifyCluster: an available cluster only, and not at once."""
    cluster = region.available_cluster(params["ClusterIdentifier"], "modified")
    for member in _NOT_SIMULATED:
        if params.get(member) is not None:
            raise Refusal("UnsupportedOperation", f"The simulated account does not change {member}.")
    if params.get("Encrypted") is False:
        raise invalid("You can't turn off encryption. Encrypted must be true.")
    rules.check_port(params.get("Port"))
    rules.check_automated_retention(params.get("AutomatedSnapshotRetentionPeriod"))
    _check_password_change(cluster, params)
    if groups := params.get("VpcSecurityGroupIds"):
        region.network.check_groups(groups, cluster.vpc_id)
    secret = new_secret(region, cluster.identifier) if params.get("ManageMasterPassword") else ""
    cluster.pending_modified_values = _pending(params)

    def done() -> None:
        _apply(cluster, params, secret)
        region.make_available(cluster)

    region.go_through(cluster, [("modifying", region.durations.modify)], done)
    return {"Cluster": cluster.as_aws()}


def _check_password_change(cluster: Cluster, params: Params) -> None:
    rules.check_password(params, needed=False)
    managed, password = params.get("ManageMasterPassword"), params.get("MasterUserPassword")
    if cluster.secret and password and managed is None:
        raise conflicting(
            "The admin password is managed by AWS Secrets Manager. To set one, "
            "give ManageMasterPassword false with it."
        )
    if cluster.secret and managed is False and not password:
        raise conflicting("MasterUserPassword is required when ManageMasterPassword is false.")


def _pending(params: Params) -> Params:
    """The part of a change that AWS shows under PendingModifiedValues."""
    shown = ("AutomatedSnapshotRetentionPeriod", "PubliclyAccessible", "EnhancedVpcRouting")
    pending = {name: params[name] for name in shown if params.get(name) is not None}
    if params.get("MasterUserPassword"):
        pending["MasterUserPassword"] = "****"
    return pending


def _apply(cluster: Cluster, params: Params, secret: str) -> None:
    set_options(cluster, params)
    cluster.pending_modified_values = {}
    cluster.groups = params.get("VpcSecurityGroupIds") or cluster.groups
    if password := params.get("MasterUserPassword"):
        cluster.password, cluster.secret = password, ""
    if secret:
        cluster.password, cluster.secret = "", cluster.secret or secret


def modify_cluster_iam_roles(region: RedshiftRegion, params: Params) -> Params:
    """API reference, ModifyClusterIamRoles: `adding` or `removing`, then in-sync or gone."""
    cluster = region.available_cluster(params["ClusterIdentifier"], "modified")
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
    return {"Cluster": cluster.as_aws()}


def pause_cluster(region: RedshiftRegion, params: Params) -> Params:
    """API reference, PauseCluster: an available cluster only."""
    cluster = region.available_cluster(params["ClusterIdentifier"], "paused")

    def done() -> None:
        cluster.status = "paused"
        tell(region, cluster.identifier, PAUSED)

    tell(region, cluster.identifier, PAUSE_STARTED)
    region.go_through(cluster, [("pausing", region.durations.pause)], done)
    return {"Cluster": cluster.as_aws()}


def resume_cluster(region: RedshiftRegion, params: Params) -> Params:
    """API reference, ResumeCluster: a paused cluster only."""
    cluster = region.cluster(params["ClusterIdentifier"])
    if cluster.status != "paused":
        raise wrong_state(
            f"Cluster {cluster.identifier} is in state {cluster.status} and cannot be resumed. "
            "The cluster must be in the paused state."
        )

    def done() -> None:
        region.make_available(cluster)
        tell(region, cluster.identifier, RESUMED)

    region.go_through(cluster, [("resuming", region.durations.resume)], done)
    return {"Cluster": cluster.as_aws()}


def create_tags(region: RedshiftRegion, params: Params) -> None:
    """API reference, CreateTags, of clusters: a key that exists gets the new value."""
    cluster = _tagged(region, params["ResourceName"])
    added = rules.check_tags(params["Tags"])
    keys = {tag["Key"] for tag in added}
    cluster.tags = rules.check_tags([*(tag for tag in cluster.tags if tag["Key"] not in keys), *added])


def delete_tags(region: RedshiftRegion, params: Params) -> None:
    """API reference, DeleteTags, of clusters: a key that does not exist is no error."""
    cluster = _tagged(region, params["ResourceName"])
    cluster.tags = [tag for tag in cluster.tags if tag["Key"] not in params["TagKeys"]]


def _tagged(region: RedshiftRegion, arn: str) -> Cluster:
    for cluster in region.clusters.values():
        if arn == region.arn("redshift", f"cluster:{cluster.identifier}"):
            return cluster
    raise Refusal("ResourceNotFoundFault", f"The resource {arn} was not found.")
