"""The events of a cluster, which tell when it was paused and resumed."""

from __future__ import annotations

from datetime import timedelta

from iac.aws.connection import Connection
from iac.bill import Event
from iac.errors import Problem, TimedOut
from iac.facts.events import KEPT


def look(connection: Connection, identifier: str) -> tuple[Event, ...] | None:
    """The events that AWS still has of the cluster, also once it is gone; None where they cannot be read.

    API reference, DescribeEvents: of the past 14 days. Raises TimedOut when the run's time is over.
    """
    try:
        found = connection.in_region(connection.region).pages(
            "redshift",
            "DescribeEvents",
            "Events",
            SourceType="cluster",
            SourceIdentifier=identifier,
            Duration=KEPT // timedelta(minutes=1),
        )
    except TimedOut:
        raise
    except Problem:
        return None
    return tuple(Event(each["Date"], each.get("EventId", ""), each.get("Message", "")) for each in found if each.get("Date"))
