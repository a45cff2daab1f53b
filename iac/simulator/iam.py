"""IAM: moto's, with AWS managed policies and roles that settle. STS: the caller."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import AWSManagedPolicy, IAMBackend

from iac.facts.limits import ROLE_NAME
from iac.simulator.refusals import Refusal
from iac.simulator.session import ACCESS_KEY, ACCOUNT


class Roles(IAMBackend):
    """The IAM of one partition.

    now: the time of the account. settling: seconds until Redshift can assume a new role.
    """

    now: Callable[[], datetime]
    settling: float

    def trusts(self, arn: str, service: str) -> bool:
        """Whether the role exists, lets the service assume it, and has settled."""
        role = next((role for role in self.get_roles() if role.arn == arn), None)
        if role is None or service not in _trusted_services(role.assume_role_policy_document):
            return False
        return bool(self.now() - role.trusted_since >= timedelta(seconds=self.settling))

    def allows(self, arn: str, service: str, action: str, resource: str) -> bool:
        """Whether the service can assume the role, and an inline policy of the role allows this by name."""
        if not self.trusts(arn, service):
            return False
        return any(
            each["Effect"] == "Allow" and action in _listed(each["Action"]) and resource in _listed(each["Resource"])
            for policy in self.get_role_by_arn(arn).policies.values()
            for each in json.loads(policy)["Statement"]
        )

    def create_role(self, role_name: str, assume_role_policy_document: str, *rest: Any, **named: Any) -> Any:
        """With IAM's rules for names and trust policies, at the time of the account."""
        if not re.match(ROLE_NAME, role_name):
            raise Refusal(
                "ValidationError",
                f"1 validation error detected: Value '{role_name}' at 'roleName' failed to satisfy "
                "constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]+",
            )
        if any(role.name.lower() == role_name.lower() for role in self.get_roles()):
            raise Refusal("EntityAlreadyExists", f"Role with name {role_name} already exists.")
        _trusted_services(assume_role_policy_document)
        role = super().create_role(role_name, assume_role_policy_document, *rest, **named)
        role.create_date = self.now().replace(tzinfo=None)
        role.trusted_since = self.now()
        return role

    def update_assume_role_policy(self, role_name: str, policy_document: str) -> None:
        """A new trust policy takes as long to reach Redshift as a new role."""
        super().update_assume_role_policy(role_name, policy_document)
        self.get_role(role_name).trusted_since = self.now()

    def attach_role_policy(self, policy_arn: str, role_name: str) -> None:
        self._load_managed_policy(policy_arn)
        super().attach_role_policy(policy_arn, role_name)

    def get_policy(self, policy_arn: str) -> Any:
        self._load_managed_policy(policy_arn)
        return super().get_policy(policy_arn)

    def _load_managed_policy(self, arn: str) -> None:
        """Add one AWS managed policy when it is asked for; all 1,500 take half a second."""
        name = arn.rpartition("/")[2]
        data = _aws_policies().get(name)
        if arn in self.managed_policies or data is None:
            return
        policy = AWSManagedPolicy.from_data(name, self.account_id, self.region_name, data)
        if policy.arn == arn:
            self.managed_policies[arn] = policy


def get_caller_identity(caller: tuple[str, str], _: Any) -> dict[str, str]:
    """STS. caller: the partition, and the end of the ARN."""
    partition, name = caller
    service = "sts" if name.startswith("assumed-role/") else "iam"
    return {"UserId": ACCESS_KEY, "Account": ACCOUNT, "Arn": f"arn:{partition}:{service}::{ACCOUNT}:{name}"}


@cache
def _aws_policies() -> dict[str, Any]:
    policies: dict[str, Any] = json.loads(aws_managed_policies_data)
    return policies


def _trusted_services(document: str) -> set[str]:
    """The services that a trust policy lets assume its role. Raises MalformedPolicyDocument."""
    try:
        found = [_trusted_by(statement) for statement in _listed(json.loads(document)["Statement"])]
    except (ValueError, KeyError, TypeError, AttributeError):
        found = []
    if not found:
        raise Refusal("MalformedPolicyDocument", "This policy contains invalid Json")
    return set().union(*found)


def _trusted_by(statement: dict[str, Any]) -> set[str]:
    principal = statement["Principal"]
    services = principal.get("Service", []) if isinstance(principal, dict) else []
    accounts = statement.get("Condition", {}).get("StringEquals", {}).get("aws:SourceAccount", ACCOUNT)
    if statement["Effect"] != "Allow" or ACCOUNT not in _listed(accounts):
        return set()
    return set(_listed(services))


def _listed(value: Any) -> list[Any]:
    """A policy may have one thing in place of a list of one."""
    return value if isinstance(value, list) else [value]
