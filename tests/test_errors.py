"""A Problem outside the console: in a traceback, a log, another process."""

from __future__ import annotations

import copy
import pickle

import pytest

from iac import errors
from iac.config.faults import Fault, Misconfigured
from iac.errors import Problem

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Problem)]


def test_its_text_says_all_three_things() -> None:
    text = str(Problem("It failed.", "AWS said\nmuch.", "Try again."))
    assert text.splitlines() == ["It failed.", "  Why: AWS said", "       much.", "  Do:  Try again."]


@pytest.mark.parametrize("kind", KINDS)
def test_it_comes_whole_out_of_a_pickle(kind: type[Problem]) -> None:
    problem = kind("It failed.", "So.", "Try again.", "Throttling", "Rate exceeded")
    problem.why += " It goes on in AWS."
    for again in (pickle.loads(pickle.dumps(problem)), copy.copy(problem)):
        assert type(again) is kind and vars(again) == vars(problem) and str(again) == str(problem)
        assert again.exit_status == problem.exit_status and again.args == problem.args


def test_a_wrong_file_comes_whole_out_of_a_pickle() -> None:
    problem = Misconfigured("dwh.cfg", [Fault(3, "DB_PORT", "80", "not a port that AWS allows")])
    again = pickle.loads(pickle.dumps(problem))
    assert type(again) is Misconfigured and again.faults == problem.faults and str(again) == str(problem)
