"""What a person hears about money: the bill so far, other clusters, credits; and what is left after a deletion."""

from __future__ import annotations

import re
from argparse import Namespace
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from iac.aws.session import Access
from iac.config import Config
from iac.console import delete_arguments, main
from iac.console.display import Display
from iac.text import remaining
from iac.errors import Problem
from iac.report import Report
from iac.warehouse import PATIENCE, connect_to
from tests import shared_session
from tests.faults.choices import DENIED, allow_only, count_of, deny
from tests.stories.test_other_people import another_file
from tests.workspace import Workspace

HOUR = 3600


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace").running()


def notes(workspace: Workspace) -> list[str]:
    return [text for (text,) in workspace.recorder.all("note") if "is also yours" in text or "as well, by" in text]


def row(screen: str, name: str) -> str:
    (found,) = re.findall(rf"(?m)^  {name} +(.*)$", screen)
    return str(found)


def test_a_plan_tells_what_the_cluster_has_cost_without_its_pauses(workspace: Workspace) -> None:
    workspace.clock.sleep(2 * HOUR)
    workspace.pause()
    workspace.clock.sleep(20 * HOUR)
    workspace.create()
    workspace.clock.sleep(HOUR)
    for plan in (workspace.on, workspace.off):
        assert re.fullmatch(r"ran 3 h( 1 min)? of 23 h( 1 min)?, about \$1\.6\d of compute", row(plan("--plan").out, "so far"))


def test_pause_tells_what_the_cluster_has_cost(workspace: Workspace) -> None:
    workspace.clock.sleep(3 * HOUR)
    ended = workspace.off("--pause")
    assert re.fullmatch(r"ran 3 h( 1 min)?, about \$1\.6\d of compute", row(ended.out, "so far"))


def test_without_the_events_the_bill_is_the_most_that_it_can_be(workspace: Workspace) -> None:
    workspace.clock.sleep(3 * HOUR)
    workspace.inject(deny("DescribeEvents"))
    assert re.fullmatch(r"ran at most 3 h( 1 min)?, at most \$1\.6\d of compute", str(workspace.pause().of["money"]))


def test_a_deletion_asks_for_events_only_when_the_cluster_is_gone(workspace: Workspace) -> None:
    workspace.clock.sleep(3 * HOUR)
    report = workspace.delete()
    calls = [operation for _, operation in workspace.faulty.calls]
    assert calls.index("DescribeEvents") > calls.index("GetRole") > calls.index("DeleteCluster")
    assert re.fullmatch(r"ran 3 h( 1 min)?, about \$1\.6\d of compute", str(report.of["money"]))


def test_a_cluster_that_was_paused_is_not_billed_until_it_is_deleted(workspace: Workspace) -> None:
    workspace.pause()
    workspace.clock.sleep(100 * HOUR)
    report = workspace.delete()
    assert report.of["money"] and not report.of["money"].at_most and report.of["money"].ran.total_seconds() < 180


def test_a_run_with_nothing_to_do_makes_no_extra_call(workspace: Workspace) -> None:
    workspace.faulty.calls.clear()
    assert workspace.create().steps == ()
    assert count_of(workspace.faulty.calls, "DescribeClusters") == 1
    assert count_of(workspace.faulty.calls, "DescribeEvents") == 0


def test_whoever_renames_the_cluster_hears_of_the_first_one(workspace: Workspace) -> None:
    workspace.clock.sleep(72 * HOUR)
    another_file(workspace, DWH_CLUSTER_IDENTIFIER="second")
    said = (
        "Cluster dwhcluster (1 x ra3.large, available, created 3 days ago) is also yours and costs $0.54 an hour. "
        "To delete it: DWH_CLUSTER_IDENTIFIER = dwhcluster in other.cfg, then `python delete_cluster.py`."
    )
    workspace.warehouse(planning=True).create()
    assert notes(workspace) == [said]
    workspace.create()
    assert notes(workspace) == [said]
    workspace.warehouse(planning=True).delete()
    assert notes(workspace) == [said]
    workspace.delete()
    assert notes(workspace) == [said]
    workspace.delete()
    assert notes(workspace) == [said]


