#!/usr/bin/env python3
"""Take the warehouse of dwh.cfg down: read the file, connect, delete, report."""

from __future__ import annotations

import argparse
import sys

import iac
from iac.config import check_writable, read
from iac.console import Display, confirm, delete_arguments, main
from iac.report import Report
from iac.wait import Clock


def story(arguments: argparse.Namespace, display: Display, clock: Clock | None = None) -> Report:
    config = read(arguments.config)
    keep_data = not arguments.discard_data
    if not keep_data and not arguments.yes and not arguments.plan:
        confirm(config.identifier)
    if not arguments.plan:
        check_writable(config.path)
    warehouse = iac.connect(config, display, clock, arguments.timeout * 60)
    if arguments.pause:
        return warehouse.plan_pause() if arguments.plan else warehouse.pause()
    if arguments.plan:
        return warehouse.plan_delete(keep_data)
    return warehouse.delete(keep_data)


if __name__ == "__main__":
    sys.exit(main(delete_arguments(), story))
