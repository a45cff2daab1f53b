"""What a person may have to hear: the only exceptions that leave this package, and how words from outside are told."""

from __future__ import annotations

TYPE_CHECKING = False  # as typing has it, whose import takes longer than telling of a wrong file
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


def printable(text: str) -> str:
    """The text on one line, without what moves a terminal's cursor, changes its colours or its reading direction.

    For AWS's answers, dwh.cfg and file names, which may hold control characters. White space becomes a space; what
    Unicode does not count as printable (C0 with ESC, DEL, C1, and the format characters, which turn the direction of
    text) becomes a question mark.
    """
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else " " if each.isspace() else "?" for each in text)


class Problem(Exception):
    """Something a person must act on.

    what: what happened, one sentence.
    why: the reason, in AWS's own words where there are any.
    remedy: a command to type, or a line of dwh.cfg to edit.
    exit_status: what the scripts end with.
    code, said: AWS's error code and message, empty where AWS did not refuse.

    str() says all three: what a notebook, a log or a traceback shows, without control characters. It can be pickled,
    as pools of processes do with exceptions.
    """

    exit_status = 1

    def __init__(self, what: str, why: str, remedy: str, code: str = "", said: str = "") -> None:
        super().__init__(what, why, remedy, code, said)
        self.what = what
        self.why = why
        self.remedy = remedy
        self.code = code
        self.said = said

    def __str__(self) -> str:
        why = "\n       ".join(map(printable, self.why.split("\n")))
        return f"{printable(self.what)}\n  Why: {why}\n  Do:  {printable(self.remedy)}"

    def __reduce__(self) -> tuple[Any, ...]:
        # Not by type(self)(*args): a subclass may take others.
        return Exception.__new__, (type(self), *self.args), self.__dict__


class UsageError(Problem):
    """The command line or dwh.cfg is wrong; nothing was made or changed."""

    exit_status = 2


class Unwritten(Problem):
    """dwh.cfg could not be written."""


class TimedOut(Problem):
    """The time limit ran out; what was asked for goes on in AWS."""

    exit_status = 3


class TransientError(Problem):
    """Trouble that often ends by itself: throttling, a lost connection, a 500."""


class Denied(Problem):
    """The login may not do this."""


class Conflict(Problem):
    """AWS refuses because what was observed is out of date, or another operation is running.

    Looking again, and planning anew from what is seen, is the way on.
    repeated: an earlier try of the same call may have been carried out.
    """

    repeated = False


class AnswerLost(Conflict):
    """AWS refuses a call after one whose answer was lost, and which it may have carried out."""


class Replan(Problem):
    """AWS refused in words that tell another way, which the next plan takes."""


class Refusal:
    """An answer of AWS's that says no and that the caller expected: a value, not an error.

    headers: of the HTTP response, their names in lower case.
    """

    def __init__(self, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        self.code, self.message, self.headers = code, message, headers or {}
