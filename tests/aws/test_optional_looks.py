"""Looks that a run can do without: what they tell, and that they never raise."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

import pytest

from iac.aws import redshift
from iac.aws.connection import Connection
from iac.money import events
from iac.money.bill import Event
from iac.money.others import Credits, credits
from tests.sample import NOW
from tests.stubbed import StubbedSession, connection

WITH_EVENTS = {"SourceType": "cluster", "SourceIdentifier": "dwh", "Duration": 20160}
ENDS = datetime(2027, 1, 14, tzinfo=timezone.utc)
PLAN = {
    "accountId": "123456789012",
    "accountPlanType": "FREE",
    "accountPlanStatus": "ACTIVE",
    "accountPlanRemainingCredits": {"amount": 137.42, "unit": "USD"},
    "accountPlanExpirationDate": ENDS,
}


def test_events_are_asked_for_as_far_as_they_reach() -> None:
    session = StubbedSession()
    told = [
        {"Date": NOW, "EventId": "REDSHIFT-EVENT-3619", "Message": "paused", "SourceType": "cluster"},
        {"Date": NOW, "Message": "no id"},
        {"Message": "no date"},
    ]
    session.stub("redshift").add_response("describe_events", {"Events": told[:1], "Marker": "more"}, WITH_EVENTS)
    session.stub("redshift").add_response("describe_events", {"Events": told[1:]}, {**WITH_EVENTS, "Marker": "more"})
    assert events(connection(session), "dwh") == (Event(NOW, "REDSHIFT-EVENT-3619", "paused"), Event(NOW, "", "no id"))


def test_siblings_carry_our_tag_and_are_not_this_cluster() -> None:
    session = StubbedSession()
    found = [_described(name, value) for name, value in (("dwh", "dwh-iac"), ("old", "dwh-iac"), ("theirs", "terraform"))]
    asked = {"TagKeys": ["ManagedBy"], "TagValues": ["dwh-iac"]}
    session.stub("redshift").add_response("describe_clusters", {"Clusters": found[:2], "Marker": "more"}, asked)
    session.stub("redshift").add_response("describe_clusters", {"Clusters": found[2:]}, {**asked, "Marker": "more"})
    assert [each.identifier for each in redshift.siblings(connection(session), "dwh")] == ["old"]


def _described(identifier: str, value: str) -> dict[str, Any]:
    tags = [{"Key": "ManagedBy", "Value": value}]
    return {"ClusterIdentifier": identifier, "ClusterStatus": "available", "NodeType": "ra3.large", "Tags": tags}


def test_credits_are_told_of_an_account_on_the_free_plan() -> None:
    session = StubbedSession()
    session.stub("freetier").add_response("get_account_plan_state", PLAN, {})
    assert credits(connection(session)) == Credits(Decimal("137.42"), ENDS)


@pytest.mark.parametrize(
    "changes",
    [
        {"accountPlanType": "PAID"},
        {"accountPlanStatus": "EXPIRED"},
        {"accountPlanStatus": "NOT_STARTED"},
        {"accountPlanRemainingCredits": {"amount": 10.0, "unit": "EUR"}},
    ],
)
def test_any_other_plan_is_not_spoken_of(changes: dict[str, Any]) -> None:
    session = StubbedSession()
    session.stub("freetier").add_response("get_account_plan_state", {**PLAN, **changes}, {})
    assert credits(connection(session)) is None


def test_credits_are_asked_for_where_they_are_told() -> None:
    """Of all Regions of the partition, the endpoint is in one."""
    asked: list[tuple[str, str | None]] = []

    class Noting(StubbedSession):
        def client(self, service: str, region_name: str | None = None, config: Any = None) -> Any:
            asked.append((service, region_name))
            return super().client(service, region_name, config)

    session = Noting()
    session.stub("freetier").add_response("get_account_plan_state", PLAN, {})
    credits(connection(session))
    assert asked == [("freetier", "us-east-1")]


LOOKS: dict[str, tuple[str, str, Callable[[Connection], Any], Any]] = {
    "events": ("redshift", "describe_events", lambda found: events(found, "dwh"), None),
    "siblings": ("redshift", "describe_clusters", lambda found: redshift.siblings(found, "dwh"), ()),
    "credits": ("freetier", "get_account_plan_state", credits, None),
}


@pytest.mark.parametrize("code", ["AccessDenied", "Throttling", "InternalFailure", "SomethingNew", "ExpiredToken"])
@pytest.mark.parametrize("look", LOOKS)
def test_a_refusal_is_silence_after_one_try(look: str, code: str) -> None:
    service, operation, ask, nothing = LOOKS[look]
    session = StubbedSession()
    session.stub(service).add_client_error(operation, code)
    assert ask(connection(session)) == nothing


@pytest.mark.parametrize(("told", "multi_az"), [("Enabled", True), ("enabled", True), ("Disabled", False), (None, False)])
def test_whether_a_cluster_is_in_two_zones_is_read(told: str | None, multi_az: bool) -> None:
    session = StubbedSession()
    found = {**_described("dwh", "dwh-iac"), "NumberOfNodes": 2, **({"MultiAZ": told} if told else {})}
    session.stub("redshift").add_response("describe_clusters", {"Clusters": [found]}, {"ClusterIdentifier": "dwh"})
    there = redshift.cluster(connection(session), "dwh")
    assert there is not None and (there.multi_az, there.billed_nodes) == (multi_az, 4 if multi_az else 2)
