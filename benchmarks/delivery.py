"""Mails per second to a local aiosmtpd: `tracker`'s delivery beside plain smtplib, the same bytes, the same run.

    python -m benchmarks.delivery [--mails 1000] [--kilobytes 20] [--rounds 3] [--answer-after MS] [--database URL]

The server is a process of its own. Each round sends all mails with smtplib over one connection, and then
delivers as many from the outbox, over one connection too, with every mail's state committed before DATA
and after the answer. The aim is a factor of at most 1.5.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import resource
import smtplib
import socket
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from tracker import clock
from tracker.mail.smtp import Smtp
from tracker.services.reminders.delivery import deliver
from tracker.services.upkeep.registration import initialize
from tracker.store.database.engine import database_url, open_engine
from tracker.store.mails import outbox
from tracker.store.unit import Register

SENDER = "office@example.org"


class _Counting:
    """A server's handler that takes everything and keeps nothing."""

    def __init__(self, received: Any, connections: Any, answer_after: float) -> None:
        self.received, self.connections, self.answer_after = received, connections, answer_after

    async def handle_EHLO(self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: Any) -> Any:  # noqa: N802
        self.connections.value += 1
        session.host_name = hostname
        return responses

    async def handle_DATA(self, _server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802
        if self.answer_after:
            await asyncio.sleep(self.answer_after)
        self.received.value += 1
        return "250 OK"


def _serve(port: int, received: Any, connections: Any, answer_after: float, ready: Any) -> None:
    controller = Controller(_Counting(received, connections, answer_after), hostname="127.0.0.1", port=port)
    controller.start()
    ready.set()
    while True:
        time.sleep(60)


@contextmanager
def _mail_server(answer_after: float) -> Iterator[tuple[int, Any, Any]]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    context = multiprocessing.get_context("spawn")
    received, connections, ready = context.Value("i", 0), context.Value("i", 0), context.Event()
    server = context.Process(target=_serve, args=(port, received, connections, answer_after, ready), daemon=True)
    server.start()
    assert ready.wait(30)
    try:
        yield port, received, connections
    finally:
        server.terminate()
        server.join()


def _message(number: int, kilobytes: int) -> bytes:
    line = b"A/80/501/R3  in progress  due 2026-09-30  please say where this stands, in one sentence\r\n"
    head = f"From: {SENDER}\r\nTo: head{number}@example.org\r\nSubject: Mail {number}\r\n\r\n".encode()
    return head + line * (kilobytes * 1024 // len(line))


def _plain(port: int, messages: list[bytes]) -> None:
    with smtplib.SMTP("127.0.0.1", port) as line:
        for number, message in enumerate(messages):
            line.sendmail(SENDER, [f"head{number}@example.org"], message)


def _queue(register: Register, messages: list[bytes], name: str) -> None:
    with register.write() as session:
        for number, message in enumerate(messages):
            address = f"head{number}@example.org"
            key = f"digest:{name}:{address}"
            outbox.put(session, key=key, recipient=address, subject="Mail", message=message, now=clock.now())


def _deliver(register: Register, port: int, mails: int) -> None:
    transport = Smtp(host="127.0.0.1", port=port, security="none", sender=SENDER)
    report = deliver(register, transport, clock=clock.now, owner="benchmark")
    assert (report.sent, report.remaining) == (mails, 0), report


def _seconds(work: Callable[..., None], *arguments: Any) -> float:
    start = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - start


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(database: str, mails: int, kilobytes: int, rounds: int, answer_after: float) -> None:
    """Print mails per second of each way, and how they compare."""
    initialize(database)
    register = Register(open_engine(database_url(database)))
    messages = [_message(number, kilobytes) for number in range(mails)]
    queued, plain, ours, memory = [], [], [], []
    with _mail_server(answer_after) as (port, received, connections):
        _plain(port, messages[:20])
        before = received.value
        for this_round in range(rounds):
            queued.append(_seconds(_queue, register, messages, f"{this_round}"))
            plain.append(_seconds(_plain, port, messages))
            calls = connections.value
            ours.append(_seconds(_deliver, register, port, mails))
            assert connections.value == calls + 1
            memory.append(_megabytes())
        assert received.value - before == 2 * rounds * mails
    where = f"{register.engine.dialect.name}, answers after {answer_after * 1000:.0f} ms"
    print(f"{mails} mails of {kilobytes} KB, {where}, median of {rounds} rounds:")
    for what, seconds in (("queue", queued), ("plain smtplib", plain), ("deliver", ours)):
        print(f"  {what:<14} {mails / statistics.median(seconds):8,.0f} mails/s")
    factor = statistics.median(mine / theirs for mine, theirs in zip(ours, plain, strict=True))
    print(f"  deliver takes {factor:.2f} times as long as plain smtplib (aim: 1.5)")
    print(f"  memory after each round: {', '.join(f'{size:.0f}' for size in memory)} MB")


def main() -> None:
    """Read the arguments; without --database, a register in a temporary folder."""
    parser = argparse.ArgumentParser(description="Mails per second, beside plain smtplib.")
    parser.add_argument("--mails", type=int, default=1000)
    parser.add_argument("--kilobytes", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--answer-after", type=float, default=0, metavar="MS", help="a server that is not next door")
    parser.add_argument("--database")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = given.database or str(Path(folder) / "register.db")
        measure(database, given.mails, given.kilobytes, given.rounds, given.answer_after / 1000)


if __name__ == "__main__":
    main()
