"""The sender against targets that a test writes byte by byte."""

import asyncio
from datetime import timedelta

import pytest

from local.cloud.http_call import HttpCall
from local.cloud.http_sender import NO_ANSWER, Answer, HttpSender

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class ScriptedTarget:
    """Answers each request with the next of `answers`; None closes the connection instead."""

    def __init__(self, *answers: bytes | None) -> None:
        self._answers = list(answers)
        self.connections = 0
        self.requests: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while self._answers:
                self.requests.append(await reader.readuntil(b"\r\n\r\n"))
                answer = self._answers.pop(0)
                if answer is None:
                    break
                writer.write(answer)
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()


async def exchange(
    target: ScriptedTarget, times: int = 1, method: str = "GET", deadline: float = 5, path: str = "/"
) -> list[Answer]:
    server = await asyncio.start_server(target.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    call = HttpCall(method, f"http://127.0.0.1:{port}{path}", {}, b"", None)
    sender = HttpSender()
    answers = [await sender.send(call, [("X-One", "1")], timedelta(seconds=deadline)) for _ in range(times)]
    sender.close()
    server.close()
    return answers


def test_one_connection_serves_deliveries_one_after_the_other() -> None:
    target = ScriptedTarget(OK, OK, OK)

    answers = asyncio.run(exchange(target, times=3))

    assert [answer.status for answer in answers] == [200, 200, 200]
    assert target.connections == 1


def test_a_target_that_closes_after_each_answer_gets_a_new_connection_each_time() -> None:
    closing = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"
    target = ScriptedTarget(closing, closing)

    answers = asyncio.run(exchange(target, times=2))

    assert [answer.status for answer in answers] == [204, 204]
    assert target.connections == 2


def test_path_query_host_and_headers_reach_the_target() -> None:
    target = ScriptedTarget(OK)

    asyncio.run(exchange(target, path="/a/b?c=d%20e#fragment"))

    lines = target.requests[0].decode().split("\r\n")
    assert lines[0] == "GET /a/b?c=d%20e HTTP/1.1"
    assert any(line.lower().startswith("host: 127.0.0.1:") for line in lines)
    assert "X-One: 1" in lines


def test_a_post_without_a_body_says_that_it_is_empty() -> None:
    target = ScriptedTarget(OK)

    asyncio.run(exchange(target, method="POST"))

    assert b"content-length: 0" in target.requests[0].lower()


@pytest.mark.parametrize(
    "answer",
    [
        None,
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\ncut",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
    ],
)
def test_a_broken_answer_is_not_an_answer(answer: bytes | None) -> None:
    got = asyncio.run(exchange(ScriptedTarget(answer)))[0]

    assert got.status == NO_ANSWER
    assert got.reason.startswith("UNAVAILABLE")


def test_a_target_that_is_too_slow_is_given_up_at_the_deadline() -> None:
    never_ending = b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n..."
    target = ScriptedTarget(never_ending, OK)

    got = asyncio.run(exchange(target, deadline=0.05))[0]

    assert got == Answer(NO_ANSWER, "DEADLINE_EXCEEDED after 0.05 s")


def test_a_chunked_answer_after_an_interim_one_is_read_to_its_end() -> None:
    interim = b"HTTP/1.1 103 Early Hints\r\n\r\n"
    chunked = b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
    target = ScriptedTarget(interim + chunked, OK)

    answers = asyncio.run(exchange(target, times=2))

    assert [answer.status for answer in answers] == [201, 200]
    assert target.connections == 1
