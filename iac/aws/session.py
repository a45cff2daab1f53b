"""How an account is reached: the session with its credentials, and one's own public address, as AWS sees it."""

from __future__ import annotations

import ipaddress
import os
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

import boto3
import botocore.exceptions

from iac.aws.refusals import explain_local
from iac.config import Config
from iac.errors import Problem

DEFAULT_REGION = "us-west-2"

VARIABLES = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
"""The login in the environment (boto3 guide, Credentials), which holds where neither keys nor a profile are in dwh.cfg."""

CHECK_IP = "https://checkip.amazonaws.com"
TIMEOUT = 5.0
OWN_ADDRESS_LIMIT = 15.0
"""Seconds for the question as a whole, however slowly it is answered."""

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
    options = (
        ("KEY", "aws_access_key_id", credentials.key),
        ("SECRET", "aws_secret_access_key", credentials.secret),
        ("SESSION_TOKEN", "aws_session_token", credentials.session_token),
    )
    given = {name: secret.reveal() for _, name, secret in options if secret}
    of_file = {f"{option} in {config.path.name}": secret.reveal() for option, _, secret in options if secret}
    _check(of_file or {name: os.environ[name] for name in VARIABLES if not credentials.profile and name in os.environ})
    try:
        found = boto3.Session(profile_name=credentials.profile, **given)
        region = config.region or found.region_name or DEFAULT_REGION
        if found.region_name == region:
            return found
        return boto3.Session(region_name=region, profile_name=credentials.profile, **given)
    except botocore.exceptions.BotoCoreError as error:
        raise explain_local("sts", "connect", config.region or DEFAULT_REGION, error) from None


def _check(login: Mapping[str, str]) -> None:
    """Raises Problem for a value that no HTTP header can carry, and never says the value. login: what it is -> value."""
    for name, value in login.items():
        bare = value.strip()
        if bare.isascii() and bare.isprintable() and bare == value:
            continue
        ends = "begins or ends with a space, a tab or a line end; a file with Windows line ends adds one"
        raise Problem(
            "The login cannot be used, so nothing was asked of AWS.",
            f"{name} {'has a character that no access key or token has' if bare == value else ends}.",
            f"Set {name} anew, without it.",
        )


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
    raise no_own_address(str(failed), url)


def no_own_address(why: str, url: str = CHECK_IP) -> Problem:
    """One's own address cannot be told. why: half a sentence."""
    return Problem(
        "Your own public address could not be found, so it is not clear whom to let in.",
        f"{url}: {why}. HTTP proxies are not used for this question, since the proxy's address would be let in.",
        "Write the address or network to let in into dwh.cfg: DWH_INGRESS_CIDR = 203.0.113.7/32 (with your own).",
    )


class _SameHost(urllib.request.HTTPRedirectHandler):
    """Follows no redirect to another host or protocol: whoever answers there decides whom the port is opened for."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        if urlsplit(newurl)[:2] != urlsplit(req.full_url)[:2]:
            raise ValueError("it redirects to another host")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _ask(url: str) -> str:
    """A connection to a cluster takes no HTTP proxy, so neither does this. Raises ValueError for what is not public."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}), _SameHost())
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
