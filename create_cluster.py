#!/usr/bin/env python3
"""Bring the warehouse of dwh.cfg up: read the file, connect, create, report."""

import signal
import sys

if __name__ == "__main__" and signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # until the run begins, Ctrl-C ends it without a word

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from iac.config import Config
    from iac.console.display import Display
    from iac.report import Report
    from iac.wait import Clock


def story(
    arguments: "argparse.Namespace", config: "Config", display: "Display", clock: "Clock | None" = None
) -> "Report | str | int":
    from iac.console import policy_text, request_of, run_command

    if arguments.print_policy:
        return policy_text(config)
    timeout, request = arguments.timeout * 60, request_of(arguments)
    if arguments.run is not None:
        from iac.verbs import kept_up

        then = arguments.then or "pause"
        by_hand = "python delete_cluster.py" if then == "delete" else "python delete_cluster.py --pause"
        with kept_up(config, request, then, timeout, display, clock, by_hand, "this run"):
            return run_command(arguments, display)
    from iac.warehouse import opened  # boto3 comes with it, after a wrong file was told of

    with opened(config, display, clock, timeout, planning=arguments.plan) as warehouse:
        return warehouse.create(request, not arguments.no_wait)


if __name__ == "__main__":
    try:
        from iac.console import create_arguments, run_script

        sys.exit(run_script(create_arguments, story))
    except KeyboardInterrupt:  # nothing has begun
        sys.exit(130)
    except ModuleNotFoundError as missing:
        if missing.name != "iac":
            raise
        sys.exit(
            "Error: The folder iac is not found.\n"
            "  Why: It belongs beside create_cluster.py, where Python does not look with -I or -P.\n"
            "  Do:  Run it without these options, and with the folder beside it."
        )
    except ImportError as error:  # this Python is too old
        sys.exit(f"Error: {error}")
