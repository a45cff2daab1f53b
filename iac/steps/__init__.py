"""What can be done: one function a step, which returns a sentence and the API calls it stands for.

A step carries names and wanted values, never a secret or an id learned on the way.
"""

from iac.steps.step import (
    MADE_BY_ANOTHER, RESIZE_LATER, RESUME_FIRST, SNAPSHOT_FIRST, Call, Fallback, GroupId, Later, Retry, Step, Tags,
)  # fmt: skip

__all__ = [
    "MADE_BY_ANOTHER", "RESIZE_LATER", "RESUME_FIRST", "SNAPSHOT_FIRST", "Call", "Fallback", "GroupId", "Later", "Retry",
    "Step", "Tags",
]  # fmt: skip
