"""The operations of Redshift that the simulated account answers."""

from __future__ import annotations

from typing import Any

from iac.simulator import changes, clusters, resizes, restores, schedules, snapshots, subnet_groups
from iac.simulator import tags as tagging
from iac.simulator.region import RedshiftRegion
from iac.simulator.tables import Operation

Params = dict[str, Any]


def describe_cluster_parameters(_: RedshiftRegion, __: Params) -> Params:
    """The two of default.redshift-2.0 that matter: connections must be encrypted."""
    return {
        "Parameters": [
            {"ParameterName": "require_ssl", "ParameterValue": "true", "Source": "engine-default"},
            {"ParameterName": "use_fips_ssl", "ParameterValue": "false", "Source": "engine-default"},
        ]
    }


def describe_logging_status(region: RedshiftRegion, params: Params) -> Params:
    """API reference, DescribeLoggingStatus: audit logging is never on here."""
    region.cluster(params["ClusterIdentifier"])
    return {"LoggingEnabled": False}


def describe_events(_: RedshiftRegion, __: Params) -> Params:
    """API reference, DescribeEvents: none are kept here."""
    return {"Events": []}


OPERATIONS: dict[str, Operation] = {
    "CreateCluster": clusters.create_cluster,
    "DescribeClusters": clusters.describe_clusters,
    "DeleteCluster": clusters.delete_cluster,
    "ModifyCluster": changes.modify_cluster,
    "ModifyClusterIamRoles": changes.modify_cluster_iam_roles,
    "PauseCluster": changes.pause_cluster,
    "ResumeCluster": changes.resume_cluster,
    "ResizeCluster": resizes.resize_cluster,
    "DescribeResize": resizes.describe_resize,
    "DescribeNodeConfigurationOptions": resizes.describe_node_configuration_options,
    "DescribeOrderableClusterOptions": resizes.describe_orderable_cluster_options,
    "CreateClusterSnapshot": snapshots.create_cluster_snapshot,
    "DescribeClusterSnapshots": snapshots.describe_cluster_snapshots,
    "DeleteClusterSnapshot": snapshots.delete_cluster_snapshot,
    "RestoreFromClusterSnapshot": restores.restore_from_cluster_snapshot,
    "CreateClusterSubnetGroup": subnet_groups.create_cluster_subnet_group,
    "DescribeClusterSubnetGroups": subnet_groups.describe_cluster_subnet_groups,
    "DeleteClusterSubnetGroup": subnet_groups.delete_cluster_subnet_group,
    "CreateTags": tagging.create_tags,
    "DeleteTags": tagging.delete_tags,
    "DescribeTags": tagging.describe_tags,
    "CreateScheduledAction": schedules.create_scheduled_action,
    "ModifyScheduledAction": schedules.modify_scheduled_action,
    "DeleteScheduledAction": schedules.delete_scheduled_action,
    "DescribeScheduledActions": schedules.describe_scheduled_actions,
    "DescribeClusterParameters": describe_cluster_parameters,
    "DescribeLoggingStatus": describe_logging_status,
    "DescribeEvents": describe_events,
}
