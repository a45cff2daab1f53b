"""An on/off switch for an Amazon Redshift warehouse, as a library.

    from iac import create, delete, describe, pause

The verbs are silent and return a Report; a Problem says what a person has to do.
They are loaded on first use, so that reading a dwh.cfg does not load boto3.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["connect", "create", "delete", "describe", "made_by_another", "pause", "to_change"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from iac import verbs

        return getattr(verbs, name)
    raise AttributeError(f"module 'iac' has no attribute {name!r}")
