"""The one-time pause: what it counts from, and when it is due.

No API tells when a cluster was resumed, nor what dwh.cfg said then. So the description of the schedule keeps both, and the
next run reads it there: `DWH_BUDGET_USD = 5 from 2026-11-24T03:15:00Z at 0.543 USD an hour`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from iac.config import Config
from iac.config.schedule import PauseAfter
from iac.errors import Problem
from iac.observed import Cluster, Observed
from iac.status import Phase, phase

STARTING = timedelta(minutes=15)
"""How old the count of a cluster may be that is about to be made or resumed: a run that was interrupted goes on with it."""

SOON = timedelta(minutes=2)
"""How far off a pause is put that would be due already: AWS refuses a moment that has passed."""

_PART = re.compile(r"(?P<option>\w+) = (?P<text>\S+) from (?P<since>[0-9TZ:-]+)(?: at (?P<rate>[0-9.]+) USD an hour)?")


@dataclass(frozen=True)
class Timer:
    """One option that pauses once. since: what it counts from. seconds: from there to the pause. rate: USD an hour."""

    option: str
    text: str
    since: datetime
    seconds: int
    rate: str = ""

    @property
    def due(self) -> datetime:
        """When the cluster is to be paused."""
        return self.since + timedelta(seconds=self.seconds)

    def __str__(self) -> str:
        at_rate = f" at {self.rate} USD an hour" if self.rate else ""
        return f"{self.option} = {self.text} from {self.since:%Y-%m-%dT%H:%M:%SZ}{at_rate}"


def hourly_usd(seen: Observed, node_type: str, number_of_nodes: int) -> Decimal | None:
    """What a cluster of this size costs an hour while it runs; None where that is not known."""
    return seen.price_of(node_type).hourly(number_of_nodes)


def refuse_budget(config: Config, seen: Observed) -> None:
    """Raises Problem for a budget that cannot be kept: the price is not known, or it is less than that of an hour."""
    if config.budget_usd is None:
        return
    price, size = hourly_usd(seen, config.node_type, config.number_of_nodes), f"{config.number_of_nodes} x {config.node_type}"
    if price is None:
        raise Problem(
            f"It is not known when DWH_BUDGET_USD = {config.budget_usd} is used up.",
            f"The price of {config.node_type} in {seen.place.region} is not known here.",
            "Write a duration instead, DWH_AUTO_PAUSE = 4h say, and blank DWH_BUDGET_USD in dwh.cfg.",
        )
    if config.budget_usd < price:
        raise Problem(
            f"DWH_BUDGET_USD = {config.budget_usd} is less than one hour of {size} costs: {price} US dollars.",
            "The cluster would be paused almost as soon as it is available.",
            f"Write DWH_BUDGET_USD = {price} or more into dwh.cfg, or blank it.",
        )


def timers(config: Config, seen: Observed, description: str, now: datetime) -> tuple[Timer, ...]:
    """The options that pause once, the one that is due first in front.

    description: of the schedule that is there, empty without one.
    """
    known = {each["option"]: each for each in _PART.finditer(description)}
    now = now.replace(microsecond=0)
    found = [_timer(each, known.get(each.option), seen.cluster, now) for each in _wanted(config, seen, now)]
    return tuple(sorted(found, key=lambda timer: timer.due))


def _wanted(config: Config, seen: Observed, now: datetime) -> list[Timer]:
    """As if the count began now."""
    found, pause = [], config.auto_pause
    if isinstance(pause, PauseAfter):
        found.append(Timer("DWH_AUTO_PAUSE", pause.text.replace(" ", ""), now, pause.minutes * 60))
    if config.budget_usd is not None:
        rate = _rate(config, seen)
        found.append(Timer("DWH_BUDGET_USD", str(config.budget_usd), now, _seconds(config.budget_usd, rate), f"{rate.normalize():f}"))
    return found


def _rate(config: Config, seen: Observed) -> Decimal:
    """Of the cluster as it is; of the one that dwh.cfg asks for, where it is to be made."""
    cluster = seen.cluster
    there = hourly_usd(seen, cluster.node_type, cluster.number_of_nodes) if cluster else None
    rate = there or hourly_usd(seen, config.node_type, config.number_of_nodes)
    assert rate is not None, "a budget without a price is refused before"
    return rate


def _seconds(budget: Decimal, rate: Decimal) -> int:
    return int(budget / rate * 3600) + 1


def _timer(new: Timer, known: re.Match[str] | None, cluster: Cluster | None, now: datetime) -> Timer:
    """The count goes on where the option is the same; it begins with the cluster that is there, not before."""
    if known is None or known["text"] != new.text:
        return new
    since = datetime.strptime(known["since"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    if phase(cluster) in (Phase.ABSENT, Phase.PAUSED):
        return replace(new, since=since) if now - since <= STARTING else new
    created = cluster.created_at.replace(microsecond=0) if cluster and cluster.created_at else since
    since = max(since, created)
    if not new.rate or known["rate"] in (None, new.rate):
        return replace(new, since=since)
    return _at_another_rate(new, since, Decimal(known["rate"]), now)


def _at_another_rate(new: Timer, since: datetime, before: Decimal, now: datetime) -> Timer:
    """Counted from the moment from which the new rate would have used as much as was used until now."""
    used = (now - since).total_seconds() * float(before / Decimal(new.rate))
    since = (now - timedelta(seconds=used)).replace(microsecond=0)
    earliest = now + SOON - timedelta(seconds=new.seconds)
    return replace(new, since=max(since, earliest))
