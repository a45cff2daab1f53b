"""The things we can do, as frozen values that read as sentences.

A step carries names and wanted values, never a secret or an id learned on the way.
"""

from iac.steps.cluster import ClusterSpec, CreateCluster, DeleteCluster
from iac.steps.file import BlankAddress, MakePassword, WriteAddress
from iac.steps.network import CreateGroup, DeleteGroup, OpenPort
from iac.steps.role import AttachPolicy, CreateRole, DeleteRole, PutPolicy
from iac.steps.step import Step, Tags

__all__ = [
    "AttachPolicy",
    "BlankAddress",
    "ClusterSpec",
    "CreateCluster",
    "CreateGroup",
    "CreateRole",
    "DeleteCluster",
    "DeleteGroup",
    "DeleteRole",
    "MakePassword",
    "OpenPort",
    "PutPolicy",
    "Step",
    "Tags",
    "WriteAddress",
]
