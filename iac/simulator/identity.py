"""IAM and STS: moto's, with AWS's own policies, settling roles and a caller."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from iac.facts.limits import ROLE_NAME
from iac.simulator.borrowed import (
    AWSManagedPolicy,
    IAMBackend,
    IamResponse,
    aws_managed_policies_data,
)
from iac.simulator.refusals import Refusal
from iac.simulator.session import ACCESS_KEY, ACCOUNT



class Roles(IAMBackend):
    """The IAM of one partition.

    clock: the simulated time; settling: seconds until Redshift trusts a new role.
    Both are set by the account.
    """

    clock: Callable[[], datetime]
    settling: float

    def trusts(self, arn: str, service: str) -> bool:
        """Whether the role exists, lets the service assume it, and has settled."""
        role = next((role for role in self.get_roles() if role.arn == arn), None)
        if role is None or service not in _trusted(role.assume_role_policy_document):
            return False
        since: datetime = getattr(role, "trusted_since", self.clock())
        return self.clock() - since >= timedelta(seconds=self.settling)

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
        role.create_date = self.clock().replace(tzinfo=None)
        role.trusted_since = self.clock()
        return role

    def update_assume_role_policy(self, role_name: str, policy_document: str) -> None:
        """A new trust policy takes as long to reach Redshift as a new role."""
        _check_trust(policy_document)
        super().update_assume_role_policy(role_name, policy_document)
        self.get_role(role_name).trusted_since = self.clock()

    def attach_role_policy(self, policy_arn: str, role_name: str) -> None:
        self._bring(policy_arn)
        super().attach_role_policy(policy_arn, role_name)

    def get_policy(self, policy_arn: str) -> Any:
        self._bring(policy_arn)
        return super().get_policy(policy_arn)

    def _bring(self, arn: str) -> None:
        """Make one of AWS's own policies known; all 1,500 at once take half a second."""
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
    """Not a check of every word: JSON, with statements that name who may do what."""
    try:
        statements = _statements(document)
        whole = bool(statements) and all(
            {"Effect", "Principal", "Action"} <= statement.keys() for statement in statements
        )
    except (ValueError, AttributeError, TypeError):
        whole = False
    if not whole:
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
        if statement["Effect"] == "Allow" and _is_meant(statement.get("Condition") or {}):
            services |= {named} if isinstance(named, str) else set(named)
    return services


def _is_meant(condition: dict[str, Any]) -> bool:
    """Whether a guard against confused deputies, if there is one, names this account."""
    account = (condition.get("StringEquals") or {}).get("aws:SourceAccount", ACCOUNT)
    return ACCOUNT in (account if isinstance(account, list) else [account])
