"""The operations of Redshift that the simulated account answers."""

from __future__ import annotations

from iac.simulator import changes, clusters, events, resizes, restores, snapshots, subnet_groups

OPERATIONS = {
    "CreateCluster": clusters.create_cluster,
    "DescribeClusters": clusters.describe_clusters,
    "DeleteCluster": clusters.delete_cluster,
    "ModifyCluster": changes.modify_cluster,
    "ModifyClusterIamRoles": changes.modify_cluster_iam_roles,
    "PauseCluster": changes.pause_cluster,
    "ResumeCluster": changes.resume_cluster,
    "CreateTags": changes.create_tags,
    "DeleteTags": changes.delete_tags,
    "ResizeCluster": resizes.resize_cluster,
    "DescribeNodeConfigurationOptions": resizes.describe_node_configuration_options,
    "DescribeOrderableClusterOptions": resizes.describe_orderable_cluster_options,
    "CreateClusterSnapshot": snapshots.create_cluster_snapshot,
    "DescribeClusterSnapshots": snapshots.describe_cluster_snapshots,
    "DeleteClusterSnapshot": snapshots.delete_cluster_snapshot,
    "RestoreFromClusterSnapshot": restores.restore_from_cluster_snapshot,
    "CreateClusterSubnetGroup": subnet_groups.create_cluster_subnet_group,
    "DescribeClusterSubnetGroups": subnet_groups.describe_cluster_subnet_groups,
    "DescribeEvents": events.describe_events,
}
