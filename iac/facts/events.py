"""The events of a cluster that tell when its compute is billed.

Ids and texts: Management Guide, Amazon Redshift provisioned cluster event notifications, as emulators of AWS quote
its table. 3622 and 3625 are not in it: they are from answers of `aws redshift describe-event-categories`, 3625 from the one
that the AWS CLI reference shows (2000 and 2001, too), 3622 from one that a public Terraform file quotes.
"""

from __future__ import annotations

from datetime import timedelta

KEPT = timedelta(days=14)
"""How long AWS keeps events (API reference, DescribeEvents)."""

CREATED = "REDSHIFT-EVENT-2000"
DELETED = "REDSHIFT-EVENT-2001"
RESIZE_STARTED = "REDSHIFT-EVENT-2006"
RESTORE_STARTED = "REDSHIFT-EVENT-2008"
RESIZED = "REDSHIFT-EVENT-3002"
RESTORED = "REDSHIFT-EVENT-3003"
PAUSE_STARTED = "REDSHIFT-EVENT-3618"
PAUSED = "REDSHIFT-EVENT-3619"
OTHER_INTERFACE = "REDSHIFT-EVENT-3625"
"""On resuming: a new network interface is taken in place of the one before. It tells nothing of the end of the resume."""

RESUMED = "REDSHIFT-EVENT-3622"

TEXTS = {
    CREATED: "Your Amazon Redshift cluster: {cluster} has been created and is ready for use.",
    DELETED: "Your Amazon Redshift cluster {cluster} was deleted at {time}. A final snapshot {was} saved.",
    RESIZE_STARTED: "Cluster {cluster} resize started at {time}. Cluster is in read-only mode.",
    RESTORE_STARTED: (
        "Your restore operation to create a new Amazon Redshift cluster {cluster} snapshot {snapshot} was started at "
        "{time}. To monitor restore progress, please visit the AWS Management Console."
    ),
    RESIZED: (
        "The resize for your Amazon Redshift cluster {cluster} is complete and your cluster is available for reads and "
        "writes."
    ),
    RESTORED: (
        "Amazon Redshift cluster {cluster} was successfully created from snapshot {snapshot} and is available for use."
    ),
    PAUSE_STARTED: "The cluster {cluster} pause operation started at {time}. Pause Started",
    PAUSED: "Amazon Redshift cluster {cluster} was successfully paused at {time}.",
    RESUMED: "The cluster {cluster} was resumed at {time}.",
}
"""What such an event says."""
