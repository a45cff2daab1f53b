"""A snapshot as DescribeClusterSnapshots shows it."""

from __future__ import annotations

from typing import Any

import pytest

from iac.aws import redshift
from tests.stubbed import StubbedSession, connection

SHOWN: dict[str, Any] = {"SnapshotIdentifier": "kept", "ClusterIdentifier": "dwhcluster", "NodeType": "dc2.large"}


@pytest.mark.parametrize(
    ("more", "restorable"),
    [
        ({"RestorableNodeTypes": ["ra3.large", "dc2.large"]}, ("dc2.large", "ra3.large")),
        ({"RestorableNodeTypes": []}, ()),
        ({}, ()),
    ],
)
def test_a_snapshot_has_the_node_types_that_it_can_be_restored_to(more: dict, restorable: tuple[str, ...]) -> None:
    session = StubbedSession()
    session.stub("redshift").add_response("describe_cluster_snapshots", {"Snapshots": [{**SHOWN, **more}]})
    found = redshift.snapshot(connection(session), "kept")
    assert found is not None and found.restorable == restorable
