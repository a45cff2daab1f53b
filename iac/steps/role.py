"""Steps for the IAM role."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from iac.steps.step import Step, Tags


@dataclass(frozen=True)
class CreateRole(Step):
    name: str
    tags: Tags

    def __str__(self) -> str:
        return f"create IAM role {self.name}, which only Redshift of this account may take"


@dataclass(frozen=True)
class PutPolicy(Step):
    """document is JSON text, so that the step stays hashable."""

    role: str
    policy: str
    document: str
    places: tuple[str, ...]

    def __str__(self) -> str:
        return f"let role {self.role} read {', '.join(self.places)} and nothing else"

    @property
    def content(self) -> dict[str, Any]:
        """The policy document."""
        return dict(json.loads(self.document))


@dataclass(frozen=True)
class AttachPolicy(Step):
    role: str
    arn: str

    def __str__(self) -> str:
        return f"attach {self.arn.rpartition('/')[2]} to role {self.role}"


@dataclass(frozen=True)
class DeleteRole(Step):
    name: str

    def __str__(self) -> str:
        return f"delete IAM role {self.name}"


@dataclass(frozen=True)
class SetTrust(Step):
    name: str

    def __str__(self) -> str:
        return f"let only Redshift of this account take role {self.name}"


@dataclass(frozen=True)
class DeletePolicy(Step):
    role: str
    policy: str

    def __str__(self) -> str:
        return f"delete policy {self.policy} of role {self.role}"


@dataclass(frozen=True)
class DetachPolicy(Step):
    role: str
    arn: str

    def __str__(self) -> str:
        return f"detach {self.arn.rpartition('/')[2]} from role {self.role}"


@dataclass(frozen=True)
class TagRole(Step):
    name: str
    tags: Tags

    def __str__(self) -> str:
        return f"tag role {self.name}: {', '.join(f'{key} = {value}' for key, value in self.tags)}"
