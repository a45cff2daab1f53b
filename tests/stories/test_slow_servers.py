"""--timeout bounds everything, whatever a server does: a run is over soon after its time, and something was said before."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

from tests import scripts
from tests.stories.test_wire import LOGIN

LATEST = 30.0
"""Seconds after its time when a run must be over."""

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 100000\r\n\r\n"


def says_nothing(connection: socket.socket, over: Event) -> None:
    over.wait(120)


def one_byte_at_a_time(connection: socket.socket, over: Event) -> None:
    connection.sendall(HEAD)
    while not over.wait(0.3):
        connection.sendall(b" ")


def headers_without_end(connection: socket.socket, over: Event) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    number = 0
    while not over.wait(0.3):
        number += 1
        connection.sendall(f"X-{number}: y\r\n".encode())


def redirects_to_itself(connection: socket.socket, over: Event) -> None:
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 307 Temporary Redirect\r\nLocation: /again\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


@contextmanager
def serving(answer: Callable[[socket.socket, Event], None]) -> Iterator[str]:
    """A server of this machine that deals with each connection so; its URL."""
    over, listener = Event(), socket.create_server(("127.0.0.1", 0))

    def deal_with(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            answer(connection, over)

    def accept() -> None:
        with suppress(OSError):
            while True:
                Thread(target=deal_with, args=(listener.accept()[0],), daemon=True).start()

    Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        over.set()
        listener.close()


def test_a_run_is_over_soon_after_its_time_whatever_the_server_does(tmp_path: Path) -> None:
    answers = (says_nothing, one_byte_at_a_time, headers_without_end, redirects_to_itself)
    began, running = time.monotonic(), {}
    servers = [serving(answer) for answer in answers]
    urls = [server.__enter__() for server in servers]
    try:
        for answer, url in zip(answers, urls, strict=True):
            config = scripts.folder(tmp_path / answer.__name__, TARGET="aws", DWH_INGRESS_CIDR="203.0.113.7/32")
            script = "delete_cluster.py" if answer is one_byte_at_a_time else "create_cluster.py"
            running[answer.__name__] = subprocess.Popen(
                scripts.command(script, config, "--timeout", "0.03"), text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                env=scripts.environment(AWS_ENDPOINT_URL=url, **LOGIN),
            )  # fmt: skip
        for name, process in running.items():
            out, err = process.communicate(timeout=LATEST + 30)
            assert process.returncode in (1, 3), (name, err)
            assert "Error: " in err and "Traceback" not in err and " Do: " in err, (name, err)
    finally:
        for process in running.values():
            process.kill()
        for server in servers:
            server.__exit__(None, None, None)
    assert time.monotonic() - began < 0.03 * 60 + LATEST
