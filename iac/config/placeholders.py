"""What counts as blank in a dwh.cfg: nothing, empty quotes, and the placeholders that a shared dwh.cfg carries."""

from __future__ import annotations

import re

_PLACEHOLDER = re.compile(
    r"""
      <[^<>]*>                     # <your key>
    | \*\*\*                       # ***
    | x{5}                         # a host with XXXXX in it
    | ^x{3,}$                      # xxx
    | ^\.{2,}$ | ^\?+$ | ^\*+$
    | ^\#                          # '#ENTER VALUE': the comment is the value
    | ^(?:your|enter)(?:[\s_-]|$)  # YOUR_KEY, Enter the host
    | (?:^|[\s_-])your[\s_-]       # put your key here
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SURELY = re.compile(r"^<[^<>]*>$|^[x*]+$|^(?:your|enter)[\s_-]|^#\s*enter\b", re.IGNORECASE)
_VARIABLE = re.compile(r"^\$\{\w+\}$")


def unquoted(value: str) -> str:
    """The value without one pair of quotes round it; configparser leaves them in."""
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1].strip()
    return value


def uncommented(value: str) -> str:
    """The value up to a # or ; behind a space, which configparser takes for a part of the value."""
    return re.split(r"\s[#;]", value, maxsplit=1)[0].strip()


def is_blank(value: str) -> bool:
    """Whether the value, quoted or not, says nothing."""
    bare = unquoted(value)
    return not bare or _PLACEHOLDER.search(bare) is not None


def is_surely_placeholder(value: str) -> bool:
    """The narrow test, for a password that AWS would accept: `Ab<1>cdE9` is one, `<password>` is not."""
    return _SURELY.search(unquoted(value)) is not None


def is_variable(value: str) -> bool:
    """Whether the value is `${NAME}`, which a shell would replace and nothing here does."""
    return _VARIABLE.search(unquoted(value)) is not None
