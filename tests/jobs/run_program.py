"""`tracker run` as a process of its own, with a composer of the test's and shorter times. Not a test itself.

COMPOSE names what the composer does: nothing, `fail-once`, or a number of mails to queue.
"""

import os
import sys
import types
from dataclasses import replace
from datetime import timedelta

from tracker import jobs, services
from tracker.services.reminders import delivery, ticking
from tracker.store.mails import outbox

failed = []


def compose_due(register, settings, *, now, only_in_hours):
    assert only_in_hours
    wanted = os.environ.get("COMPOSE", "0")
    if wanted == "fail-once":
        if not failed:
            failed.append(now)
            raise RuntimeError("this tick fails")
        wanted = "1"
    with register.write() as session:
        put = [
            outbox.put(
                session,
                key=f"digest:{number}",
                recipient=f"head{number}@example.org",
                subject=f"Email {number}",
                message=f"Subject: Email {number}\n\nPlease answer.\n".encode(),
                now=now,
            )
            for number in range(int(wanted))
        ]
    queued = sum(found is not None for found in put)
    return types.SimpleNamespace(digests=queued, problems=[], held_back=0)


reminders = types.ModuleType("tracker.services.reminders.composing")
reminders.compose_due = compose_due
sys.modules["tracker.services.reminders.composing"] = services.reminders = reminders
jobs.JOBS = tuple(replace(job, interval=timedelta(seconds=0.3)) for job in jobs.JOBS)
ticking.LOCK_LEASE = timedelta(seconds=2)
ticking.COMPOSE_EVERY = timedelta(0)
delivery.CLAIM_LEASE = delivery.TRANSMISSION_LEASE = timedelta(seconds=3)

from tracker.commands import main  # noqa: E402 - the table of jobs had to be changed first

main()
