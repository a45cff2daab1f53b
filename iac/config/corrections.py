"""What a wrong text in dwh.cfg was probably meant to be; it is offered only where the option's check allows it."""

from __future__ import annotations

import re
from collections.abc import Callable

from iac.facts import limits


def word_of(*words: str) -> Callable[[str], str]:
    """The word with the same first letter, else the first word."""
    return lambda text: next((word for word in words if text.startswith(word[0])), words[0])


def whole_number(text: str) -> str:
    """The number in front: 5439.0 and "2 nodes"."""
    found = re.match(r"([0-9]{1,9})(?:\.0+)?(?:\s|$)", text)
    return found[1] if found else ""


def snapshot_days(text: str) -> str:
    """The number in front, or the most days that AWS allows."""
    number = whole_number(text)
    return str(min(int(number), limits.SNAPSHOT_DAYS[1])) if number else ""


def usd(text: str) -> str:
    """The number in the text, with a decimal point: $2 and 1,50."""
    found = re.search(r"[0-9]{1,9}(?:[.,][0-9]{1,9})?", text)
    return found[0].replace(",", ".") if found else ""


def region(text: str) -> str:
    """The Region of an Availability Zone, else us-west-2."""
    found = re.match(r"[a-z]{2}(?:-[a-z]+)+-[0-9]", text)
    return found[0] if found else "us-west-2"


def identifier(text: str) -> str:
    """With hyphens for what AWS does not allow."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).lstrip("-0123456789")[:63].rstrip("-")


def subnet_group(text: str) -> str:
    """With hyphens for what AWS does not allow."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower())[:255].strip("-")


def database(text: str) -> str:
    """With underscores for what AWS does not allow."""
    return re.sub(r"[^a-z0-9_]", "_", text.lower())[:64]


def role_name(text: str) -> str:
    """The last part of a path or an ARN, with hyphens for what AWS does not allow."""
    return re.sub(r"[^A-Za-z0-9_+=,.@-]", "-", text.rpartition("/")[2])[:64]


def policy_arn(text: str) -> str:
    """The ARN of AWS's own policy of that name, else of AmazonS3ReadOnlyAccess."""
    name = text if re.fullmatch(r"[A-Za-z0-9]+", text) else "AmazonS3ReadOnlyAccess"
    return f"arn:aws:iam::aws:policy/{name}"
