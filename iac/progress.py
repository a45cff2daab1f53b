"""What a run tells while it works: the one outgoing port for words, these words as lines of plain text, and waits that tell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from iac.errors import printable
from iac.wait import Cadence, Clock, InProgress, until
from iac.words import duration

if TYPE_CHECKING:
    from iac.config import Config
    from iac.errors import Problem
    from iac.observed import Place

T = TypeVar("T")

EVERY = 60.0
"""Seconds between two lines that say the same status."""

SIMULATION = "Simulation (TARGET = simulator): no account, no cost, all on this computer."


class Progress:
    """Says nothing; the console overrides what it wants to show."""

    def opening(self, config: Config) -> None:
        """dwh.cfg was read: what it says."""

    def connected(self, place: Place) -> None:
        """AWS has answered: which account and region."""

    def note(self, text: str) -> None:
        """Something a person should know now, though nothing is wrong."""

    def detail(self, text: str) -> None:
        """Something for a person who asks for more (-v)."""

    def price(self, words: str) -> None:
        """What the cluster is about to cost."""

    def following(self, known: Callable[[], Any]) -> None:
        """How to learn, at any time, what is known so far, as a Report: for a run that ends early."""

    def begin(self, sentence: str, settles: bool) -> None:
        """This step is being carried out. settles: the cluster changes, and has to come to rest after it."""

    def done(self, sentence: str) -> None:
        """AWS or the file system has accepted this."""

    def waiting(self, thing: str, status: str, seconds: float, usually: str, fraction: float | None = None) -> None:
        """Still waiting: for what, its status, for how long, how long it takes as a rule.

        fraction: how far it is, of 1; None where AWS does not tell.
        """

    def arrived(self) -> None:
        """The wait is over."""

    def trouble(self, problem: Problem) -> None:
        """AWS did not answer, or is busy; it is tried again."""

    def ended(self, outcome: str | Problem) -> None:
        """What became of the warehouse after a job; a Problem where taking it down failed, and something else before."""

    def called(self, service: str, operation: str, seconds: float, outcome: str) -> None:
        """One API call: its names, its duration, and `ok` or the error code."""


@dataclass(frozen=True)
class Wait:
    """One look of a wait.

    usually: how long it takes, in words. simulated: these words are of AWS, not of this wait.
    fraction: how far it is, of 1; None where AWS does not tell.
    """

    thing: str
    status: str
    seconds: float
    usually: str
    simulated: bool = False
    fraction: float | None = None

    def line(self) -> str:
        """All of it."""
        return f"  {self.thing}: {self.status}{self.percent(', ')}, {self.time(self.usually)}"

    def time(self, usually: str) -> str:
        """The time gone, and the usual one in these words."""
        words = f"on AWS {usually}" if self.simulated else usually
        return f"{duration(self.seconds)} ({words})" if usually else duration(self.seconds)

    def percent(self, before: str) -> str:
        """How far it is, after these characters; nothing where AWS does not tell."""
        return "" if self.fraction is None else f"{before}{int(self.fraction * 100)}%"


class Lines(Progress):
    """Tells what happens by a function that gets one line of text: `print`, a logger's `info`, a list's `append`.

    A wait is told when it begins, when the status is another, and once a minute. No line has control characters.
    """

    def __init__(self, tell: Callable[[str], object]) -> None:
        self._tell = lambda text: tell(printable(self.config.spoken(text) if self.config else text))
        self._told: set[str] = set()
        self._said: tuple[str, str, float] = ("", "", 0.0)
        self._trouble = ""
        self.config: Config | None = None

    def opening(self, config: Config) -> None:
        """Keeps what the file says, and tells its notes."""
        self.config = config
        if config.target == "simulator":
            self._tell_once(SIMULATION)
        for text in config.notes:
            self.note(text)

    def connected(self, place: Place) -> None:
        """Real AWS: which account and region."""
        if place.target == "aws":
            self._tell_once(f"AWS account {place.account}, region {place.region}.")

    def note(self, text: str) -> None:
        """Something a person should know now."""
        self._tell_once(f"Note: {text}")

    def price(self, words: str) -> None:
        """What the cluster is about to cost."""
        self._tell(f"Price: {words}.")

    def done(self, sentence: str) -> None:
        """A step that was carried out."""
        self._tell(f"- {sentence}")

    def waiting(self, thing: str, status: str, seconds: float, usually: str, fraction: float | None = None) -> None:
        """The status of what is waited for, unless it was told less than a minute ago."""
        last_thing, last_status, last_time = self._said
        if (thing, status) != (last_thing, last_status) or not last_time <= seconds < last_time + EVERY:
            self._said = (thing, status, seconds)
            self._tell(self._wait(thing, status, seconds, usually, fraction).line())

    def arrived(self) -> None:
        """The next wait is told from its beginning."""
        self._said = ("", "", 0.0)

    def trouble(self, problem: Problem) -> None:
        """What is tried again, and why: once, until a call succeeds."""
        text = f"  {problem.what} {problem.why} Trying again."
        if text != self._trouble:
            self._trouble = text
            self._tell(text)

    def ended(self, outcome: str | Problem) -> None:
        """A line; of a Problem the three."""
        for line in [outcome] if isinstance(outcome, str) else str(outcome).split("\n"):
            self._tell(line)

    def called(self, service: str, operation: str, seconds: float, outcome: str) -> None:
        """Whether the trouble is over."""
        if outcome == "ok":
            self._trouble = ""

    def _tell_once(self, text: str) -> None:
        """Also where a job is between two runs."""
        if text not in self._told:
            self._told.add(text)
            self._tell(text)

    def _wait(self, thing: str, status: str, seconds: float, usually: str, fraction: float | None) -> Wait:
        simulated = self.config is not None and self.config.target == "simulator"
        return Wait(thing, status, seconds, usually, simulated, fraction)


def as_progress(given: Progress | Callable[[str], object] | None) -> Progress:
    """What a caller may give as progress: a Progress, a function that gets each line, or None for silence."""
    if isinstance(given, Progress):
        return given
    return Progress() if given is None else Lines(given)


def watch(
    thing: str,
    look: Callable[[], T | InProgress],
    progress: Progress,
    clock: Clock,
    cadence: Cadence,
    limit: float,
    gave_up: Callable[[float, str], Problem],
    head_start: float = 0.0,
) -> T:
    """As until, telling each status of this thing."""

    def tell(last: InProgress, seconds: float) -> None:
        if last.status:
            progress.waiting(thing, last.status, seconds, cadence.usually, last.fraction)

    try:
        return until(look, clock, cadence, limit, gave_up, head_start=head_start, tell=tell)
    finally:
        progress.arrived()
