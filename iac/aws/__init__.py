"""AWS: the only folder that imports boto3. Thin wrappers, one service or resource a module."""

from __future__ import annotations

from typing import Any


def tag_pairs(found: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """The tags of a resource as AWS describes it, sorted by key."""
    return tuple(sorted((tag["Key"], tag.get("Value", "")) for tag in found.get("Tags", [])))
