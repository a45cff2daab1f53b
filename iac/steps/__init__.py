"""What can be done: one function a step, which returns a sentence and the API calls it stands for.

A step carries names and wanted values, never a secret or an id learned on the way.
"""

from iac.steps.step import (
    AdminPassword,
    Call,
    ClusterHost,
    GroupId,
    NewPassword,
    PasswordMark,
    Retry,
    Step,
    Tags,
)

__all__ = [
    "AdminPassword", "Call", "ClusterHost", "GroupId", "NewPassword", "PasswordMark", "Retry", "Step", "Tags",
]  # fmt: skip
