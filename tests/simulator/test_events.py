"""The simulated account keeps the events of its clusters, in AWS's words."""

from __future__ import annotations

from tests.simulator.account import SimulatedAccount, error_code


def told(aws: SimulatedAccount, identifier: str = "dwh", **asked: int) -> list[str]:
    found = aws.redshift.describe_events(SourceType="cluster", SourceIdentifier=identifier, **asked)["Events"]
    return [event.get("EventId", event["Message"])[-4:] for event in found]


def test_the_life_of_a_cluster_is_told(aws: SimulatedAccount) -> None:
    aws.running()
    for change in (aws.redshift.pause_cluster, aws.redshift.resume_cluster):
        change(ClusterIdentifier="dwh")
        aws.clock.sleep(5)
    aws.redshift.resize_cluster(ClusterIdentifier="dwh", NumberOfNodes=2, ClusterType="multi-node", Classic=True)
    aws.clock.sleep(5)
    aws.redshift.delete_cluster(ClusterIdentifier="dwh", FinalClusterSnapshotIdentifier="last")
    aws.clock.sleep(5)
    assert told(aws) == ["2000", "3618", "3619", "3622", "2006", "3002", "2001"]
    aws.redshift.restore_from_cluster_snapshot(ClusterIdentifier="again", SnapshotIdentifier="last")
    aws.clock.sleep(5)
    assert told(aws, "again") == ["2008", "3003"]
    (event, *_) = aws.redshift.describe_events(SourceType="cluster", SourceIdentifier="again")["Events"]
    assert event["Message"].startswith("Your restore operation to create a new Amazon Redshift cluster again snapshot last was started")


def test_events_are_told_for_as_long_as_is_asked_and_kept_for_14_days(aws: SimulatedAccount) -> None:
    aws.running()
    aws.clock.sleep(2 * 3600)
    assert told(aws) == [] and told(aws, Duration=180) == ["2000"]
    aws.clock.sleep(14 * 24 * 3600)
    assert told(aws, Duration=30 * 24 * 60) == []


def test_clusters_are_found_by_their_tags(aws: SimulatedAccount) -> None:
    aws.create("ours", Tags=[{"Key": "ManagedBy", "Value": "dwh-iac"}])
    aws.create("theirs", Tags=[{"Key": "ManagedBy", "Value": "terraform"}])
    found = aws.redshift.describe_clusters(TagKeys=["ManagedBy"], TagValues=["dwh-iac"])["Clusters"]
    assert [each["ClusterIdentifier"] for each in found] == ["ours"]
    assert len(aws.redshift.describe_clusters(TagKeys=["ManagedBy"])["Clusters"]) == 2


def test_what_is_not_simulated_is_refused(aws: SimulatedAccount) -> None:
    assert error_code(aws.redshift.describe_events, StartTime="2026-01-01T00:00Z") == "UnsupportedOperation"
