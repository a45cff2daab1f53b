"""One's own public address, as AWS sees it."""

from __future__ import annotations

import ipaddress
import urllib.request

from iac.errors import Problem

CHECK_IP = "https://checkip.amazonaws.com"
TIMEOUT = 5.0
ATTEMPTS = 2


def own_address() -> str:
    """The public IPv4 address of this computer.

    Raises Problem when it cannot be told: guessing, or opening the port wider,
    is not an option.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            return _ask()
        except (OSError, ValueError):
            continue
    try:
        return _ask()
    except (OSError, ValueError) as error:
        raise Problem(
            "Your own public address could not be found, so it is not clear whom to let in.",
            f"{CHECK_IP}: {error}",
            "Write the address or network to let in into dwh.cfg: DWH_INGRESS_CIDR = 203.0.113.7/32 (with your own).",
        ) from None


def _ask() -> str:
    with urllib.request.urlopen(CHECK_IP, timeout=TIMEOUT) as answer:
        text = answer.read(100).decode("ascii").strip()
    address = ipaddress.IPv4Address(text)
    if address.is_unspecified or address.is_loopback or address.is_multicast or address.is_link_local:
        raise ValueError(f"{text} is not an address that others see")
    return str(address)
