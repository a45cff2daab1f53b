"""What one run works with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from iac.aws import cluster
from iac.aws.connection import Connection
from iac.aws.prices import ASKED, PriceList
from iac.config import Config
from iac.errors import Problem, TimedOut
from iac.observed import Cluster, Observed
from iac.place import Place
from iac.price import LISTED
from iac.probe import Probe
from iac.progress import Progress
from iac.s3 import S3Place
from iac.status import JOINED, cadence
from iac.steps import Step
from iac.wait import Cadence, Clock, InProgress, watch

T = TypeVar("T")


@dataclass
class Run:
    """One run of one verb. config and seen are replaced as the run goes on.

    doubtful: the step that was begun and not yet known to be done.
    joined_deletion: the cluster that was on its way out when this run came.
    last_cluster: the cluster as it was seen last, also when it is gone.
    role_changed: who may assume the role was changed by this run, and has to settle.
    taken: the manual snapshot that this run took.
    learned: what refusals of AWS's have told, as Fallback.fact.
    times: how often a step was carried out, by its key.
    operations: the API operations of the steps that this run has carried out.
    left_out: steps that are not tried again in this run, by their key, and why.
    deleted: the cluster that this run has deleted, as it was.
    prices: each asked for once.
    fresh: whether seen.cluster is of a moment ago, and this run has changed nothing of it since.
    accounted: whether the role and the groups in seen are there still, as AWS's answers to this run's changes tell.
    noted: what was said already. remarked: whether what is left as it is was said.
    s3: gives the places of [S3], once S3 is asked about them.
    unidentified: why the account behind the login is not known, where it is not.
    probe: asks an endpoint, by host and port, whether it answers; None where nobody does.

    began: of clock.monotonic(). patience: seconds from there on. done: the steps carried out, as sentences.
    """

    config: Config
    connection: Connection
    place: Place
    clock: Clock
    progress: Progress
    own_address: Callable[[], str]
    began: float
    patience: float
    seen: Observed | None = None
    snapshot: str | None = None
    done: list[str] = field(default_factory=list)
    done_at: dict[str, float] = field(default_factory=dict)
    doubtful: Step | None = None
    role_changed: bool = False
    joined_deletion: Cluster | None = None
    last_cluster: Cluster | None = None
    taken: str = ""
    learned: set[str] = field(default_factory=set)
    times: Counter[str] = field(default_factory=Counter)
    operations: set[str] = field(default_factory=set)
    left_out: dict[str, Problem] = field(default_factory=dict)
    deleted: Cluster | None = None
    fresh: bool = False
    accounted: bool = False
    noted: set[str] = field(default_factory=set)
    remarked: bool = False
    unidentified: Problem | None = None
    probe: Callable[[str, int], Probe] | None = None
    s3: Callable[[], tuple[S3Place, ...]] | None = None
    prices: PriceList = field(init=False)

    def __post_init__(self) -> None:
        self.prices = PriceList(self.connection, LISTED if self.place.target == "simulator" else ASKED)

    @property
    def left(self) -> float:
        """Seconds of patience that are left."""
        return max(self.patience - self.elapsed, 0.0)

    @property
    def elapsed(self) -> float:
        """Seconds since the run began."""
        return self.clock.monotonic() - self.began

    def note(self, *notes: str, detail: bool = False) -> None:
        """Say each once a run. detail: only to a person who asks for more (-v)."""
        for text in notes:
            if text not in self.noted:
                (self.progress.detail if detail else self.progress.note)(text)
            self.noted.add(text)

    def tell_price(self, words: str) -> None:
        """Say it once a run, before the first step that costs money."""
        if "price" not in self.noted:
            self.progress.price(words)
        self.noted.add("price")

    def see(self, observed: Observed) -> Observed:
        """Keep the latest look, so that a failure can say what is there."""
        self.seen = observed
        self.last_cluster = observed.cluster or self.last_cluster
        return observed

    def cluster(self) -> Cluster | None:
        """The cluster: as seen a moment ago, else as AWS shows it now."""
        if self.fresh and self.seen is not None:
            return self.seen.cluster
        return cluster.look(self.connection, self.config.identifier)

    def forget(self) -> None:
        """From now on what was seen may be out of date."""
        self.fresh = self.accounted = False

    def has_new_host(self, found: Cluster | None) -> bool:
        """Whether it is available, and its host is not in dwh.cfg yet."""
        return found is not None and found.status == "available" and found.host not in (None, self.config.host)

    def settle(self, began_here: bool, changing: Callable[[Cluster | None], bool]) -> Cluster | None:
        """Wait until the cluster no longer moves, or is gone, and return it.

        began_here: what moves was started by this run a moment ago.
        Raises TimedOut when the run's patience is over.
        """
        identifier = self.config.identifier
        first = self.cluster() if self.fresh else self._look()
        if first is None or not changing(first):
            return first
        if first.status in ("deleting", "final-snapshot") and not began_here:
            self.joined_deletion = first
        answers = [first]

        def look() -> Cluster | None | InProgress:
            found = answers.pop() if answers else self._look()
            return InProgress(found.status, found.progress) if found and changing(found) else found

        return self.watch(f"cluster {identifier}", look, cadence(first), 0.0 if began_here else JOINED)

    def watch(
        self,
        thing: str,
        look: Callable[[], T | InProgress],
        every: Cadence,
        head_start: float = 0.0,
        limit: float = float("inf"),
        gave_up: Callable[[float, str], Problem] | None = None,
    ) -> T:
        """Wait until a look finds something else than InProgress, as long as the run's patience lasts.

        limit: seconds of the wait's own, after which gave_up tells why.
        """
        self.fresh = False
        ends = gave_up if gave_up is not None and limit <= self.left else self._out_of_patience(thing)
        return watch(thing, look, self.progress, self.clock, every, min(limit, self.left), ends, head_start)

    def _out_of_patience(self, thing: str) -> Callable[[float, str], Problem]:
        def gave_up(seconds: float, status: str) -> Problem:
            return TimedOut(
                f"{thing[0].upper()}{thing[1:]} is still {status}.",
                f"The wait ended after {self.elapsed:.0f} s, its limit. What goes on in AWS goes on.",
                "Run the same command again to go on waiting; --timeout MINUTES waits longer.",
            )

        return gave_up

    def _look(self) -> Cluster | None:
        found = cluster.look(self.connection, self.config.identifier)
        if self.seen is not None:
            self.see(replace(self.seen, cluster=found))
        self.fresh = self.seen is not None
        return found
