"""What AWS is asked about a node type, and what its answers mean."""

from __future__ import annotations

import pytest

from iac.aws.redshift import offer
from iac.errors import Problem
from iac.observed import Offer
from tests.stubbed import StubbedSession, connection

ASKED = {"NodeType": "rg.2xlarge"}


def test_an_offered_type_has_its_kinds_of_cluster() -> None:
    session = StubbedSession()
    options = [
        {"NodeType": "rg.2xlarge", "ClusterType": kind, "ClusterVersion": version}
        for kind in ("multi-node", "single-node")
        for version in ("1.0", "1.1")
    ]
    session.stub("redshift").add_response("describe_orderable_cluster_options", {"OrderableClusterOptions": options}, ASKED)
    assert offer(connection(session), "rg.2xlarge") == Offer(("multi-node", "single-node"))


@pytest.mark.parametrize("answer", [{"OrderableClusterOptions": []}, {}])
def test_no_option_means_that_it_is_not_offered(answer: dict) -> None:
    session = StubbedSession()
    session.stub("redshift").add_response("describe_orderable_cluster_options", answer, ASKED)
    assert offer(connection(session), "rg.2xlarge") == Offer(())


@pytest.mark.parametrize(
    ("code", "meant"),
    [
        ("AccessDenied", Offer((), told=False)),
        ("UnauthorizedOperation", Offer((), told=False)),
        ("InvalidParameterValue", Offer(())),
    ],
)
def test_a_refusal_that_is_expected_is_told_apart(code: str, meant: Offer) -> None:
    session = StubbedSession()
    session.stub("redshift").add_client_error("describe_orderable_cluster_options", code)
    assert offer(connection(session), "rg.2xlarge") == meant


def test_any_other_refusal_is_not_taken_for_an_answer() -> None:
    session = StubbedSession()
    session.stub("redshift").add_client_error("describe_orderable_cluster_options", "ExpiredToken")
    with pytest.raises(Problem, match="DescribeOrderableClusterOptions"):
        offer(connection(session), "rg.2xlarge")
