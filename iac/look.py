"""What is: looks at AWS as values, and what of the last one need not be asked for again."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache, partial
from typing import Any

from iac.aws import bucket, network, redshift, role, schedule
from iac.aws.connection import Connection, Refusal, tried
from iac.aws.prices import ASKED, PriceList
from iac.aws.session import Access
from iac.config import Config
from iac.errors import Denied, Problem
from iac.facts.node_types import sold_in
from iac.observed import Cluster, Network, Observed, Offer, Role, SecurityGroup, Snapshot, Unread
from iac.place import Place, group_name
from iac.plan.places import asks_s3, may_ask_s3
from iac.policy import inline_policy
from iac.price import LISTED, Price
from iac.s3 import S3Place
from iac.status import Phase, is_changing, phase
from iac.steps import Call
from iac.tags import OUR_PREFIX, ROLE_TAG, is_ours, maker

Snapshots = Callable[[], tuple[Snapshot, ...]]


class View:
    """The account, as one run sees it. Independent looks are made side by side.

    planning: whether it is looked at for a plan, which asks for more than a run needs.
    seen: the latest look. last_cluster: the cluster as it was seen last, also when it is gone.
    """

    def __init__(self, connection: Connection, place: Place, access: Access, planning: bool = False) -> None:
        self.connection, self.place, self.planning = connection, place, planning
        self.own_address, self.probe = cache(access.own_address), access.probe
        self.prices = PriceList(connection, LISTED if place.target == "simulator" else ASKED)
        self.seen: Observed | None = None
        self.last_cluster: Cluster | None = None
        self._is_fresh = False
        """Whether seen.cluster is of a moment ago, and this run has changed nothing of it since."""
        self._is_accounted = False
        """Whether the role and the groups in seen are there still, as the answers to this run's changes tell."""
        self._s3: Callable[[], tuple[S3Place, ...]] | None = None

    def cluster(self, config: Config, anew: bool = False) -> Cluster | None:
        """The cluster: as seen a moment ago, else, or anew, as AWS shows it now. The rest of what was seen stays."""
        if self._is_fresh and not anew and self.seen is not None:
            return self.seen.cluster
        found = redshift.cluster(self.connection, config.identifier)
        if self.seen is not None:
            self._keep(replace(self.seen, cluster=found))
        return found

    def forget(self, cluster: bool = True, others: bool = True) -> None:
        """The cluster as it was seen may be out of date, or what is beside it."""
        self._is_fresh = self._is_fresh and not cluster
        self._is_accounted = self._is_accounted and not others

    def account_for(self, role_name: str, call: Call, sent: Mapping[str, Any], answer: dict[str, Any] | Refusal) -> None:
        """A change of the cluster is to be looked at; what the answer to any other tells of need not be."""
        if call.service == "redshift":
            self._is_fresh = False
            return
        known = _after(self.seen, role_name, call.operation, sent, answer) if self.seen else None
        self._is_accounted = self._is_accounted and known is not None
        self.seen = known or self.seen

    def to_run(self, config: Config, restore: str | None = None) -> Observed:
        """All that a running warehouse consists of, and whom dwh.cfg lets in.

        A run, unlike a plan, is content with the cluster alone where its host is not in dwh.cfg yet: no other look may
        hold that back. What AWS's answers to this run's own changes tell is not asked for again.
        restore: the name of a snapshot to be found as well. Raises Problem when one's own address is needed and cannot be
        found. A role that the login may not read is used as it is.
        """
        if (self.planning or not config.host) and may_ask_s3(config):
            self._ask_s3(config)
        seen = self._running(config, restore)
        if asks_s3(config, seen, self.planning):
            seen = replace(seen, s3=self._ask_s3(config)())
        self._is_accounted = not seen.cluster_only
        return self._keep(seen)

    def _running(self, config: Config, restore: str | None) -> Observed:
        connection, place, planning = self.connection, self.place, self.planning
        begin, known = connection.begin, self.seen if self._is_accounted else None
        look, alone = begin(lambda: self.cluster(config)), known is None and not planning
        if alone and self._is_fresh and _host_first(config, look()):
            return self._alone(config, look())
        role_look = begin(lambda: (known.role, known.role_unread) if known else self._role(config))
        ingress = begin(lambda: known.ingress if known else self._ingress(config))
        group_look = begin(lambda: known.groups if known else _groups(connection, config, ingress))
        found = look()
        if alone and _host_first(config, found):
            return self._alone(config, found)
        there = begin(lambda: known.network if known else _network(connection, config, found))
        snapshots = begin(lambda: _snapshots(connection, config, found, restore, planning))
        options = begin(lambda: _resize_options(connection, config, found))
        offer = begin(lambda: _offer(connection, config, found))
        # Advice where neither dwh.cfg nor the cluster's tag tells of schedules.
        scheduling = partial(schedule.to_run, connection, config, place, found)
        told = config.schedule_options or schedule.tagged_role(found)
        scheduled = begin(scheduling) if told else connection.begin_brief(scheduling, None)
        prices = connection.begin_brief(lambda: self._prices_to_run(config, found, snapshots, restore is not None), ())
        allowed, groups = ingress(), group_look()
        found = _recognized(found, groups)
        old = begin(lambda: _old_roles(connection, config, place, found))
        (wanted, unread), (before, old_unread) = role_look(), old()
        return Observed(
            place, found, wanted, groups, there(), ingress=allowed, old_roles=before, snapshots=snapshots(),
            resize_options=options(), role_unread=unread, old_roles_unread=old_unread, offer=offer(), prices=prices(),
            scheduling=scheduled(),
        )  # fmt: skip

    def to_pause(self, config: Config) -> Observed:
        """The cluster alone: stopping its bill needs no right to look at anything else."""
        found = self.cluster(config)
        prices = self.connection.begin_brief(lambda: self._prices_to_stop(config, found, tuple), ())
        return self._keep(replace(self._alone(config, found), prices=prices()))

    def to_stop(self, config: Config) -> Observed:
        """All that may have to go. What cannot be looked at is noted, and the rest is all the same."""
        connection, begin, found = self.connection, self.connection.begin, self.cluster(config)
        last = found or self.last_cluster
        names = role_names(config, self.place, last)
        group, whose = group_name(config.identifier), f"the snapshots of cluster {config.identifier}"
        role_look = begin(lambda: tried(f"IAM role {' or '.join(names)}", lambda: role.whole(connection, *names)))
        group_look = begin(lambda: tried(f"security group {group}", lambda: network.look(connection, group)))
        snapshot_look = begin(lambda: tried(whose, lambda: redshift.snapshots(connection, config.identifier)))
        scheduled = begin(lambda: schedule.to_stop(connection, config, self.place, names, last))
        prices = connection.begin_brief(lambda: self._prices_to_stop(config, found, lambda: snapshot_look()[0] or ()), ())
        (roles, no_roles), (groups, no_groups), (snapshots, no_snapshots) = role_look(), group_look(), snapshot_look()
        return self._keep(Observed(
            self.place, found, next((each for each in roles or () if each.name == config.role_name), None), groups or (),
            Network(None, config.subnet_group), snapshots=snapshots or (),
            old_roles=tuple(each for each in roles or () if each.name != config.role_name),
            role_unread=no_roles, groups_unread=no_groups, snapshots_unread=no_snapshots, prices=prices(),
            scheduling=scheduled(),
        ))  # fmt: skip

    def _keep(self, seen: Observed) -> Observed:
        """The latest look, so that a failure can say what is there."""
        self.seen, self.last_cluster, self._is_fresh = seen, seen.cluster or self.last_cluster, True
        return seen

    def _alone(self, config: Config, found: Cluster | None) -> Observed:
        vpc_id = found.vpc_id if found else None
        return Observed(self.place, found, None, (), Network(vpc_id, config.subnet_group), cluster_only=True)

    def _ask_s3(self, config: Config) -> Callable[[], tuple[S3Place, ...]]:
        """S3 is asked once a run, beside other looks, and only where the answer may matter."""
        if self._s3 is None:
            self._s3 = self.connection.begin_brief(lambda: bucket.look(self.connection, config.s3_places), ())
        return self._s3

    def _ingress(self, config: Config) -> tuple[str, ...]:
        return config.ingress if config.ingress is not None else (f"{self.own_address()}/32",)

    def _role(self, config: Config) -> tuple[Role | None, Unread | None]:
        """The role of dwh.cfg. Inline policies that others added are of interest to a plan only."""
        name, own = config.role_name, inline_policy(self.place.region, config.identifier)
        look = partial(role.look, self.connection, name, listed=self.planning, text_of=own)
        return tried(f"IAM role {name}", look, Denied)

    def _prices_to_run(
        self, config: Config, found: Cluster | None, snapshots: Snapshots, restoring: bool
    ) -> tuple[Price, ...]:
        """Of the node types that run or are to run. restoring: whether a cluster would be made from a snapshot.

        Asked for in a plan, before compute is started or its size changes, and where DWH_BUDGET_USD is counted by it; else
        they are as they were told before.
        """
        if found is None:
            restored = [each.node_type for each in snapshots() if each.node_type] if restoring else []
            return self._prices([config.node_type, *restored], snapshots)
        other = _size(found) != _size(config) or phase(found) is Phase.PAUSED
        ask = self.planning or ((other or config.budget_usd is not None) and not is_changing(found))
        return self._prices([config.node_type, found.node_type], snapshots, ask)

    def _prices_to_stop(self, config: Config, found: Cluster | None, snapshots: Snapshots) -> tuple[Price, ...]:
        """What stopping saves, and what the snapshots cost: asked for in a plan."""
        if found is None and not snapshots():
            return ()
        return self._prices([(found or config).node_type], snapshots, self.planning)

    def _prices(self, types: list[str], snapshots: Snapshots, ask: bool = True) -> tuple[Price, ...]:
        stored = self.planning and bool(snapshots())
        return tuple(self.prices.ask(each, stored) if ask else self.prices.known(each) for each in dict.fromkeys(types))


