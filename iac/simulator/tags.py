"""Tags of clusters, snapshots and subnet groups, by ARN."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from iac.simulator import rules
from iac.simulator.paging import page
from iac.simulator.refusals import Refusal, invalid
from iac.simulator.region import RedshiftRegion

Params = dict[str, Any]


def create_tags(region: RedshiftRegion, params: Params) -> None:
    """API reference, CreateTags: a key that is there gets the new value."""
    tags = _tags_of(region, params["ResourceName"])
    added = rules.check_tags(params.get("Tags") or [])
    rules.check_tags([{"Key": key, "Value": value} for key, value in {**tags, **added}.items()])
    tags.update(added)


def delete_tags(region: RedshiftRegion, params: Params) -> None:
    """API reference, DeleteTags: a key that is not there is no error."""
    tags = _tags_of(region, params["ResourceName"])
    for key in params.get("TagKeys") or []:
        tags.pop(key, None)


def describe_tags(region: RedshiftRegion, params: Params) -> Params:
    """API reference, DescribeTags: of one resource, of one type, or of all."""
    wanted, kind = params.get("ResourceName"), params.get("ResourceType")
    keys, values = params.get("TagKeys"), params.get("TagValues")
    if wanted:
        _tags_of(region, wanted)
    found = [
        {"Tag": {"Key": key, "Value": value}, "ResourceName": arn, "ResourceType": type_}
        for type_, arn, tags in _tagged(region)
        for key, value in tags.items()
        if wanted in (None, arn)
        and kind in (None, type_)
        and (not keys or key in keys)
        and (not values or value in values)
    ]
    shown, more = page(found, params)
    return {"TaggedResources": shown, **more}


def _tagged(region: RedshiftRegion) -> Iterator[tuple[str, str, dict[str, str]]]:
    for cluster in region.clusters.values():
        yield "cluster", region.arn("cluster", cluster.identifier), cluster.tags
    for snapshot in region.snapshots.values():
        yield "snapshot", snapshot.arn, snapshot.tags
    for name, group in region.subnet_groups.items():
        yield "subnetgroup", region.arn("subnetgroup", name), group["tags"]


def _tags_of(region: RedshiftRegion, arn: str) -> dict[str, str]:
    if not arn.startswith("arn:"):
        raise invalid(f"Invalid ARN: {arn}")
    for _, name, tags in _tagged(region):
        if name == arn:
            return tags
    raise Refusal("ResourceNotFoundFault", f"The resource {arn} was not found.")
