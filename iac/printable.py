"""Text from outside, made safe to show: AWS's answers, dwh.cfg and file names may hold control characters."""

from __future__ import annotations


def printable(text: str) -> str:
    """The text on one line, without what moves a terminal's cursor, changes its colours or its reading direction.

    White space becomes a space; what Unicode does not count as printable (C0 with ESC, DEL, C1, and the
    format characters, which turn the direction of text) becomes a question mark.
    """
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else " " if each.isspace() else "?" for each in text)
