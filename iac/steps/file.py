"""Steps for dwh.cfg itself."""

from __future__ import annotations

from dataclasses import dataclass

from iac.steps.step import Step


@dataclass(frozen=True)
class MakePassword(Step):
    file: str

    def __str__(self) -> str:
        return f"make an admin password and write it into {self.file}"


@dataclass(frozen=True)
class WriteAddress(Step):
    """role_arn is derived; the host is read from the settled cluster.

    settings: database settings that differ from section to section are brought into line.
    """

    file: str
    role_arn: str
    settings: bool = False

    def __str__(self) -> str:
        what = "HOST, ARN and the database settings" if self.settings else "HOST and ARN"
        return f"write {what} into {self.file}"


@dataclass(frozen=True)
class BlankAddress(Step):
    file: str

    def __str__(self) -> str:
        return f"blank HOST and ARN in {self.file}"
