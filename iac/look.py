"""What is: looks at AWS as values, and what of the last one need not be asked for again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache, partial
from typing import Any, NamedTuple, Optional, TypeVar

from iac.aws import network, redshift, role
from iac.aws.connection import Connection
from iac.aws.session import OWN_ADDRESS_LIMIT, Access, no_own_address
from iac.config import Config
from iac.errors import Denied, Problem, Refusal
from iac.facts.node_types import sold_in
from iac.facts.partitions import partition_and_domain
from iac.naming import OUR_PREFIX, ROLE_TAG, group_name, is_ours, maker, use_tag, used_by
from iac.observed import Cluster, Network, Observed, Offer, Place, Role, SecurityGroup, Snapshot, Unread, tried
from iac.status import Phase, is_going, phase
from iac.steps import Call
from iac.steps.policy import inline_policy

T = TypeVar("T")


class Begun(NamedTuple):
    """Looks that were begun before those of the abilities. Each waits for its end, and gives its result.

    restoring: whether a cluster that is not there is to be made from a snapshot.
    """

    cluster: Callable[[], Optional[Cluster]]
    snapshots: Callable[[], tuple[Snapshot, ...]]
    restoring: bool = False


Look = Callable[["View", Config, str, Begun], Optional[Callable[[Observed], Any]]]
"""Begins the looks of an ability for one of the goals `running`, `paused`, `gone`. What it gives, if anything, waits for
their end, and returns their result for Observed.of; it is given the rest that was seen."""


class View:
    """The account, as one run sees it. Independent looks are made side by side.

    looks: of the abilities, by their names. planning: whether it is looked at for a plan, which asks for more than a run needs.
    seen: the latest look. first_cluster, last_cluster: the cluster as it was seen first and last, also when it is gone.
    was_there: whether it was seen before anybody deleted it.
    """

    def __init__(
        self, connection: Connection, place: Place, access: Access, looks: Mapping[str, Look], planning: bool = False
    ) -> None:
        self.connection, self.place, self.planning, self._looks = connection, place, planning, looks
        late = no_own_address(f"no whole answer came within {OWN_ADDRESS_LIMIT:.0f} s")
        self.own_address = cache(lambda: connection.within(access.own_address, OWN_ADDRESS_LIMIT, lambda: late))
        self.probe = access.probe
        self.seen: Observed | None = None
        self.first_cluster: Cluster | None = None
        self.last_cluster: Cluster | None = None
        self.was_there = False
        self._is_fresh = False
        """Whether seen.cluster is of a moment ago, and this run has changed nothing of it since."""
        self._is_accounted = False
        """Whether the role and the groups in seen are there still, as the answers to this run's changes tell."""
        self._once: dict[str, Any] = {}

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

    def recheck(self, config: Config) -> None:
        """After a wait, in which others were at work: whether the role and the groups that were seen are there still."""
        if self.seen is None or not self._is_accounted:
            return
        name, group = config.role_name, group_name(config.identifier)
        role_look = self.connection.begin(lambda: tried(name, lambda: role.exists(self.connection, name))[0])
        group_look = self.connection.begin(lambda: tried(group, lambda: network.look(self.connection, group))[0])
        groups = group_look()
        gone = groups is not None and {each.group_id for each in self.seen.groups} - {each.group_id for each in groups}
        self._is_accounted = role_look() is not False and not gone

    def to_run(self, config: Config, restore: str | None = None) -> Observed:
        """All that a running warehouse consists of, and whom dwh.cfg lets in.

        A run, unlike a plan, is content with the cluster alone where its host is not in dwh.cfg yet: no other look may
        hold that back. What AWS's answers to this run's own changes tell is not asked for again.
        restore: the name or ARN of a snapshot to be found as well. Raises Problem when one's own address is needed and
        cannot be found. A role that the login may not read is used as it is.
        """
        seen = self._running(config, restore)
        self._is_accounted = not seen.cluster_only
        return self._keep(seen)

    def _running(self, config: Config, restore: str | None) -> Observed:
        connection, place, planning = self.connection, self.place, self.planning
        begin, known = connection.begin, self.seen if self._is_accounted else None
        look, alone = begin(lambda: self.cluster(config)), known is None and not planning
        if alone and self._is_fresh and _host_first(config, look()):
            return self._alone(config, look())
        snapshots = begin(lambda: _snapshots(connection, config, look(), restore, planning))
        abilities = self._begin(config, "running", Begun(look, snapshots, restore is not None))
        role_look = begin(lambda: (known.role, known.role_unread) if known else self._role(config))
        ingress = begin(lambda: known.ingress if known else self._ingress(config))
        group_look = begin(lambda: known.groups if known else _groups(connection, config, ingress))
        found = look()
        if alone and _host_first(config, found):
            return self._alone(config, found)
        there = begin(lambda: known.network if known else _network(connection, config, found))
        options = begin(lambda: _resize_options(connection, config, found))
        offer = begin(lambda: _offer(connection, config, found))
        allowed, groups = ingress(), group_look()
        found = _recognized(found, groups)
        old = begin(lambda: _old_roles(connection, config, place, found))
        (wanted, unread), (before, old_unread) = role_look(), old()
        users = self._users(config, before)
        return abilities(Observed(
            place, found, wanted, groups, there(), ingress=allowed, old_roles=before, snapshots=snapshots(),
            resize_options=options(), role_unread=unread, old_roles_unread=old_unread, offer=offer(),
            users=users(),
        ))  # fmt: skip

    def alone(self, config: Config) -> Observed:
        """The cluster and nothing else."""
        return self._keep(self._alone(config, self.cluster(config)))

    def to_pause(self, config: Config) -> Observed:
        """The cluster: stopping its bill needs no right to look at anything else."""
        found = self.cluster(config)
        return self._keep(self._begin(config, "paused", Begun(lambda: found, tuple))(self._alone(config, found)))

    def to_stop(self, config: Config) -> Observed:
        """All that may have to go. What cannot be looked at is noted, and the rest is all the same."""
        connection, begin, found = self.connection, self.connection.begin, self.cluster(config)
        last = found or self.last_cluster
        names = role_names(config, self.place, last)
        group, whose = group_name(config.identifier), f"the snapshots of cluster {config.identifier}"
        role_look = begin(lambda: tried(f"IAM role {' or '.join(names)}", lambda: role.whole(connection, *names)))
        group_look = begin(lambda: tried(f"security group {group}", lambda: network.look(connection, group)))
        snapshot_look = begin(lambda: tried(whose, lambda: redshift.snapshots(connection, config.identifier)))
        abilities = self._begin(config, "gone", Begun(lambda: found, lambda: snapshot_look()[0] or ()))
        (roles, no_roles) = role_look()
        users = self._users(config, roles or ())
        (groups, no_groups), (snapshots, no_snapshots) = group_look(), snapshot_look()
        return self._keep(abilities(Observed(
            self.place, found, next((each for each in roles or () if each.name == config.role_name), None), groups or (),
            Network(None, config.subnet_group), snapshots=snapshots or (),
            old_roles=tuple(each for each in roles or () if each.name != config.role_name),
            role_unread=no_roles, groups_unread=no_groups, snapshots_unread=no_snapshots, users=users(),
        )))  # fmt: skip

    def once(self, name: str, begin: Callable[[], T]) -> T:
        """What an ability keeps from one look of the run to the next."""
        if name not in self._once:
            self._once[name] = begin()
        return self._once[name]  # type: ignore[no-any-return]

    def _begin(self, config: Config, goal: str, begun: Begun) -> Callable[[Observed], Observed]:
        """The looks of the abilities. What is returned waits for them, and adds them to the rest."""
        under_way = {name: look(self, config, goal, begun) for name, look in self._looks.items()}
        return lambda seen: replace(seen, of={name: end(seen) for name, end in under_way.items() if end is not None})

    def _keep(self, seen: Observed) -> Observed:
        """The latest look, so that a failure can say what is there."""
        self.seen, self.last_cluster, self._is_fresh = seen, seen.cluster or self.last_cluster, True
        self.first_cluster = self.first_cluster or seen.cluster
        self.was_there = self.was_there or not is_going(seen.cluster)
        return seen

    def _alone(self, config: Config, found: Cluster | None) -> Observed:
        vpc_id = found.vpc_id if found else None
        return Observed(self.place, found, None, (), Network(vpc_id, config.subnet_group), cluster_only=True)

    def _ingress(self, config: Config) -> tuple[str, ...]:
        own = (f"{self.own_address()}/32",) if config.lets_own_in else ()
        return tuple(dict.fromkeys((*(config.ingress or ()), *own)))

    def _users(self, config: Config, roles: Iterable[Role]) -> Callable[[], dict[str, Cluster | None]]:
        """Begins the looks at the other clusters in the tags of roles that this cluster may leave, as Observed.users.

        Each is asked for once a run, and not for long: a role that is kept costs nothing.
        """
        mine, _ = use_tag(self.place.region, config.identifier)
        left = [role for role in roles if role.ours and mine in role.users]
        keys = dict.fromkeys(key for role in left for key in role.users if key != mine)
        nothing: dict[str, Cluster | None] = {}

        def begin(key: str) -> Callable[[], dict[str, Cluster | None]]:
            return self.connection.begin_brief(partial(_user, self.connection, key), nothing)

        looks = [self.once(key, partial(begin, key)) for key in keys]
        return lambda: {key: found for look in looks for key, found in look().items()}

    def _role(self, config: Config) -> tuple[Role | None, Unread | None]:
        """The role of dwh.cfg. Inline policies that others added are of interest to a plan only."""
        name, own = config.role_name, inline_policy(self.place.region, config.identifier)
        look = partial(role.look, self.connection, name, listed=self.planning, text_of=own)
        return tried(f"IAM role {name}", look, Denied)


def _user(connection: Connection, key: str) -> dict[str, Cluster | None]:
    """The cluster that the tag of a role tells of, in its Region; by the tag's key."""
    region, identifier = used_by(key)
    return {key: redshift.cluster(connection.in_region(region), identifier)} if identifier else {}


def find_place(connection: Connection, target: str) -> Place:
    """The account behind the credentials. Needs no permission (API reference, GetCallerIdentity).

    Stopping goes on without knowing the account, should STS not answer; creating does not.
    """
    try:
        answer = connection.call("sts", "GetCallerIdentity")
    except Problem as problem:
        return Place(target, "", partition_and_domain(connection.region)[0], connection.region, unknown=problem)
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
    if not restore or any(restore.lower() in (each.identifier, each.arn) for each in own):
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
