#!/usr/bin/env python3
"""Bring the warehouse of dwh.cfg up: read the file, connect, create, report."""

from __future__ import annotations

import sys

try:
    from iac.console import create_arguments, main, policy_text, request_of
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
) -> Report | str:
    if arguments.print_policy:
        return policy_text(config)
    from iac.warehouse import opened  # boto3 comes with it, after a wrong file was told of

    with opened(config, display, clock, arguments.timeout * 60, planning=arguments.plan) as warehouse:
        return warehouse.create(request_of(arguments), not arguments.no_wait)


if __name__ == "__main__":
    sys.exit(main(create_arguments(), story))
