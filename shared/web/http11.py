"""One HTTP/1.1 request and its answer on a connection that serves nothing else.

httpcore's own connection is made to be shared and kept, which takes half of the processor time of a small request.
The protocol is h11's here as there; streams and exceptions are httpcore's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import h11
import httpcore

_READ_BYTES = 64 * 1024
_MAX_HEAD_BYTES = 100 * 1024
_SWITCHING_PROTOCOLS = 101


class Exchange:
    """A request on `stream`, and then its answer; each read and write may take `seconds`.

    Whoever has opened the stream closes it.
    """

    def __init__(self, stream: httpcore.NetworkStream, seconds: float) -> None:
        self._stream = stream
        self._seconds = seconds
        self._protocol = h11.Connection(h11.CLIENT, max_incomplete_event_size=_MAX_HEAD_BYTES)

    def send(self, method: str, target: str, headers: Iterable[tuple[str, str]], body: bytes | None) -> None:
        """Send it; `headers` say how long the body is.

        Raises:
            httpcore.LocalProtocolError: it is no request.
            httpcore.WriteTimeout: the other side does not take it.
        """
        try:
            parts = [self._protocol.send(h11.Request(method=method, target=target, headers=list(headers)))]
            if body:
                parts.append(self._protocol.send(h11.Data(data=body)))
            parts.append(self._protocol.send(h11.EndOfMessage()))
        except h11.LocalProtocolError as error:
            raise httpcore.LocalProtocolError(str(error)) from error
        try:
            self._stream.write(b"".join(filter(None, parts)), self._seconds)
        except httpcore.WriteError:
            # A server may refuse a request before it has read all of it: its answer says why.
            return

    def head(self) -> tuple[int, list[tuple[bytes, bytes]]]:
        """The answer's status and headers.

        Raises:
            httpcore.ReadTimeout, httpcore.ReadError: there is none.
            httpcore.RemoteProtocolError: it is no answer.
        """
        while True:
            event = self._event()
            if isinstance(event, h11.Response):
                return event.status_code, event.headers.raw_items()
            if not isinstance(event, h11.InformationalResponse) or event.status_code == _SWITCHING_PROTOCOLS:
                raise httpcore.RemoteProtocolError("expected an answer to the request")

    def body(self) -> Iterator[bytes]:
        """The answer's body as it comes; raises what `head` raises."""
        while isinstance(event := self._event(), h11.Data):
            yield bytes(event.data)

    def _event(self) -> h11.Event | type[h11.PAUSED]:
        while True:
            try:
                event = self._protocol.next_event()
            except h11.RemoteProtocolError as error:
                raise httpcore.RemoteProtocolError(str(error)) from error
            if event is not h11.NEED_DATA:
                return event  # type: ignore[return-value]  # NEED_DATA is a class of its own
            received = self._stream.read(_READ_BYTES, self._seconds)
            if not received and self._protocol.their_state is h11.SEND_RESPONSE:
                raise httpcore.RemoteProtocolError("the server closed the connection without an answer")
            self._protocol.receive_data(received)
