"""Whether a cluster is at rest, what its status means, and how long to look at it."""

from __future__ import annotations

from enum import Enum

from iac.errors import Problem
from iac.observed import Cluster
from iac.wait import Cadence


class Phase(Enum):
    """All that a plan ever meets, and CHANGING, which is waited out first."""

    ABSENT = "absent"
    READY = "ready"
    PAUSED = "paused"
    BROKEN = "broken"
    CHANGING = "changing"


BROKEN = {
    "hardware-failure": (
        "A node has failed. AWS does not repair a single-node cluster.",
        "Its automated snapshots go with it, so first keep the newest: `aws redshift describe-cluster-snapshots`, then "
        "`aws redshift copy-cluster-snapshot`. Then `python delete_cluster.py --discard-data`, and "
        "`python create_cluster.py --restore SNAPSHOT` with the copy.",
    ),
    "incompatible-hsm": (
        "The cluster cannot reach its hardware security module.",
        "Put the module right in the AWS console, or run `python delete_cluster.py`.",
    ),
    "incompatible-network": (
        "The subnets or the network of the cluster have changed so that it cannot run.",
        "Edit DWH_SUBNET_GROUP in dwh.cfg, run `python delete_cluster.py`, then `python create_cluster.py --restore`.",
    ),
    "incompatible-parameters": (
        "A value in the cluster's parameter group does not fit.",
        "Put the parameter group right in the AWS console, or run `python delete_cluster.py`.",
    ),
    "incompatible-restore": (
        "The snapshot could not be restored into a cluster like this.",
        "Run `python delete_cluster.py --discard-data` (the snapshot stays), edit the size in dwh.cfg, then "
        "`python create_cluster.py --restore SNAPSHOT` with its name, which `python delete_cluster.py --plan` shows.",
    ),
    "inaccessible-kms-key": (
        "The KMS key of the cluster cannot be used.",
        "Enable the key again in the AWS console, or run `python delete_cluster.py`.",
    ),
    "insufficient-capacity": (
        "AWS has no free nodes for it.",
        "Try again later in the AWS console, or run `python delete_cluster.py`.",
    ),
    "storage-full": (
        "The disks are full; the cluster is read-only.",
        "Raise DWH_NUM_NODES in dwh.cfg or delete data, then run `python create_cluster.py`.",
    ),
}
"""Statuses that do not end by waiting (API reference, DescribeClusters,
ClusterStatus; the lifecycles that DeleteCluster names in its refusals): what each
means, and the way out."""

FAILED = (
    "AWS gives its availability as Failed.",
    "Look at its events (`aws redshift describe-events --source-type cluster --source-identifier {identifier}`), "
    "or run `python delete_cluster.py`.",
)

TRANSITIONS = frozenset(
    "creating deleting final-snapshot modifying pausing rebooting renaming resizing restoring resuming "
    "cancelling-resize rotating-keys updating-hsm".split()
) | {"available, prep-for-resize", "available, resize-cleanup"}
"""Statuses that are known to end by themselves (API reference, DescribeClusters; Management Guide,
Working with clusters)."""

_GENERAL = Cadence(((0, 2), (60, 3), (600, 10), (1800, 20)), "some minutes")
_MINUTES = ((0, 4), (12, 2), (300, 4), (900, 10))

CADENCES = {
    "creating": Cadence(((0, 40), (80, 1.15), (150, 1.5), (240, 2.5), (360, 5), (900, 15)), "usually 3 to 15 min"),
    "restoring": Cadence(((0, 5), (15, 2), (300, 4), (900, 8), (1800, 20)), "usually 10 to 25 min"),
    "pausing": Cadence(_MINUTES, "usually under 15 min"),
    "resuming": Cadence(_MINUTES, "usually 3 to 20 min"),
    "available, prep-for-resize": Cadence(_MINUTES, "usually 10 to 15 min"),
    "resizing": Cadence(_MINUTES, "usually 10 to 15 min"),
    "modifying": Cadence(((0, 1), (10, 2), (60, 5)), "usually under a minute"),
    "deleting": Cadence(((0, 3), (12, 2), (600, 5), (1500, 15)), "usually 2 to 5 min"),
    "final-snapshot": Cadence(((0, 3), (12, 2), (600, 5), (1800, 15)), "usually 5 to 15 min"),
}
"""How often to look, by the status a wait begins with: AWS seconds waited, then
seconds between looks. No create is done in 80 s; after six minutes it may be long."""

