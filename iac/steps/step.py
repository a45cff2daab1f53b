"""What every step is."""

from __future__ import annotations

from dataclasses import dataclass

Tags = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Step:
    """Something to do. settles: the cluster has to come to rest before the next step."""

    settles = False