def test_a_paused_cluster_and_one_of_somebody_else_are_told_apart(workspace: Workspace) -> None:
    workspace.pause()
    workspace.clock.sleep(HOUR)
    another_file(workspace, DWH_CLUSTER_IDENTIFIER="second")
    workspace.warehouse(planning=True).create()
    assert "is also yours and costs only its storage while it is paused." in notes(workspace)[0]
    workspace.simulator.log_in("user/ben")
    workspace.warehouse(planning=True).create()
    (said,) = notes(workspace)
    assert re.fullmatch(
        r"Cluster dwhcluster \(1 x ra3\.large, paused, created 1 h( \d min)? ago\) was made with these scripts as well, by "
        r"arn:aws:iam::123456789012:user/simulated\. It costs only its storage while it is paused\.",
        said,
    )


def test_a_login_that_may_not_list_clusters_hears_of_no_other_one(workspace: Workspace) -> None:
    another_file(workspace, DWH_CLUSTER_IDENTIFIER="second")
    workspace.inject(lambda number, call: DENIED if any(name.startswith("TagKeys") for name in call.form) else None)
    assert workspace.create().cluster is not None and notes(workspace) == []
    assert ("DescribeClusters", "AccessDenied") in [told[1:4:2] for told in workspace.recorder.all("called")]


ALL_GONE = """\
  gone      cluster dwhcluster
  gone      IAM role dwhRole
  gone      security group dwh-iac-dwhcluster"""

SHARED = """\
  gone      cluster dwhcluster
  kept      IAM role dwhRole: cluster us-west-2:other uses it as well
  gone      security group dwh-iac-dwhcluster"""

NOT_SEEN = """\
  gone      cluster dwhcluster
  not seen  IAM role dwhRole: the login may not look
  not seen  security group dwh-iac-dwhcluster: the login may not look"""

HELD = """\
  gone      cluster dwhcluster
  left      IAM role dwhRole: the login may not delete it
  gone      security group dwh-iac-dwhcluster"""


def test_after_a_deletion_all_is_gone(workspace: Workspace) -> None:
    assert remaining(workspace.delete()) == ALL_GONE.splitlines()
    assert remaining(workspace.delete()) == ALL_GONE.splitlines()


def test_a_shared_role_is_kept(workspace: Workspace) -> None:
    other = {"Key": "dwh-iac-cluster:us-west-2:other", "Value": "in use"}
    workspace.ask("iam", "TagRole", RoleName="dwhRole", Tags=[other])
    workspace.ask(
        "redshift", "CreateCluster", ClusterIdentifier="other", NodeType="ra3.large", ClusterType="single-node",
        MasterUsername="dwhuser", MasterUserPassword="Passw0rdOfOthers",
    )  # fmt: skip
    assert remaining(workspace.delete()) == SHARED.splitlines()


def test_what_may_not_be_looked_at_is_listed_on_stdout_beside_the_error(workspace: Workspace) -> None:
    def story(arguments: Namespace, config: Config, display: Display) -> Report:
        shared_session.PRODUCT.answer = workspace.faulty.answer
        access = Access(shared_session.PRODUCT, workspace.own_address, 1)
        return connect_to(access, config, display, workspace.clock, PATIENCE).delete()

    workspace.inject(allow_only("DescribeClusters", "DeleteCluster"))
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = main(delete_arguments(), story, ["--config", str(workspace.config)])
    assert (status, out.getvalue()) == (1, f"{NOT_SEEN}\n")
    assert "Error: Cluster dwhcluster is gone and costs nothing" in err.getvalue()


def test_what_could_not_be_deleted_is_left(workspace: Workspace) -> None:
    workspace.inject(deny("DeleteRole"))
    with pytest.raises(Problem):
        workspace.delete()
    (known,) = workspace.recorder.all("following")[-1]
    assert remaining(known()) == HELD.splitlines()


def test_a_run_names_a_cluster_that_costs_more_than_the_limit_as_its_plan_does(workspace: Workspace) -> None:
    workspace.edit(DWH_MAX_HOURLY_USD="0.50")
    words = "Cluster dwhcluster (1 x ra3.large) costs $0.543 an hour, more than DWH_MAX_HOURLY_USD = 0.50"
    for ended in (workspace.on("--plan"), workspace.on()):
        assert ended.err.count(words) == 1 and "Nothing to do." in ended.out
