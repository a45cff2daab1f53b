"""Looking at all that a running warehouse consists of; what only some plans need is asked for only then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from iac.aws import cluster, network, node_types, schedule, snapshot
from iac.config import Config
from iac.facts.node_types import sold_in
from iac.observe.prices import prices_to_run
from iac.observe.roles import old_roles, wanted_role
from iac.observe.stopping import cluster_alone
from iac.observed import Cluster, Network, Observed, Offer, SecurityGroup, Snapshot
from iac.place import group_name
from iac.run import Run
from iac.scheduling import Scheduling
from iac.status import Phase, phase
from iac.tags import OUR_PREFIX


def observe_to_run(run: Run, restore: str | None = None, planning: bool = False) -> Observed:
    """All that a running warehouse consists of, and whom dwh.cfg lets in. Independent looks run side by side.

    A run, unlike a plan, is content with the cluster alone where its host is not in dwh.cfg yet: no other look may
    hold that back. What AWS's answers to this run's own changes tell is not asked for again.
    restore: the name of a snapshot to be found as well. Raises Problem when one's own address is needed and cannot be
    found. A role that the login may not read is used as it is.
    """
    begin, known = run.connection.begin, run.seen if run.accounted else None
    look, alone = begin(run.cluster), known is None and not planning
    if alone and run.fresh and _host_first(run, look()):
        return cluster_alone(run, look())
    role_look = begin(lambda: (known.role, known.role_unread) if known else wanted_role(run, planning))
    ingress = begin(lambda: known.ingress if known else _ingress(run))
    group_look = begin(lambda: known.groups if known else _groups(run, ingress))
    found = look()
    if alone and _host_first(run, found):
        return cluster_alone(run, found)
    there = begin(lambda: known.network if known else _network(run, found))
    snapshots = begin(lambda: _snapshots(run, found, restore, planning))
    options, offer = begin(lambda: _resize_options(run, found)), begin(lambda: _offer(run, found))
    scheduled = _scheduling(run, found)
    prices = run.connection.begin_brief(lambda: prices_to_run(run, found, snapshots, restore is not None, planning), ())
    allowed, groups = ingress(), group_look()
    found = _recognized(found, groups)
    old = begin(lambda: old_roles(run, found))
    (wanted, unread), (before, old_unread) = role_look(), old()
    return Observed(
        run.place,
        found,
        wanted,
        groups,
        there(),
        ingress=allowed,
        old_roles=before,
        snapshots=snapshots(), resize_options=options(),
        role_unread=unread, old_roles_unread=old_unread,
        offer=offer(),
        prices=prices(),
        scheduling=scheduled(),
    )  # fmt: skip


def _scheduling(run: Run, found: Cluster | None) -> Callable[[], Scheduling | None]:
    """Advice where neither dwh.cfg nor the cluster's tag tells of schedules."""
    connection, config = run.connection, run.config

    def look() -> Scheduling | None:
        return schedule.to_run(connection, config, run.place, found)

    needed = config.schedule_options or schedule.tagged_role(found)
    return connection.begin(look) if needed else connection.begin_brief(look, None)


def _host_first(run: Run, found: Cluster | None) -> bool:
    return found is not None and found.ours and run.has_new_host(found)


def _ingress(run: Run) -> tuple[str, ...]:
    return run.config.ingress if run.config.ingress is not None else (f"{run.own_address()}/32",)


def _groups(run: Run, ingress: Callable[[], tuple[str, ...]]) -> tuple[SecurityGroup, ...]:
    """Ids and tags of inbound rules are asked for only where one of them is not as dwh.cfg says."""
    found, port = network.look(run.connection, group_name(run.config.identifier)), run.config.port
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
