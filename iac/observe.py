"""What is: one look at everything that matters to this dwh.cfg."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from iac.aws import cluster, network, role, snapshot
from iac.aws.connection import Door
from iac.config import Config
from iac.observed import Cluster, Network, Observed, Place, SecurityGroup, Snapshot
from iac.settle import Phase, phase


def find_place(door: Door, target: str) -> Place:
    """The account behind the credentials. Needs no permission (API reference, GetCallerIdentity)."""
    answer = door.call("sts", "GetCallerIdentity")
    assert isinstance(answer, dict)
    return Place(
        target=target, account=answer["Account"], partition=answer["Arn"].split(":")[1], region=door.region
    )


def observe_to_run(
    door: Door, place: Place, config: Config, own_address: Callable[[], str], restore: str | None = None
) -> Observed:
    """All that a running warehouse consists of, and whom dwh.cfg lets in.

    restore: the name of a snapshot to be found as well. Raises Problem when
    one's own address is needed and cannot be found.
    """
    ingress = config.ingress if config.ingress is not None else (f"{own_address()}/32",)
    groups = network.look(door, group_name(config))
    found = _owned(cluster.look(door, config.identifier), groups)
    there = network.find_network(door, config.subnet_group)
    if found is not None and found.vpc_id and config.subnet_group is None:
        there = Network(found.vpc_id, None)  # another VPC may have become the default since
    return Observed(
        place=place,
        cluster=found,
        role=role.look(door, config.role_name),
        groups=groups,
        network=there,
        ingress=ingress,
        snapshots=_snapshots(door, config, restore),
        resize_options=_resize_options(door, config, found),
    )


def observe_to_stop(door: Door, place: Place, config: Config) -> Observed:
    """All that may have to go, without asking for what only a new warehouse needs."""
    arn = place.role_arn(config.role_name)
    clusters = cluster.look_all(door)
    groups = network.look(door, group_name(config))
    found = next((each for each in clusters if each.identifier == config.identifier), None)
    return Observed(
        place=place,
        cluster=_owned(found, groups),
        role=role.look(door, config.role_name),
        groups=groups,
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


def _snapshots(door: Door, config: Config, restore: str | None) -> tuple[Snapshot, ...]:
    """Those of the cluster, and the one that is asked for, which may be of another cluster."""
    own = snapshot.look(door, config.identifier)
    if not restore or restore.lower() in [each.identifier for each in own]:
        return own
    named = snapshot.find(door, restore)
    return (*own, named) if named else own


def _resize_options(door: Door, config: Config, found: Cluster | None) -> tuple[tuple[str, int], ...] | None:
    """Asked for only where an elastic resize may be wanted."""
    if found is None or phase(found) is not Phase.READY or 1 in (found.number_of_nodes, config.number_of_nodes):
        return None
    if (found.node_type, found.number_of_nodes) == (config.node_type, config.number_of_nodes):
        return None
    return cluster.resize_options(door, config.identifier)


def _owned(found: Cluster | None, groups: tuple[SecurityGroup, ...]) -> Cluster | None:
    """Ours, too, is one behind our own group: a restore takes no tags, and a run may end before it sets them."""
    ours = {group.group_id for group in groups if group.ours}
    return replace(found, ours=True) if found is not None and ours & set(found.group_ids) else found
