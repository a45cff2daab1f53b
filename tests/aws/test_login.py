"""A login that no request can carry is told by its name, and never shown."""

from __future__ import annotations

import pytest
from botocore.exceptions import NoCredentialsError

from iac.aws.refusals import explain, explain_local, login_source
from iac.aws.session import VARIABLES, aws_session
from iac.config import Credentials
from iac.config.secret import Secret
from iac.errors import Problem
from tests.sample import config
from tests.stubbed import StubbedSession, connection

KEYS = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "AWS_SESSION_TOKEN": "TOKENEXAMPLE"}  # fmt: skip


@pytest.mark.parametrize("name", VARIABLES)
@pytest.mark.parametrize("wrong", ["\r", "\n", "\r\n", " ", "\tx", "\u201d", "\x7f"])
def test_a_variable_with_a_character_too_many_is_named(name: str, wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, value in KEYS.items():
        monkeypatch.setenv(variable, value + (wrong if variable == name else ""))
    with pytest.raises(Problem) as caught:
        aws_session(config())
    assert caught.value.why.startswith(f"{name} ") and KEYS[name] not in str(caught.value)


@pytest.mark.parametrize("option", ["KEY", "SECRET", "SESSION_TOKEN"])
def test_an_option_with_a_character_too_many_is_named(option: str) -> None:
    values = dict(zip(("KEY", "SECRET", "SESSION_TOKEN"), KEYS.values(), strict=True))
    values[option] += "\u00a0x"
    login = Credentials(*map(Secret, values.values()), None)
    with pytest.raises(Problem) as caught:
        aws_session(config(credentials=login))
    assert caught.value.why.startswith(f"{option} in dwh.cfg ") and values[option] not in str(caught.value)


def test_a_whole_login_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, value in KEYS.items():
        monkeypatch.setenv(variable, value)
    found = aws_session(config()).get_credentials().get_frozen_credentials()
    assert list(KEYS.values()) == [found.access_key, found.secret_key, found.token]


def test_where_no_login_was_found_it_is_said_where_it_was_looked_for() -> None:
    problem = explain_local("sts", "GetCallerIdentity", "us-west-2", NoCredentialsError())
    assert problem.what == "No AWS credentials were found."
    for place in ("KEY and SECRET in dwh.cfg", "environment", "PROFILE", "single sign-on", "role of this machine"):
        assert place in problem.why


class Login:
    """A session whose credentials botocore found by this method."""

    profile_name = "work"

    def __init__(self, method: str) -> None:
        self.method = method

    def get_credentials(self) -> Login:
        return self


SOURCES = {
    "explicit": "KEY, SECRET and SESSION_TOKEN in dwh.cfg",
    "env": "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment",
    "shared-credentials-file": "profile work in ~/.aws/credentials",
    "sso": "profile work in ~/.aws/config",
    "assume-role": "profile work in ~/.aws/config",
    "iam-role": "the role of this EC2 instance",
}


@pytest.mark.parametrize("method", SOURCES)
def test_wrong_keys_are_named_by_where_they_are_from(method: str) -> None:
    for code in ("InvalidClientTokenId", "SignatureDoesNotMatch"):
        refusal = {"Error": {"Code": code, "Message": "No."}, "ResponseMetadata": {"HTTPStatusCode": 403}}
        problem = explain("sts", "GetCallerIdentity", "us-west-2", refusal, lambda: login_source(Login(method)))
        assert f"from {SOURCES[method]}" in problem.why and f"Check {SOURCES[method]}" in problem.remedy


@pytest.mark.parametrize("of_file", [True, False])
def test_the_source_is_the_one_that_boto3_used(of_file: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, value in KEYS.items():
        monkeypatch.setenv(variable, value)
    login = Credentials(*map(Secret, KEYS.values()), None) if of_file else Credentials(None, None, None, None)
    assert login_source(aws_session(config(credentials=login))) == SOURCES["explicit" if of_file else "env"]


def test_a_login_that_aws_does_not_know_is_named_by_the_connection() -> None:
    session = StubbedSession()
    session.stub("sts").add_client_error("get_caller_identity", "InvalidClientTokenId", "No.", http_status_code=403)
    with pytest.raises(Problem, match="from KEY, SECRET and SESSION_TOKEN in dwh.cfg"):
        connection(session).call("sts", "GetCallerIdentity")
