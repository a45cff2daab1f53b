"""The stories, as data: what came before, what is done, how it ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from iac.report import Report
from tests.faults.house import House
from tests.faults.portrait import ROLE


@dataclass(frozen=True)
class Story:
    """before: on an empty account. act: one run of one verb. end: running, paused or gone."""

    name: str
    before: Callable[[House], object]
    act: Callable[[House], Report]
    end: str


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


STORIES = (
    Story("create from nothing", nothing, create, "running"),
    Story("create again", create, create, "running"),
    Story("create joining one that is creating", asked_for, create, "running"),
    Story("create after a lost role", without_its_role, create, "running"),
    Story("delete", create, delete, "gone"),
    Story("delete with discard", create, discard, "gone"),
    Story("delete one that is creating", asked_for, delete, "gone"),
    Story("delete of nothing", nothing, delete, "gone"),
)
