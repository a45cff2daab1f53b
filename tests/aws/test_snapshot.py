"""A snapshot as DescribeClusterSnapshots shows it."""

from __future__ import annotations

from typing import Any

import pytest

from iac.aws import redshift
from tests.stubbed import StubbedSession, connection

SHOWN: dict[str, Any] = {"SnapshotIdentifier": "kept", "ClusterIdentifier": "dwhcluster", "NodeType": "dc2.large"}


ARN = "arn:aws:redshift:us-west-2:111122223333:snapshot:dwhcluster/kept"


def test_a_snapshot_of_another_account_is_asked_for_by_its_owner() -> None:
    session = StubbedSession()
    asked = {"SnapshotIdentifier": "kept", "OwnerAccount": "111122223333"}
    session.stub("redshift").add_response("describe_cluster_snapshots", {"Snapshots": [SHOWN]}, asked)
    found = redshift.snapshot(connection(session), ARN)
    assert found is not None and (found.identifier, found.arn, found.owner) == ("kept", ARN, "111122223333")


@pytest.mark.parametrize("arn", [ARN.replace("us-west-2", "eu-west-1"), ARN.replace("redshift", "redshift-serverless"), "arn:aws:s3:::x"])
def test_an_arn_that_is_no_snapshots_of_this_region_is_not_asked_for(arn: str) -> None:
    assert redshift.snapshot(connection(StubbedSession()), arn) is None


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
