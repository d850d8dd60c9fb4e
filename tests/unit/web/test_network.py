"""Which IP addresses count as public, and that the checked one is the one connected to."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable, Sequence

import httpcore
import pytest

from shared.errors import TransientError
from shared.web.address import RefusedAddressError
from shared.web.fetch import Fetcher
from shared.web.network import is_public

_HELLO = [b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", b"hello"]


class RecordingNetwork(httpcore.NetworkBackend):
    """Answers every connection with one page and remembers where it went."""

    def __init__(self, unreachable: Sequence[str] = ()) -> None:
        self.connected: list[str] = []
        self._unreachable = unreachable

    def connect_tcp(  # the signature is httpcore's
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        self.connected.append(host)
        if host in self._unreachable:
            raise httpcore.ConnectError("refused")
        return httpcore.MockStream(list(_HELLO))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.3.4",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "192.0.2.7",
        "198.18.0.1",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fec0::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "::127.0.0.1",
        "2002:7f00:1::",
        "2002:0808:0808::",
        "2001:0:7f00:1::",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::808:808",
        "2001:db8::1",
        "fd00:ec2::254",
    ],
)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "64:ff9b::808:808"])
def test_a_public_address_is_allowed(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


def test_one_private_address_among_public_ones_refuses_the_host() -> None:
    network = RecordingNetwork()
    fetcher = Fetcher(resolve=lambda _host, _port: ["8.8.8.8", "10.0.0.1"], network=network)
    with pytest.raises(RefusedAddressError, match=r"menus\.example"):
        fetcher.fetch("http://menus.example/")
    assert network.connected == []


def test_a_name_that_answers_differently_the_second_time_is_asked_only_once() -> None:
    answers = iter([["8.8.8.8"], ["127.0.0.1"]])
    network = RecordingNetwork()
    page = Fetcher(resolve=lambda _host, _port: next(answers), network=network).fetch("http://rebind.example/")
    assert page.body == b"hello"
    assert network.connected == ["8.8.8.8"]


def test_the_next_checked_address_is_tried_when_one_does_not_answer() -> None:
    network = RecordingNetwork(unreachable=["8.8.8.8"])
    fetcher = Fetcher(resolve=lambda _host, _port: ["8.8.8.8", "1.1.1.1"], network=network)
    assert fetcher.fetch("http://menus.example/").status == 200
    assert network.connected == ["8.8.8.8", "1.1.1.1"]


def test_an_unknown_name_is_transient() -> None:
    def unknown(_host: str, _port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    with pytest.raises(TransientError, match="not found"):
        Fetcher(resolve=unknown, network=RecordingNetwork()).fetch("http://nowhere.example/")


@pytest.mark.parametrize(
    "url", ["http://2130706433/", "http://0x7f.1/", "http://[::ffff:127.0.0.1]/", "http://localhost/"]
)
def test_loopback_in_disguise_is_refused(url: str) -> None:
    network = RecordingNetwork()
    with pytest.raises(RefusedAddressError):
        Fetcher(network=network).fetch(url)
    assert network.connected == []
