"""What S3's answers tell of the places in dwh.cfg: each kind of answer, over botocore's own client."""

from __future__ import annotations

from dataclasses import replace

import pytest
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError

from iac import s3 as bucket
from iac.aws.connection import Connection
from iac.progress import Progress
from iac.s3 import S3Place
from tests.clock import FakeClock
from tests.s3 import S3, Answer, Bucket
from tests.shared_session import SharedSession

SESSION = SharedSession()
HERE = Bucket(("log_data/2018/11/events.json",))

ANSWERS: dict[str, tuple[Answer, S3Place]] = {
    "there": (HERE, S3Place("", True, "us-west-2", True)),
    "empty": (replace(HERE, keys=("other/x",)), S3Place("", True, "us-west-2", False)),
    "moved": (replace(HERE, region="us-east-1"), S3Place("", True, "us-east-1", True)),
    "absent": (None, S3Place("", False)),
    "denied": (replace(HERE, denied=True), S3Place("", True, "us-west-2", unchecked="AccessDenied")),
    "denied-and-moved": (
        replace(HERE, denied=True, region="us-east-1"), S3Place("", True, "us-east-1", unchecked="AccessDenied"),
    ),
    "silent": (403, S3Place("", unchecked="403")),
    "wrong": (400, S3Place("", unchecked="400")),
    "busy": (503, S3Place("", unchecked="503")),
    "lost": (ConnectTimeoutError(endpoint_url="https://x"), S3Place("", unchecked="S3 did not answer")),
    "offline": (EndpointConnectionError(endpoint_url="https://x"), S3Place("", unchecked="S3 did not answer")),
    "nowhere": (301, S3Place("", unchecked="a redirect that names no Region")),
}  # fmt: skip


def looked(s3: S3, *uris: str) -> tuple[S3Place, ...]:
    SESSION.answer = s3.answer
    return bucket.ask(Connection(SESSION, FakeClock(), Progress(), at_once=True), uris)


@pytest.mark.parametrize("name", ANSWERS)
def test_each_kind_of_answer_tells_what_it_can(name: str) -> None:
    answer, told = ANSWERS[name]
    uri = f"s3://{name}/log_data"
    assert looked(S3({name: answer}), uri) == (replace(told, uri=uri),)


@pytest.mark.parametrize("name", [each for each in ANSWERS if each != "nowhere"])
def test_a_place_costs_two_requests_and_two_more_in_another_region(name: str) -> None:
    s3 = S3({name: ANSWERS[name][0]})
    looked(s3, f"s3://{name}/log_data")
    methods = [method for method, *_ in s3.asked]
    assert methods.count("HEAD") <= 2 and methods.count("GET") <= 2
    assert len(methods) == 2 or "moved" in name


def test_a_bucket_is_asked_for_once_however_many_places_it_has() -> None:
    s3 = S3({"there": HERE, "empty": Bucket()})
    uris = tuple(f"s3://there/{number}" for number in range(20))
    found = looked(s3, *uris, "s3://empty")
    assert [each.uri for each in found] == [*uris, "s3://empty"]
    assert sorted(name for method, name, *_ in s3.asked if method == "HEAD") == ["empty", "there"]
    assert sorted(prefix for method, _, prefix, _ in s3.asked if method == "GET") == sorted(["", *map(str, range(20))])


def test_that_only_one_of_two_answers_says_absent_is_not_enough() -> None:
    head, listing = bucket.Refusal("404", ""), bucket.Refusal("AccessDenied", "")
    assert bucket._place("s3://x/y", head, listing) == S3Place("s3://x/y", unchecked="AccessDenied")
