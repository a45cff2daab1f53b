"""The places of [S3]: what is refused before a cluster is made, and what is said."""

from __future__ import annotations

from pathlib import Path
from threading import Event, RLock
from types import SimpleNamespace
from typing import Any

import pytest

from iac.aws.session import Access
from iac.config import read
from iac.errors import Problem
from tests.planned import to_running
from iac.s3 import S3Place, is_to_ask as asks_s3, notes as place_notes
from iac.warehouse import connect_to
from tests import shared_session
from tests.s3 import S3, Bucket
from tests.sample import CLUSTER, NOTHING, RUNNING, cluster, config, role, seen
from tests.test_plan import CONTEXT
from tests.workspace import Workspace

LOGS, SONGS = "s3://udacity-dend/log_data", "s3://udacity-dend/song_data"
WANTED = config(lines=((LOGS, "LOG_DATA", 44), (SONGS, "SONG_DATA", 46)))


def test_a_bucket_that_does_not_exist_is_refused_before_a_cluster_is_made() -> None:
    there = seen(NOTHING, of={"s3": (S3Place(LOGS, False), S3Place(SONGS, False))})
    with pytest.raises(Problem) as caught:
        to_running(WANTED, there, CONTEXT)
    assert caught.value.exit_status == 1
    assert caught.value.what == "There is no S3 bucket udacity-dend, so no cluster is made."
    assert f"{LOGS} (LOG_DATA, line 44 of dwh.cfg), {SONGS} (SONG_DATA, line 46 of dwh.cfg)" in caught.value.why
    assert "Edit these lines of dwh.cfg" in caught.value.remedy and "aws s3 mb s3://udacity-dend" in caught.value.remedy


@pytest.mark.parametrize("found", [CLUSTER, cluster(status="paused")])
def test_with_a_cluster_it_is_said_and_the_rest_goes_on(found: Any) -> None:
    there = seen(cluster=found, of={"s3": (S3Place(LOGS, False),)})
    to_running(WANTED, there, CONTEXT)
    assert place_notes(WANTED, there) == [
        f"There is no S3 bucket udacity-dend: COPY cannot read {LOGS} (LOG_DATA, line 44 of dwh.cfg); edit that line."
    ]


NOTES = {
    "all is well": ((S3Place(LOGS, True, "us-west-2", True),), []),
    "another Region": (
        (S3Place(LOGS, True, "us-east-1", True), S3Place(SONGS, True, "us-east-1", True)),
        ["COPY from it needs the clause REGION 'us-east-1'"],
    ),
    "nothing there": (
        (S3Place(LOGS, True, "us-west-2", False),), [f"nothing in S3 under {LOGS} (LOG_DATA, line 44 of dwh.cfg): COPY would find"],
    ),
    "refused": (
        (S3Place(LOGS, True, "us-west-2", unchecked="AccessDenied"), S3Place(SONGS, unchecked="AccessDenied")),
        [f"Not checked in S3: {LOGS}, {SONGS} (AccessDenied). It is this login that asked; role dwhRole"],
    ),
    "refused in another Region": (
        (S3Place(LOGS, True, "us-east-1", unchecked="AccessDenied"),), ["REGION 'us-east-1'", "(AccessDenied)"],
    ),
    "unreachable": ((S3Place(LOGS, unchecked="S3 did not answer"),), [f"{LOGS} (S3 did not answer)"]),
}  # fmt: skip


@pytest.mark.parametrize("case", NOTES)
def test_what_is_known_of_the_places_is_said_once(case: str) -> None:
    places, words = NOTES[case]
    for there in (NOTHING, RUNNING):
        notes = place_notes(WANTED, seen(there, of={"s3": places}))
        assert len(notes) == len(words) and all(each in note for each, note in zip(words, notes, strict=True))
        to_running(WANTED, seen(there, of={"s3": places}), CONTEXT)


ASKED = {
    "before a cluster is made": (WANTED, NOTHING, False, True),
    "nothing to do": (WANTED, RUNNING, False, False),
    "[S3] was edited": (config(s3_places=("s3://x/y",)), RUNNING, False, True),
    "for a plan": (WANTED, RUNNING, True, True),
    "the cluster is changing": (config(s3_places=("s3://x/y",)), seen(cluster=cluster(status="creating")), False, False),
    "HOST comes first": (WANTED, seen(role=None, cluster_only=True), False, False),
    "no places": (config(s3_places=(), s3_access="all"), NOTHING, True, False),
    "simulated": (config(target="simulator"), NOTHING, True, False),
    "the role is somebody else's": (WANTED, seen(role=role(ours=False, inline=())), False, False),
}


