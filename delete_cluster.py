#!/usr/bin/env python3
"""Take the warehouse of dwh.cfg down: read the file, connect, delete, report."""

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
) -> "Report":
    from iac.console import confirm
    from iac.warehouse import opened  # boto3 comes with it, after a wrong file was told of

    if arguments.discard_data and not arguments.yes and not arguments.plan:
        confirm(config, opened(config, clock=clock, planning=True))
    timeout = arguments.timeout * 60
    with opened(config, display, clock, timeout, planning=arguments.plan, stopping=True, confirmed=True) as warehouse:
        return warehouse.pause() if arguments.pause else warehouse.delete(keep_data=not arguments.discard_data)


if __name__ == "__main__":
    try:
        from iac.console import delete_arguments, run_script

        sys.exit(run_script(delete_arguments, story))
    except KeyboardInterrupt:  # nothing has begun
        sys.exit(130)
    except ModuleNotFoundError as missing:
        if missing.name != "iac":
            raise
        sys.exit(
            "Error: The folder iac is not found.\n"
            "  Why: It belongs beside delete_cluster.py, where Python does not look with -I or -P.\n"
            "  Do:  Run it without these options, and with the folder beside it."
        )
    except ImportError as error:  # this Python is too old
        sys.exit(f"Error: {error}")
