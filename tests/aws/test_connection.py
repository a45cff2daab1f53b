"""The connection to AWS: what is a value, what a person must act on, what passes by itself."""

from __future__ import annotations

from threading import Barrier, Event

import pytest
from botocore.exceptions import (
    EndpointConnectionError,
    HTTPClientError,
    IncompleteReadError,
    NoCredentialsError,
    ProfileNotFound,
    ReadTimeoutError,
    UnauthorizedSSOTokenError,
)
from botocore.parsers import ResponseParserError

from iac.aws.connection import Connection
from iac.aws.refusals import CONFLICTS, DENIED, ERROR_CODES, THROTTLING, explain, explain_local, explain_unexpected
from iac.errors import Conflict, Problem, Refusal, TransientError
from iac.progress import Progress
from tests.clock import FakeClock
from tests.stubbed import StubbedSession, connection
from tests.workspace import Recorder

ASK = {"service": "redshift", "operation": "DescribeClusters"}


def response(code: str, said: str = "AWS says so.", status: int = 400) -> dict:
    return {
        "Error": {"Code": code, "Message": said},
        "ResponseMetadata": {"HTTPStatusCode": status, "RequestId": "req-1"},
    }


def explained(code: str, said: str = "AWS says so.", status: int = 400) -> Problem:
    return explain("redshift", "CreateCluster", "us-west-2", response(code, said, status))


def test_an_expected_refusal_is_a_value() -> None:
    session = StubbedSession()
    session.stub("redshift").add_client_error("describe_clusters", "ClusterNotFound", "none", http_status_code=404)
    answer = connection(session).call(**ASK, expected=("ClusterNotFound",), ClusterIdentifier="x")
    assert isinstance(answer, Refusal) and (answer.code, answer.message) == ("ClusterNotFound", "none")


@pytest.mark.parametrize(("sent", "expected"), [("XFault", "X"), ("X", "XFault"), ("XFault", "XFault")])
def test_a_code_is_known_with_and_without_its_suffix(sent: str, expected: str) -> None:
    session = StubbedSession()
    session.stub("redshift").add_client_error("describe_clusters", sent)
    assert isinstance(connection(session).call(**ASK, expected=(expected,)), Refusal)


def test_an_unexpected_refusal_is_a_problem_with_aws_own_words() -> None:
    session = StubbedSession()
    session.stub("redshift").add_client_error("describe_clusters", "SomethingNew", "Never seen before.")
    with pytest.raises(Problem) as caught:
        connection(session).call(**ASK)
    assert "Never seen before." in caught.value.why and caught.value.remedy


def test_throttling_is_outlasted() -> None:
    session, clock = StubbedSession(), FakeClock()
    stub = session.stub("redshift")
    for _ in range(5):
        stub.add_client_error("describe_clusters", "Throttling", "Rate exceeded")
    stub.add_response("describe_clusters", {"Clusters": []})
    before = clock.monotonic()
    assert connection(session, clock=clock).call(**ASK)["Clusters"] == []  # type: ignore[index]
    assert clock.monotonic() > before


def test_a_first_call_that_gets_no_answer_is_not_waited_for_long() -> None:
    session, clock = StubbedSession(), FakeClock()
    for _ in range(50):
        session.stub("redshift").add_client_error("describe_clusters", "ServiceUnavailable", http_status_code=503)
    before = clock.monotonic()
    with pytest.raises(TransientError):
        connection(session, clock=clock).call(**ASK)
    assert clock.monotonic() - before < 30


def test_every_call_is_told_without_its_values() -> None:
    told = []

    class Listening(Progress):
        def called(self, service: str, operation: str, seconds: float, outcome: str) -> None:
            told.append((service, operation, outcome))

    session = StubbedSession()
    session.stub("redshift").add_response("describe_clusters", {"Clusters": []})
    session.stub("redshift").add_client_error("describe_clusters", "ClusterNotFound")
    listened = connection(session, Listening())
    listened.call(**ASK)
    listened.call(**ASK, expected=("ClusterNotFound",))
    assert told == [("redshift", "DescribeClusters", "ok"), ("redshift", "DescribeClusters", "ClusterNotFound")]


