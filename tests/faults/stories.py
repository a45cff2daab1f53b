"""The stories, as data: what came before, what is done, how it ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from iac.report import Report
from tests.faults.house import House
from tests.faults.portrait import ROLE


@dataclass(frozen=True)
class Story:
    """before: on an empty account. act: one run of one verb. end: running, paused or gone.

    beside: how many other warehouses share the role and stay.
    """

    name: str
    before: Callable[[House], object]
    act: Callable[[House], Report]
    end: str
    beside: int = 0


def nothing(house: House) -> None:
    """An empty account, and the file as shipped."""


def create(house: House) -> Report:
    return house.create()


def delete(house: House) -> Report:
    return house.delete()


def discard(house: House) -> Report:
    return house.delete(keep_data=False)


def asked_for(house: House) -> None:
    house.create(wait=False)


def without_its_role(house: House) -> None:
    """Ready, and then someone deleted the role."""
    house.create()
    for policy in house.ask("iam", "ListRolePolicies", RoleName=ROLE)["PolicyNames"]:
        house.ask("iam", "DeleteRolePolicy", RoleName=ROLE, PolicyName=policy)
    house.ask("iam", "DeleteRole", RoleName=ROLE)
    house.clock.sleep(60)


def pause(house: House) -> Report:
    return house.pause()


def restore(house: House) -> Report:
    return house.create(restore="")


def adopt(house: House) -> Report:
    return house.create(adopt=True)


def paused(house: House) -> None:
    house.create()
    house.pause()


def edited(house: House, **edits: str) -> None:
    """Ready, and then dwh.cfg was edited."""
    house.create()
    house.edit(**edits)


def two_nodes(house: House) -> None:
    house.edit(DWH_NUM_NODES="2")
    house.create()


def to_grow(house: House) -> None:
    two_nodes(house)
    house.edit(DWH_NUM_NODES="4")


def to_grow_when_resumed(house: House) -> None:
    two_nodes(house)
    house.pause()
    house.edit(DWH_NUM_NODES="4")


def in_a_snapshot(house: House) -> None:
    house.create()
    house.delete()


def in_a_snapshot_with_another_password(house: House) -> None:
    """The role, the group, the cluster, its password: all of it is to come again."""
    in_a_snapshot(house)
    house.edit(DB_PASSWORD="")


def in_a_snapshot_of_another_size(house: House) -> None:
    two_nodes(house)
    house.delete()
    house.edit(DWH_NUM_NODES="4")


def of_someone_else(house: House) -> None:
    """Made in the console, as dwh.cfg says but for its password, its network and its role."""
    house.ask(
        "redshift", "CreateCluster", ClusterIdentifier="dwhcluster", NodeType="ra3.large", ClusterType="single-node",
        MasterUsername="dwhuser", MasterUserPassword="Passw0rdOfOthers", DBName="dwh",
    )  # fmt: skip
    house.clock.sleep(60)


def of_someone_else_with_our_password(house: House) -> None:
    of_someone_else(house)
    house.edit(DB_PASSWORD="Passw0rdOfTests")


def moved(house: House) -> None:
    """Ready, and then one's own address was another."""
    house.edit(DWH_INGRESS_CIDR="198.51.100.7/32")
    house.create()
    house.edit(DWH_INGRESS_CIDR="auto")


def with_another_beside(house: House) -> None:
    """Two files of one account, with the same role name."""
    shipped = house.config.read_bytes()
    house.edit(DWH_CLUSTER_IDENTIFIER="another")
    house.create()
    password = house.value("DB_PASSWORD")
    house.config.write_bytes(shipped)
    house.edit(DB_PASSWORD=password)


def running_with_another_beside(house: House) -> None:
    with_another_beside(house)
    house.create()


STORIES = (
    Story("create from nothing", nothing, create, "running"),
    Story("create after a lost role", without_its_role, create, "running"),
    Story("delete", create, delete, "gone"),
    Story("pause", create, pause, "paused"),
    Story("resume", paused, create, "running"),
    Story("resize elastically", to_grow, create, "running"),
    Story("resize classically", partial(edited, DWH_NUM_NODES="2"), create, "running"),
    Story("restore", in_a_snapshot, restore, "running"),
    Story("make a new password", partial(edited, DB_PASSWORD=""), create, "running"),
    Story("let another address in", moved, create, "running"),
    Story("use another role", partial(edited, DWH_IAM_ROLE_NAME="newRole"), create, "running"),
    Story("delete beside another", running_with_another_beside, delete, "gone", beside=1),
)

VARIATIONS = (
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
    Story("adopt with a new password", of_someone_else, adopt, "running"),
    Story("have AWS keep the password", partial(edited, DB_PASSWORD="managed"), create, "running"),
    Story("move to another port", partial(edited, DB_PORT="5440"), create, "running"),
    Story("make it private", partial(edited, DWH_PUBLICLY_ACCESSIBLE="no"), create, "running"),
)
"""In the sweep by hand alone: they ask for nothing that the stories above do not."""
