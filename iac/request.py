"""What a person asks for beyond what dwh.cfg says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Request:
    """The options of create_cluster.py that change what is done.

    restore: the snapshot to start from; "" = the newest final one; None = start empty.
    adopt: whether a cluster that others made is taken over.
    """

    restore: str | None = None
    adopt: bool = False
