"""What should be: dwh.cfg as a value. What writes into it is loaded only by a run: writeback.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iac.config.file import check_writable
from iac.config.secret import Credentials
from iac.config.together import read

if TYPE_CHECKING:
    from iac.config.config import Config

__all__ = ["Config", "Credentials", "check_writable", "read"]


def __getattr__(name: str) -> type[Config]:
    if name == "Config":  # with dataclasses it takes longer than telling of a wrong file
        from iac.config.config import Config

        return Config
    raise AttributeError(f"module 'iac.config' has no attribute {name!r}")
