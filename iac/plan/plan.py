"""A plan: the steps, and what a person should know before them, as one value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iac.config import Config
    from iac.errors import Problem
    from iac.observed import Observed, Unread
    from iac.plan.context import Context
    from iac.steps import Step

    Part = Callable[[Config, Observed, Context, Sequence[Step]], "Plan"]
    """What an ability adds to a plan, whose other steps it is given. Raises Problem where nothing is to be done at all."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is left to do until the goal is reached; no steps where it is.

    notes: what a person should know, also before a refusal. details: what stays as it is, said before the first step that
    is done or planned. assumed: what the file leaves open, said where something is planned. Else both are said only to a
    person who asks for more. price: of what the steps start, in words; empty where they start nothing.
    refused: why nothing is done.

    Of an ability's part alone: after: steps for when the cluster is made. about: what its part of a deletion deals with,
    for a person; empty where there is none of it. unread: what of that could not be looked at, and may be left.
    """

    steps: tuple[Step, ...] = ()
    notes: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    price: str = ""
    refused: Problem | None = None
    after: tuple[Step, ...] = ()
    about: str = ""
    unread: tuple[Unread, ...] = ()
