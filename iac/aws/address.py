"""One's own public address, as AWS sees it."""

from __future__ import annotations

import ipaddress
import urllib.request
from http.client import HTTPException

from iac.errors import Problem

CHECK_IP = "https://checkip.amazonaws.com"
TIMEOUT = 5.0
ATTEMPTS = 2


def own_address(url: str = CHECK_IP) -> str:
    """The public IPv4 address of this computer, as the server at url sees it, not that of a proxy.

    Raises Problem when it cannot be told: guessing, or opening the port wider,
    is not an option.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            return _ask(url)
        except (OSError, ValueError, HTTPException):
            continue
    try:
        return _ask(url)
    except (OSError, ValueError, HTTPException) as error:
        raise Problem(
            "Your own public address could not be found, so it is not clear whom to let in.",
            f"{url}: {error}. HTTP proxies are not used for this question, since the proxy's address would be let in.",
            "Write the address or network to let in into dwh.cfg: DWH_INGRESS_CIDR = 203.0.113.7/32 (with your own).",
        ) from None


def _ask(url: str) -> str:
    """A connection to a cluster takes no HTTP proxy, so neither does this. Raises ValueError for what is not public."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(url, timeout=TIMEOUT) as answer:
        text = answer.read(100).decode("ascii").strip()
    try:
        address = ipaddress.IPv4Address(text)
    except ValueError:
        address = None
    if address is None or not address.is_global or address.is_multicast:
        raise ValueError(f"{text!r} is no public IPv4 address")
    return str(address)
