"""Whether the scripts beside dwh.cfg put quotes round the role's ARN themselves, or want them in the value."""

from __future__ import annotations

import re
from pathlib import Path

LARGEST = 2_000_000
MOST_FILES = 200
_SUFFIXES = (".py", ".ipynb", ".sql")

# iam_role '{}' and 'aws_iam_role={}' have quotes of their own; iam_role {} has none.
# In a notebook the line end and the quotes are written \n and \".
_PLACE = re.compile(r"(aws_)?iam_role(?:\s|\\n|=|\\t)*(\\?['\"]?)\{[^{}\n]*\}", re.IGNORECASE)


def wants_quotes(folder: Path) -> bool | None:
    """True if the SQL there has bare braces after iam_role, False if quoted ones, None if nothing tells."""
    bare = quoted = 0
    for script in _scripts(folder):
        for match in _PLACE.finditer(script):
            if match[1] or "'" in match[2]:
                quoted += 1
            elif not match[2]:
                bare += 1
    return None if not bare and not quoted else bare > quoted


def _scripts(folder: Path) -> list[str]:
    found: list[str] = []
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in _SUFFIXES)
        for path in paths[:MOST_FILES]:
            if path.is_file() and path.stat().st_size <= LARGEST:
                found.append(path.read_text("utf-8", errors="replace"))
    except OSError:
        return found
    return found
