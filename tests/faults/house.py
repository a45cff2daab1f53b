"""A whole warehouse that can be kept, copied and disturbed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore import xform_name

from iac.aws.connection import Access
from iac.config import check_writable, read
from iac.report import Report
from iac.request import Request
from iac.simulator import SIMULATED_PACE, Durations, Simulator
from iac.verbs import PATIENCE, STATE_FILE, connect_to
from iac.warehouse import Warehouse
from tests import scripts
from tests.clock import FakeClock
from tests.faults.ears import Ears
from tests.faults.faults import Choose, Faulty, none_at_all
from tests.faults.line import LINE

WRITTEN = ("HOST", "ARN", "DB_PASSWORD")
"""The options of dwh.cfg that a run may write."""

SOON = Durations(
    create=0.3, delete=0.15, final_snapshot=0.15, snapshot=0.2, pause=0.2, resume=0.2, elastic_resize=0.2,
    classic_resize=0.3, restore=0.3, modify=0.1, role_association=0.1, role_settling=0.1, interfaces_linger=0.15,
)  # fmt: skip
"""Long enough that each wait looks several times, and no longer: a look costs as much as a change."""


@dataclass(frozen=True)
class Kept:
    """A house at one moment: both its files, and its time."""

    config: bytes
    account: bytes | None
    passed: float


PACE = [0.2]
"""Of the waits: in the suite a wait takes few looks; the sweep by hand looks as often as the product."""


class House:
    """One folder with its dwh.cfg and its account, and make-believe time.

    attempts: how often botocore itself tries a call. passwords: all that ever stood in the file.
    """

    def __init__(
        self, folder: Path, kept: Kept | None = None, attempts: int = 1,
        durations: Durations = SOON, pace: float | None = None,
    ) -> None:  # fmt: skip
        self.config, self.attempts = folder / "dwh.cfg", attempts
        self.clock = FakeClock(pace or PACE[0])
        if kept is None:
            scripts.folder(folder)
        else:
            folder.mkdir(parents=True)
            self.config.write_bytes(kept.config)
            if kept.account is not None:
                (folder / STATE_FILE).write_bytes(kept.account)
            self.clock.sleep(kept.passed)
        self.simulator = Simulator(folder / STATE_FILE, self.clock, durations)
        self.heard = Ears()
        self.own_address: Callable[[], str] = lambda: self.simulator.own_address
        self.at_death: bytes | None = None
        self.disturb(none_at_all)

    def keep(self) -> Kept:
        account = self.config.parent / STATE_FILE
        return Kept(self.config.read_bytes(), account.read_bytes() if account.exists() else None, self.clock.monotonic())

    def disturb(self, choose: Choose) -> Faulty:
        """From now on calls come to harm as chosen."""
        self.faulty = Faulty(self.simulator.answer, choose, self._die)
        return self.faulty

    def warehouse(self, timeout: float = PATIENCE) -> Warehouse:
        """A new process: the file read anew, nothing remembered."""
        self.heard = Ears()
        LINE.answer = self.faulty.answer
        config = read(self.config)
        check_writable(config.path)
        access = Access(LINE, self.own_address, self.attempts)
        return connect_to(access, config, self.heard, self.clock, timeout)

    def create(self, wait: bool = True, **asked: Any) -> Report:
        return self.warehouse().create(Request(**asked), wait)

    def delete(self, **options: Any) -> Report:
        return self.warehouse().delete(**options)

    def pause(self) -> Report:
        return self.warehouse().pause()

    def edit(self, **edits: str) -> None:
        scripts.edit(self.config, **edits)

    def value(self, option: str) -> str:
        return scripts.value(self.config, option)

    def ask(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        """Someone else with the same login asks the account, and is not disturbed."""
        LINE.answer = self.simulator.answer
        answer: dict[str, Any] = getattr(LINE.client(service), xform_name(operation))(**parameters)
        return answer

    def rest_of_the_file(self) -> str:
        """dwh.cfg without what a run may write into it."""
        text = self.config.read_bytes().decode()
        return re.sub(rf"(?m)^((?:{'|'.join(WRITTEN)})[ \t]*=)[^\r\n]*", r"\1", text)

    def _die(self) -> None:
        self.at_death = self.config.read_bytes()
