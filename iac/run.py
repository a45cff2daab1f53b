"""What one run works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from iac.aws import cluster
from iac.aws.connection import Door
from iac.config import Config
from iac.errors import GaveUp
from iac.observed import Cluster, Observed, Place
from iac.progress import Progress
from iac.settle import JOINED, Phase, cadence, phase
from iac.steps import Step
from iac.wait import Clock, until


@dataclass
class Run:
    """One run of one verb. config and seen are replaced as the run goes on.

    doubtful: the step that was begun and not yet known to be done.

    began: of clock.monotonic(). patience: seconds from there on. done: the steps carried out, as sentences.
    """

    config: Config
    door: Door
    place: Place
    clock: Clock
    progress: Progress
    own_address: Callable[[], str]
    began: float
    patience: float
    seen: Observed | None = None
    snapshot: str | None = None
    done: list[str] = field(default_factory=list)
    doubtful: Step | None = None

    @property
    def elapsed(self) -> float:
        """Seconds since the run began."""
        return self.clock.monotonic() - self.began

    def see(self, observed: Observed) -> Observed:
        """Keep the latest look, so that a failure can say what is there."""
        self.seen = observed
        return observed

    def settle(self, began_here: bool) -> Cluster | None:
        """Wait until the cluster is at rest or gone, and return it.

        began_here: what moves was started by this run a moment ago.
        Raises GaveUp when the run's patience is over.
        """
        identifier = self.config.identifier
        first = self._look()
        if phase(first) is not Phase.MOVING:
            return first
        assert first is not None
        rhythm = cadence(first)
        started = self.clock.monotonic()
        last = [first.status]

        def look() -> tuple[Cluster | None] | None:
            now = self._look()
            if phase(now) is not Phase.MOVING:
                return (now,)
            assert now is not None
            last[0] = now.status
            waited = self.clock.monotonic() - started
            self.progress.waiting(f"cluster {identifier}", now.status, waited, rhythm.usually)
            return None

        def gave_up(seconds: float) -> GaveUp:
            return GaveUp(
                f"Cluster {identifier} is still {last[0]}.",
                f"The wait ended after {self.elapsed / 60:.0f} min, its limit. What goes on in AWS goes on.",
                "Run the same command again to go on waiting; --timeout MINUTES waits longer.",
            )

        self.progress.waiting(f"cluster {identifier}", first.status, 0.0, rhythm.usually)
        try:
            found = until(
                look,
                self.clock,
                rhythm,
                limit=max(self.patience - self.elapsed, 0.0),
                gave_up=gave_up,
                head_start=0.0 if began_here else JOINED,
            )
        finally:
            self.progress.arrived()
        return found[0]

    def _look(self) -> Cluster | None:
        found = cluster.look(self.door, self.config.identifier)
        if self.seen is not None:
            self.see(replace(self.seen, cluster=found))
        return found
