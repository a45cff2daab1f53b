"""What is: one look at everything that matters to this dwh.cfg."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TypeVar

from iac.aws import cluster, network, node_types, role, snapshot
from iac.aws.connection import Connection
from iac.config import Config
from iac.errors import Denied, Problem, TimedOut
from iac.facts.node_types import sold_in
from iac.observed import Cluster, Network, Observed, Offer, Role, SecurityGroup, Snapshot, Unread
from iac.place import Place
from iac.status import Phase, phase
from iac.tags import OUR_PREFIX, ROLE_TAG, maker

T = TypeVar("T")


def find_place(connection: Connection, target: str) -> Place:
    """The account behind the credentials. Needs no permission (API reference, GetCallerIdentity)."""
    answer = connection.call("sts", "GetCallerIdentity")
    assert isinstance(answer, dict)
    arn = answer["Arn"]
    return Place(target, answer["Account"], arn.split(":")[1], connection.region, maker(arn))


def observe_to_run(
    connection: Connection,
    place: Place,
    config: Config,
    own_address: Callable[[], str],
    restore: str | None = None,
    early: bool = False,
) -> Observed:
    """All that a running warehouse consists of, and whom dwh.cfg lets in.

    early: the cluster alone, where its host is not in dwh.cfg yet: no other look may hold that back.
    restore: the name of a snapshot to be found as well. Raises Problem when
    one's own address is needed and cannot be found. A role that the login may
    not read is used as it is.
    """
    found = cluster.look(connection, config.identifier)
    if early and found is not None and found.ours and found.status == "available" and found.host not in (None, config.host):
        return Observed(place, found, None, (), Network(found.vpc_id, config.subnet_group), cluster_only=True)
    ingress = config.ingress if config.ingress is not None else (f"{own_address()}/32",)
    groups = network.look(connection, group_name(config))
    found = _recognized(found, groups)
    there = network.find_network(connection, config.subnet_group)
    if found is not None and found.vpc_id and config.subnet_group is None:
        there = Network(found.vpc_id, None)  # another VPC may have become the default since
    names = [name for name in role_names(config, place, found) if name != config.role_name]
    before, old_unread = _tried(f"IAM role {' or '.join(names)}", lambda: _old_roles(connection, names), Denied)
    wanted, unread = _tried(f"IAM role {config.role_name}", lambda: role.look(connection, config.role_name), Denied)
    return Observed(
        place=place,
        cluster=found,
        role=wanted,
        groups=groups,
        network=there,
        ingress=ingress,
        old_roles=(*(before or ()), *_also_associated(connection, place, found, {config.role_name, *names})),
        snapshots=_snapshots(connection, config, restore),
        resize_options=_resize_options(connection, config, found),
        role_unread=unread,
        old_roles_unread=old_unread,
        offer=_offer(connection, config, found),
    )


def observe_cluster(connection: Connection, place: Place, config: Config) -> Observed:
    """The cluster alone: stopping its bill needs no right to look at anything else."""
    found = cluster.look(connection, config.identifier)
    return Observed(place, found, None, (), Network(None, config.subnet_group), cluster_only=True)


def observe_to_stop(connection: Connection, place: Place, config: Config, last: Cluster | None = None) -> Observed:
    """All that may have to go. What cannot be looked at is noted, and the rest is looked at all the same.

    last: the cluster as it was before it went, if this run saw it.
    """
    found = cluster.look(connection, config.identifier)
    names = role_names(config, place, found or last)
    roles, no_roles = _tried(f"IAM role {' or '.join(names)}", lambda: _with_profiles(connection, names))
    name = group_name(config)
    groups, no_groups = _tried(f"security group {name}", lambda: network.look(connection, name))
    whose = f"the snapshots of cluster {config.identifier}"
    snapshots, no_snapshots = _tried(whose, lambda: snapshot.look(connection, config.identifier))
    roles = roles or ()
    return Observed(
        place=place,
        cluster=found,
        role=next((each for each in roles if each.name == config.role_name), None),
        groups=groups or (),
        network=Network(None, config.subnet_group),
        snapshots=snapshots or (),
        old_roles=tuple(each for each in roles if each.name != config.role_name),
        role_unread=no_roles,
        groups_unread=no_groups,
        snapshots_unread=no_snapshots,
    )


def group_name(config: Config) -> str:
    """The name of our security group: derived, so that the next run finds it."""
    return f"dwh-iac-{config.identifier}"


def role_names(config: Config, place: Place, found: Cluster | None) -> tuple[str, ...]:
    """The role of dwh.cfg, and those that it named before it was edited.

    The cluster's tag and ARN in the file, which is written last of all, still tell these.
    """
    account, name = config.role_in_arn
    before = [name] if name and place.account in ("", account) else []
    tagged = [value for key, value in found.tags if key == ROLE_TAG] if found is not None and found.ours else []
    return tuple(dict.fromkeys([config.role_name, *tagged, *before]))


def _tried(what: str, look: Callable[[], T], *tolerated: type[Problem]) -> tuple[T | None, Unread | None]:
    """What a look finds, or why it does not; only the run's time limit ends it. tolerated: every Problem, unless named."""
    try:
        return look(), None
    except TimedOut:
        raise
    except tolerated or (Problem,) as problem:
        return None, Unread(what, problem)


