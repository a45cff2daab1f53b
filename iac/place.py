"""Where we work, and who we are."""

from __future__ import annotations

from dataclasses import dataclass

from iac.errors import Problem


def group_name(identifier: str) -> str:
    """The name of a cluster's security group of ours: derived, so that the next run finds it."""
    return f"dwh-iac-{identifier}"


def final_prefix(identifier: str) -> str:
    """How the names of this cluster's final snapshots begin."""
    return f"{identifier}-final-"


@dataclass(frozen=True)
class Place:
    """Where we work: the account, its partition (aws, aws-cn ...), the region, and who we are.

    account, caller: empty where AWS did not tell; unknown: why. caller: the ARN as MAKER_TAG has it.
    """

    target: str
    account: str
    partition: str
    region: str
    caller: str = ""
    unknown: Problem | None = None

    def role_arn(self, name: str) -> str:
        """The ARN of a role of this account: derived, so nothing waits for AWS to tell it."""
        return f"arn:{self.partition}:iam::{self.account}:role/{name}"

    def policy_arn(self, name: str) -> str:
        """The ARN of a policy that AWS itself provides."""
        return f"arn:{self.partition}:iam::aws:policy/{name}"

    def cluster_arn(self, identifier: str) -> str:
        """The ARN of a cluster, which DescribeClusters leaves out."""
        return f"arn:{self.partition}:redshift:{self.region}:{self.account}:cluster:{identifier}"
