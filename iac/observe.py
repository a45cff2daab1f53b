"""What is: one look at everything that matters to this dwh.cfg."""

from __future__ import annotations

from collections.abc import Callable

from iac.aws import cluster, network, role, snapshot
from iac.aws.connection import Door
from iac.config import Config
from iac.observed import Network, Observed, Place


def find_place(door: Door, target: str) -> Place:
    """The account behind the credentials. Needs no permission (API reference, GetCallerIdentity)."""
    answer = door.call("sts", "GetCallerIdentity")
    assert isinstance(answer, dict)
    return Place(
        target=target, account=answer["Account"], partition=answer["Arn"].split(":")[1], region=door.region
    )


def observe_to_run(door: Door, place: Place, config: Config, own_address: Callable[[], str]) -> Observed:
    """All that a running warehouse consists of, and whom dwh.cfg lets in.

    Raises Problem when one's own address is needed and cannot be found.
    """
    ingress = config.ingress if config.ingress is not None else (f"{own_address()}/32",)
    return Observed(
        place=place,
        cluster=cluster.look(door, config.identifier),
        role=role.look(door, config.role_name),
        groups=network.look(door, group_name(config)),
        network=network.find_network(door, config.subnet_group),
        ingress=ingress,
        snapshots=snapshot.look(door, config.identifier),
    )


def observe_to_stop(door: Door, place: Place, config: Config) -> Observed:
    """All that may have to go, without asking for what only a new warehouse needs."""
    arn = place.role_arn(config.role_name)
    clusters = cluster.look_all(door)
    return Observed(
        place=place,
        cluster=next((each for each in clusters if each.identifier == config.identifier), None),
        role=role.look(door, config.role_name),
        groups=network.look(door, group_name(config)),
        network=Network(None, config.subnet_group),
        snapshots=snapshot.look(door, config.identifier),
        users_of_role=tuple(
            each.identifier
            for each in clusters
            if each.identifier != config.identifier and arn in [used for used, _ in each.roles]
        ),
    )


def group_name(config: Config) -> str:
    """The name of our security group: derived, so that the next run finds it."""
    return f"dwh-iac-{config.identifier}"
