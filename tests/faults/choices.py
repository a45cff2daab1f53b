"""Faults for all calls of a run: denied, refused for good, accepted without effect."""

from __future__ import annotations

from iac.simulator.call import Call
from tests.faults.faults import Choose, Fault, Ignore, Refuse, fault

DENIED = fault("denied")


def deny(*operations: str, service: str = "") -> Choose:
    """Every call of these operations, or of this service, is denied."""
    return lambda number, call: DENIED if call.operation in operations or call.service == service else None


def allow_only(*operations: str) -> Choose:
    """The login has no other rights. GetCallerIdentity needs none."""
    return lambda number, call: None if call.operation in (*operations, "GetCallerIdentity") else DENIED


def ignore(*operations: str) -> Choose:
    """AWS accepts these, and they have no effect."""
    nothing = Fault("ignored", Ignore())
    return lambda number, call: nothing if call.operation in operations else None


def refuse(operation: str, code: str, message: str, until: str = "", after: str = "") -> Choose:
    """The operation is refused: until another one was asked for, or from then on; without these, always."""
    seen: set[str] = set()

    def choose(number: int, call: Call) -> Fault | None:
        seen.add(call.operation)
        if call.operation != operation or (until and until in seen) or (after and after not in seen):
            return None
        return Fault(code, Refuse(400, code, message))

    return choose


def first_of(*choices: Choose) -> Choose:
    """The first fault that one of these chooses."""

    def choose(number: int, call: Call) -> Fault | None:
        return next((found for each in choices if (found := each(number, call)) is not None), None)

    return choose


def count_of(calls: list[tuple[str, str]], operation: str) -> int:
    """How often an operation was asked for."""
    return [name for _, name in calls].count(operation)


