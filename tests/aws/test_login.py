"""A login that no request can carry is told by its name, and never shown."""

from __future__ import annotations

import pytest

from iac.aws.session import VARIABLES, aws_session
from iac.config import Credentials
from iac.config.secret import Secret
from iac.errors import Problem
from tests.sample import config

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
