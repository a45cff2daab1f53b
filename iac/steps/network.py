"""Steps for the security group."""

from __future__ import annotations

from dataclasses import dataclass

from iac.steps.step import Step, Tags


@dataclass(frozen=True)
class CreateGroup(Step):
    name: str
    vpc_id: str
    tags: Tags

    def __str__(self) -> str:
        return f"create security group {self.name} in {self.vpc_id}"


@dataclass(frozen=True)
class OpenPort(Step):
    group: str
    vpc_id: str
    cidr: str
    port: int
    tags: Tags

    def __str__(self) -> str:
        return f"let {self.cidr} reach port {self.port}"


@dataclass(frozen=True)
class DeleteGroup(Step):
    group_id: str
    name: str

    def __str__(self) -> str:
        return f"delete security group {self.name}"


@dataclass(frozen=True)
class ClosePort(Step):
    group_id: str
    rule_id: str
    cidr: str
    port: int

    def __str__(self) -> str:
        return f"no longer let {self.cidr} reach port {self.port}"


@dataclass(frozen=True)
class TagGroup(Step):
    group_id: str
    name: str
    tags: Tags

    def __str__(self) -> str:
        return f"tag security group {self.name}: {', '.join(f'{key} = {value}' for key, value in self.tags)}"