def find_place(connection: Connection, target: str) -> Place:
    """The account behind the credentials. Needs no permission (API reference, GetCallerIdentity).

    Stopping goes on without knowing the account, should STS not answer; creating does not.
    """
    try:
        answer = connection.call("sts", "GetCallerIdentity")
    except Problem as problem:
        return Place(target, "", "aws", connection.region, unknown=problem)
    assert isinstance(answer, dict)
    arn = answer["Arn"]
    return Place(target, answer["Account"], arn.split(":")[1], connection.region, maker(arn))


def has_new_host(config: Config, found: Cluster | None) -> bool:
    """Whether it is available, and its host is not in dwh.cfg yet."""
    return found is not None and found.status == "available" and found.host not in (None, config.host)


def role_names(config: Config, place: Place, found: Cluster | None) -> tuple[str, ...]:
    """The role of dwh.cfg, and those that it named before it was edited.

    The cluster's tag and ARN in the file, which is written last of all, still tell these.
    """
    account, name = config.role_in_arn
    before = [name] if name and place.account in ("", account) else []
    tagged = [value for key, value in found.tags if key == ROLE_TAG] if found is not None and found.ours else []
    return tuple(dict.fromkeys([config.role_name, *tagged, *before]))


def _host_first(config: Config, found: Cluster | None) -> bool:
    return found is not None and found.ours and has_new_host(config, found)


