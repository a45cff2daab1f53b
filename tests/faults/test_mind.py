"""Whoever changes their mind in the middle gets what they asked for last."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.mind import changed, story
from tests.faults.trial import beginning, undisturbed


@pytest.mark.parametrize(
    ("name", "operation", "verb"),
    [("create from nothing", "CreateCluster", "delete"), ("delete", "DeleteCluster", "create from nothing")],
)
def test_a_run_that_was_killed_can_be_followed_by_the_other_verb(
    name: str, operation: str, verb: str, tmp_path: Path
) -> None:
    known = undisturbed(story(name), beginning(story(name), tmp_path / "before"), tmp_path / "clean")
    number = max(n for n, (_, asked) in enumerate(known.calls, start=1) if asked == operation)
    assert changed(known, number, verb, tmp_path / "house") == []
