"""The things we can do, as frozen values that read as sentences.

A step carries names and wanted values, never a secret or an id learned on the way.
"""

from iac.steps.cluster import (
    AUTOMATED_SNAPSHOT_DAYS,
    AnnouncePassword,
    AssociateRole,
    ChangeCluster,
    ClusterSpec,
    CreateCluster,
    DeleteCluster,
    PauseCluster,
    ResizeCluster,
    RestoreCluster,
    ResumeCluster,
    SetPassword,
    TagCluster,
    TakeSnapshot,
    UseGroup,
)
from iac.steps.file import BlankAddress, MakePassword, WriteAddress
from iac.steps.network import ClosePort, CreateGroup, DeleteGroup, OpenPort, TagGroup
from iac.steps.role import (
    AttachPolicy,
    CreateRole,
    DeletePolicy,
    DeleteRole,
    DetachPolicy,
    PutPolicy,
    SetTrust,
    TagRole,
)
from iac.steps.step import Step, Tags

__all__ = [
    "AUTOMATED_SNAPSHOT_DAYS",
    "AnnouncePassword",
    "AssociateRole",
    "AttachPolicy",
    "BlankAddress",
    "ChangeCluster",
    "ClosePort",
    "ClusterSpec",
    "CreateCluster",
    "CreateGroup",
    "CreateRole",
    "DeleteCluster",
    "DeleteGroup",
    "DeletePolicy",
    "DeleteRole",
    "DetachPolicy",
    "MakePassword",
    "OpenPort",
    "PauseCluster",
    "PutPolicy",
    "ResizeCluster",
    "RestoreCluster",
    "ResumeCluster",
    "SetPassword",
    "SetTrust",
    "Step",
    "TagCluster",
    "TagGroup",
    "TagRole",
    "Tags",
    "TakeSnapshot",
    "UseGroup",
    "WriteAddress",
]
