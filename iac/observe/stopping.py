"""Looking at what may have to go."""

from __future__ import annotations

from dataclasses import replace

from iac.aws import network, schedule, snapshot
from iac.observe.prices import prices_to_stop
from iac.observe.roles import role_names, tried, with_profiles
from iac.observed import Cluster, Network, Observed
from iac.place import group_name
from iac.run import Run


def observe_cluster(run: Run, planning: bool = False) -> Observed:
    """The cluster alone: stopping its bill needs no right to look at anything else."""
    found = run.cluster()
    price_look = run.connection.begin_brief(lambda: prices_to_stop(run, found, tuple, planning), ())
    return replace(cluster_alone(run, found), prices=price_look())


def observe_to_stop(run: Run, planning: bool = False) -> Observed:
    """All that may have to go, looked at side by side. What cannot be looked at is noted, and the rest is all the same."""
    connection, config, begin = run.connection, run.config, run.connection.begin
    found = run.cluster()
    names = role_names(config, run.place, found or run.last_cluster)
    name, whose = group_name(config.identifier), f"the snapshots of cluster {config.identifier}"
    role_look = begin(lambda: tried(f"IAM role {' or '.join(names)}", lambda: with_profiles(connection, names)))
    group_look = begin(lambda: tried(f"security group {name}", lambda: network.look(connection, name)))
    snapshot_look = begin(lambda: tried(whose, lambda: snapshot.look(connection, config.identifier)))
    last = found or run.last_cluster
    scheduled = begin(lambda: schedule.to_stop(connection, config, run.place, names, last))
    price_look = connection.begin_brief(lambda: prices_to_stop(run, found, lambda: snapshot_look()[0] or (), planning), ())
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
        prices=price_look(),
        scheduling=scheduled(),
    )


def cluster_alone(run: Run, found: Cluster | None) -> Observed:
    """The cluster as it was seen, and nothing else."""
    vpc_id = found.vpc_id if found else None
    return Observed(run.place, found, None, (), Network(vpc_id, run.config.subnet_group), cluster_only=True)
