"""TLS checks the name that was asked for, although the connection goes to an address."""

from __future__ import annotations

import ipaddress
import ssl
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from shared.errors import PermanentError, TransientError
from shared.web.fetch import Fetcher

HOST = "shop.example"


def _self_signed(folder: Path) -> Path:
    """A certificate for the shop's name and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "shop.pem"
    path.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return path


class _Shop(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "4")
        self.end_headers()
        self.wfile.write(b"menu")

    def log_message(self, *args: object) -> None:
        """Keep the test output clean."""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _self_signed(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def port(certificate: Path) -> Iterator[int]:
    """A shop that speaks TLS on loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Shop)
    server.daemon_threads = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    # The handshake waits for the handler's own thread, so that a refused one does not end the accept loop.
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join(5)


def _fetcher(certificate: Path | None) -> Fetcher:
    return Fetcher(
        may_connect=lambda address: address == ipaddress.ip_address("127.0.0.1"),
        resolve=lambda _host, _port: ["127.0.0.1"],
        tls=ssl.create_default_context(cafile=str(certificate)) if certificate else None,
    )


def test_the_name_that_was_asked_for_is_verified(port: int, certificate: Path) -> None:
    assert _fetcher(certificate).fetch(f"https://{HOST}:{port}/").body == b"menu"


def test_another_name_on_the_same_address_is_refused(port: int, certificate: Path) -> None:
    with pytest.raises(PermanentError, match="certificate"):
        _fetcher(certificate).fetch(f"https://other.example:{port}/")


def test_an_untrusted_certificate_is_refused(port: int) -> None:
    with pytest.raises(PermanentError, match="certificate"):
        _fetcher(None).fetch(f"https://{HOST}:{port}/")


def test_a_slow_name_lookup_keeps_the_total_time() -> None:
    asked = threading.Event()

    def slow(_host: str, _port: int) -> Sequence[str]:
        # Long, and not for ever: a fetch that waits for it fails otherwise than in time.
        asked.wait(60)
        return ["127.0.0.1"]

    try:
        with pytest.raises(TransientError, match="in time"):
            Fetcher(resolve=slow).fetch(f"https://{HOST}/", timeout=0.2)
    finally:
        asked.set()
