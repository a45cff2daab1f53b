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
from iac.policy import inline_policy
from iac.run import Run
from iac.status import Phase, phase
from iac.tags import OUR_PREFIX, ROLE_TAG, maker

T = TypeVar("T")


def find_place(connection: Connection, target: str) -> Place:
    """The account behind the credentials. Needs no permission (API reference, GetCallerIdentity)."""
    answer = connection.call("sts", "GetCallerIdentity")
    assert isinstance(answer, dict)
    arn = answer["Arn"]
    return Place(target, answer["Account"], arn.split(":")[1], connection.region, maker(arn))


def observe_to_run(run: Run, restore: str | None = None, planning: bool = False) -> Observed:
    """All that a running warehouse consists of, and whom dwh.cfg lets in. Independent looks run side by side.

    A run, unlike a plan, is content with the cluster alone where its host is not in dwh.cfg yet: no other look may
    hold that back. What AWS's answers to this run's own changes tell is not asked for again.
    restore: the name of a snapshot to be found as well. Raises Problem when one's own address is needed and cannot be
    found. A role that the login may not read is used as it is.
    """
    begin, config, known = run.connection.begin, run.config, run.seen if run.accounted else None
    look = begin(run.cluster)
    alone = known is None and not planning
    if alone and run.fresh and _host_first(run, look()):
        return _alone(run, look())
    role_look = begin(lambda: (known.role, known.role_unread) if known else _wanted_role(run, planning))
    ingress = begin(lambda: known.ingress if known else _ingress(run))
    group_look = begin(lambda: known.groups if known else _groups(run, ingress))
    found = look()
    if alone and _host_first(run, found):
        return _alone(run, found)
    there = begin(lambda: known.network if known else _network(run, found))
    snapshots = begin(lambda: _snapshots(run, found, restore, planning))
    options, offer = begin(lambda: _resize_options(run, found)), begin(lambda: _offer(run, found))
    allowed, groups = ingress(), group_look()
    found = _recognized(found, groups)
    old = begin(lambda: _old_roles(run, found))
    wanted, unread = role_look()
    before, old_unread = old()
    return Observed(
        place=run.place,
        cluster=found,
        role=wanted,
        groups=groups,
        network=there(),
        ingress=allowed,
        old_roles=before,
        snapshots=snapshots(),
        resize_options=options(),
        role_unread=unread,
        old_roles_unread=old_unread,
        offer=offer(),
    )


def observe_cluster(run: Run) -> Observed:
    """The cluster alone: stopping its bill needs no right to look at anything else."""
    return _alone(run, run.cluster())


