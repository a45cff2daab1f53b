"""The one outgoing port for words: what a run tells while it works."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from iac.errors import Problem

if TYPE_CHECKING:
    from iac.config import Config
    from iac.place import Place
    from iac.report import Report
    from iac.steps import Step


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

    def following(self, known: Callable[[], Report]) -> None:
        """How to learn, at any time, what is known so far: for a run that ends early."""

    def begin(self, step: Step) -> None:
        """This step is being carried out."""

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

    def called(self, service: str, operation: str, seconds: float, outcome: str) -> None:
        """One API call: its names, its duration, and `ok` or the error code."""
