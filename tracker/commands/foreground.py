"""The scheduler in the foreground: APScheduler ticks, signals end it, failures are logged and survived."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

from tracker import clock
from tracker.commands.process import SAME_WISH_SECONDS
from tracker.config import Settings
from tracker.errors import TrackerError
from tracker.jobs import JOBS
from tracker.services.reminders.composing import compose_due
from tracker.services.reminders.ticking import TickReport
from tracker.store.mails.outbox_waiting import NOT_SENT
from tracker.store.unit import Register

log = logging.getLogger("tracker.run")

UseCase = Callable[..., TickReport]


def this_process() -> str:
    """A name that no other process has, or will have: leases are held under it."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


def has_ended(name: str) -> bool:
    """Whether the process of that name was of this machine, and is no more; where nobody can tell, it is not."""
    host, *numbers = name.rsplit(":", 2)
    if os.name != "posix" or host != socket.gethostname() or len(numbers) != 2 or not numbers[0].isdecimal():
        return False
    try:
        os.kill(int(numbers[0]), 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):  # it is somebody else's, or no number of a process
        return False
    return False


def run_jobs(timezone: str, *, stop: threading.Event, arguments: dict[str, Any]) -> None:
    """Call the jobs of the table, each at once and then by its interval, until `stop` is set.

    A job under way is awaited. What a job raises is logged, and its next turn comes as if nothing had been.
    """
    from zoneinfo import ZoneInfo

    from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MISSED
    from apscheduler.executors.pool import ThreadPoolExecutor
    from apscheduler.schedulers.background import BackgroundScheduler

    scheduler = BackgroundScheduler(
        timezone=ZoneInfo(timezone),
        executors={"default": ThreadPoolExecutor(len(JOBS))},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    scheduler.add_listener(_log_event, EVENT_JOB_ERROR | EVENT_JOB_MISSED)
    for job in JOBS:
        turn = guarded(job.name, job.use_case)
        seconds = job.interval.total_seconds()
        scheduler.add_job(turn, "interval", seconds=seconds, id=job.name, kwargs=arguments, next_run_time=clock.now())
    scheduler.start()
    try:
        while not stop.wait(_LOOK_SECONDS):
            _follow_the_clock(scheduler)
    finally:
        scheduler.shutdown(wait=True)


_LOOK_SECONDS = 15.0


def _follow_the_clock(scheduler: Any) -> None:
    """Of a clock that was set back by hours APScheduler would wait for the hours: what is that far off comes now."""
    now = clock.now()
    for job in scheduler.get_jobs():
        if job.next_run_time - now > 2 * job.trigger.interval:
            job.modify(next_run_time=now)
    scheduler.wakeup()  # how long it waits was reckoned by the clock as it was


def guarded(name: str, use_case: UseCase) -> Callable[..., None]:
    """The use case with its outcome logged; it never raises, since a failing tick must not be the last."""

    def turn(**arguments: Any) -> None:
        try:
            log_tick(use_case(**arguments))
        except TrackerError as error:
            log.warning("job failed", extra={"fields": {"job": name, "reason": str(error)}})
        except Exception:
            log.exception("job failed", extra={"fields": {"job": name}})

    return turn


def compose(register: Register, settings: Settings, now: datetime) -> int:
    """Compose what is due where it is neither night nor too early; what could not be composed is logged."""
    report = compose_due(register, settings, now=now, only_in_hours=True)
    for problem in report.problems:
        log.warning("digest not composed", extra={"fields": {"reason": problem}})
    if report.held_back:
        fields = {"digests": report.held_back, "remedy": "check them, then confirm with: tracker remind send"}
        log.warning("first digests wait", extra={"fields": fields})
    return report.digests


def log_tick(report: TickReport) -> None:
    """One line for a tick that did something, a quiet one for a tick that did not."""
    if report.delivery is None:
        log.debug("standing by", extra={"fields": {"holder": report.holder}})
        return
    delivery = report.delivery
    for answer in delivery.answers:
        fields = {"mail": answer.id, "state": answer.state.value, "answer": answer.answer}
        log.warning("mail not sent", extra={"fields": fields})
    for mail in delivery.rest.left:
        log.info("mail not sent", extra={"fields": {"mail": mail.id, "state": "failed", "answer": NOT_SENT}})
    if delivery.trouble is not None:
        log.warning("delivery stopped", extra={"fields": {"reason": str(delivery.trouble)}})
    busy = bool(report.composed) or delivery.attempted
    figures = {name: getattr(delivery, name) for name in ("sent", "retried", "failed", "uncertain", "remaining")}
    fields = {"composed": report.composed} | figures
    log.log(logging.INFO if busy else logging.DEBUG, "tick", extra={"fields": fields})


def _log_event(event: Any) -> None:
    """What APScheduler itself says of a job: an error outside the guard, a missed turn."""
    trouble = getattr(event, "exception", None)
    fields = {
        "job": event.job_id,
        "due": event.scheduled_run_time,
        "reason": None if trouble is None else repr(trouble),
    }
    log.error("job failed" if trouble is not None else "job missed", extra={"fields": fields})


@contextmanager
def stopping_on_signals(answer: str = "") -> Iterator[threading.Event]:
    """An event that SIGTERM and Ctrl-C set; a second one of them, a second later or more, ends the program at once.

    `answer` is said to the first, where what is under way may take its time.
    """
    stop = threading.Event()
    first: list[float] = []
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def ask_to_stop(number: int, _: object) -> None:
        if not first:
            first.append(time.monotonic())
            log.info("stopping", extra={"fields": {"signal": signal.Signals(number).name}})
            stop.set()
            with suppress(OSError):
                os.write(2, answer.encode())  # print may itself be what the signal interrupts
        elif time.monotonic() - first[0] >= SAME_WISH_SECONDS:
            _restore(before)
            if number == signal.SIGTERM:  # which else would take the way of Ctrl-C, and wait for the mail under way
                signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)

    for number in before:
        signal.signal(number, ask_to_stop)
    try:
        yield stop
    finally:
        _restore(before)


def _restore(handlers: dict[signal.Signals, Any]) -> None:
    for number, handler in handlers.items():
        signal.signal(number, handler)
