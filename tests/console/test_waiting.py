"""The line of a wait at every width, and how far AWS says it is."""

from __future__ import annotations

from typing import Any

import pytest

from iac.console.display import live
from iac.observed import Cluster, Snapshot
from iac.progress import Wait

SNAPSHOT = Wait("cluster dwhcluster", "final-snapshot", 200, "usually 5 to 15 min")
RESIZE = Wait("cluster dwhcluster", "resizing", 200, "usually 10 to 15 min", fraction=0.487)

LINES = {
    160: "  cluster dwhcluster: final-snapshot, 3 min 20 s (usually 5 to 15 min)",
    69: "  cluster dwhcluster: final-snapshot, 3 min 20 s (5 to 15 min)",
    59: "  cluster dwhcluster: final-snapshot, 3 min 20 s",
    40: "  cluster...: final-snapshot, 3 min 20 s",
    24: "  c...: final-snapsho...",
}
WITH_BAR = {
    160: "  cluster dwhcluster: resizing, 3 min 20 s (usually 10 to 15 min) [#########-----------] 48%",
    79: "  cluster dwhcluster: resizing, 3 min 20 s (10 to 15 min) [#######--------] 48%",
    70: "  cluster dwhcluster: resizing, 3 min 20 s (usually 10 to 15 min) 48%",
    59: "  cluster dwhcluster: resizing, 3 min 20 s 48%",
    44: "  cluster dwhcl...: resizing, 3 min 20 s 48%",
}


@pytest.mark.parametrize("columns", LINES)
def test_a_live_line_says_what_fits(columns: int) -> None:
    assert live(SNAPSHOT, columns) == LINES[columns]


@pytest.mark.parametrize("columns", WITH_BAR)
def test_a_bar_is_shown_where_aws_tells_how_far_it_is(columns: int) -> None:
    assert live(RESIZE, columns) == WITH_BAR[columns]


def test_a_pipe_gets_the_percentage_and_a_simulation_says_whose_time_it_is() -> None:
    assert RESIZE.line() == "  cluster dwhcluster: resizing, 48%, 3 min 20 s (usually 10 to 15 min)"
    simulated = Wait("cluster x", "creating", 2, "usually 3 to 15 min", simulated=True)
    assert simulated.line() == "  cluster x: creating, 2 s (on AWS usually 3 to 15 min)"


@pytest.mark.parametrize(
    ("answer", "fraction"),
    [
        ({}, None),
        ({"DataTransferProgress": {"Status": "transferringdata", "DataTransferredInMegaBytes": 25,
                                   "TotalDataInMegaBytes": 100}}, 0.25),
        ({"DataTransferProgress": {"Status": "transferringdata"}}, None),
        ({"RestoreStatus": {"Status": "restoring", "ProgressInMegaBytes": 5, "SnapshotSizeInMegaBytes": 10}}, 0.5),
        ({"RestoreStatus": {"Status": "restoring", "ProgressInMegaBytes": 0, "SnapshotSizeInMegaBytes": 0}}, None),
        ({"RestoreStatus": {"Status": "completed", "ProgressInMegaBytes": 5, "SnapshotSizeInMegaBytes": 10}}, None),
    ],
)  # fmt: skip
def test_a_cluster_tells_how_far_its_resize_or_restore_is(answer: dict[str, Any], fraction: float | None) -> None:
    assert Cluster.of({"ClusterIdentifier": "x", **answer}).progress == fraction


@pytest.mark.parametrize(
    ("changed", "fraction"),
    [
        ({}, 0.2),
        ({"EstimatedSecondsToCompletion": 30, "ElapsedTimeInSeconds": 10}, 0.25),
        ({"EstimatedSecondsToCompletion": -1, "BackupProgressInMegaBytes": -1}, None),
        ({"BackupProgressInMegaBytes": 50.0}, None),
        ({"Status": "available"}, None),
    ],
)
def test_a_snapshot_tells_how_far_it_is_by_its_time_or_its_increment(changed: dict[str, Any], fraction: float) -> None:
    answer = {"Status": "creating", "BackupProgressInMegaBytes": 10.0, "ActualIncrementalBackupSizeInMegaBytes": 50.0,
              "TotalBackupSizeInMegaBytes": 64384.0}  # fmt: skip
    assert Snapshot.of({"SnapshotIdentifier": "x", **answer, **changed}).progress == fraction