@pytest.mark.parametrize("case", ASKED)
def test_s3_is_asked_only_where_the_answer_may_matter(case: str) -> None:
    wanted, there, planning, asked = ASKED[case]
    assert asks_s3(wanted, there, planning) is asked


ALL = Bucket(("log_data/x", "log_json_path.json", "song_data/x"))


def with_s3(workspace: Workspace, udacity: Bucket | None) -> S3:
    """TARGET = aws from now on, with this S3."""
    workspace.edit(TARGET="aws")
    s3 = S3({"udacity-dend": udacity})

    def answer(request: Any) -> Any:
        return s3.answer(request) if ".s3." in request.url else workspace.simulator.answer(request)

    workspace.faulty = SimpleNamespace(answer=answer)  # type: ignore[assignment]
    return s3


def test_nothing_is_made_while_a_bucket_does_not_exist(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    s3 = with_s3(workspace, None)
    for verb in (workspace.warehouse(planning=True).create, workspace.create):
        with pytest.raises(Problem, match="There is no S3 bucket udacity-dend") as caught:
            verb()
        number = next(n for n, line in enumerate(workspace.config.read_text().splitlines(), 1) if line.startswith("LOG_DATA"))
        assert f"(LOG_DATA, line {number} of dwh.cfg)" in caught.value.why and workspace.recorder.writes == []
    assert [method for method, *_ in s3.asked].count("HEAD") == 2
    s3.buckets["udacity-dend"] = ALL
    assert "create cluster dwhcluster" in " ".join(workspace.create().steps)
    assert workspace.recorder.calls.count("HeadBucket") == 1


def test_a_plan_asks_s3_once_beside_its_other_looks(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    s3 = with_s3(workspace, ALL)
    workspace.warehouse()  # its session is the one that S3 answers
    access = Access(shared_session.PRODUCT, workspace.own_address, 1, at_once=True)
    connect_to(access, read(workspace.config), workspace.recorder, workspace.clock, 60, planning=True).create()
    assert sorted((method, prefix) for method, _, prefix, _ in s3.asked) == [
        ("GET", "log_data"), ("GET", "log_json_path.json"), ("GET", "song_data"), ("HEAD", ""),
    ]  # fmt: skip


def test_a_run_with_nothing_to_do_does_not_ask_s3_and_one_after_an_edit_does_once(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path).running()
    s3 = with_s3(workspace, Bucket(ALL.keys, "us-east-1"))
    assert workspace.create().steps == () and s3.asked == []
    workspace.warehouse(planning=True).create()
    (note,) = [told[0] for told in workspace.recorder.all("note") if "S3 bucket" in told[0]]
    assert "COPY from it needs the clause REGION 'us-east-1'" in note
    workspace.edit(SONG_DATA="'s3://udacity-dend/sing_data'")
    workspace.create()
    notes = [told[0] for told in workspace.recorder.all("note") if "S3" in told[0]]
    assert len(notes) == 2 and "s3://udacity-dend/sing_data (SONG_DATA, line " in notes[1]
    assert [workspace.recorder.calls.count(each) for each in ("HeadBucket", "ListObjectsV2")] == [1, 3]


def test_s3_is_asked_beside_the_look_at_the_cluster_not_after_it(tmp_path: Path) -> None:
    workspace, asked, one = Workspace(tmp_path), Event(), RLock()
    with_s3(workspace, ALL)
    answer, order = workspace.faulty.answer, []

    def answered(request: Any) -> Any:
        is_s3 = ".s3." in request.url
        if is_s3:
            asked.set()
        elif "Action=DescribeClusters&" in str(request.body):
            order.append(asked.wait(20))
        with one:
            return answer(request)

    workspace.faulty = SimpleNamespace(answer=answered)  # type: ignore[assignment]
    workspace.warehouse()
    access = Access(shared_session.PRODUCT, workspace.own_address, 1, at_once=True)
    connect_to(access, read(workspace.config), workspace.recorder, workspace.clock, 60, planning=True).create()
    assert order[0]
