"""IAM: moto's, with AWS managed policies and roles that settle. STS: the caller."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import AWSManagedPolicy, IAMBackend
from moto.iam.responses import IamResponse

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
        if role is None or service not in _trusted(role.assume_role_policy_document):
            return False
        since: datetime = getattr(role, "trusted_since", self.now())
        return self.now() - since >= timedelta(seconds=self.settling)

    def create_role(
        self, role_name: str, assume_role_policy_document: str, *rest: Any, **named: Any
    ) -> Any:
        if not ROLE_NAME.match(role_name):
            raise Refusal(
                "ValidationError",
                f"1 validation error detected: Value '{role_name}' at 'roleName' failed to satisfy "
                "constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]+",
            )
        if any(role.name.lower() == role_name.lower() for role in self.get_roles()):
            raise Refusal("EntityAlreadyExists", f"Role with name {role_name} already exists.")
        _check_trust(assume_role_policy_document)
        role = super().create_role(role_name, assume_role_policy_document, *rest, **named)
        role.create_date = self.now().replace(tzinfo=None)
        role.trusted_since = self.now()
        return role

    def update_assume_role_policy(self, role_name: str, policy_document: str) -> None:
        """A new trust policy takes as long to reach Redshift as a new role."""
        _check_trust(policy_document)
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


class RolesResponse(IamResponse):
    """moto's IAM operations on these roles."""

    def __init__(self, roles: Roles) -> None:
        super().__init__()
        self._roles = roles

    @property
    def backend(self) -> Roles:
        return self._roles

    def get_current_account(self) -> str:
        return ACCOUNT


def get_caller_identity(caller: tuple[str, str], _: Any) -> dict[str, str]:
    """STS. caller: the partition, and the end of the ARN."""
    partition, name = caller
    service = "sts" if name.startswith("assumed-role/") else "iam"
    return {"UserId": ACCESS_KEY, "Account": ACCOUNT, "Arn": f"arn:{partition}:{service}::{ACCOUNT}:{name}"}


@lru_cache(maxsize=1)
def _aws_policies() -> dict[str, Any]:
    policies: dict[str, Any] = json.loads(aws_managed_policies_data)
    return policies


def _check_trust(document: str) -> None:
    """Checks no more than that it is JSON with complete statements."""
    try:
        statements = _statements(document)
        complete = bool(statements) and all(
            {"Effect", "Principal", "Action"} <= statement.keys() for statement in statements
        )
    except (ValueError, AttributeError, TypeError):
        complete = False
    if not complete:
        raise Refusal("MalformedPolicyDocument", "This policy contains invalid Json")


def _statements(document: str) -> list[dict[str, Any]]:
    statement = json.loads(document).get("Statement") or []
    return [statement] if isinstance(statement, dict) else list(statement)


def _trusted(document: str) -> set[str]:
    """The services that a trust policy allows to assume its role."""
    services: set[str] = set()
    for statement in _statements(document):
        principal = statement["Principal"]
        named = principal.get("Service", []) if isinstance(principal, dict) else []
        if statement["Effect"] == "Allow" and _is_for_this_account(statement.get("Condition") or {}):
            services |= {named} if isinstance(named, str) else set(named)
    return services


def _is_for_this_account(condition: dict[str, Any]) -> bool:
    """Whether aws:SourceAccount names this account, where the condition is there."""
    account = (condition.get("StringEquals") or {}).get("aws:SourceAccount", ACCOUNT)
    return ACCOUNT in (account if isinstance(account, list) else [account])
