"""The events of clusters, in AWS's words."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from iac.facts.events import KEPT, TEXTS
from iac.simulator.refusals import invalid

if TYPE_CHECKING:
    from iac.simulator.region import RedshiftRegion

_DURATION = 60
"""Minutes that DescribeEvents looks back unless told otherwise."""


def tell(region: RedshiftRegion, identifier: str, event_id: str, **words: str) -> None:
    """Keep an event of a cluster. words: those that its text leaves open, beside the cluster and the time."""
    text = TEXTS[event_id].format(cluster=identifier, time=f"{region.now:%Y-%m-%d %H:%M} UTC", **words)
    kind = "monitoring" if event_id >= "REDSHIFT-EVENT-3" or not event_id else "management"
    region.events.append(
        {
            "SourceIdentifier": identifier, "SourceType": "cluster", "Message": text, "EventCategories": [kind],
            "Severity": "INFO", "Date": region.now, **({"EventId": event_id} if event_id else {}),
        }
    )  # fmt: skip


def describe_events(region: RedshiftRegion, params: dict[str, Any]) -> dict[str, Any]:
    """API reference, DescribeEvents: also those of clusters that are gone."""
    for member in ("StartTime", "EndTime", "Marker"):
        if params.get(member) is not None:
            raise invalid(f"The simulated account does not take {member}.")
    since = region.now - min(timedelta(minutes=params.get("Duration") or _DURATION), KEPT)
    kind, identifier = params.get("SourceType"), params.get("SourceIdentifier")
    found = [
        event
        for event in region.events
        if event["Date"] >= since
        and kind in (None, event["SourceType"])
        and identifier in (None, event["SourceIdentifier"])
    ]
    return {"Events": found}