def _old_roles(
    connection: Connection, config: Config, place: Place, found: Cluster | None
) -> tuple[tuple[Role, ...], Unread | None]:
    """Roles of ours that the cluster used before DWH_IAM_ROLE_NAME was edited, where the login may read them."""
    names = [name for name in role_names(config, place, found) if name != config.role_name]
    before, unread = tried(f"IAM role {' or '.join(names)}", lambda: role.ours(connection, *names), Denied)
    prefix = f"arn:{place.partition}:iam::{place.account}:role/"
    arns = [arn for arn, _ in found.roles if arn.startswith(prefix)] if found is not None and found.ours else []
    associated = [name for name in (arn.rpartition("/")[2] for arn in arns) if name not in (config.role_name, *names)]
    others = [tried(name, partial(role.ours, connection, name), Denied)[0] or () for name in associated]
    return (*(before or ()), *(each for roles in others for each in roles)), unread


def _groups(connection: Connection, config: Config, ingress: Callable[[], tuple[str, ...]]) -> tuple[SecurityGroup, ...]:
    """Ids and tags of inbound rules are asked for only where one of them is not as dwh.cfg says."""
    return tuple(
        network.with_rules(connection, group)
        if group.ours and not all(rule.ours and rule.admits(ingress(), config.port) for rule in group.rules)
        else group
        for group in network.look(connection, group_name(config.identifier))
    )


