"""How long things take in the simulated account."""

from __future__ import annotations

from dataclasses import dataclass

SIMULATED_PACE = 1 / 25
"""How long AWS's second lasts here: what takes AWS minutes takes seconds."""


@dataclass(frozen=True)
class Durations:
    """Seconds of the clock that each change takes.

    Roughly AWS's own, as seen by users of Terraform and in the Management
    Guide, times SIMULATED_PACE; a large share is capped, so that nobody waits.
    """

    create: float = 4.0
    delete: float = 1.5
    final_snapshot: float = 1.0
    snapshot: float = 1.0
    pause: float = 2.0
    resume: float = 2.0
    elastic_resize: float = 3.0
    classic_resize: float = 4.0
    restore: float = 4.0
    modify: float = 0.5
    role_association: float = 0.4
    role_settling: float = 1.0
    """From the making of a role until Redshift trusts it."""
    interfaces_linger: float = 0.8
    """How long a deleted cluster's network interfaces still hold its groups."""
    unsettled: float = 0.0
    """From `available` until AWS stops answering "an operation is running"."""
