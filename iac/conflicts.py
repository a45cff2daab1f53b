"""Refusals for the moment: which of them pass, and which last."""

from __future__ import annotations

from iac.errors import Conflict, Problem
from iac.run import Run
from iac.status import Phase, is_known_at_rest, phase, refused_when_broken

UNDER_WAY = ("operation running", "in progress", "later time", "streaming")
"""Words of AWS's that tell of a refusal which passes, however long it takes (a streaming
restore: hours). They come although the status says `available`."""

LASTING = 60.0
"""Seconds after which any other refusal for the moment is one that lasts: a Lakehouse
registration, say, is not undone by asking again."""


def as_lasting(run: Run, busy: Conflict, seconds: float) -> Problem | None:
    """The refusal as a Problem once asking again has no sense."""
    cluster = run.seen.cluster if run.seen else None
    about_state = busy.code.removesuffix("Fault") == "InvalidClusterState"
    if about_state and any(words in busy.said for words in UNDER_WAY):
        return None
    if about_state and cluster is not None and phase(cluster) is Phase.BROKEN:
        return refused_when_broken(cluster, busy.why)
    if seconds < LASTING * run.clock.pace or (about_state and not is_known_at_rest(cluster)):
        return None
    remedy = "Remove what AWS names, in the AWS console say, then run the same command again."
    if busy.code == "NoSuchEntity" and run.role_changed:
        remedy = (
            "IAM ignores case in the names of roles: where a role is there whose name differs in case only, "
            "edit DWH_IAM_ROLE_NAME in dwh.cfg to its spelling or to another name."
        )
    return Problem(busy.what, busy.why, remedy, busy.code, busy.said)
