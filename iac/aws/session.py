"""How an account is reached: the session with its credentials, and what is asked beside AWS."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import boto3
import botocore.exceptions

from iac.aws.refusals import explain_local
from iac.config import Config

DEFAULT_REGION = "us-west-2"


@dataclass(frozen=True)
class Access:
    """How an account is reached.

    own_address: tells the caller's public IPv4 address, or raises Problem.
    attempts: how often botocore itself tries a call, in all.
    at_once: whether independent looks run side by side, each in a thread.
    probe: asks an endpoint, by host and port, whether it answers; None for one that does not exist.
    """

    session: boto3.Session
    own_address: Callable[[], str]
    attempts: int = 3
    at_once: bool = False
    probe: Callable[[str, int], Any] | None = None


def aws_session(config: Config) -> boto3.Session:
    """A session on the user's account: the file's keys or profile, else boto3's own chain.

    Region: the file's, else the AWS environment's or profile's, else us-west-2.
    Raises Problem when the profile named does not exist.
    """
    credentials = config.credentials
    reveal = {
        "aws_access_key_id": credentials.key and credentials.key.reveal(),
        "aws_secret_access_key": credentials.secret and credentials.secret.reveal(),
        "aws_session_token": credentials.session_token and credentials.session_token.reveal(),
        "profile_name": credentials.profile,
    }
    given = {name: value for name, value in reveal.items() if value}
    try:
        found = boto3.Session(**given)
        region = config.region or found.region_name or DEFAULT_REGION
        return found if found.region_name == region else boto3.Session(region_name=region, **given)
    except botocore.exceptions.BotoCoreError as error:
        raise explain_local("sts", "connect", config.region or DEFAULT_REGION, error) from None
