"""What is left to do until nothing runs, or nothing is there."""

from __future__ import annotations

from datetime import datetime

from iac.config import Config
from iac.errors import Problem
from iac.observed import Observed
from iac.plan.elsewhere import named_elsewhere
from iac.plan.hindrance import not_ours, refuse_broken
from iac.plan.restoring import final_prefix
from iac.settle import Phase, phase
from iac.steps import Step
from iac.steps.cluster import delete_cluster, pause_cluster
from iac.steps.file import blank_address
from iac.steps.network import delete_group
from iac.steps.role import delete_role


def to_paused(config: Config, seen: Observed) -> list[Step]:
    """What is left to do until the compute bill stops. Raises Problem for what is broken or not ours."""
    if seen.cluster is None or phase(seen.cluster) is Phase.PAUSED:
        return []
    if not seen.cluster.ours:
        raise _left_alone(config)
    refuse_broken(seen.cluster)
    return [pause_cluster(config.identifier)]


def to_gone(config: Config, seen: Observed, keep_data: bool, now: datetime) -> list[Step]:
    """What is left to do until nothing costs money, and nothing of ours stays but snapshots."""
    steps: list[Step] = []
    if seen.cluster is None and named_elsewhere(config, seen):
        return [delete_group(group.group_id, group.name) for group in seen.groups if group.ours]
    if seen.cluster is not None:
        if not seen.cluster.ours:
            raise _left_alone(config)
        snapshot = f"{final_prefix(config.identifier)}{now:%Y%m%d-%H%M%S}" if keep_data else None
        steps.append(delete_cluster(config.identifier, snapshot, config.snapshot_days))
    if config.host or config.role_arn:
        steps.append(blank_address(config.path.name))
    if seen.role is not None and seen.role.ours and not seen.users_of_role:
        steps.append(delete_role(seen.role))
    steps.extend(delete_group(group.group_id, group.name) for group in seen.groups if group.ours)
    return steps


def kept(config: Config, seen: Observed) -> list[str]:
    """What is ours and stays all the same."""
    other = named_elsewhere(config, seen)
    if seen.cluster is None and other:
        return [
            f"HOST in {config.path.name} is of {other}, which may go on costing money: it is left, and so are HOST and "
            "the role. To delete it, write its REGION and DWH_CLUSTER_IDENTIFIER; if it is gone, blank HOST."
        ]
    if seen.role is None or not seen.role.ours or not seen.users_of_role:
        return []
    return [f"Role {config.role_name} is kept: cluster {', '.join(seen.users_of_role)} uses it as well."]


def _left_alone(config: Config) -> Problem:
    return not_ours(
        f"cluster {config.identifier}",
        "It is left alone, and so is all that it uses; `python create_cluster.py --adopt` takes it over.",
    )
