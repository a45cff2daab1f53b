"""The stories, as data: what came before, what is done, how it ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from iac.report import Report
from tests.workspace import Workspace
from tests.faults.account_state import ROLE


@dataclass(frozen=True)
class Story:
    """before: on an empty account. act: one run of one verb. end: running, paused or gone.

    beside: how many other warehouses share the role and stay.
    then: the run after which nothing is left to do, where act does it anew each time.
    """

    name: str
    before: Callable[[Workspace], object]
    act: Callable[[Workspace], Report]
    end: str
    beside: int = 0
    then: Callable[[Workspace], Report] | None = None


def nothing(workspace: Workspace) -> None:
    """An empty account, and the file as shipped."""


def create(workspace: Workspace) -> Report:
    return workspace.create()


def delete(workspace: Workspace) -> Report:
    return workspace.delete()


def discard(workspace: Workspace) -> Report:
    return workspace.delete(keep_data=False)


def asked_for(workspace: Workspace) -> None:
    workspace.create(wait=False)


def without_its_role(workspace: Workspace) -> None:
    """Ready, and then someone deleted the role."""
    workspace.create()
    for policy in workspace.ask("iam", "ListRolePolicies", RoleName=ROLE)["PolicyNames"]:
        workspace.ask("iam", "DeleteRolePolicy", RoleName=ROLE, PolicyName=policy)
    workspace.ask("iam", "DeleteRole", RoleName=ROLE)
    workspace.clock.sleep(60)


def pause(workspace: Workspace) -> Report:
    return workspace.pause()


def restore(workspace: Workspace) -> Report:
    return workspace.create(restore="")


def adopt(workspace: Workspace) -> Report:
    return workspace.create(adopt=True)


def set_password(workspace: Workspace) -> Report:
    return workspace.create(set_password=True)


def adopt_and_set_password(workspace: Workspace) -> Report:
    return workspace.create(adopt=True, set_password=True)


def paused(workspace: Workspace) -> None:
    workspace.create()
    workspace.pause()


def edited(workspace: Workspace, **edits: str) -> None:
    """Ready, and then dwh.cfg was edited."""
    workspace.create()
    workspace.edit(**edits)


def two_nodes(workspace: Workspace) -> None:
    workspace.edit(DWH_NUM_NODES="2")
    workspace.create()


def to_grow(workspace: Workspace) -> None:
    two_nodes(workspace)
    workspace.edit(DWH_NUM_NODES="4")


def to_grow_when_resumed(workspace: Workspace) -> None:
    two_nodes(workspace)
    workspace.pause()
    workspace.edit(DWH_NUM_NODES="4")


def in_a_snapshot(workspace: Workspace) -> None:
    workspace.create()
    workspace.delete()


def in_a_snapshot_with_another_password(workspace: Workspace) -> None:
    """The role, the group, the cluster, its password: all of it is to come again."""
    in_a_snapshot(workspace)
    workspace.edit(DB_PASSWORD="")


def in_a_snapshot_of_another_size(workspace: Workspace) -> None:
    two_nodes(workspace)
    workspace.delete()
    workspace.edit(DWH_NUM_NODES="4")


def of_someone_else(workspace: Workspace) -> None:
    """Made in the console, as dwh.cfg says but for its password, its network and its role."""
    workspace.ask(
        "redshift", "CreateCluster", ClusterIdentifier="dwhcluster", NodeType="ra3.large", ClusterType="single-node",
        MasterUsername="dwhuser", MasterUserPassword="Passw0rdOfOthers", DBName="dwh",
    )  # fmt: skip
    workspace.clock.sleep(60)


def of_someone_else_with_our_password(workspace: Workspace) -> None:
    of_someone_else(workspace)
    workspace.edit(DB_PASSWORD="Passw0rdOfTests")


def moved(workspace: Workspace) -> None:
    """Ready, and then one's own address was another."""
    workspace.edit(DWH_INGRESS_CIDR="198.51.100.7/32")
    workspace.create()
    workspace.edit(DWH_INGRESS_CIDR="auto")


def with_another_beside(workspace: Workspace) -> None:
    """Two files of one account, with the same role name."""
    shipped = workspace.config.read_bytes()
    workspace.edit(DWH_CLUSTER_IDENTIFIER="another")
    workspace.create()
    password = workspace.value("DB_PASSWORD")
    workspace.config.write_bytes(shipped)
    workspace.edit(DB_PASSWORD=password)


