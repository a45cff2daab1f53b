"""How an account is reached: the session with its credentials, and one's own public address, as AWS sees it."""

from __future__ import annotations

import ipaddress
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

import boto3
import botocore.exceptions

from iac.aws.refusals import explain_local
from iac.config import Config
from iac.errors import Problem

DEFAULT_REGION = "us-west-2"

CHECK_IP = "https://checkip.amazonaws.com"
TIMEOUT = 5.0
ATTEMPTS = 2


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
    secrets = {
        "aws_access_key_id": credentials.key,
        "aws_secret_access_key": credentials.secret,
        "aws_session_token": credentials.session_token,
    }
    given = {name: secret.reveal() for name, secret in secrets.items() if secret}
    try:
        found = boto3.Session(profile_name=credentials.profile, **given)
        region = config.region or found.region_name or DEFAULT_REGION
        if found.region_name == region:
            return found
        return boto3.Session(region_name=region, profile_name=credentials.profile, **given)
    except botocore.exceptions.BotoCoreError as error:
        raise explain_local("sts", "connect", config.region or DEFAULT_REGION, error) from None


def own_address(url: str = CHECK_IP) -> str:
    """The public IPv4 address of this computer, as the server at url sees it, not that of a proxy.

    Raises Problem when it cannot be told: guessing, or opening the port wider,
    is not an option.
    """
    failed: Exception | None = None
    for _ in range(ATTEMPTS):
        try:
            return _ask(url)
        except (OSError, ValueError, HTTPException) as error:
            failed = error
    raise Problem(
        "Your own public address could not be found, so it is not clear whom to let in.",
        f"{url}: {failed}. HTTP proxies are not used for this question, since the proxy's address would be let in.",
        "Write the address or network to let in into dwh.cfg: DWH_INGRESS_CIDR = 203.0.113.7/32 (with your own).",
    )


def _ask(url: str) -> str:
    """A connection to a cluster takes no HTTP proxy, so neither does this. Raises ValueError for what is not public."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(url, timeout=TIMEOUT) as answer:
        text = answer.read(100).decode("ascii").strip()
    try:
        address = ipaddress.IPv4Address(text)
        public = address.is_global and not address.is_multicast
    except ValueError:
        public = False
    if not public:
        raise ValueError(f"{text!r} is no public IPv4 address")
    return text
