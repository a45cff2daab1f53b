"""The credits of an account on AWS's free plan."""

from __future__ import annotations

from decimal import Decimal

from iac.aws.connection import Connection, Refusal
from iac.bill import Credits
from iac.errors import Problem, TimedOut

ENDPOINT_REGION = "us-east-1"
"""Where the Free Tier API answers for all Regions (botocore, endpoint rules of `freetier`)."""


def look(connection: Connection) -> Credits | None:
    """What is left, on an account whose plan is FREE; None for every other one, and where AWS does not tell.

    Billing and Cost Management API reference, GetAccountPlanState. Raises TimedOut when the run's time is over.
    """
    try:
        answer = connection.in_region(ENDPOINT_REGION).call("freetier", "GetAccountPlanState")
    except TimedOut:
        raise
    except Problem:
        return None
    if isinstance(answer, Refusal) or (answer.get("accountPlanType"), answer.get("accountPlanStatus")) != ("FREE", "ACTIVE"):
        return None
    left = answer.get("accountPlanRemainingCredits") or {}
    if left.get("unit") != "USD" or left.get("amount") is None:
        return None
    return Credits(Decimal(str(left["amount"])), answer.get("accountPlanExpirationDate"))
