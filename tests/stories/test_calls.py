"""What a plan says is what is done: the very calls, in that order; and how many calls and seconds a run takes."""

from __future__ import annotations

from copy import copy
from pathlib import Path

import pytest

from iac.simulator import Durations
from tests.faults.baseline import EVERY, baseline
from tests.workspace import READING, Workspace

MOVING = ("joining one", "that is creating")
"""While something is under way, a plan shows no steps."""

MORE_SCHEDULES = ("every schedule", "role with schedules", "were blanked", "set auto-pause")
"""For the complete sweep: the stories of auto-pause make all their calls."""


@pytest.mark.parametrize("name", [name for name in EVERY if not any(words in name for words in (*MOVING, *MORE_SCHEDULES))])
def test_a_run_makes_exactly_the_calls_of_the_plan(name: str) -> None:
    story = baseline(name)
    assert story.writes_of_the_plan == ()
    asked = [f"{service}:{operation}" for service, operation in story.calls if not operation.startswith(READING)]
    assert without_repeats(asked) == without_repeats(list(story.planned))


def without_repeats(calls: list[str]) -> list[str]:
    """Waits and retries aside: a call that is refused for the moment is repeated."""
    return [call for number, call in enumerate(calls) if number == 0 or call != calls[number - 1]]


CALLS = {
    "create from nothing": 17, "create again": 7, "create after a lost role": 8, "create beside another": 22,
    "create joining one that is creating": 13, "pause": 6, "pause again": 3, "resume": 10, "resize elastically": 12,
    "resize classically": 13, "restore": 21, "make a new password": 12, "let another address in": 11,
    "use another role": 31, "move to another port": 12, "adopt with a password": 22, "delete": 24, "delete of nothing": 7,
}  # fmt: skip
"""Calls of a run, where those that a wait repeats count once. One asks for the price, where compute is started or resized;
one for the role of schedules, which tells whether there are any; a pause does without. A pause and a deletion ask for the
scheduled actions of others. After the wait for a create, two ask
whether the role and the group are there still; while a group cannot be deleted, one whether a cluster uses it."""


@pytest.mark.parametrize("name", CALLS)
def test_a_run_makes_no_call_too_many(name: str) -> None:
    assert len(without_repeats([operation for _, operation in baseline(name).calls])) <= CALLS[name]


AT_AWS = Durations(create=100, role_settling=12, pause=60, resume=90, elastic_resize=150, restore=200, modify=20,
                   final_snapshot=40, delete=60, interfaces_linger=30, role_association=15)  # fmt: skip


def test_a_create_at_the_pace_of_aws_takes_50_calls_at_most(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path, pace=1.0, durations=AT_AWS)
    workspace.create()
    assert workspace.clock.monotonic() - (12 + 100) < 2.1
    assert len(workspace.recorder.calls) <= 48


LOST = {"pause": 60, "resume": 90, "resize": 150, "restore": 12 + 200 + 20, "delete": 40 + 60 + 30}
"""AWS's own seconds of each verb in turn."""


def test_no_verb_loses_more_than_its_polls(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path, pace=1.0, durations=AT_AWS, DWH_NUM_NODES="2")
    workspace.create()

    def resize() -> None:
        workspace.edit(DWH_NUM_NODES="4")
        workspace.create()

    verbs = {"pause": workspace.pause, "resume": workspace.create, "resize": resize, "delete": workspace.delete,
             "restore": lambda: workspace.create(restore="")}  # fmt: skip
    lost = {}
    for verb, act in verbs.items():
        began = workspace.clock.monotonic()
        act()
        lost[verb] = workspace.clock.monotonic() - began - LOST[verb]
    assert all(seconds < 4 for seconds in lost.values()), lost


def test_other_resources_of_the_account_cost_no_call(tmp_path: Path) -> None:
    calls = []
    for others in (0, 500):
        workspace = Workspace(tmp_path / str(others))
        workspace.create()
        crowd(workspace, others)
        for act in (workspace.create, workspace.delete):
            act()
            calls.append(workspace.recorder.calls)
    assert calls[:2] == calls[2:]


def crowd(workspace: Workspace, others: int) -> None:
    """So many clusters of others, and ten times as many roles and groups, put into the account behind its calls."""
    account = workspace.simulator._account
    region, roles = account.redshift("us-west-2"), account._iam["aws"].roles
    (cluster,), role = region.clusters.values(), next(iter(roles.values()))
    (groups,) = (each for each in region.network.groups.values() if len(each) > 1)
    group = next(iter(groups.values()))
    for number in range(others * 10):
        one_role, one_group = copy(role), copy(group)
        one_role.name, one_role.id = f"role-{number}", f"AROA{number}"
        one_group.name, one_group.id = f"group-{number}", f"sg-{number}"
        roles[one_role.id], groups[one_group.id] = one_role, one_group
    for number in range(others):
        one = copy(cluster)
        one.identifier, one.groups = f"cluster-{number}", []
        region.clusters[one.identifier] = one
