"""How long things take in the simulated account."""

from __future__ import annotations

from dataclasses import dataclass

SIMULATED_PACE = 1 / 40
"""How long AWS's second lasts here: what takes AWS minutes takes seconds."""


@dataclass(frozen=True)
class Durations:
    """Seconds of the clock that each change takes.

    Roughly AWS's own, as seen by users of Terraform and in the Management
    Guide, times SIMULATED_PACE; a large share is capped, so that nobody waits.
    """

    create: float = 2.5
    delete: float = 0.8
    final_snapshot: float = 0.6
    snapshot: float = 0.6
    pause: float = 1.0
    resume: float = 1.2
    elastic_resize: float = 1.5
    classic_resize: float = 2.5
    restore: float = 2.5
    modify: float = 0.3
    role_association: float = 0.3
    role_settling: float = 0.6
    """From the making of a role until Redshift trusts it."""
    interfaces_linger: float = 0.5
    """How long a deleted cluster's network interfaces still hold its groups."""
    unsettled: float = 0.0
    """From `available` until AWS stops answering "an operation is running"."""
