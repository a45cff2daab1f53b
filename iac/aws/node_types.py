"""The node types that AWS offers in the region."""

from __future__ import annotations

from iac.aws.connection import Connection, Refusal
from iac.aws.refusals import DENIED
from iac.observed import Offer


def offer(connection: Connection, name: str) -> Offer:
    """What AWS offers of this node type (API reference, DescribeOrderableClusterOptions).

    InvalidParameterValue counts as not offered. A login that may not ask is told so in the answer.
    """
    answer = connection.call(
        "redshift", "DescribeOrderableClusterOptions", expected=(*DENIED, "InvalidParameterValue"), NodeType=name
    )
    if isinstance(answer, Refusal):
        return Offer((), answer.code == "InvalidParameterValue")
    options = [each for each in answer.get("OrderableClusterOptions", []) if each.get("NodeType") == name]
    kinds = {option.get("ClusterType", "") for option in options}
    return Offer(tuple(sorted(kinds)))