def running_with_another_beside(workspace: Workspace) -> None:
    with_another_beside(workspace)
    workspace.create()


AUTO_PAUSE = {"DWH_AUTO_PAUSE": "4h"}
HOURS = {"DWH_RUNNING_HOURS": "mon-fri 08:00-19:00 UTC"}
"""The make-believe time is within them."""


def filled(workspace: Workspace, **edits: str) -> None:
    """An empty account, and options filled in."""
    workspace.edit(**edits)


def scheduled(workspace: Workspace, **edits: str) -> None:
    """Ready, with its schedules."""
    workspace.edit(**AUTO_PAUSE, **HOURS)
    workspace.create()
    workspace.edit(**edits)


def scheduled_and_paused(workspace: Workspace) -> None:
    workspace.edit(**AUTO_PAUSE)
    paused(workspace)
    workspace.clock.sleep(3600)


STORIES = (
    Story("create from nothing", nothing, create, "running"),
    Story("create after a lost role", without_its_role, create, "running"),
    Story("delete", create, delete, "gone"),
    Story("pause", create, pause, "paused"),
    Story("resume", paused, create, "running"),
    Story("resize elastically", to_grow, create, "running"),
    Story("resize classically", partial(edited, DWH_NUM_NODES="2"), create, "running"),
    Story("restore", in_a_snapshot, restore, "running"),
    Story("make a new password", partial(edited, DB_PASSWORD=""), set_password, "running", then=create),
    Story("let another address in", moved, create, "running"),
    Story("use another role", partial(edited, DWH_IAM_ROLE_NAME="newRole"), create, "running"),
    Story("delete beside another", running_with_another_beside, delete, "gone", beside=1),
    Story("create with auto-pause", partial(filled, **AUTO_PAUSE), create, "running"),
    Story("edit auto-pause", partial(scheduled, DWH_AUTO_PAUSE="90m"), create, "running"),
    Story("blank the schedules", partial(scheduled, DWH_AUTO_PAUSE="", DWH_RUNNING_HOURS=""), create, "running"),
    Story("delete with schedules", scheduled, delete, "gone"),
)

VARIATIONS = (
    Story("resume with auto-pause", scheduled_and_paused, create, "running"),
    Story("create with every schedule", partial(filled, **HOURS, DWH_AUTO_PAUSE="19:00 UTC", DWH_BUDGET_USD="5"), create, "running"),
    Story("use another role with schedules", partial(scheduled, DWH_IAM_ROLE_NAME="newRole"), create, "running"),
    Story("delete after the schedules were blanked", partial(scheduled, DWH_AUTO_PAUSE="", DWH_RUNNING_HOURS=""), delete, "gone"),
    Story("set auto-pause", partial(edited, **AUTO_PAUSE), create, "running"),
    Story("create again", create, create, "running"),
    Story("create beside another", with_another_beside, create, "running", beside=1),
    Story("delete after the role's name was edited", partial(edited, DWH_IAM_ROLE_NAME="newRole"), delete, "gone"),
    Story("create joining one that is creating", asked_for, create, "running"),
    Story("delete with discard", create, discard, "gone"),
    Story("delete one that is creating", asked_for, delete, "gone"),
    Story("delete one that is paused", paused, delete, "gone"),
    Story("delete of nothing", nothing, delete, "gone"),
    Story("pause again", paused, pause, "paused"),
    Story("pause one that is creating", asked_for, pause, "paused"),
    Story("resize one that is paused", to_grow_when_resumed, create, "running"),
    Story("restore with a new password", in_a_snapshot_with_another_password, restore, "running"),
    Story("restore into another size", in_a_snapshot_of_another_size, restore, "running"),
    Story("adopt with a password", of_someone_else_with_our_password, adopt, "running"),
    Story("adopt and make a new password", of_someone_else, adopt_and_set_password, "running", then=create),
    Story("have AWS keep the password", partial(edited, DB_PASSWORD="managed"), create, "running"),
    Story("move to another port", partial(edited, DB_PORT="5440"), create, "running"),
    Story("make it private", partial(edited, DWH_PUBLICLY_ACCESSIBLE="no"), create, "running"),
)
"""In the complete sweep only: they make no call that the stories above do not make."""