def observe_to_stop(run: Run) -> Observed:
    """All that may have to go, looked at side by side. What cannot be looked at is noted, and the rest is all the same."""
    connection, config, begin = run.connection, run.config, run.connection.begin
    found = run.cluster()
    names = role_names(config, run.place, found or run.last_cluster)
    name, whose = group_name(config), f"the snapshots of cluster {config.identifier}"
    role_look = begin(lambda: _tried(f"IAM role {' or '.join(names)}", lambda: _with_profiles(connection, names)))
    group_look = begin(lambda: _tried(f"security group {name}", lambda: network.look(connection, name)))
    snapshot_look = begin(lambda: _tried(whose, lambda: snapshot.look(connection, config.identifier)))
    (roles, no_roles), (groups, no_groups), (snapshots, no_snapshots) = role_look(), group_look(), snapshot_look()
    roles = roles or ()
    return Observed(
        place=run.place,
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


def _alone(run: Run, found: Cluster | None) -> Observed:
    vpc_id = found.vpc_id if found else None
    return Observed(run.place, found, None, (), Network(vpc_id, run.config.subnet_group), cluster_only=True)


def _host_first(run: Run, found: Cluster | None) -> bool:
    return found is not None and found.ours and run.has_new_host(found)


def _wanted_role(run: Run, planning: bool) -> tuple[Role | None, Unread | None]:
    """The role of dwh.cfg. Inline policies that others added are of interest to a plan only."""
    name, own = run.config.role_name, inline_policy(run.place.region, run.config.identifier)
    return _tried(f"IAM role {name}", lambda: role.look(run.connection, name, listed=planning, text_of=own), Denied)


def _ingress(run: Run) -> tuple[str, ...]:
    return run.config.ingress if run.config.ingress is not None else (f"{run.own_address()}/32",)


def _groups(run: Run, ingress: Callable[[], tuple[str, ...]]) -> tuple[SecurityGroup, ...]:
    """Ids and tags of inbound rules are asked for only where one of them is not as dwh.cfg says."""
    found, port = network.look(run.connection, group_name(run.config)), run.config.port
    return tuple(
        network.with_rules(run.connection, group)
        if group.ours and not all(rule.ours and rule.admits(ingress(), port) for rule in group.rules)
        else group
        for group in found
    )


def _network(run: Run, found: Cluster | None) -> Network:
    """Where a cluster is, or is to be: another VPC may have become the default since it was made."""
    if found is not None and found.vpc_id:
        return Network(found.vpc_id, run.config.subnet_group)
    return network.find_network(run.connection, run.config.subnet_group)


def _with_profiles(connection: Connection, names: tuple[str, ...]) -> tuple[Role, ...]:
    looks = [connection.begin(partial(_with_profile, connection, name)) for name in names]
    return tuple(found for found in (look() for look in looks) if found is not None)


def _with_profile(connection: Connection, name: str) -> Role | None:
    found = role.look(connection, name)
    return replace(found, profiles=role.profiles(connection, name)) if found is not None and found.ours else found


def _ours(connection: Connection, names: tuple[str, ...]) -> tuple[Role, ...]:
    return tuple(each for each in _with_profiles(connection, names) if each.ours)


def _old_roles(run: Run, found: Cluster | None) -> tuple[tuple[Role, ...], Unread | None]:
    """Roles of ours that the cluster used before DWH_IAM_ROLE_NAME was edited, where the login may read them."""
    connection, place, wanted = run.connection, run.place, run.config.role_name
    names = tuple(name for name in role_names(run.config, place, found) if name != wanted)
    before, unread = _tried(f"IAM role {' or '.join(names)}", lambda: _ours(connection, names), Denied)
    prefix = f"arn:{place.partition}:iam::{place.account}:role/"
    arns = [arn for arn, _ in found.roles if arn.startswith(prefix)] if found is not None and found.ours else []
    associated = [name for name in (arn.rpartition("/")[2] for arn in arns) if name not in (wanted, *names)]
    others = [_tried(name, partial(_ours, connection, (name,)), Denied)[0] or () for name in associated]
    return (*(before or ()), *(each for roles in others for each in roles)), unread


def _snapshots(run: Run, found: Cluster | None, restore: str | None, planning: bool) -> tuple[Snapshot, ...]:
    """Those of the cluster, and the one that is asked for, which may be of another cluster.

    A run needs them where there is no cluster, and for a classic resize.
    """
    if not planning and found is not None and _size(found) == _size(run.config):
        return ()
    own = snapshot.look(run.connection, run.config.identifier)
    if not restore or restore.lower() in [each.identifier for each in own]:
        return own
    named = snapshot.find(run.connection, restore)
    return (*own, named) if named else own


def _resize_options(run: Run, found: Cluster | None) -> tuple[tuple[str, int], ...] | None:
    """Asked for only where an elastic resize may be wanted."""
    if found is None or phase(found) is not Phase.READY or 1 in (found.number_of_nodes, run.config.number_of_nodes):
        return None
    return None if _size(found) == _size(run.config) else cluster.resize_options(run.connection, run.config.identifier)


def _offer(run: Run, found: Cluster | None) -> Offer | None:
    """Asked for only where a cluster is to get a node type that is not known to be sold in the region."""
    known = run.config.node_type in [node.name for node in sold_in(run.place.region)]
    if known or (found is not None and _size(found) == _size(run.config)):
        return None
    return node_types.offer(run.connection, run.config.node_type)


def _size(of: Cluster | Config) -> tuple[str, int]:
    return of.node_type, of.number_of_nodes


def _recognized(found: Cluster | None, groups: tuple[SecurityGroup, ...]) -> Cluster | None:
    """A restore takes no tags, and a run may end before it sets them.

    So one that was restored behind our own group and has no other tags is ours, though only for create.
    """
    if found is None or not found.restored or any(not key.startswith(OUR_PREFIX) for key, _ in found.tags):
        return found
    ours = {group.group_id for group in groups if group.ours}
    return replace(found, ours=True) if ours & set(found.group_ids) else found