def _network(connection: Connection, config: Config, found: Cluster | None) -> Network:
    """Where a cluster is, or is to be: another VPC may have become the default since it was made."""
    if found is not None and found.vpc_id:
        return Network(found.vpc_id, config.subnet_group)
    return network.find_network(connection, config.subnet_group)


def _snapshots(
    connection: Connection, config: Config, found: Cluster | None, restore: str | None, planning: bool
) -> tuple[Snapshot, ...]:
    """Those of the cluster, and the one that is asked for, which may be of another cluster.

    A run needs them where there is no cluster, and for a classic resize.
    """
    if not planning and found is not None and _size(found) == _size(config):
        return ()
    own = redshift.snapshots(connection, config.identifier)
    if not restore or restore.lower() in [each.identifier for each in own]:
        return own
    named = redshift.snapshot(connection, restore)
    return (*own, named) if named else own


def _resize_options(connection: Connection, config: Config, found: Cluster | None) -> tuple[tuple[str, int], ...] | None:
    """Asked for only where an elastic resize may be wanted."""
    if found is None or phase(found) is not Phase.READY or 1 in (found.number_of_nodes, config.number_of_nodes):
        return None
    return None if _size(found) == _size(config) else redshift.resize_options(connection, config.identifier)


def _offer(connection: Connection, config: Config, found: Cluster | None) -> Offer | None:
    """Asked for only where a cluster is to get a node type that is not known to be sold in the region."""
    known = config.node_type in [node.name for node in sold_in(connection.region)]
    if known or (found is not None and _size(found) == _size(config)):
        return None
    return redshift.offer(connection, config.node_type)


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


def _after(
    seen: Observed, role_name: str, operation: str, sent: Mapping[str, Any], answer: dict[str, Any] | Refusal
) -> Observed | None:
    """The observed role and security groups after this change; None where the answer does not tell.

    A Refusal that was expected says that it is so already, but not how exactly. The tags and the trust policy of a role
    that was there are not told: something in the account may put these back.
    """
    if isinstance(answer, Refusal):
        return None
    there = seen.role
    match operation:
        case "CreateSecurityGroup":
            tags = _pairs(sent["TagSpecifications"][0]["Tags"])
            made = SecurityGroup(answer["GroupId"], sent["GroupName"], sent["VpcId"], is_ours(tags), (), tags)
            return replace(seen, groups=(*seen.groups, made))
        case "AuthorizeSecurityGroupIngress":
            new, group = network.rules_of(answer.get("SecurityGroupRules") or []), sent["GroupId"]
            groups = [replace(g, rules=(*g.rules, *new)) if g.group_id == group else g for g in seen.groups]
            return replace(seen, groups=tuple(groups)) if new else None
        case "RevokeSecurityGroupIngress":
            gone = sent["SecurityGroupRuleIds"]
            groups = [replace(g, rules=tuple(rule for rule in g.rules if rule.rule_id not in gone)) for g in seen.groups]
            return replace(seen, groups=tuple(groups))
        case "CreateRole" if sent["RoleName"] == role_name:
            tags, trust, told = _pairs(sent["Tags"]), json.loads(sent["AssumeRolePolicyDocument"]), answer["Role"]
            there = Role(role_name, told["Arn"], is_ours(tags), told["CreateDate"], trust, (), (), tags)
        case _ if there is None or sent.get("RoleName") != role_name:
            return None
        case "PutRolePolicy":
            text = json.loads(sent["PolicyDocument"])
            there = replace(there, inline=tuple(sorted({**dict(there.inline), sent["PolicyName"]: text}.items())))
        case "DeleteRolePolicy":
            there = replace(there, inline=tuple(each for each in there.inline if each[0] != sent["PolicyName"]))
        case "AttachRolePolicy":
            there = replace(there, attached=(*there.attached, sent["PolicyArn"]))
        case "DetachRolePolicy":
            there = replace(there, attached=tuple(arn for arn in there.attached if arn != sent["PolicyArn"]))
        case _:
            return None
    return replace(seen, role=there)


def _pairs(tags: list[dict[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((tag["Key"], tag["Value"]) for tag in tags))