JOINED = 80.0
"""AWS seconds to assume behind us on joining a wait that another run began: while
a cluster is `creating` it has no ClusterCreateTime, so the end may be near."""


def phase(cluster: Cluster | None) -> Phase:
    """Any status that is not known counts as still going on."""
    if cluster is None:
        return Phase.ABSENT
    broken_status = cluster.status in BROKEN or cluster.status.startswith("incompatible-")
    if broken_status or cluster.availability == "Failed":
        return Phase.BROKEN
    if cluster.status == "paused":
        return Phase.PAUSED
    at_rest = cluster.availability in ("", "Available") and not any(
        applied in ("adding", "removing") for applied in (*(status for _, status in cluster.roles), *cluster.group_statuses)
    )
    return Phase.READY if cluster.status == "available" and cluster.host and at_rest else Phase.CHANGING


def in_words(cluster: Cluster) -> str:
    """The status for a person; of a cluster that is `available` and not at rest, what goes on.

    API reference, Cluster, ClusterAvailabilityStatus: in Maintenance, "the cluster is intermittently available for queries
    due to maintenance activities"; in Modifying, due to changes; in Unavailable, not available for queries.
    """
    if cluster.status != "available" or phase(cluster) is not Phase.CHANGING:
        return cluster.status
    if cluster.availability == "Maintenance":
        return "in maintenance by AWS (intermittently available for queries)"
    if cluster.availability == "Unavailable":
        return "not available for queries at the moment"
    return "being modified" if cluster.host else "without an address yet"


def is_changing(cluster: Cluster | None) -> bool:
    """Whether create waits for the cluster: it has to be at rest."""
    return phase(cluster) is Phase.CHANGING


def is_going(cluster: Cluster | None) -> bool:
    """Whether it is being deleted, or gone."""
    return cluster is None or cluster.status in ("deleting", "final-snapshot")


def is_in_transition(cluster: Cluster | None) -> bool:
    """Whether a stop waits for the cluster: only where that is known to end, for the bill goes on meanwhile."""
    return cluster is not None and cluster.status in TRANSITIONS and cluster.availability != "Failed"


def is_known_at_rest(cluster: Cluster | None) -> bool:
    """Whether a refusal because of the cluster's state is there to stay."""
    return phase(cluster) in (Phase.READY, Phase.PAUSED, Phase.BROKEN)


def broken(cluster: Cluster, said: str = "") -> Problem:
    """What a status that no waiting ends means, and the way out. said: AWS's own words, if any."""
    means, way_out = BROKEN.get(cluster.status, FAILED)
    why = f"{means} {said}".strip()
    way_out = way_out.replace("{identifier}", cluster.identifier)
    return Problem(f"Cluster {cluster.identifier} is broken: {cluster.status}.", why, way_out)


def refused_when_broken(cluster: Cluster, said: str) -> Problem:
    """AWS refuses to do it with a cluster in such a status. said: AWS's own words."""
    means, _ = BROKEN.get(cluster.status, FAILED)
    return Problem(
        f"AWS refuses it while cluster {cluster.identifier} is {cluster.status}.",
        f"{means} {said}",
        "To stop its bill without the final snapshot, whose data is then lost, run "
        "`python delete_cluster.py --discard-data`; or put it right in the AWS console first.",
    )


def cadence(cluster: Cluster) -> Cadence:
    """How often to look at a cluster whose wait begins like this."""
    kind = "restoring" if cluster.status == "creating" and cluster.restored else cluster.status
    return CADENCES.get(kind, _GENERAL)
