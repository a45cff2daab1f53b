"""One's own public address: asked for directly, and believed only where it is public."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from iac.aws.session import own_address
from iac.errors import Problem
from tests.scripts import NO_SERVER

PROXIES = ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")


@contextmanager
def telling(body: bytes, head: bytes = b"HTTP/1.0 200 OK\r\n\r\n") -> Iterator[str]:
    """A server of this machine that answers everything so; its URL."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.wfile.write(head + body)

        def log_message(self, *_: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(autouse=True)
def no_exceptions_from_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)


def test_the_address_is_asked_for_without_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.setenv(name, NO_SERVER)
    with telling(b"8.8.4.4\n") as url:
        assert own_address(url) == "8.8.4.4"


def test_a_proxy_is_not_asked_for_its_own_address(monkeypatch: pytest.MonkeyPatch) -> None:
    with telling(b"8.8.8.8\n") as proxy:
        for name in PROXIES:
            monkeypatch.setenv(name, proxy)
        with pytest.raises(Problem) as caught:
            own_address(NO_SERVER)
    assert NO_SERVER in caught.value.why and "proxies are not used" in caught.value.why
    assert "the proxy's address would be let in" in caught.value.why
    assert "DWH_INGRESS_CIDR = " in caught.value.remedy


NOT_PUBLIC = [
    "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "100.127.255.254", "169.254.1.1", "127.0.0.1", "0.0.0.0",
    "192.0.2.1", "198.51.100.7", "203.0.113.10", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
    "2001:db8::1", "2600:1f18::1", "8.8.8", "", "<html>Log in</html>", "8.8.8.8, 9.9.9.9",
]  # fmt: skip


@pytest.mark.parametrize("answer", NOT_PUBLIC)
def test_an_answer_that_is_no_public_address_is_refused(answer: str) -> None:
    with telling(answer.encode()) as url, pytest.raises(Problem) as caught:
        own_address(url)
    assert f"{answer!r} is no public IPv4 address" in caught.value.why
    assert "DWH_INGRESS_CIDR = " in caught.value.remedy


@pytest.mark.parametrize("head", [b"HTTP/1.0 503 Slow\r\n\r\n", b"nonsense\r\n\r\n", b"HTTP/1.0 200 OK\r\n\r\n\xff"])
def test_an_answer_that_cannot_be_read_is_refused(head: bytes) -> None:
    with telling(b"", head) as url, pytest.raises(Problem) as caught:
        own_address(url)
    assert "DWH_INGRESS_CIDR = " in caught.value.remedy


def test_no_redirect_to_another_host_is_followed() -> None:
    with telling(b"8.8.8.8\n") as other:
        head = f"HTTP/1.0 302 Found\r\nLocation: {other}\r\n\r\n".encode()
        with telling(b"", head) as url, pytest.raises(Problem) as caught:
            own_address(url)
    assert "it redirects to another host" in caught.value.why
