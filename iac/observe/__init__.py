"""What is: one look at everything that matters to this dwh.cfg."""

from __future__ import annotations

from iac.aws.connection import Connection
from iac.observe.roles import role_names
from iac.observe.running import observe_to_run
from iac.observe.stopping import observe_cluster, observe_to_stop
from iac.place import Place
from iac.tags import maker

__all__ = ["find_place", "observe_cluster", "observe_to_run", "observe_to_stop", "role_names"]


def find_place(connection: Connection, target: str) -> Place:
    """The account behind the credentials. Needs no permission (API reference, GetCallerIdentity)."""
    answer = connection.call("sts", "GetCallerIdentity")
    assert isinstance(answer, dict)
    arn = answer["Arn"]
    return Place(target, answer["Account"], arn.split(":")[1], connection.region, maker(arn))