@pytest.mark.parametrize("code", sorted(ERROR_CODES))
def test_every_code_of_the_table_says_what_to_do(code: str) -> None:
    problem = explained(code)
    assert type(problem) is Problem
    assert "AWS says so." in problem.why and "req-1" in problem.why
    assert problem.remedy == ERROR_CODES[code].remedy.format(region="us-west-2", source="KEY, SECRET and SESSION_TOKEN in dwh.cfg")
    assert "{" not in problem.why + problem.remedy


@pytest.mark.parametrize("code", sorted(THROTTLING))
def test_what_passes_is_told_apart(code: str) -> None:
    assert isinstance(explained(code), TransientError)
    assert isinstance(explained(f"{code}Fault"), TransientError)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_server_error_passes_whatever_its_code(status: int) -> None:
    assert isinstance(explained("Strange", status=status), TransientError)


@pytest.mark.parametrize("code", sorted(CONFLICTS))
def test_a_stale_picture_is_looked_at_anew(code: str) -> None:
    assert isinstance(explained(code), Conflict)
    assert isinstance(explained(f"{code}Fault"), Conflict)


@pytest.mark.parametrize("code", sorted(DENIED))
def test_a_missing_permission_is_named_with_its_statement(code: str) -> None:
    said = "User: arn:aws:iam::123456789012:user/me is not authorized to perform: iam:PassRole on resource: x"
    assert '"Action": "iam:PassRole"' in explained(code, said).remedy
    assert '"Action": "ec2:CreateTags"' in explain("ec2", "CreateTags", "us-west-2", response(code)).remedy
    if code != "UnauthorizedOperation":
        assert '"Action": "redshift:CreateCluster"' in explained(code, "Encoded authorization failure").remedy


def test_a_refusal_keeps_the_code_and_words_of_aws() -> None:
    refused = explained("InvalidParameterValue", "The IAM role x is not valid.")
    assert (refused.code, refused.said) == ("InvalidParameterValue", "The IAM role x is not valid.")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (NoCredentialsError(), "aws configure"),
        (ProfileNotFound(profile="x"), "PROFILE"),
        (UnauthorizedSSOTokenError(), "aws sso login"),
    ],
)
def test_a_failure_on_this_side_says_what_to_do(error: Exception, words: str) -> None:
    problem = explain_local("sts", "GetCallerIdentity", "us-west-2", error)  # type: ignore[arg-type]
    assert not isinstance(problem, TransientError) and words in problem.remedy


LOST = [
    EndpointConnectionError(endpoint_url="https://sts.us-west-2.amazonaws.com/"),
    ReadTimeoutError(endpoint_url="https://sts.us-west-2.amazonaws.com/"),
    IncompleteReadError(actual_bytes=1, expected_bytes=2),
    ResponseParserError("invalid XML received"),
]


@pytest.mark.parametrize("error", LOST, ids=lambda error: type(error).__name__)
def test_a_lost_connection_or_half_an_answer_passes(error: Exception) -> None:
    assert isinstance(explain_local("sts", "GetCallerIdentity", "us-west-2", error), TransientError)


def test_looks_run_side_by_side_where_the_access_allows_it() -> None:
    both = Barrier(2, timeout=20)
    connected = Connection(StubbedSession(), FakeClock(), Progress(), at_once=True)  # type: ignore[arg-type]
    first, second = connected.begin(lambda: both.wait() >= 0), connected.begin(lambda: both.wait() >= 0)
    assert first() and second()


def test_a_look_that_fails_beside_others_raises_where_its_result_is_asked_for() -> None:
    session = StubbedSession()
    session.stub("redshift").add_client_error("describe_clusters", "SomethingNew", "Never seen before.")
    connected = Connection(session, FakeClock(), Progress(), at_once=True)  # type: ignore[arg-type]
    failing, fine = connected.begin(lambda: connected.call(**ASK)), connected.begin(lambda: "fine")
    assert fine() == "fine"
    with pytest.raises(Problem, match="DescribeClusters"):
        failing()


def test_without_threads_a_look_is_carried_out_once_when_it_is_asked_for() -> None:
    done: list[str] = []
    first, second = (connection(StubbedSession()).begin(lambda name=name: done.append(name)) for name in "ab")
    second(), first(), second()
    assert done == ["b", "a"]


