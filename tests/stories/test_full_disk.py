"""What stops a bill needs no file that can be written; what makes one says first that it is there."""

from __future__ import annotations

import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from iac.simulator import Durations, Simulator
from iac.wait import SystemClock
from tests import scripts
from tests.stories.test_wire import AT_ONCE, LOGIN
from tests.wire import Wire

PASSWORD = "Passw0rdOfTests"


class Folder:
    """dwh.cfg on an account over the wire, for scripts that may write no file beyond so many bytes."""

    def __init__(self, config: Path, url: str, account: Simulator) -> None:
        self.config, self.url, self.account = config, url, account

    def run(self, script: str, *options: str, most: int | None = None, **extra: str) -> scripts.Ended:
        def limited() -> None:
            if most is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

        ended = subprocess.run(
            scripts.command(script, self.config, *options), capture_output=True, text=True, timeout=scripts.TIMEOUT,
            env=scripts.environment(AWS_ENDPOINT_URL=self.url, **LOGIN, **extra), preexec_fn=limited, check=False,
        )  # fmt: skip
        return scripts.Ended(ended.returncode, ended.stdout, ended.stderr)

    def statuses(self) -> list[str]:
        found = self.account.session("us-west-2").client("redshift").describe_clusters()["Clusters"]
        return [each["ClusterStatus"] for each in found]


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Folder]:
    config = scripts.folder(
        tmp_path / "folder", TARGET="aws", DWH_INGRESS_CIDR="203.0.113.7/32", DB_PASSWORD=PASSWORD,
        DWH_PUBLICLY_ACCESSIBLE="no", DWH_S3_ACCESS="all",
    )  # fmt: skip
    account = Simulator(None, SystemClock(), Durations(**{**vars(AT_ONCE), "pause": 0, "resume": 0}))
    with Wire(account) as url:
        yield Folder(config, url, account)


def test_a_full_disk_stops_no_pause_and_no_delete(there: Folder) -> None:
    assert there.run("create_cluster.py").status == 0
    before = there.config.read_bytes()
    paused = there.run("delete_cluster.py", "--pause", most=0)
    assert paused.status == 0 and there.statuses() == ["paused"], paused.err
    deleted = there.run("delete_cluster.py", most=0)
    assert deleted.status == 0 and there.statuses() == [], deleted.err
    assert "left      HOST and ARN in dwh.cfg: The system says: File too large" in deleted.out
    assert there.config.read_bytes() == before and [each.name for each in there.config.parent.iterdir()] == ["dwh.cfg"]


def test_where_no_folder_is_for_a_lock_a_cluster_is_deleted_all_the_same(there: Folder) -> None:
    assert there.run("create_cluster.py").status == 0
    there.config.chmod(0o444)
    nowhere = {"TMPDIR": "/proc/nowhere", "HOME": "/proc/nowhere"}
    deleted = there.run("delete_cluster.py", **nowhere)
    assert deleted.status == 0 and there.statuses() == [], deleted.err
    there.config.chmod(0o600)
    created = there.run("create_cluster.py", **nowhere)
    assert created.status == 1 and "Another run with the same file could not be held back" in created.err
    assert there.statuses() == []


def test_a_file_that_cannot_be_written_any_more_is_told_after_the_cluster_that_costs(there: Folder) -> None:
    ended = there.run("create_cluster.py", most=len(there.config.read_bytes()))
    assert ended.status == 1 and there.statuses() == ["available"]
    problem = ended.err[ended.err.index("Error: ") :]
    assert problem.startswith("Error: Cluster dwhcluster in us-west-2 is available and costs money. ")
    assert "could not be written" in problem and "delete_cluster.py --config" in problem
