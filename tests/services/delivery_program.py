"""Composing and delivering as a process of its own, to be killed or run beside others. Not a test itself.

Arguments as JSON: database, port, owner, mails (how many to compose), now (an instant, or null for the clock),
kill_at (the number of the statement, commit or SMTP verb before which it kills itself, or null), lease (seconds).
"""

import json
import os
import signal
import sys
from datetime import datetime, timedelta
from typing import Any

from crash_points import compose, watched
from mail_servers import smtp

from tracker import clock
from tracker.services.reminders import delivery
from tracker.store.database.engine import database_url, open_engine
from tracker.store.mails import outbox
from tracker.store.unit import Register


def main(database: str, port: int, owner: str, mails: int, now: str | None, kill_at: int | None, lease: int) -> None:
    delivery.CLAIM_LEASE = delivery.TRANSMISSION_LEASE = timedelta(seconds=lease)
    register = Register(open_engine(database_url(database)))
    transport = smtp(port, timeout=30, answer_timeout=30)
    read_clock = clock.now if now is None else lambda: datetime.fromisoformat(now)
    if kill_at is not None:
        watched(register, transport, _killer(kill_at))
    while True:
        compose(register, mails, read_clock())
        report = delivery.deliver(register, transport, clock=read_clock, owner=owner)
        if now is not None or report.trouble is not None or report.remaining == 0:
            break
    with register.read() as session:
        counts = {state.value: number for state, number in outbox.count_by_state(session).items()}
    sys.stdout.write(json.dumps(counts))


def _killer(at: int) -> Any:
    seen = 0

    def step(_: str) -> None:
        nonlocal seen
        if seen == at:
            os.kill(os.getpid(), signal.SIGKILL)
        seen += 1

    return step


if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
