"""An on/off switch for an Amazon Redshift warehouse, as a library.

    from iac import create, delete, describe, pause, running

The verbs are silent and return a Report; a Problem says what a person has to do.
They are loaded on first use, so that reading a dwh.cfg does not load boto3.
"""

import sys

if sys.version_info < (3, 10):  # it compiles no more than this file and the scripts
    raise ImportError(
        "Python 3.10 to 3.14 is needed; this is Python {}.{}.{}. Make the virtual environment with another one.".format(*sys.version_info)
    )

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from iac.errors import Problem, TimedOut, UsageError
    from iac.report import Report
    from iac.verbs import create, delete, describe, pause, plan_delete, plan_pause, running
    from iac.warehouse import opened

_WHERE = dict.fromkeys(("create", "delete", "pause", "describe", "plan_delete", "plan_pause", "running"), "verbs") | {
    "Report": "report", "Problem": "errors", "TimedOut": "errors", "UsageError": "errors", "opened": "warehouse",
}  # fmt: skip

__all__ = list(_WHERE)


def __getattr__(name: str) -> "Any":
    if name in _WHERE:
        from importlib import import_module

        from iac.aws import needed

        with needed():
            return getattr(import_module(f"iac.{_WHERE[name]}"), name)
    raise AttributeError(f"module 'iac' has no attribute {name!r}")


def __dir__() -> "list[str]":
    return __all__
