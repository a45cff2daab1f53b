"""What a person may have to hear: the only exceptions that leave this package."""

from __future__ import annotations


class Problem(Exception):
    """Something a person must act on.

    what: what happened, one sentence.
    why: the reason, in AWS's own words where there are any.
    remedy: a command to type, or a line of dwh.cfg to edit.
    exit_status: what the scripts end with.
    code, said: AWS's error code and message, empty where AWS did not refuse.
    """

    exit_status = 1

    def __init__(self, what: str, why: str, remedy: str, code: str = "", said: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.remedy = remedy
        self.code = code
        self.said = said


class UsageError(Problem):
    """The command line or dwh.cfg is wrong; nothing was made or changed."""

    exit_status = 2


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
    """


class Replan(Problem):
    """AWS refused in words that tell another way, which the next plan takes."""
