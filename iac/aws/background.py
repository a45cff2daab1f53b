"""Looks beside others: each in a thread, which nobody has to wait for at the end of the process."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, wait
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")

TICK = 0.2
"""Seconds after which a wait for a thread can be interrupted: on Windows Ctrl-C does not end one without a limit."""


def in_background(look: Callable[[], T]) -> Future[T] | None:
    """Begin it in a thread; None where the system starts no more threads."""
    future: Future[T] = Future()

    def carry_out() -> None:
        try:
            future.set_result(look())
        except BaseException as error:
            future.set_exception(error)

    try:
        # A thread of the library's pools would hold up the end of the process after Ctrl-C.
        Thread(target=carry_out, daemon=True).start()
    except RuntimeError:
        return None
    return future


def result_of(future: Future[T], is_over: Callable[[], bool] = lambda: False, unknown: Any = None) -> T:
    """Its result, or what it raised; `unknown` once it is over and there is none."""
    while not future.done():
        if is_over():
            return unknown  # type: ignore[no-any-return]
        wait([future], timeout=TICK)
    return future.result()
