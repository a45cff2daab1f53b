"""AWS's partitions: how their ARNs and the hosts of their services are called (botocore, endpoints.json)."""

from __future__ import annotations

_PARTITIONS = {
    "cn-": ("aws-cn", "amazonaws.com.cn"),
    "us-gov-": ("aws-us-gov", "amazonaws.com"),
    "eusc-": ("aws-eusc", "amazonaws.eu"),
}
"""By the beginning of the Regions' names: the partition, and the domain of its services. Those of AWS's secret Regions, to
which nobody gets by a dwh.cfg, are left out."""


def partition_and_domain(region: str) -> tuple[str, str]:
    """Of the Region; AWS's commercial partition where the Region is of no other, or not known."""
    found = (names for start, names in _PARTITIONS.items() if region.startswith(start))
    return next(found, ("aws", "amazonaws.com"))
