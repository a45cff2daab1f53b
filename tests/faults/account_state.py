"""The state of the account and of dwh.cfg, without what differs from run to run; and its invariants."""

from __future__ import annotations

import re
from typing import Any

from iac.naming import OUR_TAG, PASSWORD_TAG
from iac.steps.cluster import SETTINGS
from tests.workspace import Workspace

State = dict[str, Any]

GROUP = "dwh-iac-dwhcluster"
SCHEDULE_ROLE = "dwh-iac-schedule-"
"""How the names of the roles begin that schedules run as."""
ROLE = "dwhRole"


def account_state(workspace: Workspace) -> State:
    """Equal for two workspaces that have reached the same end."""
    names = {group["GroupId"]: group["GroupName"] for group in workspace.ask("ec2", "DescribeSecurityGroups")["SecurityGroups"]}
    clusters = workspace.ask("redshift", "DescribeClusters")["Clusters"]
    roles = [_role(workspace, role["RoleName"]) for role in workspace.ask("iam", "ListRoles")["Roles"]]
    return {
        "clusters": [_cluster(cluster, names) for cluster in clusters],
        "roles": [role for role in roles if not role["name"].startswith(SCHEDULE_ROLE)],
        "schedule roles": [role for role in roles if role["name"].startswith(SCHEDULE_ROLE)],
        "groups": [_group(workspace, identity, name) for identity, name in names.items() if name != "default"],
        "snapshots": len(workspace.ask("redshift", "DescribeClusterSnapshots", SnapshotType="manual")["Snapshots"]),
        "schedules": [_schedule(workspace, found["Name"]) for found in workspace.ask("scheduler", "ListSchedules")["Schedules"]],
        "host": _same(workspace.value("HOST"), [cluster.get("Endpoint", {}).get("Address", "") for cluster in clusters]),
        "arn": workspace.value("ARN"),
        "password": bool(workspace.value("DB_PASSWORD")),
        "file": workspace.rest_of_the_file(),
    }


def _schedule(workspace: Workspace, name: str) -> State:
    """A one-time schedule holds times, which are others in each run."""
    found = workspace.ask("scheduler", "GetSchedule", Name=name)
    once = "EndDate" in found
    said = {member: str(found.get(member)) for member in ("ScheduleExpression", "StartDate", "EndDate", "Description")}
    plain = {member: found[member] for member in ("Name", "ScheduleExpressionTimezone", "State", "ActionAfterCompletion", "Target")}
    return {**plain, **{member: re.sub(r"[0-9]", "0", text) if once else text for member, text in said.items()}}


def _same(host: str, hosts: list[str]) -> str:
    return "the cluster's" if host in hosts and host else ("blank" if not host else "another")


def _cluster(found: dict[str, Any], names: dict[str, str]) -> State:
    plain = ("ClusterIdentifier", "ClusterStatus", "NodeType", "NumberOfNodes", "DBName", "MasterUsername",
             "Encrypted", "ClusterSubnetGroupName", *(each.member for each in SETTINGS))  # fmt: skip
    return {
        **{name: found.get(name) for name in plain},
        "port": found.get("Endpoint", {}).get("Port"),
        "roles": sorted((role["IamRoleArn"], role["ApplyStatus"]) for role in found.get("IamRoles", [])),
        "default role": found.get("DefaultIamRoleArn"),
        "groups": sorted(names.get(each["VpcSecurityGroupId"], "gone") for each in found["VpcSecurityGroups"]),
        "tags": _tags(found.get("Tags", [])),
    }


def _tags(tags: list[dict[str, str]]) -> dict[str, str]:
    """The tag of the password holds a time, which is another in each run."""
    pairs = {tag["Key"]: tag["Value"] for tag in tags}
    if PASSWORD_TAG in pairs:
        pairs[PASSWORD_TAG] = re.sub(r"[0-9]", "0", pairs[PASSWORD_TAG])
    return pairs


def _role(workspace: Workspace, name: str) -> State:
    role = workspace.ask("iam", "GetRole", RoleName=name)["Role"]
    documents = {
        policy: workspace.ask("iam", "GetRolePolicy", RoleName=name, PolicyName=policy)["PolicyDocument"]
        for policy in workspace.ask("iam", "ListRolePolicies", RoleName=name)["PolicyNames"]
    }
    attached = workspace.ask("iam", "ListAttachedRolePolicies", RoleName=name)["AttachedPolicies"]
    return {
        "name": name,
        "trust": role["AssumeRolePolicyDocument"],
        "tags": _tags(role.get("Tags", [])),
        "inline": documents,
        "attached": sorted(policy["PolicyArn"] for policy in attached),
    }


def _group(workspace: Workspace, identity: str, name: str) -> State:
    mine = [{"Name": "group-id", "Values": [identity]}]
    rules = workspace.ask("ec2", "DescribeSecurityGroupRules", Filters=mine)["SecurityGroupRules"]
    (group,) = workspace.ask("ec2", "DescribeSecurityGroups", Filters=mine)["SecurityGroups"]
    return {
        "name": name,
        "tags": _tags(group.get("Tags", [])),
        "rules": sorted(
            (rule.get("CidrIpv4", ""), rule["FromPort"], rule["ToPort"], rule.get("Description", ""))
            for rule in rules
            if not rule["IsEgress"]
        ),
    }


def broken_invariants(workspace: Workspace, seen: State, end: str, beside: int = 0) -> list[str]:
    """What must hold after every run and does not. end: running, paused or gone. beside: other warehouses."""
    found = []
    rules = [(group["name"], *rule[:3]) for group in seen["groups"] for rule in group["rules"]]
    if len(set(rules)) < len(rules):
        found.append("a rule is there twice")
    for kind in ("clusters", "roles", "groups"):
        wanted = beside + (0 if end == "gone" else 1)
        wanted = min(wanted, 1) if kind == "roles" else wanted
        if len(seen[kind]) != wanted:
            found.append(f"{len(seen[kind])} {kind}, not {wanted}")
        if any(each["tags"].get(OUR_TAG[0]) != OUR_TAG[1] for each in seen[kind]):
            found.append(f"one of the {kind} does not carry our tag")
    for kind in ("schedules", "schedule roles"):
        if end == "gone" and seen[kind]:
            found.append(f"{kind} are left: {[each.get('Name', each.get('name')) for each in seen[kind]]}")
    if end == "gone" and (seen["host"], seen["arn"]) != ("blank", ""):
        found.append("HOST or ARN is not blank, and there is no cluster")
    for cluster in [each for each in seen["clusters"] if each["ClusterIdentifier"] == "dwhcluster"]:
        if cluster["ClusterStatus"] != {"running": "available"}.get(end, end):
            found.append(f"the cluster is {cluster['ClusterStatus']}")
        password = workspace.value("DB_PASSWORD")
        if password != "managed" and not workspace.simulator.password_is(cluster["ClusterIdentifier"], password):
            found.append("the password in dwh.cfg is not the cluster's")
    return found
