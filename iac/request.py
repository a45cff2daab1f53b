"""What a person asks for beyond what dwh.cfg says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Request:
    """The options of create_cluster.py that change what is done.

    restore: the snapshot to start from; "" = the newest final one; None = start empty.
    adopt: whether a cluster that others made is taken over.
    set_password: whether the admin password is set to dwh.cfg's; no API tells whether it is that already.
    """

    restore: str | None = None
    adopt: bool = False
    set_password: bool = False
