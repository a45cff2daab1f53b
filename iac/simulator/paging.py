"""Answers in pages, and the choice by tags: what all Describe operations share."""

from __future__ import annotations

from typing import Any

from iac.simulator.refusals import invalid


def page(items: list[Any], params: dict[str, Any]) -> tuple[list[Any], dict[str, str]]:
    """The page asked for by MaxRecords (20 to 100) and Marker, and the next Marker if any."""
    most = params.get("MaxRecords") or 100
    if not 20 <= most <= 100:
        raise invalid(f"Invalid value {most} for MaxRecords. Must be between 20 and 100.")
    marker = str(params.get("Marker") or "0")
    if not marker.isdigit():
        raise invalid(f"Invalid marker: {marker}")
    start = int(marker)
    more = {"Marker": str(start + most)} if start + most < len(items) else {}
    return items[start : start + most], more


def has_tags(tags: dict[str, str], params: dict[str, Any]) -> bool:
    """Whether any TagKeys and any TagValues asked for are among these tags."""
    keys, values = params.get("TagKeys") or [], params.get("TagValues") or []
    return (not keys or any(key in tags for key in keys)) and (
        not values or any(value in tags.values() for value in values)
    )
