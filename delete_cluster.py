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

    from iac.config import Config
    from iac.console.display import Display
    from iac.report import Report
    from iac.wait import Clock


def story(
    arguments: argparse.Namespace, config: Config, display: Display, clock: Clock | None = None
) -> Report:
    from iac.warehouse import opened  # boto3 comes with it, after a wrong file was told of

    if arguments.discard_data and not arguments.yes and not arguments.plan:
        confirm(config, opened(config, clock=clock, planning=True))
    timeout = arguments.timeout * 60
    with opened(config, display, clock, timeout, planning=arguments.plan, stopping=True, confirmed=True) as warehouse:
        return warehouse.pause() if arguments.pause else warehouse.delete(keep_data=not arguments.discard_data)


if __name__ == "__main__":
    sys.exit(main(delete_arguments(), story))
