"""An ability stands in one place, and could be torn out."""

from __future__ import annotations

import ast
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from iac import text
from iac.abilities import ABILITIES
from iac.config import read
from iac.status import Phase
from iac.warehouse import Warehouse, opened
from tests import scripts
from tests.clock import FakeClock

NAMES = [each.name for each in ABILITIES]


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


@pytest.mark.parametrize("name", NAMES)
def test_outside_its_folder_an_ability_is_imported_in_at_most_three_modules(name: str) -> None:
    folder = scripts.ROOT / "iac" / name
    assert folder.is_dir()
    outside = [
        str(path.relative_to(scripts.ROOT))
        for path in scripts.ROOT.glob("iac/**/*.py")
        if not path.is_relative_to(folder)
        and any(f"{each}.".startswith(f"iac.{name}.") for each in imported(path))
    ]
    assert 1 <= len(outside) <= 3, outside


@pytest.mark.parametrize("without", [*NAMES, "all of them"])
def test_the_warehouse_works_without_it(without: str, tmp_path: Path) -> None:
    path, clock = scripts.folder(tmp_path, TARGET="simulator"), FakeClock(0.2)
    left = tuple(each for each in ABILITIES if without not in (each.name, "all of them"))

    def open_it(planning: bool = False) -> AbstractContextManager[Warehouse]:
        return opened(read(path), clock=clock, planning=planning, abilities=left)

    with open_it(planning=True) as warehouse:
        planned = warehouse.create()
    with open_it() as warehouse:
        made = warehouse.create()
    assert "create cluster dwhcluster" in " ".join(made.steps) and len(planned.steps) == len(made.steps)
    assert made.phase is Phase.READY and "Cluster dwhcluster is available" in "\n".join(text.result(made))
    assert made.as_json()["hourly_usd"] == (None if without in ("money", "all of them") else 0.543)
    clock.sleep(60)
    with open_it() as warehouse:
        assert warehouse.create().steps == ()
    with open_it() as warehouse:
        assert warehouse.pause().phase is Phase.PAUSED
    with open_it() as warehouse:
        resumed = warehouse.create()
    assert resumed.phase is Phase.READY and any(step.startswith("resume") for step in resumed.steps)
    with open_it() as warehouse:
        gone = warehouse.delete()
    assert gone.cluster is None and gone.snapshot and {row.state for row in gone.checklist} == {"gone"}
