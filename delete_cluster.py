#!/usr/bin/env python3
"""Take the warehouse of dwh.cfg down: read the file, connect, delete, report."""

from __future__ import annotations

import sys

try:
    from iac.console import confirm, delete_arguments, main
except KeyboardInterrupt:  # nothing has begun
    sys.exit(130)

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from iac.console.display import Display
    from iac.report import Report
    from iac.wait import Clock


def story(arguments: argparse.Namespace, display: Display, clock: Clock | None = None) -> Report:
    import iac
    from iac.config import check_writable, read

    file, timeout, keep_data = arguments.config, arguments.timeout * 60, not arguments.discard_data
    config = read(file)
    if arguments.plan:
        warehouse = iac.connect(config, display, clock, timeout)
        return warehouse.plan_pause() if arguments.pause else warehouse.plan_delete(keep_data)
    if not keep_data and not arguments.yes:
        confirm(config.identifier, iac.made_by_another(config, clock))
    check_writable(config.path)
    with iac.to_change(file, display, clock, timeout, confirmed=config) as warehouse:
        return warehouse.pause() if arguments.pause else warehouse.delete(keep_data)


if __name__ == "__main__":
    sys.exit(main(delete_arguments(), story))