def _with_profiles(connection: Connection, names: tuple[str, ...]) -> tuple[Role, ...]:
    found = [each for each in (role.look(connection, name) for name in names) if each is not None]
    return tuple(replace(each, profiles=role.profiles(connection, each.name)) if each.ours else each for each in found)


def _old_roles(connection: Connection, names: list[str]) -> tuple[Role, ...]:
    return tuple(each for each in _with_profiles(connection, tuple(names)) if each.ours)


def _also_associated(connection: Connection, place: Place, found: Cluster | None, known: set[str]) -> tuple[Role, ...]:
    """Roles of ours that only the cluster still names, where the login may read them."""
    prefix = f"arn:{place.partition}:iam::{place.account}:role/"
    arns = [arn for arn, _ in found.roles if arn.startswith(prefix)] if found is not None and found.ours else []
    names = [name for name in (arn.rpartition("/")[2] for arn in arns) if name not in known]
    looks = [_tried(name, partial(_old_roles, connection, [name]), Denied) for name in names]
    return tuple(role for roles, _ in looks for role in roles or ())


def _snapshots(connection: Connection, config: Config, restore: str | None) -> tuple[Snapshot, ...]:
    """Those of the cluster, and the one that is asked for, which may be of another cluster."""
    own = snapshot.look(connection, config.identifier)
    if not restore or restore.lower() in [each.identifier for each in own]:
        return own
    named = snapshot.find(connection, restore)
    return (*own, named) if named else own


def _resize_options(connection: Connection, config: Config, found: Cluster | None) -> tuple[tuple[str, int], ...] | None:
    """Asked for only where an elastic resize may be wanted."""
    if found is None or phase(found) is not Phase.READY or 1 in (found.number_of_nodes, config.number_of_nodes):
        return None
    if (found.node_type, found.number_of_nodes) == (config.node_type, config.number_of_nodes):
        return None
    return cluster.resize_options(connection, config.identifier)


def _offer(connection: Connection, config: Config, found: Cluster | None) -> Offer | None:
    """Asked for only where a cluster is to get a node type that is not known to be sold in the region."""
    if config.node_type in [node.name for node in sold_in(connection.region)]:
        return None
    if found is not None and (found.node_type, found.number_of_nodes) == (config.node_type, config.number_of_nodes):
        return None
    return node_types.offer(connection, config.node_type)


def _recognized(found: Cluster | None, groups: tuple[SecurityGroup, ...]) -> Cluster | None:
    """A restore takes no tags, and a run may end before it sets them.

    So one that was restored behind our own group and has no other tags is ours, though only for create.
    """
    if found is None or not found.restored or any(not key.startswith(OUR_PREFIX) for key, _ in found.tags):
        return found
    ours = {group.group_id for group in groups if group.ours}
    return replace(found, ours=True) if ours & set(found.group_ids) else found
