"""Small servers on this machine that answer as a cluster does, or as one does not; and certificates made on the spot."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from iac.endpoint.probe import SSL_REQUEST, Endpoint

HOST = "dwhcluster.abc123.us-west-2.redshift.amazonaws.com"
NAME = "*.abc123.us-west-2.redshift.amazonaws.com"
ENDS = datetime(2049, 5, 1, tzinfo=timezone.utc)

Serve = Callable[[socket.socket], None]


class Authority:
    """A certificate authority that nobody else knows."""

    def __init__(self, name: str) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name(
            [x509.NameAttribute(NameOID.ORGANIZATION_NAME, name), x509.NameAttribute(NameOID.COMMON_NAME, f"{name} Root")]
        )
        own = self._certificate(self._name, self._key.public_key())
        own = own.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        own = own.add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        self.root = own.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()

    def _certificate(self, subject: x509.Name, key: Any) -> x509.CertificateBuilder:
        made = x509.CertificateBuilder(self._name, subject, key, x509.random_serial_number())
        made = made.not_valid_before(datetime.now(timezone.utc) - timedelta(days=1)).not_valid_after(ENDS)
        made = made.add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        return made.add_extension(issuer, critical=False)

    def server(self, name: str) -> ssl.SSLContext:
        """What a server of this name needs."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        made = self._certificate(subject, key.public_key())
        made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        made = made.add_extension(_usage(digital_signature=True), critical=True)
        certificate = made.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.num_tickets = 0  # one that is not read makes an end of the connection look like a failure (since Python 3.13)
        with TemporaryDirectory() as folder:
            file = Path(folder) / "server.pem"
            file.write_bytes(secret + certificate)
            context.load_cert_chain(file)
        return context

    def trusted(self) -> ssl.SSLContext:
        """A client that knows this authority, and no other."""
        return ssl.create_default_context(cadata=self.root)


def _usage(**allowed: bool) -> x509.KeyUsage:
    every = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: allowed.get(name, False) for name in every})


@cache
def authority(name: str = "Amazon") -> Authority:
    """Made once: keys take time."""
    return Authority(name)


def postgresql(context: ssl.SSLContext, heard: list[bytes] | None = None) -> Serve:
    """Agrees to SSL, and shows its certificate. heard: what comes after the handshake."""

    def serve(plain: socket.socket) -> None:
        if plain.recv(8) != SSL_REQUEST:
            return
        plain.sendall(b"S")
        with context.wrap_socket(plain, server_side=True) as secure:
            after = secure.recv(100)
            if heard is not None:
                heard.append(after)

    return serve


def answering(answer: bytes) -> Serve:
    """Answers with this, and closes."""

    def serve(plain: socket.socket) -> None:
        plain.recv(8)
        plain.sendall(answer)

    return serve


def silent(plain: socket.socket) -> None:
    """Takes the connection and says nothing, until the other side goes."""
    while plain.recv(8):
        pass


@contextmanager
def listening(serve: Serve) -> Iterator[int]:
    """A port of this machine where each connection is served so; broken connections are the clients' business."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_accept, args=(server, serve), daemon=True)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def _accept(server: socket.socket, serve: Serve) -> None:
    while True:
        try:
            plain, _ = server.accept()
        except OSError:
            return
        with plain:
            try:
                serve(plain)
            except OSError:
                continue


def here(host: str, port: int) -> list[tuple[Any, ...]]:
    """Every name is this machine."""
    return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", port))]


def endpoint(resolve: Any = here, checked: Callable[[], ssl.SSLContext] | None = None, timeout: float = 2.0) -> Endpoint:
    """The product's, that finds this machine under every name. checked: trusts `Amazon` alone, unless told otherwise."""
    return Endpoint(resolve, checked or authority().trusted, timeout, timeout)