def beside(session: StubbedSession, progress: Progress = Progress()) -> Connection:
    return Connection(session, FakeClock(), progress, at_once=True)  # type: ignore[arg-type]


def test_a_look_that_a_run_can_do_without_is_unknown_where_it_fails_or_takes_too_long() -> None:
    session, never = StubbedSession(), Event()
    session.stub("redshift").add_client_error("describe_clusters", "SomethingNew", "Never seen before.")
    connected = beside(session)
    assert connected.begin_brief(lambda: connected.call(**ASK), None)() is None
    connected.deadline = connected._clock.monotonic()
    try:
        assert connected.begin_brief(lambda: never.wait(20), "unknown")() == "unknown"
    finally:
        never.set()


def test_after_its_end_a_connection_tells_nothing_and_tries_nothing_again() -> None:
    session, told = StubbedSession(), Recorder()
    session.stub("redshift").add_client_error("describe_clusters", "Throttling", "Rate exceeded")
    connected = beside(session, told)
    connected.close()
    with pytest.raises(TransientError):
        connected.call(**ASK)
    assert told.told == []


def test_a_client_that_cannot_be_made_ahead_of_time_is_told_of_where_it_is_needed(capfd: pytest.CaptureFixture[str]) -> None:
    class Broken(StubbedSession):
        def client(self, service: str, **_: object) -> object:
            tried.set()
            raise ValueError("no such endpoint")

    tried = Event()
    beside(Broken()).prepare("redshift")
    assert tried.wait(20) and capfd.readouterr() == ("", "")


class Fast(FakeClock):
    """A minute goes by between two readings."""

    def monotonic(self) -> float:
        self.sleep(60)
        return super().monotonic()


def test_a_call_that_is_never_answered_whole_is_trouble_that_is_told_and_ends() -> None:
    class Hanging(StubbedSession):
        def client(self, service: str, **_: object) -> object:
            never.wait(20)
            raise AssertionError("nobody waits for this any more")

    never, told = Event(), Recorder()
    connected = Connection(Hanging(), Fast(), told, at_once=True)  # type: ignore[arg-type]
    try:
        with pytest.raises(TransientError, match="was not answered") as caught:
            connected.call(**ASK)
        assert "No whole answer came within 45 s." in caught.value.why and told.all("trouble") == []
        connected.patience = connected._clock.monotonic() + 600
        connected._answered = True
        with pytest.raises(TransientError):
            connected.call(**ASK)
        assert told.all("trouble")
    finally:
        never.set()


@pytest.mark.parametrize("error", [ValueError("Invalid header value b'SECRET\\r'"), UnicodeError("SECRET"), OSError("SECRET")])
def test_what_the_http_library_says_of_a_request_is_not_passed_on(error: Exception) -> None:
    problem = explain_local("sts", "GetCallerIdentity", "us-west-2", HTTPClientError(error=error))
    assert "SECRET" not in str(problem) and isinstance(problem, TransientError) is isinstance(error, OSError)
    assert ("AWS_SESSION_TOKEN" in problem.remedy) is not isinstance(error, OSError)


def test_a_password_in_the_address_of_a_proxy_is_not_shown() -> None:
    error = EndpointConnectionError(endpoint_url="http://ann:Hidden1@127.0.0.1:1/", error="refused")
    said = str(explain_local("sts", "GetCallerIdentity", "us-west-2", error))
    assert "//****@127.0.0.1:1/" in said and "Hidden1" not in said


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (FileNotFoundError("~/bin/login"), Problem, "~/.aws/config"),
        (KeyError("Credentials"), TransientError, "network"),
        (AttributeError("'NoneType' object has no attribute 'text'"), TransientError, "network"),
    ],
    ids=lambda each: getattr(each, "__name__", type(each).__name__),
)
def test_what_botocore_does_not_expect_is_the_login_or_an_answer_that_is_not_aws_s(
    error: Exception, kind: type[Problem], words: str
) -> None:
    problem = explain_unexpected("sts", "GetCallerIdentity", "us-west-2", error)
    assert type(problem) is kind and words in problem.remedy and str(error) not in str(problem)
