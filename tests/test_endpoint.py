"""The endpoint is asked for real: sockets and TLS, on this machine alone."""

from __future__ import annotations

import socket
import ssl
from typing import Any

import pytest

from iac.endpoint.probe import Certificate, Outcome, Probe
from tests.endpoint import (
    ENDS, HOST, NAME, Serve, answering, authority, endpoint, here, listening, postgresql, silent,
)  # fmt: skip

SOON = 0.05


def ask(serve: Serve, **how: Any) -> Probe:
    with listening(serve) as port:
        return endpoint(**how).ask(HOST, port)


def test_a_cluster_answers_and_shows_its_certificate_and_nobody_logs_in() -> None:
    heard: list[bytes] = []
    found = ask(postgresql(authority().server(NAME), heard))
    assert heard == [b""]
    assert (found.outcome, found.reachable, found.address) == (Outcome.ANSWERED, True, "127.0.0.1")
    assert found.certificate == Certificate(NAME, "Amazon Root", ENDS)


def test_a_root_that_is_missing_here_is_no_reason_to_call_it_unreachable() -> None:
    found = ask(postgresql(authority("Company Proxy").server(NAME)))
    assert (found.outcome, found.reachable) == (Outcome.UNTRUSTED, True)
    assert found.certificate == Certificate(NAME, "Company Proxy Root", ENDS)
    assert "certificate" in found.said


def test_another_server_at_this_address_is_not_the_cluster() -> None:
    found = ask(postgresql(authority().server("db.example.com")))
    assert (found.outcome, found.reachable) == (Outcome.WRONG_NAME, False)
    assert found.certificate is not None and found.certificate.name == "db.example.com"


ANSWERS = {
    "closes at once": (answering(b""), Outcome.CLOSED),
    "has no SSL": (answering(b"N"), Outcome.WITHOUT_SSL),
    "speaks HTTP": (answering(b"HTTP/1.1 400 Bad Request\r\n"), Outcome.NOT_POSTGRESQL),
    "agrees to SSL and then closes": (answering(b"S"), Outcome.TLS_FAILED),
    "agrees to SSL and then speaks something else": (answering(b"S" + b"nonsense" * 20), Outcome.TLS_FAILED),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_an_answer_that_is_not_the_right_one_is_told_apart(case: str) -> None:
    serve, outcome = ANSWERS[case]
    found = ask(serve)
    assert (found.outcome, found.reachable, found.address) == (outcome, False, "127.0.0.1")


def test_a_port_that_takes_the_connection_and_says_nothing_is_given_up() -> None:
    assert ask(silent, timeout=SOON).outcome is Outcome.SILENT


def test_a_handshake_that_never_ends_is_given_up() -> None:
    def serve(plain: socket.socket) -> None:
        plain.recv(8)
        plain.sendall(b"S")
        silent(plain)

    assert ask(serve, timeout=SOON).outcome is Outcome.TLS_FAILED


def test_a_closed_port_refuses() -> None:
    with listening(silent) as port:
        pass
    found = endpoint().ask(HOST, port)
    assert (found.outcome, found.said, found.may_pass) == (Outcome.REFUSED, "Connection refused", True)


def test_a_connection_that_nobody_takes_times_out() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):  # the one that waits; Linux drops the next one's packets
            assert endpoint(timeout=SOON).ask(HOST, port).outcome is Outcome.TIMED_OUT


def test_a_name_that_does_not_resolve_yet() -> None:
    def unknown(host: str, port: int) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    found = endpoint(resolve=unknown).ask(HOST, 5439)
    assert (found.outcome, found.address, found.said) == (Outcome.NO_ADDRESS, "", "Name or service not known")
    assert endpoint(resolve=lambda host, port: []).ask(HOST, 5439).outcome is Outcome.NO_ADDRESS


def test_the_next_address_is_tried_where_the_first_is_closed() -> None:
    def two(host: str, port: int) -> Any:
        return [*here(host, 1), *here(host, port)]

    assert ask(postgresql(authority().server(NAME)), resolve=two).reachable


def test_without_other_wishes_the_roots_of_the_system_are_asked() -> None:
    found = ask(postgresql(authority().server(NAME)), checked=ssl.create_default_context)
    assert found.outcome is Outcome.UNTRUSTED


def test_root_certificates_that_the_system_cannot_read_leave_the_server_untrusted() -> None:
    def unreadable() -> ssl.SSLContext:
        raise ssl.SSLError("[ASN1: NOT_ENOUGH_DATA] not enough data")

    found = ask(postgresql(authority().server(NAME)), checked=unreadable)
    assert (found.outcome, found.reachable) == (Outcome.UNTRUSTED, True)
