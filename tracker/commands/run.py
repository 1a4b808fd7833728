"""`tracker run`."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Annotated, Any

import typer

from tracker.commands.context import MAILS_STAY, Desk
from tracker.commands.terminal.log_lines import LogForm, logging_to_stderr
from tracker.commands.terminal.render import say
from tracker.errors import WorldError


def run(
    ctx: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Run one tick, then end: for cron and systemd timers.")] = False,
    log: Annotated[LogForm, typer.Option("--log", help="The form of the log lines on stderr.")] = LogForm.LOGFMT,
    verbose: Annotated[bool, typer.Option("--verbose", help="Also log ticks that had nothing to do.")] = False,
) -> None:
    """Send digests when they are due, in the foreground, until SIGTERM or Ctrl-C.

    A second scheduler on the same register stands by, and takes over within a minute if the first one stops.
    """
    from tracker.commands.foreground import stopping_on_signals

    desk: Desk = ctx.obj
    arguments = _arguments(desk)
    desk.stays = MAILS_STAY
    with logging_to_stderr(log, verbose=verbose), stopping_on_signals() as stop:
        arguments["go_on"] = lambda: not stop.is_set()
        try:
            if once:
                _tick_once(arguments)
            else:
                _keep_running(desk, stop, arguments)
        finally:
            _stand_down(arguments)


def _stand_down(arguments: dict[str, Any]) -> None:
    """Leave the lock to whoever stands by; where the register is away, the lease ends by itself."""
    from tracker.services.reminders.ticking import stand_down

    with suppress(WorldError):
        stand_down(arguments["register"], owner=arguments["owner"])


def _arguments(desk: Desk) -> dict[str, Any]:
    from tracker import clock
    from tracker.commands.foreground import compose, this_process
    from tracker.mail.configured import open_transport

    return {
        "register": desk.register,
        "settings": desk.settings,
        "transport": open_transport(desk.settings),
        "clock": clock.now,
        "owner": this_process(),
        "compose": compose,
    }


def _keep_running(desk: Desk, stop: Any, arguments: dict[str, Any]) -> None:
    from tracker.commands.foreground import run_jobs
    from tracker.commands.process import collect_sooner

    collect_sooner()
    logger = logging.getLogger("tracker.run")
    fields = {"owner": arguments["owner"], "mails": arguments["transport"].describe()}
    logger.info("started", extra={"fields": fields})
    run_jobs(desk.settings.office.timezone, stop=stop, arguments=arguments)
    logger.info("stopped")


def _tick_once(arguments: dict[str, Any]) -> None:
    """One tick; raises WorldError (exit 4) where the mail server is in trouble."""
    from tracker.commands.foreground import log_tick
    from tracker.services.reminders.ticking import tick

    report = tick(**arguments)
    if report.delivery is None:
        say(f"Another scheduler is at work ({report.holder}); nothing to do.")
        return
    log_tick(report)
    if report.delivery.trouble is not None:
        raise report.delivery.trouble
